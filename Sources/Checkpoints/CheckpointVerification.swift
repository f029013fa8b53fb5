/// What a check of one checkpoint file found, read to its last byte.
public struct CheckpointVerification: Sendable {
  /// Path of the file.
  public let path: String
  /// Bytes of the file.
  public let fileBytes: Int
  /// What the file holds; `nil` when it is not as it was written.
  public let summary: CheckpointSummary?
  /// Why a run cannot go on from it; of a sound file that it is of an earlier version.
  public let problem: CheckpointError?

  /// Whether every byte is as it was written.
  public var isSound: Bool { summary != nil }

  /// Checks the manifest, the checksum and the range of every dataset of the file at `path`.
  public init(ofFile path: String) {
    self.path = path
    fileBytes = FileSystem.byteCount(of: path) ?? 0
    do throws(CheckpointError) {
      let summary = try CheckpointSummary(ofFile: path)
      self.summary = summary
      problem =
        Migration.keepsBits(from: summary.schemaVersion)
        ? nil
        : .olderVersion(
          file: path, found: summary.schemaVersion, known: Schema.version, writtenBy: summary.writtenBy)
    } catch {
      summary = nil
      problem = error
    }
  }
}

extension CheckpointStore {
  /// Checks every checkpoint of the folder, oldest first; one that a run removes meanwhile is left out.
  /// - Throws: ``CheckpointError/cannotRead(path:reason:)`` when the folder cannot be listed.
  public func verify() throws(CheckpointError) -> [CheckpointVerification] {
    try paths().map { CheckpointVerification(ofFile: $0) }.filter { FileSystem.byteCount(of: $0.path) != nil }
  }
}
