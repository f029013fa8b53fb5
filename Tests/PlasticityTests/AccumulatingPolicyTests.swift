import Devices
import Kernels
import Plasticity
import Testing

@Suite struct AccumulatingPolicyTests {
  private static let layout = PolicyBench.layout
  private static let step = PolicyBench.step

  private static func accumulator(threshold: Float, largestTrain: Int = 1000) -> any WritePolicy {
    PolicyBench.make(.accumulateThreshold(threshold: threshold, largestTrain: largestTrain))
  }

  /// Σ pulses·δ + χ = Σ Δw to the rounding of the accumulator, and no train below the threshold.
  @Test(arguments: [Float(1), 2, 4.5])
  func accumulatorLosesNothingAndNeverWritesBelowTheThreshold(threshold: Float) {
    let policy = Self.accumulator(threshold: threshold)
    var random = SplitMix64(UInt64(threshold * 2))
    var wanted = [Double](repeating: 0, count: 3 * 21)
    var written = wanted
    var trains = 0
    for _ in 0..<500 {
      for row in 0..<3 {
        let changes = random.floats(21, in: -0.02...0.02)
        for column in 0..<21 { wanted[row * 21 + column] += Double(changes[column]) }
        for request in PolicyBench.absorb(policy, row: row, changes: changes) {
          #expect(abs(Float(request.pulses)) >= threshold.rounded(.down))
          let (_, column) = PolicyBench.place(request.position)
          #expect(Self.layout.index(row: row, column: column) == Int(request.position))
          written[row * 21 + column] += Double(request.pulses) * Double(Self.step)
          trains += 1
        }
      }
    }
    let pending = policy.pendingChanges
    for index in wanted.indices { #expect(abs(written[index] + Double(pending[index]) - wanted[index]) < 1e-5) }
    #expect(pending.allSatisfy { abs($0) < threshold * Self.step })
    #expect(trains > 100)
  }

  @Test func pulsesAreTruncatedTowardZero() {
    let policy = Self.accumulator(threshold: 1)
    var changes = [Float](repeating: 0, count: 21)
    (changes[0], changes[5], changes[12], changes[20]) = (0.0299, -0.0299, 0.0099, -0.0099)
    let requests = PolicyBench.absorb(policy, row: 1, changes: changes)
    #expect(requests.map(\.pulses) == [2, -2])
    #expect(requests.map { PolicyBench.place($0.position).column } == [0, 5])
    #expect(abs(policy.pendingChanges[21] - 0.0099) < 1e-7)
    #expect(policy.pendingChanges[21 + 12] == 0.0099)
  }

  @Test func restOfALongTrainWaits() {
    let policy = Self.accumulator(threshold: 1, largestTrain: 3)
    var changes = [Float](repeating: 0, count: 21)
    changes[7] = -0.0755
    #expect(PolicyBench.absorb(policy, row: 0, changes: changes).map(\.pulses) == [-3])
    changes[7] = 0
    #expect(PolicyBench.absorb(policy, row: 0, changes: changes).map(\.pulses) == [-3])
    #expect(PolicyBench.absorb(policy, row: 0, changes: changes).map(\.pulses) == [-1])
    #expect(PolicyBench.absorb(policy, row: 0, changes: changes).isEmpty)
  }

  @Test(arguments: [
    WritePolicyChoice.accumulateThreshold(threshold: 2, largestTrain: 100), .ternary(threshold: 2),
    .wearAware(from: 0.1, .ternary(threshold: 2)),
  ])
  func pendingChangesArePutBackAndContinueIdentically(choice: WritePolicyChoice) {
    let (first, second) = (PolicyBench.make(choice), PolicyBench.make(choice))
    var random = SplitMix64(77)
    for _ in 0..<20 { _ = PolicyBench.absorb(first, row: 1, changes: random.floats(21, in: -0.02...0.02)) }
    second.pendingChanges = first.pendingChanges
    for boundary in UInt64(20)..<40 {
      let changes = random.floats(21, in: -0.02...0.02)
      #expect(
        PolicyBench.absorb(first, row: 1, changes: changes, boundary: boundary)
          == PolicyBench.absorb(second, row: 1, changes: changes, boundary: boundary))
    }
    #expect(first.pendingChanges == second.pendingChanges)
  }

  /// Each trigger is one pulse and drops what is left; opposite changes cancel before it.
  @Test func ternaryTriggersOncePerThreshold() {
    let policy = PolicyBench.make(.ternary(threshold: 3))
    var pulses: [Int32] = []
    var changes = [Float](repeating: 0, count: 21)
    for change in [0.02, 0.0099, -0.02, 0.015, 0.0052, 0, -0.9, -0.0299, -0.0002] as [Float] {
      changes[15] = change
      pulses += PolicyBench.absorb(policy, row: 0, changes: changes).map(\.pulses)
    }
    // 0.02, 0.0299, 0.0099, 0.0249, 0.0301 → +1; −0.9 → −1; −0.0299, −0.0301 → −1.
    #expect(pulses == [1, -1, -1])
    #expect(policy.pendingChanges.allSatisfy { $0 == 0 })
  }

  @Test func thresholdsBelowOnePulseActAsOne() {
    let policy = Self.accumulator(threshold: 0.1)
    var changes = [Float](repeating: 0, count: 21)
    changes[3] = 0.006
    #expect(PolicyBench.absorb(policy, row: 0, changes: changes).isEmpty)
    #expect(PolicyBench.absorb(policy, row: 0, changes: changes).map(\.pulses) == [1])
  }
}
