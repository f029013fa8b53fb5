import HDF5Store

/// A `.nir` file: HDF5 with the version of NIR and a graph, compressed or not.
///
/// | object | holds |
/// | --- | --- |
/// | `version` | text |
/// | `node` | the graph: `type`, `edges` `[edges × 2]`, `nodes/<name>`, perhaps `metadata` |
/// | `node/nodes/<name>` | `type`, the parameters of that type, perhaps `metadata`; a graph again for nested ones |
public struct NIRFile: Sendable, Equatable {
  /// Where it was read.
  public let path: String
  /// Version of NIR that wrote it; empty where the file does not say.
  public let version: String
  /// What it holds.
  public let graph: NIRGraph

  /// Version of NIR whose layout is written.
  public static let writtenVersion = "1.0.8"
  /// Deepest nesting of graphs that is read.
  static let deepestNesting = 16
  /// Most nodes of a file that are read.
  static let mostNodes = 10_000
  /// Most edges of a graph that are read.
  static let mostEdges = 100_000
  /// Most numbers of a file that are read.
  static let mostNumbers = 1 << 26

  /// Reads a file.
  /// - Throws: `NIRError`; also for node types that this program does not know.
  public init(path: String) throws(NIRError) {
    let file: HDF5File
    do {
      file = try HDF5File.open(at: path)
    } catch {
      throw .unreadable(file: path, reason: "\(error)")
    }
    var reader = NIRReader(file: file, path: path)
    self.path = path
    guard try reader.kind(of: "node") == .group else {
      throw .notNIR(file: path, found: try reader.contents)
    }
    version = try reader.exists("version") ? reader.text("version") : ""
    let root = try reader.node("node", depth: 0)
    guard case .graph(var graph) = root.kind else {
      throw .notNIR(file: path, found: "a node of type \(root.type)")
    }
    graph.metadata = root.metadata
    self.graph = graph
  }
}
