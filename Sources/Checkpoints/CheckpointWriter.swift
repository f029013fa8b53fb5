import Glibc
import HDF5Store

/// Writes checkpoints that are either whole or not there.
public enum CheckpointWriter {
  /// Writes `checkpoint` to the file at `path`; one that is there is replaced in one step at the end.
  ///
  /// The file is written under the name `<path>.partial-<process>` in the same folder, synchronised, renamed, and the
  /// folder synchronised. After an error, what was at `path` before is untouched and the partial file is gone.
  /// - Parameters:
  ///   - deflateLevel: of the arrays of layers, 1 (fast) to 9 (small); 0 stores them as they are.
  ///   - base: a full checkpoint in the same folder, of which only changes are written; `nil` writes a full one.
  /// - Returns: What a full checkpoint holds, for incremental ones; `nil` of an incremental one.
  /// - Throws: ``CheckpointError/cannotSave(file:reason:)`` when the disk is full, the folder missing or not writable;
  ///   ``CheckpointError/unsound(file:place:expected:found:)`` when the state has a number that is not finite or a
  ///   matrix of the wrong size.
  @discardableResult
  public static func write(
    _ checkpoint: Checkpoint, to path: String, deflateLevel: Int = 0, base: CheckpointBase? = nil
  ) throws(CheckpointError) -> CheckpointBase? {
    guard !path.utf8.contains(0) else { throw .cannotSave(file: path, reason: "the path contains a NUL character") }
    do throws(StateFlaw) {
      try checkpoint.check(version: Schema.version)
    } catch {
      throw .unsound(file: path, place: error.place, expected: error.expected, found: error.found)
    }
    let partial = path + PartialFile.suffix(process: getpid())
    do throws(CheckpointError) {
      let file: HDF5File
      do throws(HDF5Error) {
        file = try HDF5File.create(at: partial)
      } catch {
        throw .cannotSave(file: path, reason: CheckpointOutput.reason(error))
      }
      let compression: HDF5Compression = deflateLevel > 0 ? .deflate(level: deflateLevel) : .none
      let output = CheckpointOutput(file: file, path: path, compression: compression, base: base)
      let written = try writeContents(of: checkpoint, to: output)
      try publish(partial, as: path)
      return written
    } catch {
      FileSystem.remove(partial)
      throw error
    }
  }

  private static func publish(_ partial: String, as path: String) throws(CheckpointError) {
    let problem =
      FileSystem.synchronise(partial) ?? FileSystem.rename(partial, to: path)
      ?? FileSystem.synchronise(FileSystem.folder(of: path))
    if let problem { throw .cannotSave(file: path, reason: problem) }
  }

  private static func writeContents(
    of checkpoint: Checkpoint, to output: CheckpointOutput
  ) throws(CheckpointError) -> CheckpointBase? {
    try output.setAttribute(Schema.Root.format, to: .text(Schema.format))
    try output.setAttribute(Schema.Root.version, to: .number(Schema.version))
    try output.setAttribute(Schema.Root.writtenBy, to: .text(checkpoint.writtenBy))
    try output.setAttribute(Schema.Root.seed, to: .number(checkpoint.seed))
    try output.setAttribute(Schema.Root.streamFingerprint, to: .text(checkpoint.streamFingerprint))
    if let base = output.base {
      try output.setAttribute(Schema.Root.baseFile, to: .text(base.fileName))
      try output.setAttribute(Schema.Root.baseManifest, to: .text(base.manifest))
    }
    try output.write(checkpoint.experiment, as: Schema.experiment)
    try write(checkpoint.position, to: output)
    if let deployment = checkpoint.deployment { try write(deployment, to: output) }
    try write(checkpoint.network, to: output)
    let manifest = try output.saving { () throws(HDF5Error) in try Manifest.read(output.file) }
    try output.setAttribute(Schema.Root.manifest, to: .text(manifest.digest))
    try output.setAttribute(Schema.Root.complete, to: .number(UInt64(1)))
    try output.saving { () throws(HDF5Error) in try output.file.close() }
    guard output.base == nil, let name = output.path.split(separator: "/").last else { return nil }
    return CheckpointBase(fileName: String(name), manifest: manifest.digest, pieces: output.pieces.found)
  }

