import Crossbars
import Devices
import Hardware
import Kernels
import Testing

@Suite("Costs of reads")
struct ReadCostsTests {
  private static func technology(_ name: String) throws -> DeviceParameters {
    try #require(DeviceTechnology.named(name)).parameters
  }

  private static func activity(rows: UInt64, reads: UInt64, conversions: UInt64) -> ReadActivity {
    var activity = ReadActivity()
    (activity.activeRows, activity.tileReads, activity.conversions) = (rows, reads, conversions)
    return activity
  }

  private static let idle = ReadCosts.Neurons(inputs: 0, count: 0, ticks: 0)

  /// 64 × 64 cells of 27 µS on average, 6.4 rows driven at 0.1 V for 5 ns.
  private static let sparse = ReadCosts.Tile(
    rows: 64, columns: 64, activity: activity(rows: 64, reads: 10, conversions: 640), state: 64 * 64 * 27e-6)

  @Test("A read of 6.4 rows of 64 cells of 27 uS at 0.1 V for 5 ns takes 0.55 pJ")
  func cells() throws {
    let device = try Self.technology("rram-taox-hfox")
    #expect(device.pulse.readVoltage == 0.1 && device.pulse.readWidth == 5e-9)
    let costs = ReadCosts(
      tiles: [Self.sparse], device: device, converterBits: nil, neurons: Self.idle, hardware: HardwareParameters())
    #expect(abs(costs["cells"].energy / 10 - 0.55e-12) < 0.005e-12)
    #expect(abs(costs["word_lines"].energy / (64 * 0.01 * device.pulse.lineCapacitance) - 1) < 1e-12)
    #expect(costs["conversions"].energy == 0 && abs(costs.time - 50e-9) < 1e-18)
  }

  @Test("A conversion takes the energy of the fit at the resistance of a bit line of half the cells of a pair")
  func conversions() throws {
    let device = try Self.technology("rram-taox-hfox")
    for hardware in [HardwareParameters(), HardwareParameters(node: .nanometres22, temperature: 350)] {
      let costs = ReadCosts(
        tiles: [Self.sparse], device: device, converterBits: 6, neurons: Self.idle, hardware: hardware)
      let fit = SuccessiveApproximationConverter(bits: 6, node: hardware.node, temperature: hardware.temperature)
        .energy(resistance: 1 / (6.4 * 27e-6 / 2), readVoltage: 0.1)
      #expect(abs(costs["conversions"].energy / (640 * fit) - 1) < 1e-9)
      #expect(costs["multiplexers"].energy == 0)
    }
    let spikeSim = ReadCosts(
      tiles: [Self.sparse], device: device, converterBits: 6, neurons: Self.idle,
      hardware: HardwareParameters(node: .nanometres22, converterModel: .spikeSim, temperature: 350))
    #expect(abs(spikeSim["conversions"].energy / 640 - 2.03084e-12) < 1e-18)
    #expect(abs(spikeSim["multiplexers"].energy / 640 - 0.094245e-12) < 1e-18)
    #expect(spikeSim["accumulations"].count == 640 && abs(spikeSim["accumulations"].energy - 640 * 0.06e-12) < 1e-18)
  }

  @Test("Columns that share a converter wait for each other; the busiest tile tells the time", arguments: [1, 8, 100])
  func time(shared: Int) throws {
    var quiet = Self.sparse
    quiet.activity = Self.activity(rows: 2, reads: 2, conversions: 128)
    let costs = ReadCosts(
      tiles: [quiet, Self.sparse], device: try Self.technology("rram-taox-hfox"), converterBits: 6,
      neurons: Self.idle, hardware: HardwareParameters(columnsPerConverter: shared))
    let read = 5e-9 + 7e-9 * Double(min(shared, 64))
    #expect(abs(costs.time / (10 * read) - 1) < 1e-9 && abs(costs.tileTime / (12 * read) - 1) < 1e-9)
    let twice = costs + costs
    #expect(abs(twice.time / (20 * read) - 1) < 1e-9 && twice.energy == 2 * costs.energy)
  }

  @Test("Neurons are updated every tick, with two accesses to 22 bits and a bit of memory for every input")
  func neurons() throws {
    let costs = ReadCosts(
      tiles: [], device: try Self.technology("rram-taox-hfox"), converterBits: 6,
      neurons: .init(inputs: 130, count: 20, ticks: 1000), hardware: HardwareParameters())
    #expect(costs["neuron_updates"].count == 20_000 && abs(costs["neuron_updates"].energy - 20_000 * 1.3e-12) < 1e-18)
    #expect(abs(costs["potential_accesses"].energy / (40_000 * 22 * 4e-12 / 64) - 1) < 1e-12)
    #expect(costs["spike_words"].count == 3000 && abs(costs["spike_words"].energy / (3000 * 4e-12) - 1) < 1e-12)
    #expect(costs.energy(of: .digital) == costs.energy && costs.time == 0)
  }

