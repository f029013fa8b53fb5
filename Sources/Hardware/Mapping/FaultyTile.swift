import Crossbars

/// What a crossbar with stuck devices can still hold at each place.
///
///     w = (limit / N) · (Σ x⁺ − Σ x⁻),   x = (G − Gmin)/(Gmax − Gmin)
///     attainable: (limit / N) · (S − n⁻) … (limit / N) · (S + n⁺)
///
/// | symbol | name | unit |
/// | --- | --- | --- |
/// | N | devices of a polarity | devices |
/// | S | Σ x⁺ − Σ x⁻ over the stuck devices of a synapse | 1 |
/// | n⁺, n⁻ | its sound plus and minus devices, free between Gmin and Gmax of the typical device | devices |
///
/// A sound partner makes up for a stuck device as long as its range lasts.
/// - Reference: I. Yeo et al., IEEE Trans. Electron Devices 66, 2937 (2019): stuck devices compensated within the pair.
public struct FaultyTile: Sendable, Equatable {
  /// Word lines.
  public let rows: Int
  /// Bit lines with those of spare columns, which are the last.
  public let columns: Int
  /// Weight that the full range of a device carries.
  public let weightLimit: Float
  /// How devices share a weight when nobody knows of faults.
  public let direction: PairDirection
  /// Places with a stuck device, in each row ascending.
  public let faultyColumns: [[Int]]
  /// Places with a stuck device, in each column ascending.
  public let faultyRows: [[Int]]
  /// Stuck devices.
  public let stuckDeviceCount: Int

  private let synapses: [Synapse]
  private let devicesPerPolarity: Int

  private struct Synapse: Equatable, Sendable {
    var stuckDifference: Float = 0
    var soundPlus: Int8
    var soundMinus: Int8
    // Attainable weights.
    var lowest: Float = 0
    var highest: Float = 0
  }

  /// - Parameters:
  ///   - stuckLevels: of each plane, plus devices first, then minus devices: the level x at which a device is stuck or `nil`
  ///     for a sound one, row-major `[rows × columns]`.
  /// - Throws: `MappingError.wrongCount`, `.badValue`.
  public init(
    rows: Int, columns: Int, weightLimit: Float, direction: PairDirection = .pushPull, stuckLevels: [[Float?]]
  ) throws(MappingError) {
    guard (2...64).contains(stuckLevels.count), stuckLevels.count % 2 == 0 else {
      throw .wrongCount(values: "planes of devices (an even number up to 64)", expected: 2, found: stuckLevels.count)
    }
    guard weightLimit > 0, weightLimit.isFinite else {
      throw .badValue(values: "weight limit", index: 0, expected: "a number above 0", found: Double(weightLimit))
    }
    for plane in stuckLevels {
      guard rows > 0, columns > 0, plane.count == rows * columns else {
        throw .wrongCount(values: "levels of a plane", expected: rows * columns, found: plane.count)
      }
      if let bad = plane.firstIndex(where: { $0.map { !$0.isFinite } ?? false }) {
        throw .badValue(
          values: "stuck levels", index: bad, expected: "a finite number", found: Double(plane[bad] ?? 0))
      }
    }
    self.rows = rows
    self.columns = columns
    self.weightLimit = weightLimit
    self.direction = direction
    let polarity = stuckLevels.count / 2
    devicesPerPolarity = polarity
    synapses = (0..<rows * columns).map { place in
      var synapse = Synapse(soundPlus: Int8(polarity), soundMinus: Int8(polarity))
      for (plane, levels) in stuckLevels.enumerated() {
        guard let level = levels[place] else { continue }
        synapse.stuckDifference += plane < polarity ? level : -level
        if plane < polarity { synapse.soundPlus -= 1 } else { synapse.soundMinus -= 1 }
      }
      let scale = weightLimit / Float(polarity)
      synapse.lowest = scale * (synapse.stuckDifference - Float(synapse.soundMinus))
      synapse.highest = scale * (synapse.stuckDifference + Float(synapse.soundPlus))
      return synapse
    }
    let isFaulty = synapses.map { Int($0.soundPlus) + Int($0.soundMinus) < 2 * polarity }
    faultyColumns = (0..<rows).map { row in (0..<columns).filter { isFaulty[row * columns + $0] } }
    faultyRows = (0..<columns).map { column in (0..<rows).filter { isFaulty[$0 * columns + column] } }
    stuckDeviceCount = synapses.reduce(0) { $0 + 2 * polarity - Int($1.soundPlus) - Int($1.soundMinus) }
  }

