import Devices
import Kernels
import Testing

@testable import Crossbars

private let lines = LineResistances(wordLine: 2.5, bitLine: 4, driver: 100, sense: 50)

@Suite("Wires in the reads of an array")
struct WireTests {
  private static let rows: [Int32] = [0, 3, 4, 9, 17, 18, 30, 39]

  private static func array(
    _ model: WireParameters.Model?, lines: LineResistances = lines, device: DeviceParameters = .quiet,
    writing: WriteParameters = WriteParameters()
  ) -> CrossbarArray {
    let wires = model.map { WireParameters(model: $0, lines: lines) }
    // Three tile rows and two blocks, the last of both smaller than the others.
    let array = CrossbarArray.make(
      rows: 40, columns: 29, tile: (16, 20), device: device, writing: writing, wires: wires)
    var random = ReferenceRandom(5)
    array.deploy(random.floats(40 * 29, in: -0.5...0.5))
    return array
  }

  /// Column sums from solving every tile of every plane as a circuit of its own.
  private static func circuitSums(_ array: CrossbarArray) throws -> [Double] {
    let layout = array.layout
    var sums = [Double](repeating: 0, count: layout.columns)
    let scale = 0.5 / 9e-6 / Double(array.planeCount / 2)
    for plane in 0..<array.planeCount {
      let sign = plane < array.planeCount / 2 ? scale : -scale
      let conductances = array.conductances(plane: plane).map(Double.init)
      for firstRow in stride(from: 0, to: layout.rows, by: layout.tileRows) {
        let rows = firstRow..<min(firstRow + layout.tileRows, layout.rows)
        for block in 0..<layout.blockCount {
          let columns = layout.columns(inBlock: block)
          let circuit = try CrossbarCircuit(
            rows: rows.count, columns: columns.count,
            conductances: rows.flatMap { row in columns.map { conductances[row * layout.columns + $0] } },
            lines: lines)
          let voltages = rows.map { Self.rows.contains(Int32($0)) ? 1.0 : 0 }
          let currents = try circuit.solve(voltages: voltages, vectors: 1).currents
          for (index, column) in columns.enumerated() { sums[column] += sign * currents[index] }
        }
      }
    }
    return sums
  }

  /// Ladders of the active cells, from the far end, in double precision.
  private static func ladderSums(_ array: CrossbarArray) -> [Double] {
    let layout = array.layout
    let scale = 0.5 / 9e-6 / Double(array.planeCount / 2)
    var sums = [Double](repeating: 0, count: layout.columns)
    for plane in 0..<array.planeCount {
      let conductances = array.conductances(plane: plane).map(Double.init)
      for firstRow in stride(from: 0, to: layout.rows, by: layout.tileRows) {
        let end = min(firstRow + layout.tileRows, layout.rows)
        for column in 0..<layout.columns {
          var total = 0.0
          for row in firstRow..<end {
            if Self.rows.contains(Int32(row)) { total += conductances[row * layout.columns + column] }
            total /= 1 + total * (lines.bitLine + (row == end - 1 ? lines.sense : 0))
          }
          sums[column] += (plane < array.planeCount / 2 ? scale : -scale) * total
        }
      }
    }
    return sums
  }

  private static func distance(_ sums: [Float], _ expected: [Double]) -> Double {
    let scale = expected.map(abs).max() ?? 1
    return zip(sums, expected).map { abs(Double($0) - $1) / scale }.max() ?? .infinity
  }

  @Test(arguments: [DeviceParameters.quiet, .ideal])
  func exactReadsAreTheCircuit(device: DeviceParameters) throws {
    let array = Self.array(.exact, device: device)
    #expect(try Self.distance(array.read(Self.rows), Self.circuitSums(array)) < 1e-5)
    #expect(try Self.distance(Self.array(nil, device: device).read(Self.rows), Self.circuitSums(array)) > 1e-3)
  }

  @Test func severalDevicesForEachPolarityAreCrossbarsOfTheirOwn() throws {
    let array = Self.array(.exact, writing: WriteParameters(devicesPerPolarity: 3))
    #expect(try Self.distance(array.read(Self.rows), Self.circuitSums(array)) < 1e-5)
  }

  @Test(arguments: [DeviceParameters.quiet, .ideal])
  func gatedReadsAreLadders(device: DeviceParameters) {
    let array = Self.array(.gated, device: device)
    #expect(Self.distance(array.read(Self.rows), Self.ladderSums(array)) < 1e-5)
  }

  @Test(arguments: [WireParameters.Model.exact, .approximate, .gated])
  func wiresThatHardlyResistChangeNothing(model: WireParameters.Model) {
    let copper = LineResistances(wordLine: 1e-6, bitLine: 1e-6, driver: 0, sense: 0)
    let ideal = Self.array(nil).read(Self.rows)
    #expect(Self.distance(Self.array(model, lines: copper).read(Self.rows), ideal.map(Double.init)) < 1e-5)
  }

  @Test func theApproximationIsCloserToTheCircuitThanNoWires() throws {
    let expected = try Self.circuitSums(Self.array(.exact))
    let approximate = Self.distance(Self.array(.approximate).read(Self.rows), expected)
    let none = Self.distance(Self.array(nil).read(Self.rows), expected)
    #expect(approximate < none / 4)
  }

  @Test(arguments: [WireParameters.Model.exact, .approximate, .gated], [DeviceParameters.quiet, .ideal])
  func writesReachTheNextRead(model: WireParameters.Model, device: DeviceParameters) {
    let array = Self.array(model, device: device)
    let before = array.read(Self.rows)
    array.program(row: 17, column: 25, pulses: 5, event: 1)
    array.program(row: 2, column: 4, pulses: -5, event: 2)
    let after = array.read(Self.rows)
    #expect(after[25] > before[25])
    // Row 2 is idle, but its cells load the word and bit lines of the tile unless they are gated.
    #expect((after[4] != before[4]) == (model != .gated))
    let resumed = Self.array(model, device: device)
    resumed.state = array.state
    #expect(resumed.read(Self.rows) == after)
  }

  @Test(arguments: [WireParameters.Model.exact, .gated])
  func noiseStaysIndependentOfWhenTilesAreWorkedOut(model: WireParameters.Model) {
    let early = Self.array(model, device: .rough)
    let late = Self.array(model, device: .rough)
    _ = early.read([0, 20, 39], tick: 1)
    for array in [early, late] { array.program(row: 3, column: 3, pulses: 3, event: 1) }
    _ = early.read([3], tick: 2)
    #expect(early.read(Self.rows, tick: 3) == late.read(Self.rows, tick: 3))
  }

  @Test func noiseIsAttenuatedAsItsCurrentIs() {
    var device = DeviceParameters.quiet
    device.readNoise = .relative(0.1)
    let (bare, wired) = (Self.array(nil, device: device), Self.array(.exact, device: device))
    let spread = { (array: CrossbarArray) in
      moments((0..<8_000).map { Double(array.read([0], tick: UInt64($0))[19]) }).variance.squareRoot()
    }
    let sensitivity = { (array: CrossbarArray) in
      let before = array.weightsBehindWires[19]
      var state = array.state
      state.conductances[0][19] *= 1.01
      array.state = state
      return Double(array.weightsBehindWires[19] - before)
    }
    // The far corner of a tile, where the wires are longest: all noise comes from one pair.
    let ratio = spread(wired) / spread(bare)
    #expect(ratio < 0.99)
    #expect(abs(ratio / (sensitivity(wired) / sensitivity(bare)) - 1) < 0.05)
  }
}
