import Foundation
import Kernels
import Plasticity
import Testing

/// Gradients of `golden_eprop.json`: feed-forward and recurrent, adaptive thresholds, resets to zero.
@Suite struct GoldenGradientTests {
  private struct Golden: Decodable {
    struct Case: Decodable {
      var z: [[Int]]
      var y: [[Double]]
      var psi: [[Float]]
      var beta: Float
      var rho: Float
      var reset: String
      var bptt_in: [[Double]]
      var bptt_out: [[Double]]
      var eprop_in_sym_kf1: [[Double]]
      var eprop_in_sym_kf0: [[Double]]
      var eprop_in_rand_kf1: [[Double]]
      var eprop_in_rand_kf0: [[Double]]
      var eprop_rec_sym_kf1: [[Double]]
      var eprop_rec_sym_kf0: [[Double]]
      var eprop_rec_rand_kf1: [[Double]]
      var eprop_rec_rand_kf0: [[Double]]

      /// Recorded gradient of the input weights, or of those between the neurons.
      func gradient(isSymmetric: Bool, isFiltered: Bool, ofInputs: Bool) -> [Double] {
        let all =
          switch (isSymmetric, isFiltered) {
          case (true, true): (eprop_in_sym_kf1, eprop_rec_sym_kf1)
          case (true, false): (eprop_in_sym_kf0, eprop_rec_sym_kf0)
          case (false, true): (eprop_in_rand_kf1, eprop_rec_rand_kf1)
          case (false, false): (eprop_in_rand_kf0, eprop_rec_rand_kf0)
          }
        return (ofInputs ? all.0 : all.1).flatMap { $0 }
      }
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

  /// - Parameter ofInputs: else of the rows that carry the spikes of the neurons, one tick late.
  private static func gradient(
    _ golden: Golden, _ name: String = "ff_lif_sub", isSymmetric: Bool, isFiltered: Bool, ofInputs: Bool = true
  ) throws -> [Float] {
    let record = try #require(golden.cases[name])
    let late = [[Int](repeating: 0, count: record.z[0].count)] + record.z.dropLast()
    let observation = observation(
      golden, record, spikes: ofInputs ? golden.X : late, feedback: isSymmetric ? golden.Wout : golden.B)
    let rule = EProp.make(
      for: observation,
      parameters: .init(
        rate: -1, leak: golden.lam, decay: isFiltered ? golden.kappa : nil, adaptationDecay: record.rho,
        adaptationStrengths: record.beta > 0 ? [Float](repeating: record.beta, count: 4) : [],
        resetsToZero: record.reset == "zero"),
      largestWindow: 12, carries: false, firstOwnRow: ofInputs ? nil : 0)
    let bits = record.z.flatMap { spikes -> [UInt8] in
      var byte = 0
      for (neuron, spike) in spikes.enumerated() { byte |= spike << neuron }
      return [UInt8(byte), 0]
    }
    return rule.changes(of: observation, window: 0..<12, decay: golden.kappa, spikeBits: bits, spikeStride: 2)
  }

  @Test(
    arguments: ["ff_lif_sub", "rec_lif_sub", "rec_alif_sub", "ff_lif_zero"],
    [(true, true), (true, false), (false, true), (false, false)])
  func everyRecordedGradientIsReproduced(name: String, form: (isSymmetric: Bool, isFiltered: Bool)) throws {
    let golden = try Self.golden()
    let record = try #require(golden.cases[name])
    for ofInputs in [true, false] {
      var expected = record.gradient(
        isSymmetric: form.isSymmetric, isFiltered: form.isFiltered, ofInputs: ofInputs)
      if !ofInputs { for neuron in 0..<4 { expected[5 * neuron] = 0 } }
      let gradient = try Self.gradient(
        golden, name, isSymmetric: form.isSymmetric, isFiltered: form.isFiltered, ofInputs: ofInputs)
      #expect(relativeError(gradient, expected) < 1e-5, "\(name), inputs \(ofInputs)")
    }
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

  /// The same in double precision: forward pass, back-propagation with detached resets, and the twin of the
  /// kernel give every recorded digit, of which there are twelve behind the point.
  @Test(arguments: ["ff_lif_sub", "rec_lif_sub", "rec_alif_sub", "ff_lif_zero"])
  func doublePrecisionGivesEveryRecordedDigit(name: String) throws {
    let url = try #require(
      Bundle.module.url(forResource: "golden_eprop", withExtension: "json", subdirectory: "Fixtures"))
    let record = try JSONDecoder().decode(Doubles.self, from: Data(contentsOf: url))
    let expected = try #require(record.cases[name])
    let isRecurrent = name.hasPrefix("rec")
    var network = SmallNetwork<Double>(
      inputs: 3, neurons: 4, outputs: 2, inputWeights: record.Win.flatMap { $0 },
      recurrentWeights: record.Wrec.flatMap { $0 }.map { isRecurrent ? $0 : 0 },
      outputWeights: record.Wout.flatMap { $0 }, target: record.target[0], leak: record.lam, decay: record.kappa,
      threshold: record.theta, gain: record.gamma, adaptationDecay: expected.rho, strength: expected.beta,
      resetsToZero: expected.reset == "zero")
    let input = record.X.map { $0.map { $0 == 1 } }
    let run = network.run(input)
    let exact = network.backPropagation(run, input: input, detachesRecurrence: false)
    var worst = [
      Self.distance(run.potentials, expected.U), Self.distance(run.psi, expected.psi),
      Self.distance(run.readout, expected.y), Self.distance([exact.input], [expected.bptt_in.flatMap { $0 }]),
      Self.distance([exact.output], [expected.bptt_out.flatMap { $0 }]),
    ]
    #expect(run.spikes == expected.z)
    for isFiltered in [true, false] {
      let twin = network.reversed(run, rows: input, isFiltered: isFiltered)
      let recorded = isFiltered ? expected.eprop_in_sym_kf1 : expected.eprop_in_sym_kf0
      worst.append(Self.distance([twin], [recorded.flatMap { $0 }]))
    }
    network.outputWeights = record.B.flatMap { $0 }
    let random = network.reversed(run, rows: input)
    worst.append(Self.distance([random], [expected.eprop_in_rand_kf1.flatMap { $0 }]))
    #expect(worst.allSatisfy { $0 < 1e-12 }, "\(worst)")
  }

  private struct Doubles: Decodable {
    struct Case: Decodable {
      var U: [[Double]]
      var z: [[Double]]
      var y: [[Double]]
      var psi: [[Double]]
      var beta: Double
      var rho: Double
      var reset: String
      var bptt_in: [[Double]]
      var bptt_out: [[Double]]
      var eprop_in_sym_kf1: [[Double]]
      var eprop_in_sym_kf0: [[Double]]
      var eprop_in_rand_kf1: [[Double]]
    }

    var lam: Double
    var kappa: Double
    var theta: Double
    var gamma: Double
    var Win: [[Double]]
    var Wrec: [[Double]]
    var Wout: [[Double]]
    var B: [[Double]]
    var X: [[Int]]
    var target: [[Double]]
    var cases: [String: Case]
  }

  /// Greatest difference.
  private static func distance(_ actual: [[Double]], _ expected: [[Double]]) -> Double {
    zip(actual.joined(), expected.joined()).map { abs($0 - $1) }.max() ?? 1
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
