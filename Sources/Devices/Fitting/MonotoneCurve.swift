/// Rising curves out of noisy ones.
enum MonotoneCurve {
  /// The rising curve nearest to `values` by least squares: neighbours that fall are averaged until none does.
  static func rising(_ values: [Double]) -> [Double] {
    var blocks: [(sum: Double, count: Int)] = []
    for value in values {
      blocks.append((value, 1))
      while blocks.count > 1 {
        let (last, before) = (blocks[blocks.count - 1], blocks[blocks.count - 2])
        guard before.sum / Double(before.count) >= last.sum / Double(last.count) else { break }
        blocks.removeLast()
        blocks[blocks.count - 1] = (before.sum + last.sum, before.count + last.count)
      }
    }
    return blocks.flatMap { Array(repeating: $0.sum / Double($0.count), count: $0.count) }
  }

  /// Progress 0…1 after 0, 1, 2, … pulses from readings at `pulses`, strictly rising and linear between readings.
  ///
  /// A first reading after one pulse is led back to pulse 0 by the step that follows it. A thousandth of a straight line is
  /// mixed in, so that averaged neighbours differ.
  static func progress(pulses: [Int], values: [Double]) -> [Double] {
    var (places, levels) = (pulses, rising(values))
    if let first = places.first, first > 0, levels.count > 1 {
      let slope = (levels[1] - levels[0]) / Double(places[1] - places[0])
      places.insert(0, at: 0)
      levels.insert(levels[0] - slope * Double(first), at: 0)
    }
    let (start, end) = (levels[0], levels[levels.count - 1])
    let length = places[places.count - 1]
    var result: [Double] = []
    var segment = 0
    for pulse in 0...length {
      while segment + 2 < places.count, places[segment + 1] < pulse { segment += 1 }
      let width = Double(places[segment + 1] - places[segment])
      let fraction = Double(pulse - places[segment]) / width
      let level = levels[segment] + (levels[segment + 1] - levels[segment]) * fraction
      result.append(0.999 * (level - start) / (end - start) + 0.001 * Double(pulse) / Double(length))
    }
    return result
  }

  /// The most significant fall of a curve: the reading it leads to, and how many standard deviations it is.
  ///
  /// - Parameters:
  ///   - writeVariance: of the noise of one pulse.
  ///   - readVariance: of the noise of the reading with an index.
  static func worstFall(
    pulses: [Int], values: [Double], writeVariance: Double, readVariance: (Int) -> Double
  ) -> (from: Int, to: Int, deviations: Double)? {
    var worst: (from: Int, to: Int, deviations: Double)?
    // Enough to find any fall, and bounded for long trains: distances of 1, 2, 4, … readings.
    var distance = 1
    while distance < values.count {
      for end in distance..<values.count {
        let start = end - distance
        let fall = values[start] - values[end]
        guard fall > 0 else { continue }
        let variance =
          Double(pulses[end] - pulses[start]) * writeVariance + readVariance(start) + readVariance(end)
        let deviations = variance > 0 ? fall / variance.squareRoot() : .infinity
        if deviations > worst?.deviations ?? 0 { worst = (start, end, deviations) }
      }
      distance *= 2
    }
    return worst
  }
}
