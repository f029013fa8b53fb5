import Checkpoints
import Kernels
import Spiking

extension NIRGraph {
  /// The graph of a network with these weights.
  ///
  /// Ticks are those of Euler's rule, τ = Δt/(1 − λ), r = 1/(1 − λ), so that weights, thresholds and leaks come back to the last
  /// bit (leaks of time constants above 0.06 ticks). Metadata give `dt`, `decay` and what NIR has no word for.
  ///
  /// - Parameter weights: those of ``NetworkParameters/arrayShapes``, each `[rows × columns]`.
  /// - Throws: `NIRError.inexpressible`.
  public init(_ parameters: NetworkParameters, weights: [[Float]]) throws(NIRError) {
    var export = NIRExport(parameters: parameters, weights: weights)
    try export.addFeatures()
    for layer in 0..<parameters.layerCount { try export.addLayer(layer) }
    export.add("output", .output(shape: [parameters.outputs]))
    self.init(nodes: export.nodes, edges: export.edges, metadata: export.metadata)
  }
}

/// A graph being made of a network.
private struct NIRExport {
  let parameters: NetworkParameters
  let weights: [[Float]]
  private(set) var nodes: [String: NIRNode] = [:]
  private(set) var edges: [NIRGraph.Edge] = []
  private var last = "input"

  init(parameters: NetworkParameters, weights: [[Float]]) {
    self.parameters = parameters
    self.weights = weights
    let image = parameters.features.map { [$0.image.channels, $0.image.height, $0.image.width] }
    nodes["input"] = NIRNode(.input(shape: image ?? [parameters.inputRows]))
  }

  private var timeStep: Double { parameters.neuron.timeStep }

  /// What NIR has no word for.
  var metadata: NIRMetadata {
    let neuron = parameters.neuron
    var metadata: NIRMetadata = [
      "dt": .number(timeStep), "decay": .text("euler"),
      "reset": .text(neuron.reset == .zero ? "zero" : "subtract"),
      "written_by": .text("crosspoint \(ProgramVersion.text)"),
    ]
    if neuron.refractoryTicks > 0 { metadata["refractory"] = .number(Double(neuron.refractoryTicks) * timeStep) }
    if let adaptation = neuron.adaptation {
      metadata["beta_a"] = .number(Double(adaptation.strength))
      metadata["tau_a"] = .number(adaptation.timeConstant)
      metadata["share_a"] = .number(adaptation.share)
    }
    return metadata
  }

  /// Adds a node behind the last.
  mutating func add(_ name: String, _ kind: NIRNode.Kind) {
    nodes[name] = NIRNode(kind)
    edges.append(NIRGraph.Edge(last, name))
    last = name
  }

  // MARK: Features

  mutating func addFeatures() throws(NIRError) {
    guard let features = parameters.features else { return }
    var number = 0
    for (stage, output) in zip(features.stages, features.shapes) {
      guard case .convolution(let kernels, let size, let stride, let padding) = stage else {
        throw .inexpressible(
          found: "pooling that spikes (\(stage.notation) of network.features)",
          remedy: "runs whose features are convolutions only can be exported")
      }
      let values = weights[number]
      let rows = values.count / kernels
      number += 1
      let turned = (0..<kernels).flatMap { kernel in (0..<rows).map { values[$0 * kernels + kernel] } }
      let input = number == 1 ? features.image : features.shapes[number - 2]
      add(
        "features\(number)_kernels",
        .convolution(
          NIRConvolution(
            inputShape: [input.height, input.width],
            weight: NIRTensor(shape: [kernels, rows / (size * size), size, size], values: turned),
            bias: NIRTensor(shape: [kernels], values: [Float](repeating: 0, count: kernels)),
            stride: [stride, stride], padding: .pixels([padding, padding]))))
      add("features\(number)", .neurons(try neurons(shape: [output.channels, output.height, output.width])))
    }
    let shape = features.output
    add("flatten", .flatten(NIRFlattening(inputShape: [shape.channels, shape.height, shape.width])))
  }

  // MARK: Dense layers

