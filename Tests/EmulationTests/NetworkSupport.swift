import Checkpoints
import Crossbars
import Devices
import Kernels
import Spiking
import Testing

@testable import Emulation

/// A labelled sample made of random spikes.
struct TestSample {
  var raster: SpikeRaster
  var label: Int

  /// Samples in which each class favours rows of its own, so that there is something to learn.
  static func random(_ count: Int, rows: Int, classes: Int, ticks: Int, seed: UInt64) -> [TestSample] {
    let stream = RandomStream(key: seed)
    return (0..<count).map { sample in
      let label = sample % classes
      var raster = SpikeRaster(rowCount: rows)
      for tick in 0..<ticks {
        for row in 0..<rows {
          let words = stream.words(array: row, item: tick, event: UInt64(sample))
          if words[0] % 100 < (row % classes == label ? 12 : 4) { raster.appendRow(row) }
        }
        raster.endTick()
      }
      return TestSample(raster: raster, label: label)
    }
  }

  /// The same spikes with amplitudes of their own.
  func graded(seed: UInt64) -> TestSample {
    let stream = RandomStream(key: seed)
    var graded = SpikeRaster(rowCount: raster.rowCount)
    graded.removeAll(isGraded: true)
    for tick in 0..<raster.tickCount {
      for row in raster.activeRows(at: tick) {
        let words = stream.words(array: Int(row), item: tick, event: 0)
        graded.appendRow(Int(row), amplitude: Float(words[0] % 1000 + 1) / 1000)
      }
      graded.endTick()
    }
    return TestSample(raster: graded, label: label)
  }

  /// One flag for each row in each tick.
  var flags: [[Bool]] { raster.flags }
}

extension SpikeRaster {
  var flags: [[Bool]] {
    (0..<tickCount).map { tick in
      var flags = [Bool](repeating: false, count: rowCount)
      for row in activeRows(at: tick) { flags[Int(row)] = true }
      return flags
    }
  }
}

/// A device for tests: the preset of an experiment with overrides.
func device(_ overrides: String...) throws -> DeviceParameters {
  try ExperimentConfiguration.load(text: minimalExperiment, name: "x.yaml", overrides: overrides).device.parameters
}

/// 70 inputs, hidden layers of 37 and 20 neurons and 3 classes on ragged tiles of 24 × 20, with exact writes.
func raggedNetwork() throws -> NetworkParameters {
  NetworkParameters(
    inputRows: 70, hidden: [37, 20], outputs: 3,
    neuron: .init(
      membraneTimeConstant: 20e-3, timeStep: 1e-3, threshold: 1, surrogate: .init(kind: .triangle, gain: 0.3)),
    readout: .init(timeConstant: 20e-3, timeStep: 1e-3), initialWeightSigma: 0.25, initialReadoutSigma: 0.2,
    tileRows: 24, tileColumns: 20, weightLimit: 0.9, converter: nil, hasReadNoise: false, ageingInterval: 5e-3,
    device: try device("device.preset=ideal", "writes.policy=exact"), feedback: .random(sigma: 0.3),
    loss: .crossEntropy, rate: 5e-4, readoutRate: 1e-3, filtersEligibility: true, ratePenalty: 0, targetRate: 10,
    updateTicks: nil, policy: .exact, writing: WriteParameters(), seed: 11)
}

/// The ragged network on worn, noisy RRAM behind converters: everything that draws random numbers.
func worstNetwork() throws -> NetworkParameters {
  var parameters = try raggedNetwork()
  parameters.device = try device(
    "device.endurance=2", "device.stuck_off_fraction=0.02", "device.range_sigma=0.07", "device.nonlinearity_sigma=0.2")
  parameters.converter = .init(bits: 6, fullScale: .activeRows(1), offsetSigma: 0.5)
  parameters.hasReadNoise = true
  parameters.wires = WireParameters(
    model: .gated, lines: LineResistances(wordLine: 0, bitLine: 5, driver: 0, sense: 50))
  parameters.policy = .accumulateThreshold(threshold: 2, largestTrain: 64)
  return parameters
}

/// The worst network on phase-change memory: erased and rewritten pairs, drift, telegraph noise, ternary writes.
func phaseChangeNetwork() throws -> NetworkParameters {
  var parameters = try worstNetwork()
  parameters.device = DeviceTechnology.named("pcm-gst-2018")!.parameters
  parameters.device.telegraphNoise = TelegraphNoise(fraction: 0.2)
  parameters.wires = WireParameters(
    model: .exact, lines: LineResistances(wordLine: 2, bitLine: 5, driver: 100, sense: 50))
  parameters.writing = WriteParameters(direction: .oneSided, refresh: PairRefresh(saturation: 0.5, counterpart: 0.1))
  parameters.policy = .ternary(threshold: 1)
  parameters.updateTicks = 7
  return parameters
}