  @Test("Reads of capacitances move charge: half V squared C, whatever their width")
  func capacitances() throws {
    let device = try Self.technology("fcm-hzo")
    #expect(device.quantity == .capacitance)
    var tile = Self.sparse
    tile.state = 64 * 64 * device.on
    let costs = ReadCosts(
      tiles: [tile], device: device, converterBits: 5, neurons: Self.idle, hardware: HardwareParameters())
    let square = device.pulse.readVoltage * device.pulse.readVoltage
    #expect(abs(costs["cells"].energy / (0.5 * square * 64 * 64 * device.on) - 1) < 1e-9)
    let fit = SuccessiveApproximationConverter(bits: 5).energy(resistance: .infinity, readVoltage: 1)
    #expect(abs(costs["conversions"].energy / (640 * fit) - 1) < 1e-9)
  }

  /// An array read `reads` times with 4 random rows of 100, on uneven tiles.
  private static func read(_ name: String, converter: Converter?, reads: Int = 400) throws -> (CrossbarArray, Double) {
    let layout = BlockedLayout(rows: 100, columns: 50, tileRows: 32, tileColumns: 20)
    let device = try technology(name)
    let array = CrossbarArray(
      layout: layout,
      parameters: .init(
        index: 0, weightLimit: 0.5, converter: converter, hasReadNoise: false, device: device), seed: 5)
    let stream = RandomStream(key: 3)
    array.deploy(
      (0..<5000).map { Float($0 % 3) * 0.2 * stream.gaussians(array: 0, item: $0, event: 0)[0] })
    let planes = (0..<array.planeCount).map { array.conductances(plane: $0) }
    var driven = 0.0
    for tick in 0..<UInt64(reads) {
      let words = stream.words(array: 1, item: 0, event: tick)
      let rows = Set((0..<4).map { Int32(words[$0] % 100) }).sorted()
      var sums = [Float](repeating: 0, count: layout.blockWidth)
      for block in 0..<layout.blockCount {
        rows.withUnsafeBufferPointer { array.read(block: block, rows: $0, tick: tick, into: &sums) }
      }
      for plane in planes {
        for row in rows { for column in 0..<50 { driven += Double(plane[Int(row) * 50 + column]) } }
      }
    }
    let voltage = device.pulse.readVoltage
    return (array, driven * voltage * voltage * device.pulse.readWidth)
  }

  /// Pairs that keep their sum are exact; for others random rows come within 1 % of the mean row (99.9 %, about 1 500 rows
  /// whose sums spread by less than 10 %).
  @Test(
    "The mean row stands for the rows that were driven",
    arguments: [("ideal", 1e-6), ("rram-taox-hfox", 0.01), ("pcm-gst-2018", 0.01)])
  func meanRow(name: String, tolerance: Double) throws {
    for converter in [nil, Converter(bits: 6, fullScale: .activeRows(4), offsetSigma: 0)] {
      let (array, driven) = try Self.read(name, converter: converter)
      let costs = array.readCosts(ticks: 400, on: HardwareParameters())
      #expect(abs(costs["cells"].energy / driven - 1) < tolerance)
      #expect(costs["cells"].count == array.readActivity.activeRows)
      #expect((costs.time > 0) == (converter != nil))
    }
  }

  @Test("Parts and components add up to the total, and counts of tiles to those of the array")
  func sums() throws {
    let (array, _) = try Self.read(
      "rram-taox-hfox", converter: Converter(bits: 6, fullScale: .worstCase, offsetSigma: 0))
    let costs = array.readCosts(ticks: 400, on: HardwareParameters(converterModel: .spikeSim))
    let parts = ReadCosts.Part.allCases.map { costs.energy(of: $0) }
    #expect(parts.allSatisfy { $0 > 0 } && abs(parts.reduce(0, +) / costs.energy - 1) < 1e-12)
    #expect(abs(costs.components.reduce(0) { $0 + $1.energy } / costs.energy - 1) < 1e-12)
    let tiles = array.tileReadActivity
    #expect(tiles.count == 4 * 3 && costs["conversions"].count == array.readActivity.conversions)
    #expect(tiles.reduce(into: ReadActivity()) { $0.add($1) } == array.readActivity)
    let total = (0..<array.planeCount).reduce(0.0) {
      $0 + array.conductances(plane: $1).reduce(0.0) { $0 + Double($1) }
    }
    #expect(abs(array.tileConductances.reduce(0, +) / total - 1) < 1e-9)
    #expect(ReadCosts.none + costs == costs && costs + .none == costs)
  }
}

extension ReadCosts {
  fileprivate subscript(key: String) -> CostComponent {
    components.first { $0.key == key } ?? CostComponent(name: key, count: 0, energy: .nan, time: .nan)
  }
}

extension CrossbarArray {
  /// With a neuron for each column.
  fileprivate func readCosts(ticks: UInt64, on hardware: HardwareParameters) -> ReadCosts {
    readCosts(neurons: .init(inputs: layout.rows, count: layout.columns, ticks: ticks), on: hardware)
  }
}
