import Devices
import Testing

@testable import Crossbars

@Suite struct MultiDeviceTests {
  private static func array(devices: Int, direction: PairDirection = .pushPull, rows: Int = 2, columns: Int = 20)
    -> CrossbarArray
  {
    CrossbarArray.make(
      rows: rows, columns: columns, tile: (64, 16), device: .quiet,
      writing: WriteParameters(direction: direction, devicesPerPolarity: devices))
  }

  /// Write number e goes to device e mod N of each polarity, and to no other.
  @Test(arguments: [1, 2, 4, 7])
  func devicesTakeTurns(count: Int) {
    let array = Self.array(devices: count)
    #expect(array.planeCount == 2 * count && array.deviceCount == 2 * count * 40)
    let rounds = 3 * count + 1
    for event in 0..<rounds {
      let before = (0..<2 * count).map { array.conductances(plane: $0) }
      array.program(all: 2, event: UInt64(event))
      for plane in 0..<2 * count {
        #expect((array.conductances(plane: plane) != before[plane]) == (plane % count == event % count))
      }
    }
    for plane in 0..<2 * count {
      let turns = UInt32(plane % count == 0 ? 4 : 3)
      let kind: WearLedger.PulseKind = plane < count ? .set : .reset
      #expect(array.ledger.pulses(kind, plane: plane) == [UInt32](repeating: 2 * turns, count: 40))
    }
    #expect(
      array.ledger.total(.set) == UInt64(rounds * 2 * 40) && array.ledger.total(.reset) == array.ledger.total(.set))
    // Rows, two blocks: a write of a row pulses one device of each polarity.
    #expect(array.writeActivity.setPhasePulses == UInt64(rounds * 2 * 2 * 2))
  }

  /// Each device carries 1/N of the weight, so a pulse moves the weight by a step N times as small.
  @Test(arguments: [2, 5])
  func weightsAreSharedEqually(count: Int) {
    let (single, several) = (Self.array(devices: 1), Self.array(devices: count))
    #expect(abs(several.nominalStep * Float(count) / single.nominalStep - 1) < 1e-6)
    let targets = ReferenceRandom.targets(40, in: -0.5...0.5)
    several.deploy(targets)
    for (weight, target) in zip(several.effectiveWeights, targets) { #expect(abs(weight - target) < 1e-6) }
    for plane in 1..<count { #expect(several.conductances(plane: plane) == several.conductances(plane: 0)) }
    several.deploy([Float](repeating: 0, count: 40))
    for event in 0..<count {
      several.program(row: 1, column: 17, pulses: 1, event: UInt64(event))
      #expect(abs(several.effectiveWeight(row: 1, column: 17) / (Float(event + 1) * several.nominalStep) - 1) < 1e-4)
    }
    single.program(row: 1, column: 17, pulses: 1)
    #expect(abs(several.effectiveWeight(row: 1, column: 17) - single.effectiveWeight(row: 1, column: 17)) < 1e-6)
    // All devices full: the weight limit.
    for event in 0..<count { several.program(row: 0, column: 0, pulses: 500, event: UInt64(event)) }
    #expect(abs(several.effectiveWeight(row: 0, column: 0) - 0.5) < 1e-6)
  }

  @Test func oneSidedDevicesTakeTurnsOnEachSide() {
    let array = Self.array(devices: 3, direction: .oneSided)
    for event in 0..<6 { array.program(all: event < 3 ? 1 : -1, event: UInt64(event)) }
    for plane in 0..<6 { #expect(array.ledger.pulses(.set, plane: plane) == [UInt32](repeating: 1, count: 40)) }
    #expect(array.ledger.total(.reset) == 0)
    #expect(array.effectiveWeights.allSatisfy { abs($0) < 1e-6 })
  }

  /// Noise of N devices averages: the weight of N noisy writes spreads by 1/√N of that of one.
  @Test func devicesOfASynapseHaveTheirOwnNoise() {
    var device = DeviceParameters.quiet
    device.cycleNoise.sigma = 0.03
    func spread(devices: Int) -> Double {
      let array = CrossbarArray.make(
        rows: 1, columns: 8_000, device: device, writing: WriteParameters(devicesPerPolarity: devices))
      for event in 0..<devices { array.program(all: 1, event: UInt64(event)) }
      return moments(array.effectiveWeights.map(Double.init)).variance
    }
    #expect(abs(spread(devices: 4) * 4 / spread(devices: 1) - 1) < 3.29 * (4 / 8_000.0).squareRoot())
  }
}
