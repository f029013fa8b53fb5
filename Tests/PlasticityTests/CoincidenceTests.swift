import Devices
import Kernels
import Plasticity
import Testing

@Suite struct CoincidenceTests {
  private static let step = PolicyBench.step

  /// n ~ Binomial(BL, |Δw|/(δ·BL)): mean within 4 σ and variance BL·p·(1 − p) within 5 σ of 2e4 boundaries.
  @Test func pulsesOfARowAreBinomial() {
    let wanted: [Double] = (0..<21).map { Double($0 - 10) * 0.37 }
    let boundaries = 20_000
    let moments = PolicyBench.moments(
      PolicyBench.make(.coincidence(bitLength: 31)), changes: wanted.map { Float($0) * Self.step },
      boundaries: boundaries)
    for column in 0..<21 {
      // Blocks of 10 columns are updates of their own, as long as their largest change.
      let block = column / 10 * 10..<min(21, column / 10 * 10 + 10)
      let bits = (block.map { abs(wanted[$0]) }.max()! - 1e-5).rounded(.up)
      let probability = abs(wanted[column]) / bits
      let variance = bits * probability * (1 - probability)
      // Var(s²) = (μ₄ − σ⁴)/N, and μ₄ = σ²(1 + 3σ² − 6p(1 − p)) for a binomial.
      let fourth = variance * (1 + 3 * variance - 6 * probability * (1 - probability))
      let spread = (max(fourth - variance * variance, 0) / Double(boundaries)).squareRoot()
      #expect(abs(moments[column].mean - wanted[column]) <= 4 * (variance / Double(boundaries)).squareRoot() + 1e-5)
      #expect(abs(moments[column].variance - variance) <= 5 * spread + 1e-4, "\(column)")
    }
  }

  @Test func lengthFollowsTheLargestChangeUpToItsLimit() {
    let update = CoincidenceUpdate(step: 0.01, bitLength: 31, rowCoding: .spikes, seed: 1)
    #expect(update.slots(largestRow: 1, largestColumn: 0).count == 0)
    #expect(update.slots(largestRow: 0, largestColumn: 1).count == 0)
    #expect(update.slots(largestRow: 1, largestColumn: 1e-9).count == 1)
    #expect(update.slots(largestRow: 1, largestColumn: 0.0099).count == 1)
    #expect(update.slots(largestRow: 1, largestColumn: 0.0101).count == 2)
    #expect(update.slots(largestRow: 1, largestColumn: 0.3).count == 31)
    #expect(update.slots(largestRow: 1, largestColumn: .greatestFiniteMagnitude).count == 31)
    let balanced = CoincidenceUpdate(step: 0.01, bitLength: 31, rowCoding: .balanced, seed: 1)
    let slots = balanced.slots(largestRow: 20, largestColumn: 0.005)
    #expect(slots.count == 10)
    // The largest row and the largest column fire equally often, and together as often as the change needs.
    #expect(abs(slots.rowScale * 20 - slots.columnScale * 0.005) < 1e-6)
    #expect(abs(slots.rowScale * 20 * slots.columnScale * 0.005 * 10 - 10) < 1e-4)
    // A change beyond the limit is cut to one pulse in every slot.
    let requests = PolicyBench.absorb(
      PolicyBench.make(.coincidence(bitLength: 5)), row: 0, changes: [Float](repeating: -7, count: 21))
    #expect(requests.map(\.pulses) == [Int32](repeating: -5, count: 21))
  }

