import Checkpoints

/// A NIR graph without nesting: nodes by their path in the file, and what goes into each.
///
/// The inputs and outputs of nested graphs stay as nodes that pass on what they get.
struct FlatGraph {
  /// The file, for messages.
  let file: String
  /// Metadata of the whole graph.
  let metadata: NIRMetadata
  /// Nodes by path, such as `node/nodes/rnn/nodes/lif`; none is a graph.
  private(set) var nodes: [String: NIRNode] = [:]
  /// Where the signals into each node come from, each source once, in the order of the file.
  private(set) var sources: [String: [String]] = [:]
  /// The only input of the graph.
  private(set) var input = ""
  /// The only output of the graph.
  private(set) var output = ""

  /// - Throws: `NIRError` for a graph, or a nested one, without exactly one input and one output.
  init(_ file: NIRFile) throws(NIRError) {
    self.file = file.path
    metadata = file.graph.metadata
    (input, output) = try add(file.graph, at: "node")
  }

  /// Adds the nodes of a graph; returns its input and its output.
  private mutating func add(_ graph: NIRGraph, at place: String) throws(NIRError) -> (input: String, output: String) {
    var ends: [String: (input: String, output: String)] = [:]
    var (inputs, outputs): ([String], [String]) = ([], [])
    for (name, node) in graph.nodes.sorted(by: { $0.key < $1.key }) {
      let path = "\(place)/nodes/\(name)"
      switch node.kind {
      case .graph(let inner):
        ends[name] = try add(inner, at: path)
        continue
      case .input: inputs.append(path)
      case .output: outputs.append(path)
      default: break
      }
      nodes[path] = node
      ends[name] = (path, path)
    }
    for edge in graph.edges {
      guard let source = ends[edge.source]?.output, let destination = ends[edge.destination]?.input else { continue }
      if sources[destination]?.contains(source) != true { sources[destination, default: []].append(source) }
    }
    guard inputs.count == 1, outputs.count == 1 else {
      throw .unsupported(
        file: file, node: place, found: "found a graph of \(inputs.count) Input and \(outputs.count) Output nodes",
        remedy: "give it one of each")
    }
    return (inputs[0], outputs[0])
  }
}
