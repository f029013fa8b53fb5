/// Why a recording, a folder of recordings or a setting of an encoder could not be used.
///
/// Every case carries the place, what was expected and what was found; `description` is one sentence to act on.
public enum RecordingError: Error, Equatable, Sendable {
  /// A file or folder could not be opened or read.
  case unreadable(path: String, reason: String)
  /// A file could not be written.
  case unwritable(path: String, reason: String)
  /// A file ends in the middle of an entry that begins at `byte`.
  case truncated(file: String, byte: Int, expected: String, found: String)
  /// A file holds something at `byte` that its format does not allow.
  case corrupt(file: String, byte: Int, expected: String, found: String)
  /// A folder is not laid out as the data set is.
  case folderLayout(path: String, expected: String, found: String, advice: String)
  /// A part of an HDF5 file is missing or does not have the documented shape or value.
  case fileFormat(file: String, part: String, expected: String, found: String)
  /// A sample is not a number; indices count from 0, `sample` within the recording.
  case invalidSample(file: String, recording: Int, sample: Int, channel: String, found: String)
  /// A setting is out of its range.
  case setting(name: String, expected: String, found: String)
  /// The samples cannot be split in the way that was asked for.
  case folds(expected: String, found: String, advice: String)
  /// The system gave no thread to load samples with.
  case noThread(reason: String)
  /// Samples were to be encoded before the encoder was fitted.
  case notFitted
}

extension RecordingError: CustomStringConvertible {
  /// One sentence a user can act on.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "\(path): cannot be read (\(reason)); check the path and its permissions"
    case .unwritable(let path, let reason):
      "\(path): cannot be written (\(reason)); check the folder, its permissions and the free space"
    case .truncated(let file, let byte, let expected, let found):
      "\(file): truncated at byte \(byte): expected \(expected), found \(found); copy or download the file again"
    case .corrupt(let file, let byte, let expected, let found):
      "\(file): corrupt at byte \(byte): expected \(expected), found \(found); copy or download the file again"
    case .folderLayout(let path, let expected, let found, let advice):
      "\(path): expected \(expected), found \(found); \(advice)"
    case .fileFormat(let file, let part, let expected, let found):
      "\(file): \(part): expected \(expected), found \(found); streams/README.md describes the format"
    case .invalidSample(let file, let recording, let sample, let channel, let found):
      "\(file): recording \(recording), sample \(sample), channel '\(channel)': expected a finite number, "
        + "found \(found); repair or cut the recording"
    case .setting(let name, let expected, let found):
      "\(name): expected \(expected), found \(found)"
    case .folds(let expected, let found, let advice):
      "cannot make folds: expected \(expected), found \(found); \(advice)"
    case .noThread(let reason):
      "no thread to load samples with (\(reason)); raise the limit of processes or end other programs"
    case .notFitted:
      "the encoder has no statistics yet; fit it on the training samples before encoding"
    }
  }
}

extension RecordingError {
  /// How the stream ended that this error ended; `nil` where it was not the contents of the stream.
  var streamEnd: StreamEnd? {
    switch self {
    case .truncated(_, let byte, _, _): .truncated(byte: byte)
    case .corrupt(_, let byte, _, _): .corrupt(byte: byte)
    default: nil
    }
  }
}
