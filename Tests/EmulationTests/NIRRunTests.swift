import Checkpoints
import Foundation
import Kernels
import Spiking
import Testing

@testable import Emulation

/// Networks written as NIR graphs, read again, and learned from.
@Suite("NIR graphs and runs") struct NIRRunTests {
  let laboratory: TinyLaboratory
  /// Ideal arrays, on which weights are what they are.
  private static let ideal = [
    "device.preset=ideal", "writes.policy=exact", "device.endurance=0", "crossbar.adc_bits=0",
    "crossbar.weight_limit=2",
  ]

  init() throws { laboratory = try TinyLaboratory() }

  // MARK: Round trips

  static let networks: [NetworkCase] = {
    do {
      let base = NetworkCase(testDescription: "plain", parameters: try raggedNetwork())
      return [
        base,
        base.changed("odd constants") {
          $0.neuron.membraneTimeConstant = 17.3e-3
          $0.neuron.threshold = 0.7
          $0.readout.timeConstant = 3.1e-3
        },
        base.changed("biases, recurrent") {
          ($0.hasBias, $0.isRecurrent, $0.initialRecurrentSigma) = (true, true, 0.1)
        },
        base.changed("filtered, refractory, reset to zero") {
          $0.neuron.synapseTimeConstant = 4e-3
          $0.neuron.refractoryTicks = 3
          $0.neuron.reset = .zero
        },
        base.changed("adaptive") { $0.neuron.adaptation = .init(strength: 0.3, timeConstant: 0.1, share: 0.5) },
        base.changed("without a leak") { $0.neuron.membraneTimeConstant = .infinity },
        base.changed("behind convolutions") {
          let image = ImageShape(channels: 2, height: 5, width: 7, order: .channelsFirst)
          $0.features = try? FeatureParameters(image: image, stages: FeatureStage.stages("4c3p1-6c2s2"), sigma: 0.3)
        },
      ]
    } catch {
      fatalError("\(error)")
    }
  }()

  @Test("weights, leaks and thresholds come back to the last bit", arguments: networks)
  func roundTrip(_ network: NetworkCase) throws {
    let parameters = network.parameters
    let arrays = SpikingNetwork(parameters: parameters).arrays.map(\.array.effectiveWeights)
    let file = try NIRGraph(parameters, weights: arrays).filed(in: laboratory.folder)
    let imported = try ImportedNetwork(file, .init(timeStep: parameters.neuron.timeStep))
    var again = parameters
    (again.hidden, again.features, again.hasBias) = ([1], nil, false)
    again.neuron = .init(
      membraneTimeConstant: 1, timeStep: parameters.neuron.timeStep, threshold: 5,
      surrogate: parameters.neuron.surrogate)
    try imported.apply(to: &again, image: parameters.features?.image)
    #expect(SpikingNetwork(parameters: again).arrays.map(\.array.effectiveWeights) == arrays)
    #expect(again.neuron.leak == parameters.neuron.leak && again.readout.decay == parameters.readout.decay)
    #expect(again.neuron.synapseLeak == parameters.neuron.synapseLeak)
    #expect(again.neuron.threshold == parameters.neuron.threshold && again.neuron.reset == parameters.neuron.reset)
    #expect(again.neuron.refractoryTicks == parameters.neuron.refractoryTicks)
    #expect(again.neuron.adaptation == parameters.neuron.adaptation)
    #expect(again.hidden == parameters.hidden && again.isRecurrent == parameters.isRecurrent)
    #expect(again.hasBias == parameters.hasBias)
    #expect(try NIRGraph(again, weights: arrays) == file.graph)
  }

  @Test("what NIR has no word for is refused")
  func inexpressible() throws {
    var parameters = try raggedNetwork()
    parameters.readout.timeConstant = .infinity
    let weights = SpikingNetwork(parameters: parameters).arrays.map(\.array.effectiveWeights)
    #expect(sentence { _ = try NIRGraph(parameters, weights: weights) }.contains("a readout that does not leak"))
    parameters = try raggedNetwork()
    (parameters.neuron.membraneTimeConstant, parameters.neuron.synapseTimeConstant) = (.infinity, 1e-3)
    #expect(sentence { _ = try NIRGraph(parameters, weights: weights) }.contains("filtered synapses that do not leak"))
    parameters = try raggedNetwork()
    parameters.neuron.membrane = QuantisedMembrane(bits: 16, scale: 1e-3, leak: .shift(4))
    #expect(sentence { _ = try NIRGraph(parameters, weights: weights) }.contains("potentials of whole units"))
    parameters = try raggedNetwork()
    parameters.features = try FeatureParameters(
      image: ImageShape(channels: 2, height: 5, width: 7, order: .channelsFirst), stages: FeatureStage.stages("2m"),
      sigma: 0)
    #expect(sentence { _ = try NIRGraph(parameters, weights: weights) }.contains("pooling that spikes (2m"))
  }

