import Crossbars
import Plasticity
import Spiking
import Testing

@testable import Emulation

/// Without its hardware the emulator is an ordinary spiking network.
@Suite("Neutrality")
struct NeutralityTests {
  private static let ticks = 50

  private func samples(_ count: Int, seed: UInt64) -> [TestSample] {
    TestSample.random(count, rows: 70, classes: 3, ticks: Self.ticks, seed: seed)
  }

  @Test("an ideal array without converters spikes like a plain float network, tick for tick")
  func forward() throws {
    let network = SpikingNetwork.make(try raggedNetwork(), ticks: Self.ticks)
    var reference = ReferenceNetwork(network)
    var spikeCount = 0
    for sample in samples(24, seed: 1) {
      let outcome = network.present(sample.raster, label: sample.label, learns: false)
      let expected = reference.present(sample.flags, label: sample.label, learns: false)
      #expect(network.hidden.map(\.output.flags) == expected.spikes)
      #expect(outcome.decision == expected.decision)
      spikeCount += network.hidden[1].output.spikeCount
    }
    #expect(network.ticksRead == 1200)
    #expect(spikeCount > 1000, "the last layer must have something to get wrong")
  }

  @Test("learning is e-prop as the equations state it", arguments: Array(NetworkCase.all[..<3]))
  func learning(_ network: NetworkCase) throws {
    try learns(network, samples: samples(12, seed: 2))
  }

  private func learns(_ network: NetworkCase, samples: [TestSample]) throws {
    let emulated = SpikingNetwork.make(network.parameters, ticks: Self.ticks)
    var reference = ReferenceNetwork(emulated)
    let before = emulated.arrays.map(\.array.effectiveWeights)
    for sample in samples {
      let outcome = emulated.present(sample.raster, label: sample.label, learns: true)
      let expected = reference.present(sample.flags, label: sample.label, learns: true)
      #expect(outcome.decision == expected.decision)
      for (layer, spikes) in expected.spikes.enumerated() {
        #expect(outcome.spikes[layer + 1] == UInt64(spikes.joined().count { $0 }))
      }
    }
    for (index, layer) in (reference.hidden + [reference.readout]).enumerated() {
      let weights = emulated.arrays[index].array.effectiveWeights
      #expect(greatestDifference(weights, layer.weights) < 1e-5)
      #expect(greatestDifference(weights, before[index]) > 1e-3, "it must have learned")
    }
  }

  /// Neurons that do more than leak and subtract, with and without their own spikes as input, against derivatives of every
  /// synapse.
  static let neurons: [NetworkCase] = {
    do {
      let base = NetworkCase(testDescription: "plain", parameters: try raggedNetwork())
      let adaptive = AdaptiveThreshold(strength: 0.4, timeConstant: 30e-3, share: 0.5)
      let membrane = QuantisedMembrane(bits: 12, scale: 0x1p-9, leak: .shift(4))
      return [
        base.changed("reset to zero") { $0.neuron.reset = .zero },
        base.changed("adaptive") { $0.neuron.adaptation = adaptive },
        base.changed("filtered synapses") { $0.neuron.synapseTimeConstant = 3e-3 },
        base.changed("refractory") { $0.neuron.refractoryTicks = 3 },
        base.changed("membranes of 12 bits") { $0.neuron.membrane = membrane },
        base.changed("membranes of 12 bits, boundary every 7 ticks") {
          ($0.neuron.membrane, $0.updateTicks) = (membrane, 7)
        },
        base.changed("told signs, by one output each") {
          ($0.teaching, $0.feedbackFanIn) = (.sign(threshold: 0.2), 1)
        },
        base.changed("told targets, boundary every 7 ticks") { ($0.teaching, $0.updateTicks) = (.target, 7) },
        base.changed("biases") { $0.hasBias = true },
        base.changed("biases, recurrent, boundary every 7 ticks") {
          ($0.hasBias, $0.updateTicks) = (true, 7)
          ($0.isRecurrent, $0.initialRecurrentSigma) = (true, 0.15)
        },
        base.changed("recurrent") { ($0.isRecurrent, $0.initialRecurrentSigma) = (true, 0.15) },
        base.changed("recurrent, boundary every 7 ticks") {
          ($0.isRecurrent, $0.initialRecurrentSigma) = (true, 0.15)
          $0.updateTicks = 7
        },
        base.changed("all of it") {
          ($0.isRecurrent, $0.initialRecurrentSigma) = (true, 0.15)
          $0.neuron.reset = .zero
          $0.neuron.adaptation = adaptive
          $0.neuron.synapseTimeConstant = 3e-3
          $0.neuron.refractoryTicks = 2
          $0.ratePenalty = 0.2
        },
        base.changed("all of it with membranes of 12 bits") {
          ($0.isRecurrent, $0.initialRecurrentSigma) = (true, 0.15)
          ($0.neuron.reset, $0.neuron.membrane) = (.zero, membrane)
          $0.neuron.adaptation = adaptive
          $0.neuron.synapseTimeConstant = 3e-3
          $0.neuron.refractoryTicks = 2
        },
      ]
    } catch {
      fatalError("\(error)")
    }
  }()

