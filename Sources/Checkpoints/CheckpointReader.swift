import HDF5Store

/// Reads checkpoints; every byte that is used is verified first.
public enum CheckpointReader {
  /// Reads the checkpoint at `path`, from which a run can go on.
  ///
  /// - Throws: ``CheckpointError``: the file cannot be read, is not a checkpoint, is from a later or an earlier program,
  ///   was never finished, or is not as it was written.
  public static func read(_ path: String) throws(CheckpointError) -> Checkpoint {
    let (checkpoint, version, _, _) = try readWithContents(path)
    guard Migration.keepsBits(from: version) else {
      throw .olderVersion(file: path, found: version, known: Schema.version, writtenBy: checkpoint.writtenBy)
    }
    return checkpoint
  }

  /// The checkpoint, of any version that is known, together with what the file declares and the path of the full one that it
  /// builds on.
  static func readWithContents(
    _ path: String
  ) throws(CheckpointError) -> (checkpoint: Checkpoint, version: UInt64, datasets: [Manifest.Dataset], base: String?) {
    let input = try open(path)
    let version = try verifiedVersion(of: input)
    let contents = try contents(of: input, digest: try input.textAttribute(Schema.Root.manifest))
    guard version >= Schema.oldestVersion else {
      throw .unsound(file: path, place: "/@\(Schema.Root.version)", expected: "1 or more", found: "\(version)")
    }
    let whole = try withBase(input)
    var checkpoint = try readContents(whole, version: version)
    Migration.apply(to: &checkpoint, from: version)
    do throws(StateFlaw) {
      try checkpoint.check(version: version)
    } catch {
      throw .unsound(file: path, place: error.place, expected: error.expected, found: error.found)
    }
    return (checkpoint, version, contents.datasets, whole.basePath)
  }

  /// What a file declares, after its digest was found to be the expected one.
  private static func contents(
    of input: CheckpointInput, digest expected: String
  ) throws(CheckpointError) -> Manifest.Contents {
    let contents = try input.reading { () throws(HDF5Error) in try Manifest.read(input.file) }
    guard contents.digest == expected else {
      throw .damaged(file: input.file.path, place: "manifest", expected: "digest \(expected)", found: contents.digest)
    }
    return contents
  }

  /// The file together with the full checkpoint that it builds on, if it does.
  private static func withBase(_ input: CheckpointInput) throws(CheckpointError) -> CheckpointInput {
    let isIncremental = try input.reading { () throws(HDF5Error) in
      try input.file.hasAttribute(Schema.Root.baseFile)
    }
    guard isIncremental else { return input }
    let name = try input.textAttribute(Schema.Root.baseFile)
    let place = "/@\(Schema.Root.baseFile)"
    // Also keeps a hostile name from leading elsewhere.
    guard CheckpointName(fileName: name) != nil else {
      throw .unsound(file: input.file.path, place: place, expected: "the name of a checkpoint", found: "'\(name)'")
    }
    let base = try open("\(FileSystem.folder(of: input.file.path))/\(name)")
    _ = try verifiedVersion(of: base)
    _ = try contents(of: base, digest: try input.textAttribute(Schema.Root.baseManifest))
    return CheckpointInput(file: input.file, byteCount: input.byteCount, base: base)
  }

  /// What can be said of a finished checkpoint without reading its arrays.
  struct Head {
    /// Name of the full checkpoint that it builds on; `nil` of a full one.
    let baseName: String?
    /// Where the run stands, if it was asked for and can be read.
    let position: RunPosition?
  }

  /// The head of a checkpoint that looks finished; its arrays are not read.
  static func readHead(_ path: String, withPosition: Bool) throws(CheckpointError) -> Head {
    let input = try open(path)
    _ = try verifiedVersion(of: input)
    return Head(
      baseName: try? input.textAttribute(Schema.Root.baseFile), position: withPosition ? try? readPosition(input) : nil)
  }