  // MARK: Runs

  /// A run, and the graph of what it learned.
  private func learned(_ overrides: [String]) throws -> String {
    _ = try laboratory.begin("first", overrides).execute()
    let path = laboratory.folder("first.nir")
    try NIRFile.write(try LearnedNetwork(runFolder: laboratory.folder("first")).graph, to: path)
    return path
  }

  @Test(
    "a run goes on from the graph of another",
    arguments: [
      [], ["network.recurrent=true", "network.bias=true"], ["network.synapse_time_constant=10 ms"],
    ])
  func continued(overrides: [String]) throws {
    let path = try learned(Self.ideal + overrides)
    let newest = try CheckpointStore(folder: laboratory.folder("first/checkpoints")).newestValid()
    let before = try #require(newest).checkpoint
    let run = try laboratory.begin("second", Self.ideal + ["network.weights_from=\(path)"])
    for (own, other) in zip(run.network.snapshot.layers, before.network.layers) {
      #expect(own.array.weights == other.array.weights, "\(own.name)")
    }
    _ = try run.execute()
    let after = try LearnedNetwork(runFolder: laboratory.folder("second"))
    #expect(after.samples == 96)
    #expect(after.graph.nodes.keys.sorted() == (try NIRFile(path: path)).graph.nodes.keys.sorted())
    #expect(after.graph != (try NIRFile(path: path)).graph, "it must have learned")
    let provenance = try JSONText.decode(
      Provenance.self, from: String(contentsOfFile: laboratory.folder("second/provenance.json"), encoding: .utf8))
    #expect(provenance.weights == path && provenance.weightsSha256?.count == 64)
  }

  @Test("a cut run goes on though its graph is gone")
  func cut() throws {
    let path = try learned(["crossbar.weight_limit=2"])
    // Devices that cannot hold a weight hold the nearest that they can.
    let overrides = ["network.weights_from=\(path)", "crossbar.weight_limit=3"]
    _ = try laboratory.begin("whole", overrides).execute()
    try laboratory.begin("cut", overrides).execute(samples: 41)
    try FileManager.default.removeItem(atPath: path)
    let resumed = try laboratory.resume("cut")
    #expect(resumed.run.position.samplesSeen > 0)
    _ = try resumed.run.execute()
    #expect(try laboratory.remains("cut") == laboratory.remains("whole"))
    #expect(try LearnedNetwork(runFolder: laboratory.folder("cut")).samples == 96)
  }

  @Test("a graph that does not fit is refused")
  func unfit() throws {
    let path = try learned(Self.ideal)
    func text(_ overrides: [String], from file: String = path) -> String {
      sentence { _ = try laboratory.experiment(["network.weights_from=\(file)"] + overrides) }
    }
    #expect(text(Self.ideal).isEmpty)
    let limit = text(["crossbar.weight_limit=0.1"])
    #expect(
      limit.contains("expected weights within ±0.1 (crossbar.weight_limit), found ")
        && limit.contains(" beyond, the largest "))
    #expect(text(["crossbar.weight_limit=0.1", "network.weights_clip=true"]).isEmpty)
    #expect(
      text(Self.ideal + ["stream.level_rows=3"]).contains("signals, the rows of \(laboratory.recordingPath), found 12"))
    #expect(text(Self.ideal, from: NIRTranslationTests.golden).contains("node/metadata/dt: expected ticks of 0.005 s"))
    let golden = text(Self.ideal + ["network.weights_time_step=1 ms"], from: NIRTranslationTests.golden)
    #expect(golden.contains("the input: expected 12 signals"))
    #expect(text(Self.ideal, from: "nowhere.nir").contains("nowhere.nir: cannot be read as a NIR graph: no such file"))
    let zero = text(Self.ideal + ["network.weights_reset=zero", "learning.update_ticks=5"])
    #expect(zero.contains("learning.update_ticks: 0"))
  }

  @Test("keys of a network of one's own are refused beside a graph")
  func conflicts() throws {
    let yaml = """
      stream: {kind: sensor-recording, path: x.h5}
      network: {weights_from: net.nir, hidden: [4]}
      """
    let error = #expect(throws: ConfigurationError.self) {
      try ExperimentConfiguration.load(text: yaml, name: "x.yaml")
    }
    #expect("\(try #require(error))".contains("network.hidden"))
    #expect("\(try #require(error))".contains("network.weights_from is none, which is net.nir"))
    let rule = sentence {
      _ = try laboratory.configuration(["network.weights_from=net.nir", "learning.rule=pair-stdp"])
    }
    #expect(rule.contains("network.weights_from is for layers that learn from errors"))
    // What an override takes the meaning from is left out.
    let configuration = try laboratory.configuration(["network.weights_from=net.nir"])
    #expect(!configuration.resolved.yaml.contains("hidden:"))
    #expect(configuration.network.weightsTimeStep == configuration.network.timeStep)
  }
}
