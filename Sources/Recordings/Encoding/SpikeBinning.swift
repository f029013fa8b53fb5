import Kernels

/// Puts spikes at given times into ticks of fixed duration: a spike at time t falls into tick ⌊t / d⌋.
///
/// A row is active in a tick with a spike of it; or, where counts matter, driven as the number n of its spikes says, by
/// min(n, N) / N.
struct SpikeBinning: Sendable {
  let rowCount: Int
  let tickInMicroseconds: Int64
  let tickCount: Int
  /// N, the number of spikes from which on a row is driven fully; `nil` where their number does not matter.
  let fullDrive: Int?

  /// Checks and sets the settings.
  /// - Throws: `RecordingError.setting`.
  init(rowCount: Int, tickInMicroseconds: Int64, tickCount: Int, fullDrive: Int?) throws(RecordingError) {
    try RecordingError.checkSetting("tick duration in µs", tickInMicroseconds, in: 1...3_600_000_000)
    try RecordingError.checkSetting("ticks per sample", tickCount, in: 1...10_000_000)
    if let fullDrive { try RecordingError.checkSetting("spikes for full drive", fullDrive, in: 1...65_535) }
    (self.rowCount, self.tickInMicroseconds) = (rowCount, tickInMicroseconds)
    (self.tickCount, self.fullDrive) = (tickCount, fullDrive)
  }

  /// Replaces the contents of a raster by the spikes of a sample.
  /// - Parameters:
  ///   - times: Times in µs from the beginning of the sample, none below that of the one before.
  ///   - rows: The row of each.
  /// - Returns: Number of spikes after the last tick, which are left out.
  func encode(times: [Int64], rows: [Int], into raster: inout SpikeRaster) -> Int {
    raster.removeAll(rowCount: rowCount, isGraded: fullDrive != nil)
    var counts = [Int](repeating: 0, count: rowCount)
    var active: [Int] = []
    var next = 0
    for tick in 1...tickCount {
      let end = Int64(tick) * tickInMicroseconds
      while next < times.count, times[next] < end {
        if counts[rows[next]] == 0 { active.append(rows[next]) }
        counts[rows[next]] += 1
        next += 1
      }
      active.sort()
      for row in active {
        if let fullDrive {
          raster.appendRow(row, amplitude: Float(min(counts[row], fullDrive)) / Float(fullDrive))
        } else {
          raster.appendRow(row)
        }
        counts[row] = 0
      }
      active.removeAll(keepingCapacity: true)
      raster.endTick()
    }
    return times.count - next
  }
}