  /// Other ways for errors to reach hidden layers.
  static let credit: [NetworkCase] = {
    do {
      let base = NetworkCase(testDescription: "plain", parameters: try raggedNetwork())
      let trigger = ErrorTrigger.Parameters(threshold: 0.15, share: 0.3, gain: 1)
      let rules: [NetworkCase] = [
        base.changed("layer by layer") {
          ($0.credit, $0.feedback, $0.filtersEligibility) = (.layerByLayer, .symmetric, false)
          $0.rate *= 4
        },
        base.changed("local readouts") { ($0.credit, $0.filtersEligibility) = (.localReadouts, false) },
        base.changed("local readouts, triggered") {
          ($0.credit, $0.filtersEligibility, $0.teaching) = (.localReadouts, false, .triggered(trigger))
        },
        base.changed("triggered") { $0.teaching = .triggered(trigger) },
        base.changed("through time") { ($0.credit, $0.feedback) = (.throughTime, .symmetric) },
      ]
      let kinds = rules.flatMap { rule in
        [
          rule,
          rule.changed("\(rule.testDescription), recurrent, biases") {
            ($0.isRecurrent, $0.initialRecurrentSigma, $0.hasBias) = (true, 0.15, true)
          },
          rule.changed("\(rule.testDescription), recurrent, adaptive, filtered, reset to zero, rate penalty") {
            ($0.isRecurrent, $0.initialRecurrentSigma) = (true, 0.15)
            $0.neuron.reset = .zero
            $0.neuron.adaptation = AdaptiveThreshold(strength: 0.4, timeConstant: 30e-3, share: 0.5)
            $0.neuron.synapseTimeConstant = 3e-3
            // Through time the penalty is part of what is sent back, which the reference leaves out.
            $0.ratePenalty = rule.parameters.credit.passesWeights ? 0 : 0.2
          },
        ]
      }
      let windows = rules.dropLast().map { rule in
        rule.changed("\(rule.testDescription), boundary every 7 ticks") { $0.updateTicks = 7 }
      }
      let adaptive = base.changed("feedback that follows") {
        ($0.hidden, $0.feedback) = ([37], .adaptive(sigma: 0.3, decay: 0.02))
      }
      return kinds + windows + [adaptive]
    } catch {
      fatalError("\(error)")
    }
  }()

  @Test("errors reach hidden layers as the equations state it", arguments: credit)
  func creditAssignment(_ network: NetworkCase) throws {
    try learns(network, samples: samples(4, seed: 2))
  }

  @Test("after a sample the feed-forward weights of a neuron add up to what is asked")
  func columnSums() throws {
    var parameters = try raggedNetwork()
    (parameters.columnSum, parameters.isRecurrent, parameters.hasBias) = (6, true, true)
    parameters.initialRecurrentSigma = 0.15
    let network = SpikingNetwork.make(parameters, ticks: Self.ticks)
    let own = network.arrays[0].array.effectiveWeight(row: 71 + 3, column: 5)
    parameters.rate = 0
    let still = SpikingNetwork.make(parameters, ticks: Self.ticks)
    for network in [network, still] { network.learn(samples(2, seed: 6)) }
    for layer in 0..<2 {
      let (rows, columns) = (parameters.sources(ofLayer: layer), parameters.hidden[layer])
      let array = network.arrays[layer].array
      for column in 0..<columns {
        let sum = (0..<rows).reduce(Float(0)) { $0 + abs(array.effectiveWeight(row: $1, column: column)) }
        #expect(abs(sum - 6) < 1e-4)
      }
    }
    #expect(still.arrays[0].array.effectiveWeight(row: 71 + 3, column: 5) == own, "recurrent weights are left alone")
    #expect(own != 0)
  }

  @Test("feedback that follows the readout becomes like it")
  func followingFeedback() throws {
    var parameters = try raggedNetwork()
    (parameters.hidden, parameters.feedback) = ([37], .adaptive(sigma: 0.3, decay: 0.05))
    // Every neuron spikes: rows of silent ones do not change.
    parameters.initialWeightMean = 0.1
    let network = SpikingNetwork.make(parameters, ticks: Self.ticks)
    let before = try #require(network.feedbackAlignment)
    network.learn(samples(150, seed: 5))
    let after = try #require(network.feedbackAlignment)
    #expect(abs(before) < 0.5)
    #expect(after > 0.95, "from \(before)")
  }

