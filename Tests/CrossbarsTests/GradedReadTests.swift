import Devices
import Kernels
import Testing

@testable import Crossbars

extension CrossbarArray {
  /// Reads all columns with rows driven to amplitudes.
  fileprivate func read(_ rows: [Int32], _ amplitudes: [Float], tick: UInt64 = 0) -> [Float] {
    (0..<layout.blockCount).flatMap { block in
      var sums = [Float](repeating: .nan, count: layout.blockWidth)
      rows.withUnsafeBufferPointer { rows in
        amplitudes.withUnsafeBufferPointer {
          read(block: block, rows: rows, amplitudes: $0.baseAddress, tick: tick, into: &sums)
        }
      }
      return sums[..<layout.columns(inBlock: block).count]
    }
  }
}

@Suite("Rows driven to amplitudes")
struct GradedReadTests {
  private static let lines = LineResistances(wordLine: 2.5, bitLine: 4, driver: 100, sense: 50)
  private static let rows: [Int32] = [0, 3, 4, 9, 17, 18, 30, 39]
  private static let amplitudes: [Float] = [0.1, 1, 0.7, 0.25, 0.9, 0.05, 0.6, 0.33]

  private static func array(
    device: DeviceParameters = .quiet, converter: Converter? = nil, wires: WireParameters? = nil,
    charge: ChargeParameters? = nil, mapping: WeightMapping = WeightMapping(), driver: RowDriver = RowDriver(bits: nil)
  ) -> CrossbarArray {
    let array = CrossbarArray(
      layout: BlockedLayout(rows: 40, columns: 29, tileRows: 16, tileColumns: 20),
      parameters: .init(
        index: 0, weightLimit: 0.5, converter: converter, hasReadNoise: !device.readNoise.isNone, device: device,
        wires: wires, charge: charge, mapping: mapping, rowDriver: driver), seed: 7)
    var random = ReferenceRandom(5)
    array.deploy(random.floats(40 * 29, in: -0.5...0.5))
    return array
  }

  private static func distance(_ sums: [Float], _ expected: [Float]) -> Float {
    let scale = expected.map(abs).max() ?? 1
    return zip(sums, expected).map { abs($0 - $1) / scale }.max() ?? .infinity
  }

  /// Σ a · (the read of each row alone): what a linear array gives, as long as rows do not load each other.
  private static func superposed(_ array: CrossbarArray) -> [Float] {
    var total = [Float](repeating: 0, count: array.layout.columns)
    for (row, amplitude) in zip(rows, amplitudes) {
      for (column, value) in array.read([row]).enumerated() { total[column] += amplitude * value }
    }
    return total
  }

  private static let arrays: [(name: String, array: CrossbarArray)] = {
    let fine = Converter(bits: 16, fullScale: .worstCase, offsetSigma: 0)
    let wires = { WireParameters(model: $0, lines: lines) }
    return [
      ("exact sums", array()), ("ideal devices", array(device: .ideal)), ("16 bit", array(converter: fine)),
      ("exact wires", array(wires: wires(.exact))), ("two ladders", array(wires: wires(.approximate))),
      ("reference column", array(converter: fine, mapping: WeightMapping(.referenceColumn))),
      ("digital offset", array(converter: fine, mapping: WeightMapping(.digitalOffset))),
      (
        "bit slices",
        array(
          converter: fine,
          mapping: WeightMapping(.bitSlices(BitSlices(weightBits: 8, deviceBits: 2, signs: .twosComplement))))
      ),
    ]
  }()

  @Test(arguments: arrays.indices)
  func anAmplitudeScalesWhatItsRowAdds(index: Int) {
    let (name, array) = Self.arrays[index]
    let expected = Self.superposed(array)
    #expect(Self.distance(array.read(Self.rows, Self.amplitudes), expected) < 2e-3, "\(name)")
    let ones = [Float](repeating: 1, count: Self.rows.count)
    #expect(array.read(Self.rows, ones) == array.read(Self.rows), "\(name)")
  }

