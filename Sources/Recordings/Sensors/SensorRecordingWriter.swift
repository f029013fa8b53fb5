import Glibc
import HDF5Store

/// Writes labelled recordings of a sensor into Crosspoint's own file, which experiments read with ``SensorRecordingFile``.
///
/// The file appears under its name when it is finished, and not before. Samples are written as they come, so memory does
/// not depend on their number.
public final class SensorRecordingWriter {
  /// What is said about the recordings, for people; nothing by default.
  public struct Description: Sendable {
    /// What the file holds, in one line.
    public var title = ""
    /// SPDX name of the licence of the data.
    public var licence = ""
    /// Whom to cite.
    public var attribution = ""
    /// Where the data comes from.
    public var source = ""

    /// Says nothing.
    public init() {}
  }

  private let path: String
  private let unfinishedPath: String
  private let channels: [SampledSignal.Channel]
  private let sampleRateInHertz: Double
  private let classCount: Int
  private let file: HDF5File
  private var starts: [Int64] = []
  private var lengths: [Int64] = []
  private var labels: [Int64] = []
  private var subjects: [Int64?] = []
  private var splits: [DataSplit] = []
  private var sampleCount: Int64 = 0

  /// Begins a file.
  /// - Parameters:
  ///   - path: Where; a file that stands there is replaced at the end.
  ///   - channels: The channels of all recordings.
  ///   - sampleRateInHertz: Their rate.
  ///   - classNames: Name of each label.
  ///   - description: For people.
  /// - Throws: `RecordingError`.
  public init(
    path: String, channels: [SampledSignal.Channel], sampleRateInHertz: Double, classNames: [String],
    description: Description = Description()
  ) throws(RecordingError) {
    guard !channels.isEmpty, channels.count <= SensorRecordingFile.channelLimit, !classNames.isEmpty else {
      throw RecordingError.setting(
        name: "sensor recording", expected: "1 to \(SensorRecordingFile.channelLimit) channels and at least one class",
        found: "\(channels.count) channels, \(classNames.count) classes")
    }
    self.path = path
    unfinishedPath = path + ".unfinished"
    (self.channels, self.sampleRateInHertz, classCount) = (channels, sampleRateInHertz, classNames.count)
    do {
      file = try HDF5File.create(at: unfinishedPath)
      try file.setAttribute("format", to: .text(SensorRecordingFile.format))
      try file.setAttribute("format_version", to: .number(SensorRecordingFile.formatVersion))
      let texts = [
        ("title", description.title), ("licence", description.licence), ("attribution", description.attribution),
        ("source", description.source),
      ]
      for (name, text) in texts where !text.isEmpty { try file.setAttribute(name, to: .text(text)) }
      try file.write(channels.map(\.name), to: "channels/name", description: "Name of each channel.")
      try file.write(channels.map(\.unit), to: "channels/unit", description: "Unit of each channel.")
      try file.write(classNames, to: "classes/name", description: "Name of each label.")
      try file.write(sampleRateInHertz, to: "sample_rate", units: "Hz", description: "Samples per second.")
      try file.createGrowing(
        "samples", as: Float.self, rowShape: [channels.count], units: "as in channels/unit",
        description: "All recordings, one after another, [samples × channels].", compression: .deflate(level: 4))
    } catch {
      throw Self.unwritable(path, error)
    }
  }

  deinit {
    // Does nothing where the file was finished.
    unlink(unfinishedPath)
  }

  /// Adds a recording, from where its signal stands to its end.
  /// - Parameters:
  ///   - signal: The samples; channels and rate are those of the file.
  ///   - label: Index in the class names.
  ///   - subject: Whom it comes from, 0 or more; all recordings have one, or none has.
  ///   - split: The part of the data set; all recordings have one, or none has.
  /// - Throws: `RecordingError`; the file is then of no use.
  public func append(
    _ signal: SampledSignal, label: Int, subject: Int? = nil, split: DataSplit = .unspecified
  ) throws(RecordingError) {
    try check(signal, label: label, subject: subject, split: split)
    let start = sampleCount
    var values: [Float] = []
    while try signal.next(into: &values) {
      if let bad = values.firstIndex(where: { !$0.isFinite }) {
        throw RecordingError.invalidSample(
          file: path, recording: labels.count, sample: Int(sampleCount - start) + bad / channels.count,
          channel: channels[bad % channels.count].name, found: "\(values[bad])")
      }
      do {
        try values.withUnsafeBufferPointer { buffer throws(HDF5Error) in try file.append(buffer, to: "samples") }
      } catch {
        throw Self.unwritable(path, error)
      }
      sampleCount += Int64(values.count / channels.count)
    }
    starts.append(start)
    lengths.append(sampleCount - start)
    labels.append(Int64(label))
    subjects.append(subject.map { Int64($0) })
    splits.append(split)
  }

  /// Writes the tables, and gives the file its name.
  /// - Throws: `RecordingError`: there is no recording, or the disk refuses.
  public func finish() throws(RecordingError) {
    guard !labels.isEmpty else {
      throw RecordingError.setting(name: "sensor recording", expected: "at least one recording", found: "none")
    }
    do {
      try writeTable("start", starts, "First row of each recording in samples.")
      try writeTable("length", lengths, "Number of rows of each recording.")
      try writeTable("label", labels, "Index of each recording in classes/name.")
      let known = subjects.compactMap { $0 }
      if known.count == labels.count { try writeTable("subject", known, "Whom each recording comes from.") }
      if splits[0] != .unspecified {
        try writeTable("split", splits.map { $0 == .train ? 0 : 1 }, "0 for learning, 1 for measuring.")
      }
      try file.close()
    } catch {
      throw Self.unwritable(path, error)
    }
    guard synchronized(unfinishedPath), rename(unfinishedPath, path) == 0 else {
      throw RecordingError.unwritable(path: path, reason: ByteReader.lastReason())
    }
  }

  private func check(_ signal: SampledSignal, label: Int, subject: Int?, split: DataSplit) throws(RecordingError) {
    func refuse(_ what: String, _ expected: String, _ found: String) -> RecordingError {
      .setting(name: "\(what) of recording \(labels.count)", expected: expected, found: found)
    }
    guard signal.channels == channels else {
      throw refuse(
        "channels", "\(channels.map { "\($0.name) in \($0.unit)" })",
        "\(signal.channels.map { "\($0.name) in \($0.unit)" })")
    }
    guard signal.sampleRateInHertz == sampleRateInHertz else {
      throw refuse("sample rate", "\(sampleRateInHertz) Hz; resample the signal", "\(signal.sampleRateInHertz) Hz")
    }
    guard 0..<classCount ~= label else { throw refuse("label", "0 to \(classCount - 1)", "\(label)") }
    guard subject ?? 0 >= 0 else { throw refuse("person", "0 or more", "\(subject ?? 0)") }
    guard labels.isEmpty || (subjects[0] == nil) == (subject == nil) else {
      throw refuse("person", "a person for all recordings or for none", subject.map { "\($0)" } ?? "none")
    }
    guard labels.isEmpty || (splits[0] == .unspecified) == (split == .unspecified) else {
      throw refuse("part of the data set", "a part for all recordings or for none", "\(split)")
    }
  }

  private func writeTable(_ name: String, _ values: [Int64], _ description: String) throws(HDF5Error) {
    try file.write(
      values, shape: [values.count], to: "recordings/" + name, units: "1", description: description)
  }

  private func synchronized(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return fsync(descriptor) == 0
  }

  private static func unwritable(_ path: String, _ error: HDF5Error) -> RecordingError {
    .unwritable(path: path, reason: "\(error)")
  }
}
