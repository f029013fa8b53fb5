/// Why a crossbar circuit could not be read; each description is one sentence to act on.
public enum CrossbarFileError: Error, Equatable, Sendable {
  /// The file cannot be opened or read.
  case unreadable(path: String, reason: String)
  /// A dataset is not there.
  case missing(file: String, dataset: String, meaning: String)
  /// A dataset has another shape.
  case wrongShape(file: String, dataset: String, expected: String, found: [Int])
  /// A dataset does not hold real numbers.
  case wrongType(file: String, dataset: String, found: String)
  /// A number is none of a circuit; places count from 0.
  case badValue(file: String, dataset: String, expected: String, found: String)
}

extension CrossbarFileError: CustomStringConvertible {
  /// One sentence a user can act on.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "\(path): cannot be read (\(reason))"
    case .missing(let file, let dataset, let meaning):
      "\(file): has no dataset \(dataset); write it: \(meaning)"
    case .wrongShape(let file, let dataset, let expected, let found):
      "\(file): \(dataset): expected \(expected), found shape \(found)"
    case .wrongType(let file, let dataset, let found):
      "\(file): \(dataset): expected numbers that a 64-bit float holds without loss, found \(found)"
    case .badValue(let file, let dataset, let expected, let found):
      "\(file): \(dataset): expected \(expected), found \(found)"
    }
  }
}