  private static func write(_ position: RunPosition, to output: CheckpointOutput) throws(CheckpointError) {
    let group = Schema.position
    for (field, keyPath) in PositionSchema.counts {
      try output.write(UInt64(position[keyPath: keyPath]), as: field.inside(group))
    }
    for ((field, keyPath), _) in PositionSchema.decisions {
      try output.write(UInt64(position[keyPath: keyPath]), as: field.inside(group))
    }
    for (field, keyPath) in PositionSchema.totals {
      try output.write(position[keyPath: keyPath], as: field.inside(group))
    }
    for (field, keyPath) in PositionSchema.flags {
      try output.write(UInt8(position[keyPath: keyPath] ? 1 : 0), as: field.inside(group))
    }
    for (field, keyPath) in PositionSchema.spikeLists + PositionSchema.optionalLists {
      let values = position[keyPath: keyPath]
      try output.write(values, shape: [values.count], as: field.inside(group))
    }
    for (field, keyPath) in PositionSchema.accuracies {
      let values = position[keyPath: keyPath]
      try output.write(values, shape: [values.count], as: field.inside(group))
    }
    for (field, keyPath) in [PositionSchema.taskAccuracies, PositionSchema.testErrors] {
      let values = position[keyPath: keyPath]
      if !values.isEmpty { try output.write(values, shape: [values.count], as: field.inside(group)) }
    }
    for (field, keyPath) in PositionSchema.signalSums where position[keyPath: keyPath] != 0 {
      try output.write(position[keyPath: keyPath], as: field.inside(group))
    }
    try output.write(position.wallSeconds, as: PositionSchema.wallSeconds.inside(group))
  }

  private static func write(_ deployment: DeploymentPosition, to output: CheckpointOutput) throws(CheckpointError) {
    for (field, keyPath) in DeploymentSchema.counts {
      try output.write(deployment[keyPath: keyPath], as: field.inside(DeploymentSchema.group))
    }
    for (field, keyPath) in DeploymentSchema.numbers {
      try output.write(deployment[keyPath: keyPath], as: field.inside(DeploymentSchema.group))
    }
  }

  private static func write(_ network: NetworkSnapshot, to output: CheckpointOutput) throws(CheckpointError) {
    try output.write(network.readTicks, as: Schema.readTicks)
    try output.write(network.boundaries, as: Schema.boundaries)
    for (index, layer) in network.layers.enumerated() {
      let group = "\(Schema.layers)/\(layer.name)"
      for dataset in LayerSchema.datasets { try dataset.write(layer, group: group, to: output) }
      try output.setAttribute(LayerSchema.index, to: .number(UInt64(index)), of: group)
      try output.setAttribute(LayerSchema.rows, to: .number(UInt64(layer.rows)), of: group)
      try output.setAttribute(LayerSchema.columns, to: .number(UInt64(layer.columns)), of: group)
      if layer.places > 1 {
        try output.setAttribute(LayerSchema.places, to: .number(UInt64(layer.places)), of: group)
      }
      if layer.classes > 0 {
        try output.setAttribute(LayerSchema.classes, to: .number(UInt64(layer.classes)), of: group)
      }
      try output.setAttribute(LayerSchema.stateUnit, to: .text(layer.stateUnit), of: group)
    }
  }
}

/// The name of a checkpoint that is being written.
enum PartialFile {
  private static let mark = ".partial-"

  static func suffix(process: Int32) -> String { "\(mark)\(process)" }

  /// The process that writes, or wrote, a file of this name; nil for a finished file.
  static func process(ofName name: String) -> Int32? {
    name.ranges(of: mark).last.flatMap { Int32(name[$0.upperBound...]) }
  }
}
