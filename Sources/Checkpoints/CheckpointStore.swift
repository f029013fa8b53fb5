import Glibc

/// The checkpoints of a run: a folder with one file for each position kept, named in the order of the run.
///
/// One run writes to a folder at a time; any number of programs may read.
public struct CheckpointStore: Sendable {
  /// A checkpoint found in the folder.
  public struct Found: Sendable {
    /// The state.
    public let checkpoint: Checkpoint
    /// Path of its file.
    public let path: String
    /// Newer files that cannot be used, newest first.
    public let skipped: [SkippedCheckpoint]
  }

  /// Path of the folder.
  public let folder: String

  /// The checkpoints in `folder`, which need not exist before the first look into it.
  public init(folder: String) {
    self.folder = folder
  }

  /// Paths of all checkpoint files, sound or not, oldest position first; files of other names are left alone.
  public func paths() throws(CheckpointError) -> [String] {
    try names().map { path(of: $0.fileName) }
  }

  /// Writes a checkpoint, then removes the files older than the newest `count` finished ones up to this position.
  ///
  /// - Parameter count: checkpoints to keep, this one included; at least 1.
  /// - Returns: Path of the new file, named after its position.
  /// - Throws: ``CheckpointError/cannotSave(file:reason:)`` and
  ///   ``CheckpointError/unsound(file:place:expected:found:)``; nothing is removed then.
  @discardableResult
  public func save(_ checkpoint: Checkpoint, keep count: Int) throws(CheckpointError) -> String {
    let name = CheckpointName(checkpoint.position)
    let path = path(of: name.fileName)
    removeLeftovers()
    try CheckpointWriter.write(checkpoint, to: path)
    var kept = 1
    for older in try names().reversed() where older < name {
      let olderPath = self.path(of: older.fileName)
      if kept >= max(1, count) {
        FileSystem.remove(olderPath)
      } else if (try? CheckpointReader.requireFinished(olderPath)) != nil {
        kept += 1
      }
    }
    return path
  }

  /// The newest checkpoint that passes every check, or nil when the folder has none at all.
  ///
  /// - Throws: ``CheckpointError/noneValid(folder:skipped:)`` when there are files but none can be used;
  ///   ``CheckpointError/cannotRead(path:reason:)`` when the folder cannot be listed.
  public func newestValid() throws(CheckpointError) -> Found? {
    var skipped: [SkippedCheckpoint] = []
    for name in try names().reversed() {
      let path = path(of: name.fileName)
      do throws(CheckpointError) {
        return Found(checkpoint: try CheckpointReader.read(path), path: path, skipped: skipped)
      } catch {
        skipped.append(SkippedCheckpoint(path: path, reason: error))
      }
    }
    guard skipped.isEmpty else { throw .noneValid(folder: folder, skipped: skipped) }
    return nil
  }

  /// Removes the partial files of writers that were killed. ``save(_:keep:)`` does it too; readers must not, since a
  /// process on another machine may be writing.
  public func removeLeftovers() {
    guard let names = try? FileSystem.names(in: folder) else { return }
    for name in names {
      // A partial file with the number of this process is from an earlier one: this one is not writing now.
      guard let process = PartialFile.process(ofName: name), name.hasPrefix("checkpoint-"),
        process == getpid() || !FileSystem.isRunning(process: process)
      else { continue }
      FileSystem.remove(path(of: name))
    }
  }

  private func names() throws(CheckpointError) -> [CheckpointName] {
    try FileSystem.names(in: folder).compactMap { CheckpointName(fileName: $0) }.sorted()
  }

  private func path(of name: String) -> String { folder + "/" + name }
}
