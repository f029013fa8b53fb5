import Crossbars
import Devices
import Glibc
import Kernels
import Testing

/// Reads of capacitive devices by the charge they move.
@Suite struct ChargeReadTests {
  /// 0.5 to 5 fF, quiet.
  private static var capacitor: DeviceParameters {
    var device = DeviceParameters.technology("fcm-hzo").uniform
    device.retention = .none
    device.cycleNoise.sigma = 0
    return device
  }

  private static func quiet(_ readout: ChargeParameters.Readout, column: Double = 10e-15) -> ChargeParameters {
    ChargeParameters(
      readout: readout, columnCapacitance: column, voltage: 0.5, hasThermalNoise: false, capacitorSigma: 0, injection: 0
    )
  }

  private static func array(
    _ charge: ChargeParameters?, rows: Int = 24, columns: Int = 10, mapping: WeightMapping = WeightMapping(),
    converter: Converter? = nil
  ) -> CrossbarArray {
    let array = CrossbarArray.make(
      rows: rows, columns: columns, tile: (16, 8), device: capacitor, converter: converter, charge: charge,
      mapping: mapping)
    var random = ReferenceRandom(4)
    array.deploy(random.floats(rows * columns, in: -0.5...0.5))
    return array
  }

  private static let active: [Int32] = [0, 2, 7, 15, 16, 23]

  @Test func aVirtualGroundAddsCapacitances() {
    let (plain, charge) = (Self.array(nil), Self.array(Self.quiet(.virtualGround)))
    for (sum, expected) in zip(charge.read(Self.active), plain.read(Self.active)) {
      #expect(abs(sum - expected) < 1e-6)
    }
  }

  /// V_j = Σ C_ij V/(Σ C_j + C_p), of the plus and of the minus column, in weights of the nominal column.
  @Test(arguments: [1e-15, 10e-15, 1e-12]) func sharedChargeIsThatOfTheWholeColumn(column: Double) {
    let array = Self.array(Self.quiet(.sharing, column: column))
    let planes = (0..<2).map { array.conductances(plane: $0).map(Double.init) }
    let sums = array.read(Self.active)
    var largest = 0.0
    for output in 0..<10 {
      var (expected, linear) = (0.0, 0.0)
      for (plane, sign) in [(0, 1.0), (1, -1.0)] {
        for rows in [0..<16, 16..<24] {
          let total = rows.reduce(0) { $0 + planes[plane][$1 * 10 + output] }
          let moved = rows.filter { Self.active.contains(Int32($0)) }.reduce(0) { $0 + planes[plane][$1 * 10 + output] }
          let nominal = Double(rows.count) * 2.75e-15 + column
          expected += sign * moved * nominal / (total + column) * 0.5 / 4.5e-15
          linear += sign * moved * 0.5 / 4.5e-15
        }
      }
      #expect(abs(Double(sums[output]) - expected) < 2e-6)
      largest = max(largest, abs(expected - linear))
    }
    // The fuller the wire, the less the devices matter.
    #expect(column < 1e-12 ? largest > 0.02 : largest < 0.02)
  }