  /// In a gated column rows do load each other: the ladder of conductances at voltages of their own, solved as a circuit.
  @Test func gatedColumnsAreTheCircuitOfTheSelectedCells() throws {
    let bitLines = LineResistances(wordLine: 1e-9, bitLine: 40, driver: 0, sense: 50)
    let array = Self.array(wires: WireParameters(model: .gated, lines: bitLines))
    let layout = array.layout
    var expected = [Float](repeating: 0, count: layout.columns)
    for plane in 0..<2 {
      let conductances = array.conductances(plane: plane)
      for first in stride(from: 0, to: layout.rows, by: layout.tileRows) {
        let rows = first..<min(first + layout.tileRows, layout.rows)
        let drives = rows.map { row in Self.rows.firstIndex(of: Int32(row)).map { Double(Self.amplitudes[$0]) } }
        let cells = zip(rows, drives).flatMap { row, drive in
          (0..<layout.columns).map { drive == nil ? 0 : Double(conductances[row * layout.columns + $0]) }
        }
        let circuit = try CrossbarCircuit(
          rows: rows.count, columns: layout.columns, conductances: cells, lines: bitLines)
        let currents = try circuit.solve(voltages: drives.map { $0 ?? 0 }, vectors: 1).currents
        for column in 0..<layout.columns {
          expected[column] += Float((plane == 0 ? 1 : -1) * 0.5 / 9e-6 * currents[column])
        }
      }
    }
    let sums = array.read(Self.rows, Self.amplitudes)
    #expect(Self.distance(sums, expected) < 1e-5)
    #expect(Self.distance(sums, Self.superposed(array)) > 1e-4)
  }

  /// A device's current noise follows its current, so its variance the square of the drive. 4000 reads: the spread of a
  /// variance is 2.2 %, four of them 9 %.
  @Test func noiseFollowsTheDrive() {
    var device = DeviceParameters.quiet
    device.readNoise = .relative(0.1)
    for mapping in [WeightMapping(), WeightMapping(.referenceColumn)] {
      let array = Self.array(device: device, mapping: mapping)
      let variance = { (amplitude: Float) in
        moments((0..<4_000).map { Double(array.read([7], [amplitude], tick: UInt64($0))[3]) }).variance
      }
      #expect(abs(variance(0.5) / variance(1) - 0.25) < 0.25 * 0.13)
    }
  }

  @Test func driversRoundAndBendAndDiffer() {
    let exact = Self.array().read([5], [1])
    func ratio(_ driver: RowDriver, _ amplitude: Float) -> Float {
      let sums = Self.array(driver: driver).read([5], [amplitude])
      return sums[2] / exact[2]
    }
    #expect(abs(ratio(RowDriver(bits: 2), 0.3) - 1 / 3) < 1e-6)
    #expect(abs(ratio(RowDriver(bits: 2), 0.99) - 1) < 1e-6)
    #expect(abs(ratio(RowDriver(bits: nil), 0.3) - 0.3) < 1e-6)
    // Half an LSB of 2 bits at half scale would be 1/6; at a third, 8/9 of it.
    let bent = ratio(RowDriver(bits: 2, nonlinearity: 0.5), 1 / 3)
    #expect(abs(bent - (1 / 3 + 8 / 9 * 0.5 / 3)) < 1e-6)
    #expect(abs(ratio(RowDriver(bits: 2, nonlinearity: 0.5), 1) - 1) < 1e-6)
    // Each driver has a gain of its own, for all columns of its tile the same. 40 rows: σ to 11 %, four of them 45 %.
    let spread = Self.array(driver: RowDriver(bits: 8, gainSigma: 0.1))
    let plain = Self.array()
    let gains = (0..<40).map { row in
      Double(spread.read([Int32(row)], [1])[4] / plain.read([Int32(row)], [1])[4])
    }
    let same = zip(spread.read([9], [1]), plain.read([9], [1])).prefix(20).map { Double($0 / $1) }
    #expect(same.allSatisfy { abs($0 - same[0]) < 1e-5 })
    let sigma = moments(gains).variance.squareRoot()
    #expect(0.055...0.145 ~= sigma)
    // Spikes are driven fully, whatever the drivers of amplitudes are.
    #expect(spread.read(Self.rows) == plain.read(Self.rows))
  }

  @Test func drivesAreCountedByTheirSquare() {
    for array in [Self.array(), Self.array(converter: Converter(bits: 6, fullScale: .activeRows(4), offsetSigma: 0))] {
      _ = array.read([1, 2], [0.5, 0.25])
      _ = array.read([3])
      let counts = array.readActivity
      #expect(counts.activeRows == 6 && counts.gradedRows == 4)
      #expect(counts.squaredDrives == 2 * (0.25 + 0.0625) + 2)
    }
  }

  /// Charge is additive over voltages: sharing divides by what is there anyway.
  @Test func chargeFollowsTheDrive() {
    for readout in [ChargeParameters.Readout.sharing, .virtualGround] {
      let charge = ChargeParameters(
        readout: readout, columnCapacitance: 1e-14, feedbackCapacitance: 2e-14, voltage: 0.2, temperature: 300,
        hasThermalNoise: false, capacitorSigma: 0.02, injection: 0)
      var device = DeviceTechnology.named("fcm-hzo")!.parameters.uniform
      device.retention = .none
      let array = Self.array(device: device, charge: charge)
      #expect(Self.distance(array.read(Self.rows, Self.amplitudes), Self.superposed(array)) < 1e-5)
    }
  }
}
