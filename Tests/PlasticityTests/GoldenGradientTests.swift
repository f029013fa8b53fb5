import Foundation
import Kernels
import Plasticity
import Testing

/// Gradients of `golden_eprop.json`. Input gradients apply to `ff_lif_sub` only: the other cases have recurrent weights, an
/// adaptive threshold or a reset to zero, which make eligibility depend on the synapse in ways this rule leaves out.
@Suite struct GoldenGradientTests {
  private struct Golden: Decodable {
    struct Case: Decodable {
      var z: [[Int]]
      var y: [[Double]]
      var psi: [[Float]]
      var bptt_in: [[Double]]
      var bptt_out: [[Double]]
      var eprop_in_sym_kf1: [[Double]]
      var eprop_in_sym_kf0: [[Double]]
      var eprop_in_rand_kf1: [[Double]]
      var eprop_in_rand_kf0: [[Double]]
    }

    var lam: Float
    var kappa: Float
    var Wout: [[Float]]
    var B: [[Float]]
    var X: [[Int]]
    var target: [[Double]]
    var cases: [String: Case]
  }

  private static func golden() throws -> Golden {
    let url = try #require(
      Bundle.module.url(forResource: "golden_eprop", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: url))
  }

  private static func observation(
    _ golden: Golden, _ record: Golden.Case, spikes: [[Int]], feedback: [[Float]]
  ) -> Observation {
    let errors = zip(record.y, golden.target).map { y, target in zip(y, target).map { Float($0 - $1) } }
    return Observation(
      rows: spikes[0].count, columns: feedback.count, outputs: 2, ticks: spikes.count,
      inputs: spikes.map { $0.map { $0 == 1 } }, psi: record.psi, errors: errors,
      feedback: (0..<2).map { output in feedback.map { $0[output] } },
      spikeCounts: [Int32](repeating: 0, count: feedback.count))
  }

  private static func gradient(_ golden: Golden, isSymmetric: Bool, isFiltered: Bool) throws -> [Float] {
    let record = try #require(golden.cases["ff_lif_sub"])
    let feedback = isSymmetric ? golden.Wout : golden.B
    let observation = observation(golden, record, spikes: golden.X, feedback: feedback)
    let rule = EProp.make(
      for: observation, parameters: .init(rate: -1, leak: golden.lam, decay: isFiltered ? golden.kappa : nil),
      largestWindow: 12, carries: false)
    return rule.changes(of: observation, window: 0..<12, decay: golden.kappa)
  }

  @Test(arguments: [true, false], [true, false])
  func inputGradientIsReproduced(isSymmetric: Bool, isFiltered: Bool) throws {
    let golden = try Self.golden()
    let record = try #require(golden.cases["ff_lif_sub"])
    let expected =
      switch (isSymmetric, isFiltered) {
      case (true, true): record.eprop_in_sym_kf1
      case (true, false): record.eprop_in_sym_kf0
      case (false, true): record.eprop_in_rand_kf1
      case (false, false): record.eprop_in_rand_kf0
      }
    let gradient = try Self.gradient(golden, isSymmetric: isSymmetric, isFiltered: isFiltered)
    #expect(relativeError(gradient, expected.flatMap { $0 }) < 1e-5)
  }

  /// With the filter and symmetric feedback e-prop is the gradient of backpropagation through time.
  @Test func filteredSymmetricRuleIsTheTrueGradient() throws {
    let golden = try Self.golden()
    let expected = try #require(golden.cases["ff_lif_sub"]).bptt_in.flatMap { $0 }
    #expect(relativeError(try Self.gradient(golden, isSymmetric: true, isFiltered: true), expected) < 1e-5)
    #expect(relativeError(try Self.gradient(golden, isSymmetric: true, isFiltered: false), expected) > 1e-3)
  }

  /// The readout has no reset and no recurrence: every recorded case applies.
  @Test(arguments: ["ff_lif_sub", "rec_lif_sub", "rec_alif_sub", "ff_lif_zero"])
  func readoutGradientIsReproduced(name: String) throws {
    let golden = try Self.golden()
    let record = try #require(golden.cases[name])
    let observation = Self.observation(golden, record, spikes: record.z, feedback: golden.Wout)
    let rule = ReadoutRule(
      layout: BlockedLayout(rows: 4, columns: 2, tileRows: 64, tileColumns: 64), largestWindow: 12, rate: -1,
      decay: golden.kappa, carriesTraces: false)
    let gradient = rule.changes(of: observation, window: 0..<12)
    #expect(relativeError(gradient, record.bptt_out.flatMap { $0 }) < 1e-5)
  }
}
