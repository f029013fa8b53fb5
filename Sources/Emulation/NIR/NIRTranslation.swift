import Checkpoints
import Foundation
import Spiking

/// Turns a NIR graph into a network: `input → W → neurons → … → W → leaky integrator → output`, convolutions first.
///
///     λ = exp(−Δt/τ), g = (1 − λ)·r                              exact
///     λ = 1 − Δt/τ,   g = r·Δt/τ                                 Euler
///     g = r·Δt for IF; times w_in·(1 − λs), or w_in·Δt/τsyn, behind a filter
///     weight = g·W        bias = g·b + (1 − λ)·(v_leak − v_reset)        θ = v_threshold − v_reset
///
/// A spike lasts one tick and drives with 1. Potentials are counted from v_reset, where they also begin. Neurons with thresholds of
/// their own get weights by the ratio to the smallest, which changes no spike. A filter passes its input on in the same tick.
/// - Reference: J. E. Pedersen et al., Nat. Commun. 15, 8122 (2024), doi:10.1038/s41467-024-52259-9.
struct NIRTranslation {
  /// A population between linear maps.
  struct Population {
    let place: String
    let neurons: NIRNeurons
    /// What leads to it.
    let input: SignalPaths.Signal
  }

  let graph: FlatGraph
  let wanted: ImportedNetwork.Discretisation
  var paths: SignalPaths

  init(_ file: NIRFile, _ wanted: ImportedNetwork.Discretisation) throws(NIRError) {
    graph = try FlatGraph(file)
    self.wanted = wanted
    paths = SignalPaths(graph)
  }

  /// The network.
  mutating func network() throws(NIRError) -> ImportedNetwork {
    let (populations, readout) = try chain()
    let settings = try NIRSettings(graph, populations: populations.map(\.place) + [readout.place], wanted: wanted)
    let constants = try populations.map { population throws(NIRError) in
      try NeuronConstants(population.neurons, place: population.place, file: graph.file, settings: settings)
    }
    let readoutConstants =
      readout.place == graph.output
      ? NeuronConstants(memoryless: readout.neurons.count)
      : try NeuronConstants(readout.neurons, place: readout.place, file: graph.file, settings: settings)
    guard readoutConstants.synapseLeak == 0 else {
      throw unsupported(
        readout.place, "found \(readout.neurons.type.rawValue) with filtered synapses as readout",
        "the readout has none; use LI")
    }
    let leak = try common(populations, constants.map(\.leak), "leaks")
    let synapseLeak = try common(populations, constants.map(\.synapseLeak), "filters")
    guard case .input(let inputShape) = graph.nodes[graph.input]?.kind else {
      throw unsupported(graph.input, "found no input", "give the graph an Input")
    }
    let thresholds = constants.flatMap(\.thresholds)
    let threshold = thresholds.min() ?? 1
    guard settings.adaptation == nil || thresholds.max() == threshold else {
      throw unsupported(
        "node", "found thresholds from \(threshold) to \(thresholds.max() ?? 0) that adapt (beta_a)",
        "give all neurons one threshold")
    }
    var assembly = NIRAssembly(
      graph: graph, inputShape: inputShape, threshold: threshold, populations: populations, constants: constants)
    try assembly.addLayers()
    try assembly.addReadout(readout, readoutConstants)
    return ImportedNetwork(
      inputShape: inputShape, convolutions: assembly.convolutions, features: assembly.features,
      hidden: assembly.layers.map(\.columns), outputs: assembly.readoutColumns, isRecurrent: assembly.isRecurrent,
      hasBias: assembly.hasBias, timeStep: settings.timeStep, leak: leak, synapseLeak: synapseLeak,
      threshold: Float(threshold),
      reset: settings.reset, refractoryTicks: settings.refractoryTicks, adaptation: settings.adaptation,
      readoutDecay: readoutConstants.leak, weights: try assembly.weights())
  }

  // MARK: Order

