import Crossbars
import Foundation
import Kernels
import Plasticity
import Testing

@testable import Emulation

/// Networks that learn from spike times.
@Suite("Competitive network")
struct CompetitiveNetworkTests {
  private static let ticks = 60
  private let samples = TestSample.random(30, rows: 70, classes: 3, ticks: Self.ticks, seed: 8)

  private func parameters(_ change: (inout NetworkParameters) -> Void = { _ in }) throws -> NetworkParameters {
    var parameters = try raggedNetwork()
    parameters.hidden = [37]
    parameters.weightLimit = 1
    parameters.initialWeightMean = 0.5
    parameters.initialWeightSigma = 0.2
    parameters.neuron.reset = .zero
    parameters.neuron.threshold = 8
    var competition = CompetitionParameters(
      rule: .rectangular(.init(potentiation: 0.05, depression: 0.02, softness: 3, window: 5)), inhibitionTicks: 4,
      decision: .votes(memory: 10))
    competition.homeostasis = 0.2
    competition.targetSpikes = 0.1
    parameters.competition = competition
    change(&parameters)
    return parameters
  }

  private func learn(_ network: any EmulatedNetwork, _ samples: [TestSample]) -> [SampleOutcome] {
    samples.map { network.present($0.raster, label: $0.label, learns: true, firstScored: 0) }
  }

  /// The same network in plain double loops: winners, weights, thresholds.
  @Test("Winner-take-all with rectangular STDP is what its equations say")
  func reference() throws {
    let parameters = try parameters()
    let network = CompetitiveNetwork(parameters: parameters, largestSample: Self.ticks)
    let leak = parameters.neuron.leak
    var weights = network.arrays[0].array.effectiveWeights
    #expect(weights.allSatisfy { 0...1 ~= $0 } && weights.contains { $0 > 0.8 })
    var thresholds = [Float](repeating: 8, count: 37)
    var total = 0
    for sample in samples {
      let outcome = learn(network, [sample])[0]
      var potentials = [Float](repeating: 0, count: 37)
      var last = [Int](repeating: -1000, count: 70)
      var counts = [Int](repeating: 0, count: 37)
      var inhibited = 0
      for (tick, flags) in sample.flags.enumerated() {
        for row in 0..<70 where flags[row] { last[row] = tick }
        if inhibited > 0 {
          inhibited -= 1
          continue
        }
        for neuron in 0..<37 {
          var sum: Float = 0
          for row in 0..<70 where flags[row] { sum += weights[row * 37 + neuron] }
          potentials[neuron] = potentials[neuron] * leak + sum
        }
        let margins = zip(potentials, thresholds).map { $0 - $1 }
        let winner = try #require(margins.indices.max { (margins[$0], -$0) < (margins[$1], -$1) })
        guard margins[winner] > 0 else { continue }
        counts[winner] += 1
        potentials = [Float](repeating: 0, count: 37)
        inhibited = 4
        for row in 0..<70 {
          let weight = weights[row * 37 + winner]
          let isRecent = last[row] > tick - 5
          let change = isRecent ? 0.05 * expf(-3 * weight) : -0.02 * expf(-3 * (1 - weight))
          weights[row * 37 + winner] = min(max(weight + change, 0), 1)
        }
      }
      #expect(outcome.spikes == [UInt64(sample.raster.spikeCount), UInt64(counts.reduce(0, +))])
      total += counts.reduce(0, +)
      for neuron in 0..<37 { thresholds[neuron] = max(0, thresholds[neuron] + 0.2 * (Float(counts[neuron]) - 0.1)) }
      let layer = network.snapshot.layers[0]
      #expect(zip(layer.thresholds, thresholds).allSatisfy { abs($0 - $1) < 1e-4 })
    }
    #expect(total > 100)
    let learned = network.arrays[0].array.effectiveWeights
    #expect(zip(learned, weights).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  private static let kinds: [(name: String, change: @Sendable (inout NetworkParameters) -> Void)] = [
    ("rectangular", { _ in }),
    (
      "binary",
      { $0.competition?.rule = .rectangular(.init(potentiation: 0.1, depression: 0.05, softness: nil, window: 5)) }
    ),
    (
      "pairs, two layers",
      {
        $0.hidden = [37, 12]
        $0.competition?.rule = .exponential(.init(potentiation: 0.02, depression: 0.01))
      }
    ),
    (
      "triplets with reward, fixed classes, no inhibition",
      {
        $0.competition?.rule = .exponential(
          .init(potentiation: 0.001, depression: 0.001, tripletPotentiation: 0.003, weightDependence: 1))
        $0.competition?.rewardDecay = 0.99
        $0.competition?.inhibitionTicks = nil
        $0.competition?.decision = .assigned
      }
    ),
    ("readout", { $0.competition?.decision = .readout }),
  ]