  mutating func addLayer(_ layer: Int) throws(NIRError) {
    let isReadout = layer == parameters.hidden.count
    let name = parameters.name(ofLayer: layer)
    let columns = parameters.shape(ofLayer: layer).columns
    let values = weights[parameters.arrayShapes.count - parameters.layerCount + layer]
    let sources = parameters.sources(ofLayer: layer)
    let weight = turned(values, rows: rowOrder(ofLayer: layer), columns: columns)
    if parameters.hasBias {
      let bias = Array(values[sources * columns..<(sources + 1) * columns])
      add("\(name)_weight", .affine(weight: weight, bias: NIRTensor(shape: [columns], values: bias)))
    } else {
      add("\(name)_weight", .linear(weight: weight))
    }
    add(name, .neurons(isReadout ? try readout(columns) : try neurons(shape: [columns])))
    guard !isReadout, parameters.isRecurrent else { return }
    let first = parameters.inputs(ofLayer: layer)
    let own = turned(values, rows: Array(first..<first + columns), columns: columns)
    nodes["\(name)_recurrent"] = NIRNode(.linear(weight: own))
    edges += [NIRGraph.Edge(name, "\(name)_recurrent"), NIRGraph.Edge("\(name)_recurrent", name)]
  }

  /// Rows of the array in the order of the signals, which is channels first behind convolutions.
  private func rowOrder(ofLayer layer: Int) -> [Int] {
    guard layer == 0, let shape = parameters.features?.output else {
      return Array(0..<parameters.sources(ofLayer: layer))
    }
    return (0..<shape.channels).flatMap { channel in
      (0..<shape.height).flatMap { y in (0..<shape.width).map { shape.row(channel: channel, y: y, x: $0) } }
    }
  }

  /// Some rows of a matrix `[rows × columns]` as `[columns × rows]`.
  private func turned(_ values: [Float], rows: [Int], columns: Int) -> NIRTensor {
    var turned: [Float] = []
    turned.reserveCapacity(rows.count * columns)
    for column in 0..<columns {
      for row in rows { turned.append(values[row * columns + column]) }
    }
    return NIRTensor(shape: [columns, rows.count], values: turned)
  }

  // MARK: Neurons

  private func neurons(shape: [Int]) throws(NIRError) -> NIRNeurons {
    let neuron = parameters.neuron
    let (leak, synapseLeak) = (Double(neuron.leak), Double(neuron.synapseLeak))
    guard neuron.membrane == nil else {
      throw .inexpressible(
        found: "potentials of whole units (network.membrane_bits)", remedy: "runs with real potentials can be exported")
    }
    let filters = neuron.synapseTimeConstant > 0
    guard leak < 1 || !filters, synapseLeak < 1 else {
      throw .inexpressible(
        found: "neurons with filtered synapses that do not leak in a tick",
        remedy: "use a shorter network.membrane_time_constant and network.synapse_time_constant")
    }
    let type: NIRNeurons.Kind =
      filters ? .currentLeakyIntegrateAndFire : leak < 1 ? .leakyIntegrateAndFire : .integrateAndFire
    let count = shape.reduce(1, *)
    func all(_ value: Double) -> [Double] { [Double](repeating: value, count: count) }
    var neurons = NIRNeurons(
      type: type, shape: shape, resistances: all(leak < 1 ? 1 / (1 - leak) : 1 / timeStep))
    if type.leaks {
      neurons.timeConstants = all(timeStep / (1 - leak))
      neurons.leakPotentials = all(0)
    }
    neurons.thresholds = all(Double(neuron.threshold))
    neurons.resetPotentials = all(0)
    if filters {
      neurons.synapseTimeConstants = all(timeStep / (1 - synapseLeak))
      neurons.inputWeights = all(1 / (1 - synapseLeak))
    }
    return neurons
  }

  private func readout(_ count: Int) throws(NIRError) -> NIRNeurons {
    let decay = Double(parameters.readout.decay)
    guard decay < 1 else {
      throw .inexpressible(
        found: "a readout that does not leak in a tick", remedy: "use a shorter network.readout_time_constant")
    }
    func all(_ value: Double) -> [Double] { [Double](repeating: value, count: count) }
    var neurons = NIRNeurons(type: .leakyIntegrator, shape: [count], resistances: all(1 / (1 - decay)))
    neurons.timeConstants = all(timeStep / (1 - decay))
    neurons.leakPotentials = all(0)
    return neurons
  }
}