  private static func open(_ path: String) throws(CheckpointError) -> CheckpointInput {
    let file: HDF5File
    do throws(HDF5Error) {
      file = try HDF5File.open(at: path)
    } catch {
      throw CheckpointError(reading: path, error)
    }
    return CheckpointInput(file: file, byteCount: FileSystem.byteCount(of: path) ?? 0)
  }

  /// The schema version, after format, version and mark of completeness were found good.
  private static func verifiedVersion(of input: CheckpointInput) throws(CheckpointError) -> UInt64 {
    let file = input.file
    let isMarked = try input.reading { () throws(HDF5Error) in try file.hasAttribute(Schema.Root.format) }
    guard isMarked else { throw .notCheckpoint(file: file.path, found: "an HDF5 file without a format") }
    let format = try input.textAttribute(Schema.Root.format)
    guard format == Schema.format else { throw .notCheckpoint(file: file.path, found: "format '\(format)'") }
    let version = try input.numberAttribute(Schema.Root.version)
    guard version <= Schema.version else {
      throw .newerVersion(file: file.path, found: version, known: Schema.version)
    }
    let isFinished = try input.reading { () throws(HDF5Error) in try file.hasAttribute(Schema.Root.complete) }
    guard isFinished, try input.numberAttribute(Schema.Root.complete) == 1 else { throw .incomplete(file: file.path) }
    return version
  }
}

extension CheckpointReader {
  private static func readContents(
    _ input: CheckpointInput, version: UInt64
  ) throws(CheckpointError) -> Checkpoint {
    Checkpoint(
      experiment: try input.text(Schema.experiment),
      streamFingerprint: try input.textAttribute(Schema.Root.streamFingerprint),
      writtenBy: try input.textAttribute(Schema.Root.writtenBy), seed: try input.numberAttribute(Schema.Root.seed),
      position: try readPosition(input), network: try readNetwork(input, version: version),
      deployment: try readDeployment(input))
  }

  private static func readPosition(_ input: CheckpointInput) throws(CheckpointError) -> RunPosition {
    let group = Schema.position
    var position = RunPosition()
    for (field, keyPath) in PositionSchema.counts {
      position[keyPath: keyPath] = try count(try input.value(field.inside(group)), field.inside(group).path, input)
    }
    for ((field, keyPath), samples) in PositionSchema.decisions {
      let field = field.inside(group)
      guard try input.has(field) else {
        position[keyPath: keyPath] = position[keyPath: samples]
        continue
      }
      position[keyPath: keyPath] = try count(try input.value(field), field.path, input)
    }
    for (field, keyPath) in PositionSchema.totals {
      position[keyPath: keyPath] = try input.value(field.inside(group))
    }
    for (field, keyPath) in PositionSchema.flags {
      let value: UInt8 = try input.value(field.inside(group))
      guard value <= 1 else { throw input.unsound(field.inside(group), expected: "0 or 1", found: "\(value)") }
      position[keyPath: keyPath] = value == 1
    }
    for (field, keyPath) in PositionSchema.spikeLists {
      position[keyPath: keyPath] = try input.list(field.inside(group))
    }
    for (field, keyPath) in PositionSchema.optionalLists where try input.has(field.inside(group)) {
      position[keyPath: keyPath] = try input.list(field.inside(group))
    }
    for (field, keyPath) in PositionSchema.accuracies {
      position[keyPath: keyPath] = try input.list(field.inside(group))
    }
    for (field, keyPath) in [PositionSchema.taskAccuracies, PositionSchema.testErrors]
    where try input.has(field.inside(group)) {
      position[keyPath: keyPath] = try input.list(field.inside(group))
    }
    for (field, keyPath) in PositionSchema.signalSums where try input.has(field.inside(group)) {
      position[keyPath: keyPath] = try input.value(field.inside(group))
    }
    position.wallSeconds = try input.value(PositionSchema.wallSeconds.inside(group))
    return position
  }