  /// On worn, noisy RRAM behind converters.
  @Test("A network continued from its snapshot ends as one that went on", arguments: kinds.indices)
  func continued(kind: Int) throws {
    let worst = try worstNetwork()
    let parameters = try parameters {
      $0.device = worst.device
      $0.converter = worst.converter
      $0.hasReadNoise = true
      $0.wires = worst.wires
      $0.policy = .stochasticRounding(largestTrain: 64)
      Self.kinds[kind].change(&$0)
    }
    let whole = parameters.makeNetwork(largestSample: Self.ticks)
    let outcomes = learn(whole, samples)
    let pulses = whole.totalPulses
    #expect(pulses.set + pulses.reset > 100)
    let first = parameters.makeNetwork(largestSample: Self.ticks)
    let early = learn(first, Array(samples[..<11]))
    let second = parameters.makeNetwork(largestSample: Self.ticks)
    second.snapshot = first.snapshot
    #expect(early + learn(second, Array(samples[11...])) == outcomes)
    #expect(second.snapshot == whole.snapshot)
    #expect(second.learningNeeds.map(\.layer) == second.arrays.map(\.name))
  }

  @Test("Without learning nothing changes but the counts of reads")
  func forwardOnly() throws {
    for kind in Self.kinds {
      let network = try parameters(kind.change).makeNetwork(largestSample: Self.ticks)
      let before = network.snapshot
      for sample in samples { _ = network.present(sample.raster, label: sample.label, learns: false, firstScored: 0) }
      let after = network.snapshot
      for (old, new) in zip(before.layers, after.layers) {
        #expect(old.array.weights == new.array.weights && old.thresholds == new.thresholds, "\(kind.name)")
        #expect(old.responses == new.responses)
      }
      #expect(before.boundaries == after.boundaries && network.totalPulses == (0, 0))
    }
  }

  @Test("Neurons vote for the classes they answered to")
  func votes() {
    var votes = ClassVotes(classes: 2, neurons: 3, memory: 2)
    #expect(votes.votes(spikeCounts: [1, 1, 1]).indexOfLargest == 0)
    votes.learn(spikeCounts: [4, 0, 2], label: 0)
    votes.learn(spikeCounts: [0, 4, 2], label: 1)
    #expect(votes.responses == [2, 0, 1, 0, 2, 1])
    #expect(votes.votes(spikeCounts: [1, 3, 9]).indexOfLargest == 1)
    #expect(votes.votes(spikeCounts: [3, 1, 9]).indexOfLargest == 0)
    #expect(votes.votes(spikeCounts: [0, 0, 9]).indexOfLargest == 0)
  }

  @Test("A reward turns the changes of a wrong decision round")
  func reward() throws {
    let parameters = try parameters {
      $0.competition?.rewardDecay = 1
      $0.competition?.decision = .assigned
      $0.competition?.homeostasis = 0
    }
    var network = parameters.makeNetwork(largestSample: Self.ticks)
    let sample = samples[0]
    let before = network.arrays[0].array.effectiveWeights
    let decision = learn(network, [sample])[0].decision
    let first = zip(network.arrays[0].array.effectiveWeights, before).map { $0 - $1 }
    network = parameters.makeNetwork(largestSample: Self.ticks)
    _ = network.present(sample.raster, label: (sample.label + 1) % 3, learns: true, firstScored: 0)
    let second = zip(network.arrays[0].array.effectiveWeights, before).map { $0 - $1 }
    let isDecided = decision == sample.label || decision == (sample.label + 1) % 3
    #expect(first.contains { abs($0) > 1e-3 })
    // The same spikes and so the same trace, with opposite reward if one label was right; rails cut little.
    let signs = isDecided ? -1 : 1
    let agreeing = zip(first, second).count { abs($0 - Float(signs) * $1) < 1e-6 }
    #expect(agreeing > first.count * 9 / 10)
  }
}