  /// A write to one row changes what all rows of its column give, and no other column.
  @Test func aWriteIsSeenByTheWholeColumn() {
    let array = Self.array(Self.quiet(.sharing))
    let before = array.read([1, 2])
    array.program(row: 9, column: 3, pulses: 5)
    let after = array.read([1, 2])
    for column in 0..<10 { #expect((after[column] != before[column]) == (column == 3)) }
  }

  /// kT/C of both columns of a pair, in weights: volts over V, times the capacitance they are measured against.
  @Test(arguments: [ChargeParameters.Readout.virtualGround, .sharing])
  func thermalNoiseIsThatOfTheCapacitors(readout: ChargeParameters.Readout) {
    var charge = Self.quiet(readout)
    charge.hasThermalNoise = true
    let array = CrossbarArray.make(rows: 16, columns: 8, tile: (16, 8), device: Self.capacitor, charge: charge)
    array.deploy([Float](repeating: 0, count: 16 * 8))
    let holding = readout == .virtualGround ? 20e-15 : 16 * 2.75e-15 + 10e-15
    let perVolt = holding / 0.5 * 0.5 / 4.5e-15
    let expected = 2 * 1.380649e-23 * 300 / holding * perVolt * perVolt
    let reads = (0..<20_000).map { Double(array.read([3], tick: UInt64($0))[5]) }
    #expect(abs(moments(reads).variance / expected - 1) < 0.04)
    #expect(abs(moments(reads).mean) < 4 * (expected / 20_000).squareRoot())
    // The noise is there once a tile is read, however many rows are active.
    let many = (0..<20_000).map { Double(array.read((0..<16).map { Int32($0) }, tick: UInt64(100_000 + $0))[5]) }
    #expect(abs(moments(many).variance / expected - 1) < 0.04)
    #expect(array.read([]) == [Float](repeating: 0, count: 8))
  }

  /// Gains of columns differ, fixed for the life of the array.
  @Test func mismatchIsAGainOfEachColumn() {
    var charge = Self.quiet(.virtualGround)
    charge.capacitorSigma = 0.02
    let device = Self.capacitor
    let array = CrossbarArray.make(rows: 1, columns: 2000, tile: (1, 8), device: device, charge: charge)
    array.deploy([Float](repeating: 0.5, count: 2000))
    // 5 fF on the plus side, 0.5 fF on the other: gains 1 + ε of both.
    let errors = array.read([0]).map { Double($0) - 0.5 }
    let expected = 0.02 * 0.5 / 4.5 * (25 + 0.25).squareRoot()
    #expect(abs(moments(errors).variance.squareRoot() / expected - 1) < 4 / (2 * 2000.0).squareRoot())
    #expect(array.read([0], tick: 99) == array.read([0], tick: 7))
  }

  /// What a switch injects vanishes in differences, and is an offset of single columns.
  @Test func injectedChargeIsAnOffsetOfSingleColumnsOnly() {
    var charge = Self.quiet(.virtualGround)
    charge.injection = 0.002
    let converter = Converter(bits: 16, fullScale: .worstCase, offsetSigma: 0)
    for mapping in [WeightMapping(), WeightMapping(.referenceColumn), WeightMapping(.digitalOffset)] {
      let (quiet, injected) = (
        Self.array(Self.quiet(.virtualGround), mapping: mapping, converter: converter),
        Self.array(charge, mapping: mapping, converter: converter)
      )
      // Two tiles above each other are read.
      let offset = mapping.scheme == .digitalOffset ? 2 * 0.002 * 20 / 4.5 : 0
      for (sum, expected) in zip(injected.read(Self.active), quiet.read(Self.active)) {
        #expect(abs(Double(sum - expected) - offset) < 2e-3)
      }
    }
  }

  /// Shared columns of every mapping: without noise the sums are those of pairs up to what sharing does to each.
  @Test(arguments: allMappings) func wideColumnsAreIdealInEveryMapping(mapping: WeightMapping) {
    let (plain, shared) = (
      Self.array(nil, mapping: mapping), Self.array(Self.quiet(.sharing, column: 1e-9), mapping: mapping)
    )
    for (sum, expected) in zip(shared.read(Self.active), plain.read(Self.active)) {
      #expect(abs(sum - expected) < 1e-3)
    }
  }

  @Test func resumedArraysReadTheSame() {
    var charge = Self.quiet(.sharing)
    charge.hasThermalNoise = true
    charge.capacitorSigma = 0.01
    let whole = Self.array(charge)
    whole.program(all: 2)
    let resumed = Self.array(charge)
    resumed.state = whole.state
    #expect(resumed.read(Self.active, tick: 5) == whole.read(Self.active, tick: 5))
  }
}
