import Glibc

/// The checkpoints of a run: a folder with one file for each position kept, named in the order of the run.
///
/// One run writes to a folder at a time; any number of programs may read.
public struct CheckpointStore: Sendable {
  /// A checkpoint that was saved.
  public struct Saved: Sendable {
    /// Path of its file.
    public let path: String
    /// What a full one holds; `nil` of an incremental one.
    public let base: CheckpointBase?
  }

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

  /// The checkpoints of a run folder, or those that lie in `path` itself.
  public init(at path: String) {
    let inside = "\(path)/checkpoints"
    self.init(folder: FileSystem.byteCount(of: inside) == nil ? path : inside)
  }

  /// Paths of all checkpoint files, sound or not, oldest position first; files of other names are left alone.
  public func paths() throws(CheckpointError) -> [String] {
    try names().map { path(of: $0.fileName) }
  }

  /// Writes a checkpoint, then removes older files that need not stay. Files of later positions are left alone.
  ///
  /// - Parameters:
  ///   - retention: which stay, this one included.
  ///   - deflateLevel: of the arrays of layers, 0 for none.
  ///   - base: a full checkpoint of this folder, of which only changes are written; it stays as long as it is needed.
  /// - Returns: The new file, named after its position.
  /// - Throws: ``CheckpointError/cannotSave(file:reason:)`` and
  ///   ``CheckpointError/unsound(file:place:expected:found:)``; nothing is removed then.
  @discardableResult
  public func save(
    _ checkpoint: Checkpoint, keep retention: CheckpointRetention, deflateLevel: Int = 0,
    base: CheckpointBase? = nil
  ) throws(CheckpointError) -> Saved {
    let name = CheckpointName(checkpoint.position)
    let path = path(of: name.fileName)
    removeLeftovers()
    let written = try CheckpointWriter.write(checkpoint, to: path, deflateLevel: deflateLevel, base: base)
    removeOlder(
      try names().filter { $0 < name }, than: checkpoint.position, keep: retention,
      needed: base.map { [self.path(of: $0.fileName)] } ?? [])
    return Saved(path: path, base: written)
  }

  private func removeOlder(
    _ names: [CheckpointName], than position: RunPosition, keep retention: CheckpointRetention, needed: Set<String>
  ) {
    let head = { try? CheckpointReader.readHead($0, withPosition: retention.needsPositions) }
    var newest: [CheckpointReader.Head] = []
    var rest: [String] = []
    for path in names.reversed().map({ path(of: $0.fileName) }) {
      if newest.count + 1 >= max(1, retention.newest) {
        rest.insert(path, at: 0)
      } else if let head = head(path) {
        newest.append(head)
      }
    }
    var chosen: Set<Int> = []
    var stay = newest
    if retention.needsPositions && !rest.isEmpty {
      let older = rest.map(head)
      chosen = retention.chosen(among: older.map { $0?.position }, newer: newest.compactMap(\.position) + [position])
      stay += chosen.compactMap { older[$0] }
    }
    let bases = needed.union(stay.compactMap(\.baseName).map { path(of: $0) })
    for (index, path) in rest.enumerated() where !chosen.contains(index) && !bases.contains(path) {
      FileSystem.remove(path)
    }
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
