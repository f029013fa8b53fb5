import Crossbars
import Devices

/// What the devices of one layer have been through, plane after plane, each row-major `[rows × columns]`.
public struct LayerWear: Sendable {
  /// Name of the layer.
  public let name: String
  /// Word lines.
  public let rows: Int
  /// Bit lines.
  public let columns: Int
  /// Devices of each weight.
  public let planes: Int
  /// Word lines and bit lines of a tile.
  public let tile: (rows: Int, columns: Int)
  /// SET pulses of learning.
  public let setPulses: [UInt32]
  /// RESET pulses of learning.
  public let resetPulses: [UInt32]
  /// Pulses of refreshes.
  public let refreshPulses: [UInt32]
  /// Verify reads.
  public let verifyReads: [UInt32]
  /// Pulses at reduced voltage.
  public let halfSelects: [UInt64]
  /// Σ|ΔG| in siemens, or farads.
  public let travel: [Double]
  /// Wear in full-cycle equivalents; 0 where devices do not wear.
  public let wear: [Double]
  /// Wear as a share of each device's own life.
  public let lifeFractions: [Float]
  /// Whether and how each device is stuck.
  public let conditions: [DeviceCondition]
  /// Conductance in siemens, or capacitance in farads, now.
  public let states: [Float]

  /// Takes an array as it is.
  init(name: String, array: CrossbarArray) {
    let planes = 0..<array.planeCount
    self.name = name
    rows = array.layout.rows
    columns = array.layout.columns
    self.planes = array.planeCount
    tile = (array.layout.tileRows, array.layout.tileColumns)
    setPulses = planes.flatMap { array.ledger.pulses(.set, plane: $0) }
    resetPulses = planes.flatMap { array.ledger.pulses(.reset, plane: $0) }
    refreshPulses = planes.flatMap { array.ledger.pulses(.refresh, plane: $0) }
    verifyReads = planes.flatMap { array.ledger.pulses(.verify, plane: $0) }
    halfSelects = planes.flatMap { array.halfSelectCounts(plane: $0) }
    travel = planes.flatMap { array.ledger.travel(plane: $0) }
    let spent = array.state.wear
    wear = spent.isEmpty ? [Double](repeating: 0, count: setPulses.count) : spent.flatMap { $0 }
    lifeFractions = planes.flatMap { array.wearFractions(plane: $0) }
    conditions = planes.flatMap { array.conditions(plane: $0) }
    states = planes.flatMap { array.conductances(plane: $0) }
  }

  /// Pulses of all kinds of each device.
  public var pulses: [UInt64] {
    setPulses.indices.map { UInt64(setPulses[$0]) + UInt64(resetPulses[$0]) + UInt64(refreshPulses[$0]) }
  }

  /// Whether each device has worn out.
  public var hasFailed: [Bool] { conditions.map { $0.rawValue >= DeviceCondition.wornOff.rawValue } }

  /// Pulses of all kinds over the devices of each word line.
  public var pulsesOfRows: [UInt64] {
    let pulses = pulses
    var sums = [UInt64](repeating: 0, count: rows)
    for (index, count) in pulses.enumerated() { sums[index % (rows * columns) / columns] += count }
    return sums
  }

  /// Pulses of all kinds over the devices of each bit line.
  public var pulsesOfColumns: [UInt64] {
    let pulses = pulses
    var sums = [UInt64](repeating: 0, count: columns)
    for (index, count) in pulses.enumerated() { sums[index % columns] += count }
    return sums
  }
}
