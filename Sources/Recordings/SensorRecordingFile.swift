import HDF5Store

/// Labelled recordings of a sensor with a fixed sample rate, in an HDF5 file of Crosspoint's own layout.
///
/// The layout is the table in `streams/README.md`. Opening reads and checks the header: the tables with one entry per
/// recording. Samples are read in ranges, so memory does not depend on how long the recordings are.
public final class SensorRecordingFile: Sendable {
  /// What is known of one recording.
  public struct Recording: Sendable, Equatable {
    /// First row in the table of samples.
    public let start: Int
    /// Number of samples.
    public let length: Int
    /// Index in the class names.
    public let label: Int
    /// The person, or −1 where the file does not say.
    public let subject: Int
    /// The part of the data set.
    public let split: DataSplit
  }

  /// Value of the attribute `format`.
  public static let format = "crosspoint-sensor-recording"
  /// The value of the attribute `format_version` this reader understands.
  public static let formatVersion: Int64 = 1
  /// Most channels a file may have.
  public static let channelLimit = 4096

  /// Where the file is.
  public let path: String
  /// What the file holds, in one line.
  public let title: String
  /// SPDX name of the licence of the data; empty where the file does not say.
  public let licence: String
  /// Whom to cite; empty where the file does not say.
  public let attribution: String
  /// Name of each channel.
  public let channelNames: [String]
  /// Unit of each channel.
  public let channelUnits: [String]
  /// Name of each label.
  public let classNames: [String]
  /// Samples per second of every channel, in Hz.
  public let sampleRateInHertz: Double
  /// The recordings, in the order of the file.
  public let recordings: [Recording]

  private let file: HDF5File

  /// Opens a file and checks its header.
  /// - Throws: `RecordingError`: the file cannot be read, is no sensor recording, or contradicts itself.
  public init(path: String) throws(RecordingError) {
    let header = try SensorRecordingHeader(path: path)
    self.path = path
    title = try header.text("title") ?? ""
    licence = try header.text("licence") ?? ""
    attribution = try header.text("attribution") ?? ""
    channelNames = try header.names("channels/name")
    channelUnits = try header.names("channels/unit")
    classNames = try header.names("classes/name")
    sampleRateInHertz = try header.sampleRate()
    let sampleCount = try header.sampleCount(channelCount: channelNames.count)
    guard channelUnits.count == channelNames.count else {
      throw RecordingError.fileFormat(
        file: path, part: "channels/unit", expected: "\(channelNames.count) units, one a channel",
        found: "\(channelUnits.count)")
    }
    recordings = try header.recordings(sampleCount: sampleCount, classCount: classNames.count)
    file = header.file
  }

  /// Number of channels.
  public var channelCount: Int { channelNames.count }

  /// Reads consecutive samples of a recording.
  /// - Parameters:
  ///   - recording: Index of the recording.
  ///   - range: Samples, counted from the beginning of the recording.
  ///   - values: Replaced by the samples, `[samples × channels]`.
  /// - Throws: `RecordingError.invalidSample` for a value that is no finite number, or `.unreadable`.
  /// - Precondition: The recording exists and has these samples.
  public func read(recording: Int, samples range: Range<Int>, into values: inout [Float]) throws(RecordingError) {
    let entry = recordings[recording]
    precondition(range.lowerBound >= 0 && range.upperBound <= entry.length, "samples outside the recording")
    let count = range.count * channelCount
    if values.count != count { values = [Float](repeating: 0, count: count) }
    guard count > 0 else { return }
    let rows = entry.start + range.lowerBound..<entry.start + range.upperBound
    do {
      try values.withUnsafeMutableBufferPointer { buffer throws(HDF5Error) in
        try file.read("samples", rows: rows, into: buffer)
      }
    } catch {
      throw RecordingError.unreadable(path: path, reason: "\(error)")
    }
    if let bad = values.firstIndex(where: { !$0.isFinite }) {
      throw RecordingError.invalidSample(
        file: path, recording: recording, sample: range.lowerBound + bad / channelCount,
        channel: channelNames[bad % channelCount], found: "\(values[bad])")
    }
  }
}
