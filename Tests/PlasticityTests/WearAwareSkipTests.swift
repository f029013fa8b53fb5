import Devices
import Plasticity
import Synchronization
import Testing

@Suite struct WearAwareSkipTests {
  private static let changes = [Float](repeating: 0.01, count: 21)

  /// Columns 0…20 have the wear 0, 0.05, …, 1; a train is sent with probability 1 up to 0.6, then (1 − w)/0.4. Within 4 σ
  /// of 2e4 boundaries.
  @Test func trainsAreThinnedTowardsTheEndOfLife() {
    let policy = WritePolicyChoice.wearAware(from: 0.6, .direct(largestTrain: 3)).makePolicy(
      layout: PolicyBench.layout, step: 0.01, array: 0, seed: 8
    ) { Float(PolicyBench.place(Int32($0)).column) / 20 }!
    let boundaries = 20_000
    let moments = PolicyBench.moments(policy, changes: Self.changes, boundaries: boundaries)
    for column in 0..<21 {
      let probability = min(1, (1 - Double(column) / 20) / 0.4)
      let sigma = (probability * (1 - probability) / Double(boundaries)).squareRoot()
      #expect(abs(moments[column].mean - probability) <= 4 * sigma + 1e-5)
    }
    #expect(moments[12].mean == 1 && moments[20].mean == 0)
  }

  /// Wear that follows the pulses approaches the end of life and does not cross it.
  @Test func wearStaysBelowTheEndOfLife() {
    let worn = Mutex([Float](repeating: 0, count: PolicyBench.layout.storageCount))
    let policy = WearAwareSkip(
      PolicyBench.make(.sign(deadZone: 0)), from: 0.5, array: 0, seed: 2
    ) { position in worn.withLock { $0[position] } }
    for boundary in UInt64(0)..<4000 {
      for request in PolicyBench.absorb(policy, row: 0, changes: Self.changes, boundary: boundary) {
        worn.withLock { $0[Int(request.position)] += 0.001 }
      }
    }
    let wear = worn.withLock { $0 }.filter { $0 > 0 }
    #expect(wear.count == 21)
    #expect(wear.allSatisfy { (0.9..<1.001).contains($0) })
  }

  /// The skipping draws are not those of a wrapped probabilistic policy.
  @Test func drawsDifferFromThoseOfTheWrappedPolicy() {
    let policy = WritePolicyChoice.wearAware(from: 0, .probabilistic(scale: 2)).makePolicy(
      layout: PolicyBench.layout, step: 0.01, array: 0, seed: 8
    ) { _ in 0.5 }!
    let moments = PolicyBench.moments(policy, changes: Self.changes, boundaries: 20_000)
    let mean = moments.map(\.mean).reduce(0, +) / 21
    // Independent: 1/2 · 1/2. Shared draws would give 1/2.
    #expect(abs(mean - 0.25) < 0.003)
  }

  @Test func wearThatIsNoNumberDoesNotSkip() {
    let policy = WearAwareSkip(PolicyBench.make(.sign(deadZone: 0)), from: 0, array: 0, seed: 2) { _ in .nan }
    #expect(PolicyBench.absorb(policy, row: 0, changes: Self.changes).count == 21)
  }
}