  /// The mean of a rank-1 update is x dᵀ/δ within 4 σ of 2e4 updates.
  @Test func rankOneUpdateIsUnbiased() {
    let update = CoincidenceUpdate(step: 0.01, bitLength: 31, rowCoding: .balanced, seed: 3)
    let rows: [Float] = [0.9, -0.3, 0, 0.05, 1, .nan]
    let columns: [Float] = [0.02, -0.11, 0.004, 0, .infinity]
    let updates = 20_000
    var sums = [Double](repeating: 0, count: 30)
    for event in 0..<updates {
      for (index, pulses) in update.pulses(rows: rows, columns: columns, array: 0, event: UInt64(event)).enumerated() {
        sums[index] += Double(pulses)
      }
    }
    for row in 0..<6 {
      for column in 0..<5 {
        let isSound = rows[row].isFinite && columns[column].isFinite
        let expected = isSound ? Double(rows[row]) * Double(columns[column]) / 0.01 : 0
        // Binomial: the variance is at most the mean.
        let sigma = (abs(expected) / Double(updates)).squareRoot()
        #expect(abs(sums[row * 5 + column] / Double(updates) - expected) <= 4 * sigma + 1e-5)
      }
    }
  }

  /// Pulses of one column share its stream, Cov(n₁ⱼ, n₂ⱼ) = BL·p₁p₂qⱼ(1 − qⱼ), and likewise those of one row; synapses
  /// without a common line are independent. Within 5 σ of 4e4 updates.
  @Test func sharedStreamsHaveTheStatedCovariance() {
    let update = CoincidenceUpdate(step: 0.01, bitLength: 8, rowCoding: .balanced, seed: 5)
    let updates = 40_000
    let x: [Float] = [1, 0.6, 0.5]
    let d: [Float] = [0.08, 0.056, 0.04]
    var sums = [Double](repeating: 0, count: 9)
    var products = (sameColumn: 0.0, sameRow: 0.0, none: 0.0)
    for event in 0..<updates {
      let n = update.pulses(rows: x, columns: d, array: 0, event: UInt64(event)).map(Double.init)
      for index in 0..<9 { sums[index] += n[index] }
      products.sameColumn += n[4] * n[7]
      products.sameRow += n[4] * n[5]
      products.none += n[4] * n[8]
    }
    let count = Double(updates)
    let mean = { (index: Int) in sums[index] / count }
    let (p1, p2, q1, q2) = (0.6, 0.5, 0.7, 0.5)
    // The standard error of a product of two binomials of variance below 2 is below 2·√2/√N.
    let spread = 5 * 2.83 / count.squareRoot()
    #expect(abs(products.sameColumn / count - mean(4) * mean(7) - 8 * p1 * p2 * q1 * (1 - q1)) < spread)
    #expect(abs(products.sameRow / count - mean(4) * mean(5) - 8 * q1 * q2 * p1 * (1 - p1)) < spread)
    #expect(abs(products.none / count - mean(4) * mean(8)) < spread)
    #expect(8 * p1 * p2 * q1 * (1 - q1) > 5 * spread)
  }

  /// The policy is the one-row case: the same streams give the same pulses.
  @Test func policyIsTheUpdateOfOneSpikingRow() {
    let layout = BlockedLayout(rows: 1, columns: 21, tileRows: 1, tileColumns: 21)
    let policy = StochasticCoincidence(layout: layout, step: Self.step, bitLength: 31, array: 6, seed: 9)
    let update = CoincidenceUpdate(step: Self.step, bitLength: 31, rowCoding: .spikes, seed: 9)
    var random = SplitMix64(3)
    for boundary in UInt64(0)..<50 {
      let changes = random.floats(21, in: -0.1...0.1)
      var requests: [PulseRequest] = []
      policy.absorb(
        block: 0, row: 0, changes: changes + [Float](repeating: 0, count: layout.blockWidth - 21), boundary: boundary,
        into: &requests)
      let pulses = update.pulses(rows: [1], columns: changes, array: 6, event: boundary)
      #expect(requests.map(\.pulses) == pulses.filter { $0 != 0 })
      #expect(requests.map { Int($0.position) } == (0..<21).filter { pulses[$0] != 0 })
    }
  }

  @Test func silentRowsAreNotWritten() {
    let update = CoincidenceUpdate(step: 0.01, bitLength: 64, rowCoding: .spikes, seed: 1)
    let pulses = update.pulses(rows: [0, 1, .nan], columns: [0.64, -0.64], array: 0, event: 0)
    #expect(pulses == [0, 0, 64, -64, 0, 0])
  }
}