/// A network with its name in the output of the tests.
struct NetworkCase: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var parameters: NetworkParameters

  /// Every write policy, with and without boundaries inside the sample, on one and two hidden layers.
  static let all: [NetworkCase] = {
    do {
      let ragged = try raggedNetwork()
      let worst = try worstNetwork()
      var cases = [NetworkCase(testDescription: "ideal", parameters: ragged)]
      cases.append(cases[0].changed("ideal, boundary every 7 ticks") { $0.updateTicks = 7 })
      cases.append(
        cases[1].changed("ideal, symmetric feedback, rate penalty") {
          $0.hidden = [37]
          $0.feedback = .symmetric
          $0.ratePenalty = 0.5
        })
      cases.append(cases[0].changed("ideal, rounded") { $0.policy = .stochasticRounding(largestTrain: 8) })
      cases.append(NetworkCase(testDescription: "RRAM", parameters: worst))
      cases.append(cases[4].changed("RRAM, boundary every 7 ticks") { $0.updateTicks = 7 })
      cases.append(
        cases[5].changed("RRAM, rounded, unfiltered") {
          $0.policy = .stochasticRounding(largestTrain: 8)
          $0.filtersEligibility = false
        })
      cases.append(
        cases[5].changed("RRAM, verified writes") {
          $0.writing.scheme = .writeVerify(WriteVerify(tolerance: 0.01, verifyBits: 7, attemptLimit: 20))
        })
      cases.append(
        cases[5].changed("RRAM without selectors, two devices a polarity, coincidence") {
          $0.writing = WriteParameters(devicesPerPolarity: 2, biasing: .halfVoltage)
          $0.policy = .wearAware(from: 0.2, .coincidence(bitLength: 15))
        })
      cases.append(
        NetworkCase(testDescription: "PCM, one-sided, drift and traps", parameters: try phaseChangeNetwork()))
      cases.append(
        cases[cases.count - 1].changed("PCM, symmetric feedback, folds inside the sample") {
          $0.hidden = [37]
          $0.feedback = .symmetric
          $0.updateTicks = nil
        })
      for name in ["fefet-hzo-2017", "stt-mram", "rram-cmo-hfox", "ecram-li-2018", "rram-array-om"] {
        cases.append(
          cases[5].changed(name) {
            $0.device = DeviceTechnology.named(name)!.parameters
            $0.policy = .probabilistic(scale: 1)
          })
      }
      // The 70 rows are two channels of 5 × 7 pixels.
      cases.append(
        cases[4].changed("RRAM with biases, symmetric feedback") {
          ($0.hasBias, $0.hidden, $0.feedback) = (true, [37], .symmetric)
        })
      for base in [cases[4], cases[5]] {
        cases.append(
          base.changed("\(base.testDescription), recurrent") {
            $0.hasBias = base.parameters.updateTicks != nil
            ($0.isRecurrent, $0.initialRecurrentSigma) = (true, 0.15)
            $0.neuron.refractoryTicks = 2
          })
      }
      cases.append(
        cases[cases.count - 2].changed("RRAM, recurrent and adaptive, filtered synapses, reset to zero") {
          $0.neuron.reset = .zero
          $0.neuron.synapseTimeConstant = 3e-3
          $0.neuron.adaptation = AdaptiveThreshold(strength: 0.2, timeConstant: 50e-3, share: 0.5)
        })
      let shifted = QuantisedMembrane(bits: 12, scale: 0x1p-9, leak: .shift(4))
      let stochastic = QuantisedMembrane(
        bits: 16, scale: 0x1p-10, leak: .product(factor: 31_170, isStochastic: true))
      cases.append(cases[4].changed("RRAM, membranes of 12 bits") { $0.neuron.membrane = shifted })
      cases.append(
        cases[5].changed("RRAM, recurrent, membranes with a stochastic leak") {
          ($0.isRecurrent, $0.initialRecurrentSigma) = (true, 0.15)
          $0.neuron.membrane = stochastic
        })
      let adaptive = NetworkParameters.Feedback.adaptive(sigma: 0.3, decay: 0.01)
      cases.append(
        cases[5].changed("RRAM, feedback that follows") { ($0.hidden, $0.feedback) = ([37], adaptive) })
      cases.append(
        cases[5].changed("RRAM, OTTT") { ($0.credit, $0.feedback) = (.layerByLayer, .symmetric) })
      cases.append(
        cases[4].changed("RRAM, recurrent, through time") {
          ($0.credit, $0.feedback) = (.throughTime, .symmetric)
          ($0.isRecurrent, $0.initialRecurrentSigma) = (true, 0.15)
        })
      cases.append(
        cases[5].changed("RRAM, local readouts, triggered") {
          $0.credit = .localReadouts
          $0.teaching = .triggered(.init(threshold: 0.2, share: 0.2, gain: 1))
        })
      cases.append(
        cases[4].changed("RRAM, momentum, column sums") {
          ($0.optimiser, $0.columnSum) = (.momentum(decay: 0.8), 6)
        })
      cases.append(
        cases[5].changed("RRAM, Adam") { ($0.optimiser, $0.rate, $0.readoutRate) = (.adam(.init()), 5e-3, 1e-2) })
      let features = try FeatureParameters(
        image: ImageShape(channels: 2, height: 5, width: 7, order: .channelsFirst),
        stages: try FeatureStage.stages("22c3p1-2m-30c2"), sigma: 0.3)
      for base in [cases[0], cases[5]] {
        cases.append(
          base.changed("\(base.testDescription), behind convolutions") {
            ($0.features, $0.hasBias) = (features, $0.updateTicks != nil)
          })
      }
      cases.append(
        cases[cases.count - 1].changed("convolutions of neurons with a stochastic leak") {
          $0.neuron.membrane = stochastic
        })
      return cases + (try mapped(from: cases[5]))
    } catch {
      fatalError("\(error)")
    }
  }()

  /// Weights that are no pairs, with all that lies between them and the converters.
  private static func mapped(from worst: NetworkCase) throws -> [NetworkCase] {
    [
      NetworkCase(testDescription: "PCM", parameters: try phaseChangeNetwork()).changed(
        "PCM against drifting references, wires solved now and then"
      ) {
        $0.writing = WriteParameters()
        $0.device.retention = DeviceTechnology.named("pcm-gst-2018")!.parameters.retention
        $0.mapping = WeightMapping(.referenceColumn, storesComplements: true, referenceSigma: 0.02)
        $0.wires?.staleness = 0.01
      },
      worst.changed("RRAM, slices in two's complement, complements") {
        $0.mapping = WeightMapping(
          .bitSlices(BitSlices(weightBits: 6, deviceBits: 2, signs: .twosComplement)), storesComplements: true,
          referenceSigma: 0.02)
      },
      worst.changed("RRAM, slices of pairs, verified") {
        $0.mapping = WeightMapping(.bitSlices(BitSlices(weightBits: 5, deviceBits: 4)))
        $0.writing.scheme = .writeVerify(WriteVerify(tolerance: 0.02, attemptLimit: 20))
      },
      worst.changed("capacitors that share charge, digital offset") {
        $0.wires = nil
        $0.device = DeviceTechnology.named("fcm-hzo")!.parameters
        $0.charge = ChargeParameters(readout: .sharing, voltage: 0.5)
        // A pulse is a sixteenth of the range.
        $0.rate = 0.05
        $0.readoutRate = 0.1
        $0.policy = .stochasticRounding(largestTrain: 8)
        $0.mapping = WeightMapping(.digitalOffset)
      },
    ]
  }

  func changed(_ name: String, _ change: (inout NetworkParameters) -> Void) -> NetworkCase {
    var copy = NetworkCase(testDescription: name, parameters: parameters)
    change(&copy.parameters)
    return copy
  }
}

extension SpikingNetwork {
  /// Learns from samples one after the other.
  @discardableResult
  func learn(_ samples: some Sequence<TestSample>) -> [SampleOutcome] {
    samples.map { present($0.raster, label: $0.label, learns: true) }
  }

  static func make(_ parameters: NetworkParameters, ticks: Int, threads: Int = 1) -> SpikingNetwork {
    SpikingNetwork(parameters: parameters, largestSample: ticks, pool: TilePool(threadCount: threads))
  }
}

/// Short, since the whole state of a network would bury the failure it is part of.
extension NetworkSnapshot: CustomTestStringConvertible {
  /// What the state is of.
  public var testDescription: String { "state of \(layers.count) layers at tick \(readTicks)" }
}
