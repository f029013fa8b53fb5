import Crossbars
import Devices
import Kernels
import Testing

/// Solutions of the wires that are kept while the states move little.
@Suite struct StaleWireTests {
  private static let lines = LineResistances(wordLine: 5, bitLine: 5, driver: 100, sense: 50)

  private static func array(
    staleness: Double, device: DeviceParameters = .quiet, mapping: WeightMapping = WeightMapping()
  ) -> CrossbarArray {
    let array = CrossbarArray.make(
      rows: 32, columns: 24, tile: (16, 16), device: device,
      wires: WireParameters(model: .exact, lines: lines, staleness: staleness), mapping: mapping)
    var random = ReferenceRandom(3)
    array.deploy(random.floats(32 * 24, in: -0.4...0.4))
    return array
  }

  private static let active = (0..<Int32(32)).filter { $0 % 3 == 0 }

  @Test func keptSolutionsFollowWritesToFirstOrder() {
    let (exact, kept) = (Self.array(staleness: 0), Self.array(staleness: 0.01))
    let ideal = CrossbarArray.make(rows: 32, columns: 24, tile: (16, 16), device: .quiet)
    let before = exact.read(Self.active)
    #expect(zip(kept.read(Self.active), before).allSatisfy { abs($0 - $1) < 1e-6 })
    // Pulses to three synapses of a tile of 256: far below a hundredth of its conductance.
    for array in [exact, kept, ideal] {
      for place in [(0, 0), (3, 5), (15, 12)] { array.program(row: place.0, column: place.1, pulses: 5) }
    }
    let (now, followed) = (exact.read(Self.active), kept.read(Self.active))
    #expect(abs(now[0] - before[0]) > 0.02)
    for (sum, expected) in zip(followed, now) { #expect(abs(sum - expected) < 1e-3) }
    #expect(zip(followed, now).contains { $0 != $1 })
    #expect(exact.wireSolutions == (5, 0))
    #expect(kept.wireSolutions == (4, 1))
  }

  @Test func muchWrittenTilesAreSolvedAgain() {
    let (exact, kept) = (Self.array(staleness: 0), Self.array(staleness: 0.01))
    for array in [exact, kept] {
      _ = array.read(Self.active)
      array.program((0..<32 * 24).map { $0 % 2 == 0 ? 4 : -4 })
    }
    for (sum, expected) in zip(kept.read(Self.active), exact.read(Self.active)) { #expect(abs(sum - expected) < 1e-6) }
    #expect(kept.wireSolutions == (8, 0))
  }

  /// What was last solved is saved: a resumed run reads the same bits.
  @Test(arguments: [WeightMapping(), WeightMapping(.referenceColumn, referenceSigma: 0.02)], [false, true])
  func resumedSolutionsAreTheSame(mapping: WeightMapping, isContinuous: Bool) {
    guard !isContinuous || mapping == WeightMapping() else { return }
    var device = isContinuous ? DeviceParameters.ideal : .rough
    if !isContinuous { device.retention = .powerLaw(PowerLawDrift(exponent: .fixed(mean: 0.05, sigma: 0))) }
    func go(_ array: CrossbarArray, from first: Int) -> [Float] {
      (first..<first + 6).flatMap { round in
        array.program(row: round, column: round % 24, pulses: 3, event: UInt64(round), tick: UInt64(50 * round))
        return array.read(Self.active, tick: UInt64(50 * round + 20))
      }
    }
    let whole = Self.array(staleness: 0.02, device: device, mapping: mapping)
    _ = go(whole, from: 0)
    let resumed = Self.array(staleness: 0.02, device: device, mapping: mapping)
    resumed.state = whole.state
    #expect(resumed.state == whole.state)
    #expect(go(resumed, from: 6) == go(whole, from: 6))
    #expect(resumed.state == whole.state)
    #expect(whole.wireSolutions.reused > 0)
  }
}
