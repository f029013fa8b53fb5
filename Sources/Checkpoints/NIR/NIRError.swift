/// What can go wrong between Crosspoint and a NIR graph, each with the file, the place, what was found and what to do.
///
/// `node` is the path of a node in the file, such as `node/nodes/lif`, or of a dataset below it.
public enum NIRError: Error, Equatable, Sendable {
  /// The file cannot be opened or read: missing, not HDF5, cut, damaged.
  case unreadable(file: String, reason: String)
  /// The file is sound and holds something else.
  case notNIR(file: String, found: String)
  /// A node is not as NIR has it.
  case malformed(file: String, node: String, expected: String, found: String)
  /// The graph is larger than any that this program reads.
  case tooLarge(file: String, node: String, what: String, found: Int, limit: Int)
  /// A node is sound and nothing here can do what it does.
  case unsupported(file: String, node: String, found: String, remedy: String)
  /// The graph does not fit the experiment that takes it.
  case unfit(file: String, node: String, expected: String, found: String)
  /// The file could not be written; what was there before is untouched.
  case cannotWrite(file: String, reason: String)
  /// What a run learned cannot be said in NIR.
  case inexpressible(found: String, remedy: String)
}

extension NIRError: CustomStringConvertible {
  /// One sentence a user can act on.
  public var description: String {
    switch self {
    case .unreadable(let file, let reason):
      "\(file): cannot be read as a NIR graph: \(reason)"
    case .notNIR(let file, let found):
      "\(file) is not a NIR file: expected HDF5 with a group node of type NIRGraph, found \(found)"
    case .malformed(let file, let node, let expected, let found):
      "\(file): \(node): expected \(expected), found \(found)"
    case .tooLarge(let file, let node, let what, let found, let limit):
      "\(file): \(node): \(found) \(what), at most \(limit) are read"
    case .unsupported(let file, let node, let found, let remedy):
      "\(file): \(node): \(found), which the network cannot be; \(remedy)"
    case .unfit(let file, let node, let expected, let found):
      "\(file): \(node): expected \(expected), found \(found)"
    case .cannotWrite(let file, let reason):
      "cannot write \(file): \(reason)"
    case .inexpressible(let found, let remedy):
      "NIR has no word for \(found); \(remedy)"
    }
  }
}
