/// What can go wrong between Crosspoint and an HDF5 file, each with the file, the place inside it, and what was found.
///
/// `object` is the absolute path of a group or dataset, or `path@name` for an attribute.
public enum HDF5Error: Error, Equatable, Sendable {
  /// The file cannot be opened for reading: missing, not permitted, not a regular file.
  case cannotOpen(file: String, reason: String)
  /// The file cannot be created: missing folder, not permitted, still open.
  case cannotCreate(file: String, reason: String)
  /// The file does not begin with the HDF5 signature; `found` describes its first bytes.
  case notHDF5(file: String, found: String)
  /// The file is shorter than it says it is; sizes in bytes.
  case truncated(file: String, expectedBytes: UInt64, foundBytes: UInt64)
  /// The program that wrote the file has not closed it, or was stopped before it could.
  case unfinished(file: String)
  /// The file was closed before this use.
  case closed(file: String)
  /// A change was asked of a file opened for reading.
  case readOnly(file: String, object: String)
  /// An argument cannot be carried out: a path, a shape, a compression level, a text.
  case invalidArgument(file: String, object: String, reason: String)
  /// No such group, dataset or attribute.
  case missing(file: String, object: String)
  /// The path to write is taken.
  case alreadyExists(file: String, object: String)
  /// A group stands where a dataset was expected, or the reverse.
  case wrongKind(file: String, object: String, expected: HDF5ObjectKind, found: HDF5ObjectKind)
  /// The stored element type does not convert to the requested one without loss.
  case wrongType(file: String, object: String, stored: HDF5ElementType, requested: HDF5ElementType)
  /// The stored shape is not what the caller can take; `expected` is in words.
  case wrongShape(file: String, object: String, expected: String, found: [Int])
  /// The declared size is beyond the limit the caller set; sizes in bytes.
  case tooLarge(file: String, object: String, bytes: UInt64, limit: Int)
  /// A shape is declared but the values were never stored.
  case noData(file: String, object: String, shape: [Int])
  /// The values are compressed with a filter that is not installed.
  case missingFilter(file: String, object: String, filter: HDF5Filter)
  /// A stored text is not valid UTF-8.
  case invalidText(file: String, object: String)
  /// HDF5 refused; `stack` is its error stack, from the call made down to the cause, of which `description` gives
  /// the ends.
  case library(file: String, object: String, action: String, stack: [String])
}

extension HDF5Error: CustomStringConvertible {
  /// One sentence a user can act on.
  public var description: String {
    switch self {
    case .cannotOpen(let file, let reason):
      "cannot open \(file): \(reason)"
    case .cannotCreate(let file, let reason):
      "cannot create \(file): \(reason)"
    case .notHDF5(let file, let found):
      "\(file) is not an HDF5 file: expected signature \(HDF5Signature.text), found \(found)"
    case .truncated(let file, let expected, let found):
      "\(file) is truncated: expected \(expected) bytes, found \(found); copy it again from its source"
    case .unfinished(let file):
      "\(file) was not closed by the program that wrote it: wait until that program ends, or use an older file"
    case .closed(let file):
      "\(file) is already closed"
    case .readOnly(let file, let object):
      "cannot write \(object): \(file) is open for reading only"
    case .invalidArgument(let file, let object, let reason):
      "cannot use \(object) in \(file): \(reason)"
    case .missing(let file, let object):
      "\(file) has no \(object)"
    case .alreadyExists(let file, let object):
      "cannot write \(object): it already exists in \(file)"
    case .library(let file, let object, let action, let stack):
      "cannot \(action) \(object) in \(file); HDF5 says: \(Self.summary(of: stack))"
    default:
      contentDescription
    }
  }

  /// The call and its cause: the line that quotes the system, or else the last.
  static func summary(of stack: [String]) -> String {
    guard let call = stack.first, let last = stack.last else { return "no message" }
    let cause = stack.last { $0.contains("error message = ") } ?? last
    return cause == call ? call : "\(call); cause: \(cause)"
  }

  /// The sentences about what a dataset or attribute holds.
  private var contentDescription: String {
    switch self {
    case .wrongKind(let file, let object, let expected, let found):
      "\(object) in \(file) is a \(found), expected a \(expected)"
    case .wrongType(let file, let object, let stored, let requested):
      "\(object) in \(file) holds \(stored) values, which cannot be read as \(requested) without loss"
    case .wrongShape(let file, let object, let expected, let found):
      "\(object) in \(file) has shape \(found), expected \(expected)"
    case .tooLarge(let file, let object, let bytes, let limit):
      "\(object) in \(file) declares \(bytes) bytes, more than the limit of \(limit) bytes"
    case .noData(let file, let object, let shape):
      "\(object) in \(file) declares shape \(shape) but stores no values"
    case .missingFilter(let file, let object, let filter):
      "\(object) in \(file) is compressed with the HDF5 filter \(filter), which is not installed; \(filter.advice)"
    case .invalidText(let file, let object):
      "\(object) in \(file) holds text that is not UTF-8"
    default:
      "HDF5 error"
    }
  }
}
