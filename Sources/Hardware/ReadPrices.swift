import Crossbars
import Devices

/// What one event of each kind of a read costs.
struct ReadPrices {
  let device: DeviceParameters
  /// Resolution of the converters, `nil` without.
  let bits: Int?
  /// Resolution of the row drivers, `nil` for drivers that cost nothing.
  let driverBits: Int?
  let hardware: HardwareParameters

  /// Joules for each bit of a conversion to a voltage.
  private static let driverBit = 50e-15
  private static let addition = 0.06e-12
  private static let neuronUpdate = 1.3e-12
  /// SRAM, joules per bit.
  private static let memoryBit = 4e-12 / 64
  private static let potentialBits = 22.0
  private static let wordBits = 64

  typealias Entry = (part: ReadCosts.Part, component: CostComponent)

  func analog(_ tiles: [ReadCosts.Tile]) -> [Entry] {
    let rows = tiles.reduce(0) { $0 + $1.activity.activeRows }
    let squares = tiles.reduce(0) { $0 + $1.activity.squaredDrives }
    let graded = tiles.reduce(0) { $0 + $1.activity.gradedRows }
    let conversions = tiles.reduce(0) { $0 + $1.activity.conversions }
    let square = device.pulse.readVoltage * device.pulse.readVoltage
    let busiest = tiles.map(time).max { $0.total < $1.total } ?? Time(read: 0, conversion: 0)
    return [
      entry(.read, "cells", rows, tiles.reduce(0) { $0 + cells($1) }, time: busiest.read),
      entry(.read, "word lines", rows, squares * square * device.pulse.lineCapacitance),
      entry(.conversion, "row drivers", graded, Double(graded) * Double(driverBits ?? 0) * Self.driverBit),
      entry(
        .conversion, "conversions", conversions, tiles.reduce(0) { $0 + self.conversions($1) }, time: busiest.conversion
      ),
      entry(.conversion, "multiplexers", conversions, Double(conversions) * hardware.multiplexerEnergy),
    ]
  }

  func digital(_ tiles: [ReadCosts.Tile], _ neurons: ReadCosts.Neurons) -> [Entry] {
    let conversions = tiles.reduce(0) { $0 + $1.activity.conversions }
    let updates = neurons.ticks * UInt64(neurons.count)
    let words = neurons.ticks * UInt64((neurons.inputs + Self.wordBits - 1) / Self.wordBits)
    return [
      entry(.digital, "accumulations", conversions, Double(conversions) * Self.addition),
      entry(.digital, "neuron updates", updates, Double(updates) * Self.neuronUpdate),
      entry(
        .digital, ReadCosts.membraneAccesses, 2 * updates, Double(2 * updates) * Self.potentialBits * Self.memoryBit),
      entry(.digital, "spike words", words, Double(words) * Double(Self.wordBits) * Self.memoryBit),
    ]
  }

  /// Seconds that a tile was busy with reads.
  struct Time {
    var read: Double
    var conversion: Double
    var total: Double { read + conversion }
  }

  func time(_ tile: ReadCosts.Tile) -> Time {
    let shared = Double(min(hardware.columnsPerConverter, tile.columns))
    let conversion = bits.map { shared * hardware.conversionTime(bits: $0) } ?? 0
    let reads = Double(tile.activity.tileReads)
    return Time(read: reads * device.pulse.readWidth, conversion: reads * conversion)
  }

  private func entry(
    _ part: ReadCosts.Part, _ name: String, _ count: UInt64, _ energy: Double, time: Double = 0
  ) -> Entry {
    (part, CostComponent(name: name, count: count, energy: count == 0 ? 0 : energy, time: time))
  }

  private func cells(_ tile: ReadCosts.Tile) -> Double {
    let duration = device.quantity == .conductance ? device.pulse.readWidth : 0.5
    let square = device.pulse.readVoltage * device.pulse.readVoltage
    return square * duration * tile.activity.squaredDrives * tile.state / Double(tile.rows)
  }

  private func conversions(_ tile: ReadCosts.Tile) -> Double {
    guard let bits, tile.activity.conversions > 0 else { return 0 }
    // One of the two bit lines of a pair, with the rows of a mean read.
    let driven = Double(tile.activity.activeRows) / Double(tile.activity.tileReads)
    let line = device.quantity == .conductance ? driven * tile.state / Double(2 * tile.rows * tile.columns) : 0
    let energy = hardware.conversionEnergy(
      bits: bits, resistance: line > 0 ? 1 / line : .infinity, readVoltage: device.pulse.readVoltage)
    return Double(tile.activity.conversions) * energy
  }
}
