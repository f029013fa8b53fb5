/// Why a checkpoint could not be written, found or used.
///
/// `place` is the path of a group or dataset inside the file, `path@name` for an attribute.
public enum CheckpointError: Error, Equatable, Sendable {
  /// The checkpoint could not be written; what was there before is untouched.
  case cannotSave(file: String, reason: String)
  /// The file or folder cannot be read: missing, not permitted.
  case cannotRead(path: String, reason: String)
  /// The file is something else; `found` describes what.
  case notCheckpoint(file: String, found: String)
  /// A later program wrote the file; `known` is the newest schema version this one reads.
  case newerVersion(file: String, found: UInt64, known: UInt64)
  /// An earlier program wrote the file, sound as it is, and a run cannot go on from it with the same bits.
  case olderVersion(file: String, found: UInt64, known: UInt64, writtenBy: String)
  /// The program that wrote the file was stopped before it had finished.
  case incomplete(file: String)
  /// The file is not as it was written.
  case damaged(file: String, place: String, expected: String, found: String)
  /// A value or shape that no sound run has, in the file or in the state that was to be saved.
  case unsound(file: String, place: String, expected: String, found: String)
  /// The folder has checkpoints, newest first, but none that can be used.
  case noneValid(folder: String, skipped: [SkippedCheckpoint])
}

/// A checkpoint that was passed over, and why.
public struct SkippedCheckpoint: Sendable, Equatable {
  /// Path of the file.
  public let path: String
  /// What is wrong with it.
  public let reason: CheckpointError
}

extension CheckpointError: CustomStringConvertible {
  /// One sentence a user can act on.
  public var description: String {
    switch self {
    case .cannotSave(let file, let reason):
      "cannot save \(file): \(reason); make room or choose another folder, older checkpoints are untouched"
    case .cannotRead(let path, let reason):
      "cannot read \(path): \(reason); check the path and its permissions"
    case .notCheckpoint(let file, let found):
      "\(file) is not a Crosspoint checkpoint: expected an HDF5 file with format '\(Schema.format)', found \(found)"
    case .newerVersion(let file, let found, let known):
      "\(file) has schema version \(found), this program knows versions up to \(known); use a newer Crosspoint"
    case .olderVersion(let file, let found, let known, let writtenBy):
      "\(file) has schema version \(found) of \(writtenBy), which drew the noise of writes differently from version "
        + "\(known): a run that goes on from it would not be the same run; resume it with \(writtenBy), or begin anew"
    case .incomplete(let file):
      "\(file) was never finished by the program that wrote it; use an older checkpoint"
    case .damaged(let file, let place, let expected, let found):
      "\(file) is damaged: \(place): expected \(expected), found \(found); copy it again or use an older checkpoint"
    case .unsound(let file, let place, let expected, let found):
      "\(file): \(place): expected \(expected), found \(found); use a checkpoint from before this happened"
    case .noneValid(let folder, let skipped):
      "\(folder) has no usable checkpoint: " + skipped.map(\.reason.description).joined(separator: " | ")
    }
  }
}
