import Crossbars
import Devices
import Kernels
import Testing

@Suite struct ArrayStateTests {
  private static let converter = Converter(bits: 6, fullScale: .activeRows(4), offsetSigma: 0.5)

  private static func array(_ device: DeviceParameters, tile: (Int, Int) = (8, 10)) -> CrossbarArray {
    CrossbarArray.make(rows: 21, columns: 37, tile: tile, device: device, converter: converter)
  }

  private static func exercise(_ array: CrossbarArray, rounds: Range<Int>) -> [Float] {
    rounds.flatMap { round in
      var random = ReferenceRandom(UInt64(round))
      for block in 0..<array.layout.blockCount {
        array.program(random.requests(array.layout, block: block), block: block, event: UInt64(round))
      }
      return array.read(random.activeRows(of: 21, density: 0.3), tick: UInt64(round))
    }
  }

  private static var noisyIdeal: DeviceParameters {
    var device = DeviceParameters.ideal
    device.readNoise = .relative(0.05)
    return device
  }

  /// A state put into a fresh array is the same bits, and reads and writes go on as if never stopped.
  @Test(arguments: [DeviceParameters.quiet, .rough, .ideal, ArrayStateTests.noisyIdeal])
  func putBackStateContinuesIdentically(device: DeviceParameters) {
    let whole = Self.array(device)
    var random = ReferenceRandom(99)
    whole.deploy(random.floats(21 * 37, in: -0.3...0.3))
    _ = Self.exercise(whole, rounds: 0..<20)
    let state = whole.state
    let resumed = Self.array(device)
    resumed.state = state
    #expect(resumed.state == state)
    #expect(resumed.effectiveWeights == whole.effectiveWeights)
    #expect(Self.exercise(resumed, rounds: 20..<40) == Self.exercise(whole, rounds: 20..<40))
    #expect(resumed.state == whole.state)
    #expect(resumed.state != state)
    #expect(resumed.readActivity == whole.readActivity)
    #expect(resumed.stuckDeviceCount == whole.stuckDeviceCount)
  }

  @Test func shapesOfTheStateFollowTheDevice() {
    let ideal = Self.array(.ideal).state
    #expect(ideal.weights.count == 21 * 37 && ideal.conductances.isEmpty && ideal.wear.isEmpty)
    #expect(ideal.setPulses.map(\.count) == [21 * 37])
    let rough = Self.array(.rough).state
    #expect(rough.weights.isEmpty && rough.conductances.map(\.count) == [21 * 37, 21 * 37])
    #expect(rough.wear.count == 2 && rough.setPulses.count == 2 && rough.conditions.count == 2)
    #expect(Self.array(.quiet).state.wear.isEmpty)
  }

  /// Devices carry the same numbers on tiles of any size: same faults, responses and lives. The noise of writes, drawn for
  /// whole rows of tiles, is not.
  @Test(arguments: [(16, 16), (5, 3), (64, 64)])
  func devicesDoNotDependOnTheTiles(tile: (Int, Int)) {
    var device = DeviceParameters.rough
    device.cycleNoise = CycleNoise()
    let reference = Self.array(device, tile: (64, 64))
    let array = Self.array(device, tile: tile)
    var random = ReferenceRandom(5)
    for event in 0..<2_000 {
      let (row, column) = (Int.random(in: 0..<21, using: &random), Int.random(in: 0..<37, using: &random))
      let pulses = Int.random(in: 1...6, using: &random) * (Bool.random(using: &random) ? 1 : -1)
      reference.program(row: row, column: column, pulses: pulses, event: UInt64(event))
      array.program(row: row, column: column, pulses: pulses, event: UInt64(event))
    }
    for plane in 0..<2 {
      #expect(array.conditions(plane: plane) == reference.conditions(plane: plane))
      #expect(array.conductances(plane: plane) == reference.conductances(plane: plane))
      #expect(array.wearFractions(plane: plane) == reference.wearFractions(plane: plane))
      #expect(array.ledger.pulses(.set, plane: plane) == reference.ledger.pulses(.set, plane: plane))
    }
    #expect(array.conditions(plane: 0).contains { $0 == .wornOn || $0 == .wornOff })
  }
}