  private static func readDeployment(_ input: CheckpointInput) throws(CheckpointError) -> DeploymentPosition? {
    let group = DeploymentSchema.group
    let isThere = try input.reading { () throws(HDF5Error) in try input.file.exists(group) }
    guard isThere else { return nil }
    var deployment = DeploymentPosition()
    for (field, keyPath) in DeploymentSchema.counts {
      deployment[keyPath: keyPath] = try input.value(field.inside(group))
    }
    for (field, keyPath) in DeploymentSchema.numbers {
      let value: Double = try input.value(field.inside(group))
      guard value >= 0, value.isFinite else {
        throw input.unsound(field.inside(group), expected: "a finite number >= 0", found: "\(value)")
      }
      deployment[keyPath: keyPath] = value
    }
    return deployment
  }

  private static func readNetwork(
    _ input: CheckpointInput, version: UInt64
  ) throws(CheckpointError) -> NetworkSnapshot {
    let children = try input.reading { () throws(HDF5Error) in try input.file.children(of: Schema.layers) }
    var places: [(name: String, index: UInt64, rows: Int, columns: Int)] = []
    for child in children {
      let group = "\(Schema.layers)/\(child.name)"
      places.append(
        (
          name: child.name, index: try input.numberAttribute(LayerSchema.index, of: group),
          rows: try extent(LayerSchema.rows, of: group, input),
          columns: try extent(LayerSchema.columns, of: group, input)
        ))
    }
    places.sort { $0.index < $1.index }
    guard let outputs = places.last?.columns, places.map(\.index) == (0..<UInt64(places.count)).map({ $0 }) else {
      throw .unsound(
        file: input.file.path, place: "\(Schema.layers)/*@\(LayerSchema.index)", expected: "layers numbered from 0",
        found: "\(places.map(\.index))")
    }
    var layers: [LayerSnapshot] = []
    for (name, _, rows, columns) in places {
      var layer = LayerSnapshot(emptyNamed: name, rows: rows, columns: columns)
      let group = "\(Schema.layers)/\(name)"
      if let places = try optionalExtent(LayerSchema.places, of: group, input) { layer.places = places }
      if let classes = try optionalExtent(LayerSchema.classes, of: group, input) { layer.classes = classes }
      let size = LayerSize(
        rows: rows, columns: columns, places: layer.places, outputs: outputs, classes: layer.classes)
      if version > 1 { layer.stateUnit = try input.textAttribute(LayerSchema.stateUnit, of: group) }
      for dataset in LayerSchema.datasets { try dataset.read(into: &layer, group: group, size: size, from: input) }
      layers.append(layer)
    }
    return NetworkSnapshot(
      layers: layers, readTicks: try input.value(Schema.readTicks), boundaries: try input.value(Schema.boundaries))
  }

  /// Rows or columns of a layer: no layer has more than its file has bytes.
  private static func optionalExtent(
    _ name: String, of group: String, _ input: CheckpointInput
  ) throws(CheckpointError) -> Int? {
    let isThere = try input.reading { () throws(HDF5Error) in try input.file.hasAttribute(name, of: group) }
    return isThere ? try extent(name, of: group, input) : nil
  }

  private static func extent(
    _ name: String, of group: String, _ input: CheckpointInput
  ) throws(CheckpointError) -> Int {
    let extent = try input.numberAttribute(name, of: group)
    guard 1...UInt64(max(1, input.byteCount)) ~= extent else {
      throw .unsound(
        file: input.file.path, place: "\(group)@\(name)", expected: "1 to \(input.byteCount)", found: "\(extent)")
    }
    return Int(extent)
  }

  private static func count(_ value: UInt64, _ place: String, _ input: CheckpointInput) throws(CheckpointError) -> Int {
    guard let count = Int(exactly: value) else {
      throw .unsound(file: input.file.path, place: place, expected: "a count below 2^63", found: "\(value)")
    }
    return count
  }
}

extension LayerSnapshot {
  fileprivate init(emptyNamed name: String, rows: Int, columns: Int) {
    self.init(
      name: name, rows: rows, columns: columns, array: .init(), potentials: [], pendingChanges: [], inputTraces: [],
      eligibility: [], feedback: [])
  }
}