  @Test("neurons of every kind spike and learn as the equations state it", arguments: neurons)
  func kinds(_ network: NetworkCase) throws {
    // Few samples: sooner or later rounding moves a spike, and a spike that moved moves others.
    try learns(network, samples: samples(4, seed: 2))
    var parameters = network.parameters
    parameters.updateTicks = nil
    let emulated = SpikingNetwork.make(parameters, ticks: Self.ticks)
    var reference = ReferenceNetwork(emulated)
    for sample in samples(6, seed: 4) {
      _ = emulated.present(sample.raster, label: sample.label, learns: false)
      let expected = reference.present(sample.flags, label: sample.label, learns: false)
      // Behind the neurons lies the row of the bias, if there is one.
      let spikes = zip(emulated.hidden, parameters.hidden).map { layer, columns in
        layer.output.flags.map { Array($0[..<columns]) }
      }
      #expect(spikes == expected.spikes)
    }
    guard network.parameters.isRecurrent else { return }
    for (layer, named) in zip(emulated.hidden, emulated.arrays) {
      let (rows, columns) = (named.array.layout.rows, named.array.layout.columns)
      let own = (0..<columns).map { named.array.effectiveWeight(row: rows - columns + $0, column: $0) }
      #expect(own.allSatisfy { $0 == 0 }, "no neuron feeds itself")
    }
  }

  @Test("a neuron hears as many outputs as its fan-in says", arguments: [1, 2, 3, 9])
  func fanIn(outputs: Int) throws {
    var parameters = try raggedNetwork()
    parameters.feedbackFanIn = outputs
    let network = SpikingNetwork.make(parameters, ticks: Self.ticks)
    for layer in network.hidden {
      let feedback = layer.rule.feedbackMatrix
      let columns = feedback.count / 3
      let heard = (0..<columns).map { column in (0..<3).filter { feedback[$0 * columns + column] != 0 } }
      #expect(heard.allSatisfy { $0.count == min(outputs, 3) })
      #expect(outputs >= 3 || Set(heard).count == 3, "not all neurons hear the same outputs")
    }
  }

  @Test("ticks before the label is asked for neither teach nor decide")
  func firstScored() throws {
    var parameters = try raggedNetwork()
    parameters.isRecurrent = true
    parameters.initialRecurrentSigma = 0.1
    for updateTicks in [nil, 7] {
      parameters.updateTicks = updateTicks
      let network = SpikingNetwork.make(parameters, ticks: Self.ticks)
      let before = network.arrays.map(\.array.effectiveWeights)
      for sample in samples(3, seed: 5) {
        _ = network.present(sample.raster, label: sample.label, learns: true, firstScored: Self.ticks)
      }
      #expect(network.arrays.map(\.array.effectiveWeights) == before && network.readout.evidence == [0, 0, 0])
      for sample in samples(3, seed: 5) {
        _ = network.present(sample.raster, label: sample.label, learns: true, firstScored: Self.ticks - 5)
      }
      #expect(network.arrays.map(\.array.effectiveWeights) != before)
    }
  }

  @Test("a 16-bit converter decides the same and moves hardly a spike")
  func converter() throws {
    var parameters = try raggedNetwork()
    let exact = SpikingNetwork.make(parameters, ticks: Self.ticks)
    parameters.converter = Converter(bits: 16, fullScale: .worstCase, offsetSigma: 0)
    let converted = SpikingNetwork.make(parameters, ticks: Self.ticks)
    var (spikes, moved) = (0, 0)
    for sample in samples(24, seed: 3) {
      let outcomes = [exact, converted].map { $0.present(sample.raster, label: sample.label, learns: false) }
      #expect(outcomes[0].decision == outcomes[1].decision)
      for (own, other) in zip(exact.hidden, converted.hidden) {
        spikes += own.output.spikeCount
        for (a, b) in zip(own.output.flags.joined(), other.output.flags.joined()) where a != b { moved += 1 }
      }
    }
    #expect(moved * 100 < spikes, "\(moved) of \(spikes)")
  }

  @Test("a converter whose step divides every weight changes nothing at all")
  func fittingConverter() throws {
    var parameters = try raggedNetwork()
    // Steps of 2⁻¹⁰ are exact in floats, and so are their sums.
    parameters.weightLimit = 32767.0 / 1024 / 24
    let exact = SpikingNetwork.make(parameters, ticks: Self.ticks)
    parameters.converter = Converter(bits: 16, fullScale: .worstCase, offsetSigma: 0)
    let converted = SpikingNetwork.make(parameters, ticks: Self.ticks)
    var state = exact.snapshot
    for layer in state.layers.indices {
      state.layers[layer].array.weights = state.layers[layer].array.weights.map { ($0 * 1024).rounded() / 1024 }
    }
    exact.snapshot = state
    converted.snapshot = state
    for sample in samples(24, seed: 4) {
      let outcomes = [exact, converted].map { $0.present(sample.raster, label: sample.label, learns: false) }
      #expect(outcomes[0] == outcomes[1])
      #expect(exact.hidden[0].output == converted.hidden[0].output)
    }
    #expect(converted.readActivity.conversions > 10_000)
  }

  private func greatestDifference(_ a: [Float], _ b: [Float]) -> Float {
    a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
  }
}