  /// A pair of one plus and one minus device at each place.
  ///
  /// - Parameters:
  ///   - plus: conditions of the plus devices, row-major `[rows × columns]`.
  ///   - minus: conditions of the minus devices. A device worn out in place counts as stuck at mid-range.
  /// - Throws: `MappingError.wrongCount`, `.badValue`.
  public init(
    rows: Int, columns: Int, weightLimit: Float, direction: PairDirection = .pushPull, plus: [DeviceCondition],
    minus: [DeviceCondition]
  ) throws(MappingError) {
    try self.init(
      rows: rows, columns: columns, weightLimit: weightLimit, direction: direction,
      stuckLevels: [plus, minus].map { plane in plane.map(\.stuckLevel) })
  }

  /// Weight that a place holds when it should hold `weight`.
  ///
  /// - Parameter compensated: whether the sound devices make up for the stuck ones.
  public func realised(_ weight: Float, row: Int, column: Int, compensated: Bool = true) -> Float {
    guard compensated else { return uncompensated(weight, row: row, column: column) }
    let synapse = synapses[row * columns + column]
    return min(max(weight, synapse.lowest), synapse.highest)
  }

  /// Lowest and highest weight that a place can hold.
  public func attainable(row: Int, column: Int) -> (lowest: Float, highest: Float) {
    let synapse = synapses[row * columns + column]
    return (synapse.lowest, synapse.highest)
  }

  /// Weight of a place whose sound devices are set as if all were sound.
  private func uncompensated(_ weight: Float, row: Int, column: Int) -> Float {
    let synapse = synapses[row * columns + column]
    let share = weight / weightLimit
    let (plus, minus) =
      switch direction {
      case .pushPull: (0.5 + share / 2, 0.5 - share / 2)
      case .oneSided: (max(share, 0), max(-share, 0))
      }
    let difference =
      synapse.stuckDifference + Float(synapse.soundPlus) * plus - Float(synapse.soundMinus) * minus
    return weightLimit / Float(devicesPerPolarity) * difference
  }
}

extension DeviceCondition {
  /// Level at which a device is stuck, `nil` for a sound one; in place, mid-range stands for a level that is not known.
  fileprivate var stuckLevel: Float? {
    switch self {
    case .sound: nil
    case .fabricatedOff, .wornOff: 0
    case .fabricatedOn, .wornOn: 1
    case .wornInPlace: 0.5
    }
  }
}

extension FaultyTile {
  /// The tiles of an array as they are now, `[tile rows × tiles side by side]` in reading order.
  ///
  /// A stuck device counts with the conductance that it has.
  /// - Parameters:
  ///   - spares: an array of as many rows whose columns are the spare columns of the tiles, those of the first tile in a row
  ///     first; `nil` for none.
  ///   - sparesPerTile: spare columns of each tile.
  /// - Throws: `MappingError`, also for bit slices and stored complements.
  public static func tiles(
    of array: CrossbarArray, spares: CrossbarArray? = nil, sparesPerTile: Int = 0
  ) throws(MappingError) -> [FaultyTile] {
    let layout = array.layout
    let mapping = array.parameters.mapping
    if case .bitSlices = mapping.scheme { throw .unsupportedMapping("bit slices") }
    guard !mapping.storesComplements else { throw .unsupportedMapping("stored complements") }
    let levels = stuckLevels(of: array)
    let spareLevels = spares.map(stuckLevels) ?? []
    let spareColumns = spares == nil ? 0 : sparesPerTile
    var tiles: [FaultyTile] = []
    for tileRow in 0..<layout.tileRowCount {
      let rows = tileRow * layout.tileRows..<min((tileRow + 1) * layout.tileRows, layout.rows)
      for block in 0..<layout.blockCount {
        let columns = layout.columns(inBlock: block)
        let planes = levels.indices.map { plane in
          rows.flatMap { row -> [Float?] in
            var line = columns.map { levels[plane][row * layout.columns + $0] }
            if let spares, spareColumns > 0 {
              let first = row * spares.layout.columns + block * spareColumns
              line += spareLevels[plane][first..<first + spareColumns]
            }
            return line
          }
        }
        tiles.append(
          try FaultyTile(
            rows: rows.count, columns: columns.count + spareColumns, weightLimit: array.parameters.weightLimit,
            direction: array.parameters.writing.direction, stuckLevels: planes))
      }
    }
    return tiles
  }

  private static func stuckLevels(of array: CrossbarArray) -> [[Float?]] {
    let device = array.parameters.device
    let planes = (0..<array.planeCount).map { plane in
      zip(array.conditions(plane: plane), array.conductances(plane: plane)).map { condition, conductance in
        condition == .sound ? nil : Float((Double(conductance) - device.off) / (device.on - device.off))
      }
    }
    guard array.parameters.mapping.scheme != .differentialPair else { return planes }
    // A single device against mid-range is a pair whose other device does the opposite.
    return planes + planes.map { $0.map { level in level.map { 1 - $0 } } }
  }
}
