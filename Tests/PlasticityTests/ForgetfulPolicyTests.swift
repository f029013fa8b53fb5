import Devices
import Kernels
import Plasticity
import Testing

/// Policies that decide about each change at once.
@Suite struct ForgetfulPolicyTests {
  private static let step = PolicyBench.step
  /// Wanted changes in pulses, one per column, −3.7…3.7.
  private static let wanted: [Double] = (0..<21).map { Double($0 - 10) * 0.37 }
  private static let changes = wanted.map { Float($0) * step }

  // MARK: Direct and sign

  @Test func directWriteRoundsHalvesAwayFromZero() {
    let policy = PolicyBench.make(.direct(largestTrain: 3))
    let pulses: [Float] = [0, 0.49, 0.5, -0.5, 0.51, -1.49, 1.5, -2.5, 3.2, 9, -9, 1e30]
    let changes = pulses.map { $0 * 0.015625 } + [Float](repeating: 0, count: 9)
    let power = WritePolicyChoice.direct(largestTrain: 3)
      .makePolicy(layout: PolicyBench.layout, step: 0.015625, array: 0, seed: 0) { _ in 0 }!
    let requests = PolicyBench.absorb(power, row: 2, changes: changes)
    #expect(requests.map(\.pulses) == [1, -1, 1, -1, 2, -3, 3, 3, -3, 3])
    #expect(requests.map { PolicyBench.place($0.position).column } == [2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    // Nothing is kept: a hundred small changes write nothing.
    for _ in 0..<100 {
      #expect(PolicyBench.absorb(policy, row: 0, changes: [Float](repeating: 0.004, count: 21)).isEmpty)
    }
  }

  @Test func signWritesOnePulseOutsideTheDeadZone() {
    let policy = PolicyBench.make(.sign(deadZone: 0.5))
    var changes = [Float](repeating: 0, count: 21)
    (changes[1], changes[2], changes[3], changes[18]) = (0.005, 0.0051, -0.5, -0.0049)
    let requests = PolicyBench.absorb(policy, row: 1, changes: changes)
    #expect(requests.map(\.pulses) == [1, -1])
    #expect(requests.map { PolicyBench.place($0.position).column } == [2, 3])
  }

  // MARK: Stochastic

  /// The mean of 2e4 boundaries is the wanted change within 4 σ (one of 21 columns fails by chance in 1e3 seeds), and one
  /// boundary varies by f·(1 − f).
  @Test func stochasticRoundingIsUnbiased() {
    let boundaries = 20_000
    let moments = PolicyBench.moments(
      PolicyBench.make(.stochasticRounding(largestTrain: 1000)), changes: Self.changes, boundaries: boundaries)
    for column in 0..<21 {
      let fraction = abs(Self.wanted[column]).truncatingRemainder(dividingBy: 1)
      let variance = fraction * (1 - fraction)
      #expect(
        abs(moments[column].mean - Self.wanted[column]) <= 4 * (variance / Double(boundaries)).squareRoot() + 1e-6)
      #expect(abs(moments[column].variance - variance) <= 0.01)
    }
  }

  /// P(pulse) = min(1, |Δw|/scale) within 4 σ of 2e4 boundaries.
  @Test(arguments: [Float(1), 2.5])
  func probabilisticWriteHasItsProbability(scale: Float) {
    let boundaries = 20_000
    let moments = PolicyBench.moments(
      PolicyBench.make(.probabilistic(scale: scale)), changes: Self.changes, boundaries: boundaries)
    for column in 0..<21 {
      let probability = min(1, abs(Self.wanted[column]) / Double(scale))
      let expected = Self.wanted[column] < 0 ? -probability : probability
      let sigma = (probability * (1 - probability) / Double(boundaries)).squareRoot()
      #expect(abs(moments[column].mean - expected) <= 4 * sigma + 1e-6)
    }
  }

  @Test(arguments: ["stochastic-rounding", "probabilistic", "coincidence"])
  func drawsDependOnSeedArrayBoundaryAndPlaceOnly(name: String) throws {
    let choice = try #require(PolicyBench.choices.first { $0.name == name }).choice
    var random = SplitMix64(1)
    let changes = random.floats(21, in: -0.02...0.02)
    func fresh(row: Int = 1, array: Int = 0, seed: UInt64 = 5, boundary: UInt64 = 9) -> [PulseRequest] {
      PolicyBench.absorb(
        PolicyBench.make(choice, array: array, seed: seed), row: row, changes: changes, boundary: boundary)
    }
    let first = fresh()
    let used = PolicyBench.make(choice)
    for boundary in 0..<9 { _ = PolicyBench.absorb(used, row: 0, changes: changes, boundary: UInt64(boundary)) }
    #expect(PolicyBench.absorb(used, row: 1, changes: changes, boundary: 9) == first)
    #expect(PolicyBench.absorb(used, row: 1, changes: changes, boundary: 10) != first)
    #expect(fresh(boundary: 9 | 1 << 40) != first)
    #expect(fresh(seed: 6) != first)
    #expect(fresh(array: 1) != first)
    #expect(fresh(row: 2).map(\.pulses) != first.map(\.pulses))
  }

  @Test func stochasticRoundingCutsLongTrains() {
    let policy = PolicyBench.make(.stochasticRounding(largestTrain: 4))
    let requests = PolicyBench.absorb(policy, row: 0, changes: [Float](repeating: -0.1, count: 21))
    #expect(requests.map(\.pulses) == [Int32](repeating: -4, count: 21))
    #expect(PolicyBench.absorb(policy, row: 0, changes: [Float](repeating: 0, count: 21)).isEmpty)
  }
}
