/// Why a matrix of weights could not be read; each description is one sentence to act on.
public enum WeightMatrixError: Error, Equatable, Sendable {
  /// The file cannot be opened or read.
  case unreadable(path: String, reason: String)
  /// The file holds no matrix of weights.
  case noMatrix(file: String, found: String)
  /// The file holds several matrices, and none was named.
  case severalMatrices(file: String, candidates: [WeightMatrixFile.Candidate])
  /// The file has nothing under this name.
  case unknownDataset(file: String, dataset: String, candidates: [WeightMatrixFile.Candidate])
  /// The dataset is no matrix of weights.
  case notAMatrix(file: String, dataset: String, expected: String, found: String)
  /// A node of a NIR graph is none whose weights are one matrix.
  case unsuitableNode(file: String, node: String, type: String)
  /// A weight is no finite number, or far too large; row and column count from 0, as in the file.
  case badWeight(file: String, dataset: String, row: Int, column: Int, expected: String, found: String)
}

extension WeightMatrixError: CustomStringConvertible {
  /// One sentence a user can act on.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "\(path): cannot be read (\(reason))"
    case .noMatrix(let file, let found):
      "\(file): expected a dataset of floating-point numbers with two dimensions, found \(found)"
    case .severalMatrices(let file, let candidates):
      "\(file): holds \(candidates.count) matrices; choose one with --dataset: \(Self.list(candidates))"
    case .unknownDataset(let file, let dataset, let candidates):
      "\(file): has no dataset '\(dataset)'; it holds "
        + (candidates.isEmpty ? "no matrix at all" : Self.list(candidates))
    case .notAMatrix(let file, let dataset, let expected, let found):
      "\(file): \(dataset): expected \(expected), found \(found)"
    case .unsuitableNode(let file, let node, let type):
      "\(file): node \(node) is of type \(type), whose weights are not one matrix of a crossbar; expected a node of type "
        + WeightMatrixFile.matrixNodes.joined(separator: " or ")
    case .badWeight(let file, let dataset, let row, let column, let expected, let found):
      "\(file): \(dataset): expected \(expected), found \(found) in row \(row), column \(column)"
    }
  }

  private static func list(_ candidates: [WeightMatrixFile.Candidate]) -> String {
    let shown = candidates.prefix(20).map { "\($0.path) [\($0.shape[0]) x \($0.shape[1])]" }
    return (shown + (candidates.count > 20 ? ["and \(candidates.count - 20) more"] : [])).joined(separator: ", ")
  }
}
