import Checkpoints
import Emulation
import Foundation

/// A NIR graph in words, for `crosspoint nir show`.
public struct NIRDescription: Encodable, Sendable {
  /// One node.
  public struct Node: Encodable, Sendable {
    /// Its name, after those of the graphs around it.
    public var name: String
    /// Its type as NIR spells it.
    public var type: String
    /// Shapes and sizes.
    public var shape: String
    /// Ranges of its parameters.
    public var parameters: String
    /// Names of the nodes that it leads to.
    public var leadsTo: [String]
  }

  /// The file.
  public var file: String
  /// Version of NIR that wrote it.
  public var version: String
  /// Metadata of the graph.
  public var metadata: [String: String]
  /// Nodes, nested ones behind the graph that holds them.
  public var nodes: [Node]
  /// What the graph is as a network here, or why it is none.
  public var network: String
  /// Whether it is one.
  public var isNetwork: Bool

  /// Describes a file; `timeStep` is the tick in seconds where the metadata say nothing.
  public init(_ file: NIRFile, timeStep: Double = 1e-3) {
    self.file = file.path
    version = file.version
    metadata = file.graph.metadata.mapValues(Self.text)
    nodes = Self.nodes(of: file.graph, prefix: "")
    var step = timeStep
    if case .number(let own)? = file.graph.metadata["dt"], own > 0 { step = own }
    do {
      network = Self.text(try ImportedNetwork(file, .init(timeStep: step)))
      isNetwork = true
    } catch {
      network = "\(error)"
      isNetwork = false
    }
  }

  /// The whole description as text.
  public var text: String {
    var text = "\(file)\nNIR \(version.isEmpty ? "of unknown version" : version)\n"
    if !metadata.isEmpty {
      text += metadata.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }.joined(separator: ", ") + "\n"
    }
    var table = TextTable(header: ["node", "type", "shape", "parameters", "leads to"])
    for node in nodes {
      table.append([node.name, node.type, node.shape, node.parameters, node.leadsTo.joined(separator: ", ")])
    }
    return text + "\n" + table.rendered() + "\n" + (isNetwork ? "As a network: " : "No network here: ") + network + "\n"
  }

  // MARK: Nodes

  private static func nodes(of graph: NIRGraph, prefix: String) -> [Node] {
    order(of: graph).flatMap { name -> [Node] in
      guard let node = graph.nodes[name] else { return [] }
      var targets: [String] = []
      for edge in graph.edges where edge.source == name && !targets.contains(edge.destination) {
        targets.append(edge.destination)
      }
      let own = Node(
        name: prefix + name, type: node.type, shape: shape(of: node), parameters: parameters(of: node),
        leadsTo: targets)
      guard case .graph(let inner) = node.kind else { return [own] }
      return [own] + nodes(of: inner, prefix: "\(prefix)\(name)/")
    }
  }

  /// Names in the order in which signals meet them, the rest behind.
  private static func order(of graph: NIRGraph) -> [String] {
    var next: [String: [String]] = [:]
    for edge in graph.edges { next[edge.source, default: []].append(edge.destination) }
    var queue = graph.nodes.filter { $0.value.type == "Input" }.keys.sorted()
    var known = Set(queue)
    var index = 0
    while index < queue.count {
      for name in next[queue[index]] ?? [] where known.insert(name).inserted { queue.append(name) }
      index += 1
    }
    return queue + graph.nodes.keys.filter { !known.contains($0) }.sorted()
  }

  private static func shape(of node: NIRNode) -> String {
    switch node.kind {
    case .input(let shape), .output(let shape): "\(shape)"
    case .linear(let weight), .affine(let weight, _): "\(weight.shape)"
    case .scale(let scale): "\(scale.shape)"
    case .convolution(let convolution): "\(convolution.weight.shape)"
    case .sumPool(let pooling), .averagePool(let pooling): "\(pooling.size)"
    case .flatten(let flattening): flattening.inputShape.map { "\($0)" } ?? ""
    case .neurons(let neurons): "\(neurons.shape)"
    case .graph(let graph): "\(graph.nodes.count) nodes"
    }
  }

  private static func parameters(of node: NIRNode) -> String {
    switch node.kind {
    case .input, .output, .graph: ""
    case .linear(let weight): "weight \(range(weight.values))"
    case .affine(let weight, let bias): "weight \(range(weight.values)), bias \(range(bias.values))"
    case .scale(let scale): range(scale.values)
    case .convolution(let convolution):
      "weight \(range(convolution.weight.values)), stride \(convolution.stride), padding \(text(convolution.padding))"
    case .sumPool(let pooling), .averagePool(let pooling): "stride \(pooling.stride), padding \(pooling.padding)"
    case .flatten(let flattening): "axes \(flattening.first) to \(flattening.last)"
    case .neurons(let neurons): text(neurons)
    }
  }

  private static func text(_ padding: NIRConvolution.Padding) -> String {
    switch padding {
    case .pixels(let pixels): "\(pixels)"
    case .same: "same"
    case .valid: "valid"
    }
  }

  private static func text(_ neurons: NIRNeurons) -> String {
    [
      ("tau", neurons.timeConstants, " s"), ("tau_syn", neurons.synapseTimeConstants, " s"),
      ("r", neurons.resistances, ""), ("v_leak", neurons.leakPotentials, ""),
      ("v_threshold", neurons.thresholds, ""), ("v_reset", neurons.resetPotentials, ""),
      ("w_in", neurons.inputWeights, ""),
    ].filter { !$0.1.isEmpty }.map { "\($0.0) \(range($0.1))\($0.2)" }.joined(separator: ", ")
  }

  private static func range(_ values: [Double]) -> String {
    guard let least = values.min(), let most = values.max() else { return "none" }
    return least == most ? number(least) : "\(number(least))…\(number(most))"
  }

  private static func number(_ value: Double) -> String { String(format: "%.4g", value) }

  private static func text(_ value: NIRMetadataValue) -> String {
    switch value {
    case .number(let value): "\(value)"
    case .text(let text): String(text.prefix(200))
    case .numbers(let values): "\(values.count) numbers"
    }
  }

  // MARK: As a network

  private static func text(_ network: ImportedNetwork) -> String {
    let stages = network.convolutions.map(\.stage.notation)
    let layers = ["\(network.inputs)"] + stages + network.hidden.map { "\($0)" } + ["\(network.outputs)"]
    var parts = [layers.joined(separator: "-")]
    if network.isRecurrent { parts.append("recurrent") }
    if network.hasBias { parts.append("with biases") }
    parts.append("leak \(network.leak) in a tick of \(number(network.timeStep)) s")
    if network.synapseLeak > 0 { parts.append("filter \(network.synapseLeak)") }
    parts.append("threshold \(network.threshold)")
    parts.append(network.reset == .zero ? "reset to zero" : "reset by subtraction")
    parts.append("readout \(network.readoutDecay)")
    parts.append("largest weight \(network.largestWeight)")
    return parts.joined(separator: ", ")
  }
}