  /// The spiking populations from the input on, and the readout.
  private mutating func chain() throws(NIRError) -> (populations: [Population], readout: Population) {
    let readout = try readout()
    var left: [Population] = []
    for (place, node) in graph.nodes.sorted(by: { $0.key < $1.key }) {
      guard case .neurons(let neurons) = node.kind, place != readout.place else { continue }
      guard neurons.type.spikes else {
        throw unsupported(
          place, "found \(node.type) ahead of other nodes", "only the readout, ahead of Output, may be without spikes")
      }
      let input = try paths.input(of: place)
      try requireCount(neurons, input, at: place)
      left.append(Population(place: place, neurons: neurons, input: input))
    }
    var ordered: [Population] = []
    var last = graph.input
    while !left.isEmpty {
      let isNext = { (population: Population) in
        Set(population.input.maps.keys).subtracting([population.place]) == [last]
      }
      guard let next = left.firstIndex(where: isNext), left.count(where: isNext) == 1 else {
        let found = left.map { population in
          "\(population.place) hears \(population.input.maps.keys.sorted().joined(separator: ", "))"
        }
        throw unsupported(
          last, "found layers that are no chain from here (\(found.joined(separator: "; ")))",
          "each layer may hear the one before and itself only")
      }
      last = left[next].place
      ordered.append(left.remove(at: next))
    }
    guard !ordered.isEmpty else {
      throw unsupported(graph.output, "found no spiking neurons", "a network has at least one hidden layer")
    }
    guard Set(readout.input.maps.keys) == [last] else {
      throw unsupported(
        readout.place, "found a readout that hears \(readout.input.maps.keys.sorted().joined(separator: ", "))",
        "it may hear the last hidden layer, \(last), only")
    }
    return (ordered, readout)
  }

  /// The leaky integrators ahead of the output, or, where weights lead to it, integrators without memory.
  private mutating func readout() throws(NIRError) -> Population {
    let output = try paths.input(of: graph.output)
    let isPlain = output.constant.isEmpty && output.maps.count == 1
    if isPlain, let (place, map) = output.maps.first, case .identity = map,
      case .neurons(let neurons) = graph.nodes[place]?.kind
    {
      guard !neurons.type.spikes else {
        throw unsupported(
          place, "found spiking neurons (\(neurons.type.rawValue)) ahead of the output",
          "the readout is a leaky integrator: end the graph with a Linear and an LI")
      }
      let input = try paths.input(of: place)
      try requireCount(neurons, input, at: place)
      return Population(place: place, neurons: neurons, input: input)
    }
    for place in output.maps.keys {
      guard case .neurons(let neurons) = graph.nodes[place]?.kind, !neurons.type.spikes else { continue }
      throw unsupported(
        place, "found \(neurons.type.rawValue) with weights between it and the output", "make it the last node")
    }
    let memoryless = NIRNeurons(
      type: .leakyIntegrator, shape: output.shape, resistances: [Double](repeating: 1, count: output.count))
    return Population(place: graph.output, neurons: memoryless, input: output)
  }

  private func requireCount(
    _ neurons: NIRNeurons, _ input: SignalPaths.Signal, at place: String
  ) throws(NIRError) {
    guard neurons.count == input.count else {
      throw .unfit(
        file: graph.file, node: place, expected: "\(neurons.count) signals, one for each neuron",
        found: "\(input.shape)")
    }
  }

  /// The number that all populations share.
  private func common(_ populations: [Population], _ values: [Float], _ what: String) throws(NIRError) -> Float {
    for (population, value) in zip(populations, values) where value != values[0] {
      throw unsupported(
        population.place, "found \(what) of \(value) in a tick, and \(values[0]) in \(populations[0].place)",
        "all hidden neurons share one: give them the same time constants")
    }
    return values[0]
  }

  private func unsupported(_ place: String, _ found: String, _ remedy: String) -> NIRError {
    .unsupported(file: graph.file, node: place, found: found, remedy: remedy)
  }
}

extension ImportedNetwork {
  /// The network of a graph.
  /// - Throws: `NIRError` for graphs that no network of this program is.
  public init(_ file: NIRFile, _ discretisation: Discretisation) throws(NIRError) {
    var translation = try NIRTranslation(file, discretisation)
    self = try translation.network()
  }
}
