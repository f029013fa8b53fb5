import Checkpoints
import Foundation
import HDF5Store
import Recordings

/// What a file or folder holds, for `crosspoint inspect`.
public struct Inspection: Encodable, Sendable {
  /// One named value.
  public struct Fact: Encodable, Sendable {
    /// Name.
    public var name: String
    /// Value with its unit.
    public var value: String
  }

  /// A table with its header.
  public struct Listing: Encodable, Sendable {
    /// Name of each column.
    public var header: [String]
    /// Cells.
    public var rows: [[String]]
  }

  /// Path that was looked at.
  public var path: String
  /// What it is.
  public var kind: String
  /// Named values.
  public var facts: [Fact] = []
  /// Tables.
  public var listings: [Listing] = []
  /// The figures of a recording of events.
  public var recording: RecordingFigures?
  /// What is wrong with a recording, of which the part before it is described.
  public var damage: String?
  /// A recording of events at its busiest, for a terminal.
  public var picture: String?

  private enum CodingKeys: CodingKey {
    case path, kind, facts, listings, recording, damage
  }

  /// Looks at a recording of any format, an N-MNIST folder, a folder of spikes as text, a checkpoint, or the newest checkpoint
  /// of a run folder.
  ///
  /// - Parameters:
  ///   - path: The file or folder.
  ///   - reading: What a recording of events does not state.
  ///   - signal: What a sampled recording does not state.
  ///   - picture: How to show a recording of events; `nil` for no picture.
  /// - Throws: `InspectionError`, or the error of the reader, each with what to do.
  public init(
    path: String, reading: EventReadingOptions = EventReadingOptions(),
    signal: SignalInput.Options = SignalInput.Options(), picture: PictureSettings? = nil
  ) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw InspectionError.missing(path)
    }
    if isFolder.boolValue {
      self = try Self.folder(path, reading: reading)
    } else if reading.format == nil, let input = SignalInput(path: path, options: signal) {
      self = try Self.signal(input)
    } else if reading.format == nil, let own = try Self.ownFile(path) {
      self = own
    } else {
      self = try Self.events(path, reading: reading, picture: picture)
    }
  }

  init(path: String, kind: String) {
    self.path = path
    self.kind = kind
  }

  private static func folder(_ path: String, reading: EventReadingOptions) throws -> Inspection {
    let contents = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    if contents.contains("Train"), contents.contains("Test") { return try nmnist(path) }
    if contents.contains(where: { $0.hasSuffix("_train.dat") }) { return try spikeText(path) }
    if contents.contains(where: { $0.hasSuffix("train.h5") }), contents.contains(where: { $0.hasSuffix("test.h5") }) {
      return try labelledSteps(path)
    }
    let isRun = contents.contains("experiment.yaml")
    guard let newest = try CheckpointStore(folder: isRun ? "\(path)/checkpoints" : path).paths().last else {
      if isRun { throw InspectionError.noCheckpoint(path) }
      return try eventFolder(path, reading: reading)
    }
    return try checkpoint(newest)
  }

  /// A file of Crosspoint's own, or one of spoken words; `nil` for others.
  private static func ownFile(_ path: String) throws -> Inspection? {
    guard (try? EventFormat(ofFile: path)) == .hdf5 else { return nil }
    let file = try HDF5File.open(at: path)
    let format = try file.hasAttribute("format") ? try file.textAttribute("format") : ""
    let isSpoken = try file.exists("spikes/units")
    try file.close()
    switch format {
    case "crosspoint-checkpoint": return try checkpoint(path)
    case "crosspoint-sensor-recording": return try sensorRecording(path)
    default: return isSpoken ? try spokenDigits(path) : nil
    }
  }

  mutating func add(_ name: String, _ value: String) {
    facts.append(Fact(name: name, value: value))
  }

  // MARK: Recordings

  private static func sensorRecording(_ path: String) throws -> Inspection {
    let file = try SensorRecordingFile(path: path)
    var result = Inspection(path: path, kind: "sensor recording")
    let total = file.recordings.reduce(0) { $0 + $1.length }
    let subjects = Set(file.recordings.map(\.subject))
    result.add("title", file.title)
    result.add("licence", file.licence)
    result.add("attribution", file.attribution)
    result.add("sample rate", "\(file.sampleRateInHertz) Hz")
    result.add("recordings", "\(file.recordings.count) of \(subjects.count) subjects")
    result.add(
      "samples",
      "\(NumberText.grouped(total)) (\(NumberText.fixed(Double(total) / file.sampleRateInHertz, decimals: 1)) s)")
    result.listings.append(
      Listing(header: ["channel", "unit"], rows: zip(file.channelNames, file.channelUnits).map { [$0, $1] }))
    let classes = file.classNames.enumerated().map { label, name in
      let own = file.recordings.filter { $0.label == label }
      let seconds = Double(own.reduce(0) { $0 + $1.length }) / file.sampleRateInHertz
      return [name, "\(own.count)", NumberText.fixed(seconds, decimals: 1)]
    }
    result.listings.append(Listing(header: ["class", "recordings", "seconds"], rows: classes))
    return result
  }

  private static func nmnist(_ path: String) throws -> Inspection {
    let source = try NMNISTSource(path: path)
    let samples = (0..<source.sampleCount).map(source.description(ofSample:))
    var result = Inspection(path: path, kind: "N-MNIST folder")
    result.add("recordings", "\(source.sampleCount)")
    result.listings.append(parts(of: samples, labels: source.classNames, heading: "digit"))
    return result
  }

  private static func eventFolder(_ path: String, reading: EventReadingOptions) throws -> Inspection {
    let source: EventFolderSource
    do throws(RecordingError) {
      source = try EventFolderSource(path: path, parameters: .init(tickCount: 1, reading: reading))
    } catch {
      guard case .folderLayout = error else { throw error }
      throw InspectionError.nothingKnown(path)
    }
    let samples = (0..<source.sampleCount).map(source.description(ofSample:))
    var result = Inspection(path: path, kind: "folder of event recordings")
    result.add("recordings", "\(source.sampleCount)")
    result.add("camera", "\(source.sensor) pixels")
    let hasParts = samples.contains { $0.split != .unspecified }
    result.listings.append(
      hasParts
        ? parts(of: samples, labels: source.classNames, heading: "class")
        : Listing(
          header: ["class", "recordings"],
          rows: source.classNames.enumerated().map { label, name in [name, "\(samples.count { $0.label == label })"] }))
    return result
  }

  private static func spikeText(_ path: String) throws -> Inspection {
    let source = try SpikeTextSource(path: path)
    let samples = (0..<source.sampleCount).map(source.description(ofSample:))
    var result = Inspection(path: path, kind: "spike text folder")
    result.add("samples", "\(source.sampleCount)")
    result.add("neurons", "\(source.inputRowCount)")
    result.add("length", range(samples.map(\.tickCount), unit: "ms"))
    result.add("label asked for", "from " + range(samples.map(\.firstScoredTick), unit: "ms"))
    result.listings.append(parts(of: samples, labels: source.classNames, heading: "label"))
    return result
  }

  private static func labelledSteps(_ path: String) throws -> Inspection {
    let source = try LabelledStepsSource(path: path)
    let samples = (0..<source.sampleCount).map(source.description(ofSample:))
    var result = Inspection(path: path, kind: "folder of spikes with a label for each step")
    result.add("sequences", "\(source.sampleCount)")
    result.add("rows", "\(source.inputRowCount)")
    result.add("length", range(samples.map(\.tickCount), unit: "steps"))
    result.listings.append(parts(of: samples, labels: source.classNames, heading: "most frequent label"))
    return result
  }

  /// Samples of each label for learning and for tests.
  private static func parts(of samples: [SampleDescription], labels: [String], heading: String) -> Listing {
    let rows = labels.enumerated().map { label, name in
      [name]
        + [DataSplit.train, .test].map { split in
          "\(samples.count { $0.label == label && $0.split == split })"
        }
    }
    return Listing(header: [heading, "train", "test"], rows: rows)
  }

  private static func range(_ values: [Int], unit: String) -> String {
    let (least, most) = (values.min() ?? 0, values.max() ?? 0)
    return least == most ? "\(least) \(unit)" : "\(least) to \(most) \(unit)"
  }

  // MARK: Checkpoints

  private static func checkpoint(_ path: String) throws -> Inspection {
    let summary = try CheckpointSummary(ofFile: path)
    let position = summary.position
    var result = Inspection(path: path, kind: "checkpoint")
    result.add("schema version", "\(summary.schemaVersion)")
    result.add("written by", summary.writtenBy)
    if let base = summary.baseName { result.add("builds on", base) }
    result.add("size", "\(NumberText.compact(Double(summary.fileBytes)))B")
    result.add("seed", "\(summary.seed)")
    result.add("recording SHA-256", summary.streamFingerprint)
    result.add("passes done", "\(position.pass)\(position.isComplete ? " (complete)" : "")")
    result.add("in this pass", "\(position.sampleInPhase) \(position.isTesting ? "test" : "training") samples")
    result.add("training samples seen", NumberText.grouped(position.samplesSeen))
    result.add(
      "test accuracies", position.testAccuracies.map { NumberText.fixed($0, decimals: 4) }.joined(separator: " "))
    let layers = summary.layers.map { layer in
      [
        layer.name, "\(layer.rows) x \(layer.columns)", NumberText.grouped(layer.setPulses),
        NumberText.grouped(layer.resetPulses), NumberText.grouped(layer.stuckDevices),
        NumberText.grouped(layer.refreshPulses), NumberText.grouped(layer.verifyReads),
        layer.conductanceRange.map { stateRange($0, unit: layer.stateUnit) } ?? "ideal",
      ]
    }
    result.listings.append(
      Listing(
        header: [
          "layer", "shape", "SET pulses", "RESET pulses", "stuck", "refresh pulses", "verify reads", "states",
        ], rows: layers))
    result.listings.append(
      Listing(
        header: ["dataset", "type", "shape", "units"],
        rows: summary.datasets.map { [$0.path, $0.type, $0.shape.map(String.init).joined(separator: " x "), $0.units] })
    )
    return result
  }

  private static func stateRange(_ range: ClosedRange<Float>, unit: String) -> String {
    let unit = DeviceUnit(unit == "F" ? .capacitance : .conductance, largest: Double(range.upperBound))
    let ends = [range.lowerBound, range.upperBound].map { NumberText.fixed(Double($0) / unit.scale, decimals: 2) }
    return "\(ends[0])…\(ends[1]) \(unit.name)"
  }

  /// The whole as text for a terminal.
  public var text: String {
    var text = "\(path): \(kind)\n"
    let width = facts.map(\.name.count).max() ?? 0
    for fact in facts {
      text += "  \(fact.name)\(String(repeating: " ", count: width - fact.name.count))  \(fact.value)\n"
    }
    for listing in listings {
      var table = TextTable(header: listing.header)
      for row in listing.rows { table.append(row) }
      text += "\n" + table.rendered()
    }
    if let picture { text += "\n" + picture }
    return text
  }
}

/// Why a path cannot be inspected.
public enum InspectionError: Error, Equatable, CustomStringConvertible {
  /// There is nothing.
  case missing(String)
  /// A run that was stopped before its first checkpoint.
  case noCheckpoint(String)
  /// A folder without anything known.
  case nothingKnown(String)

  /// A sentence a user can act on.
  public var description: String {
    switch self {
    case .missing(let path):
      "\(path) does not exist"
    case .noCheckpoint(let path):
      "\(path): this run has not saved a checkpoint yet; `crosspoint resume \(path)` runs it"
    case .nothingKnown(let path):
      "\(path): expected a run folder, a folder of checkpoints, an N-MNIST folder with Train and Test, "
        + "one with spikes in files *_train.dat and *_test.dat, or one with event recordings in folders by class; found none"
    }
  }
}
