import Recordings

/// Writes live samples to a table in text: the time in µs, then the channels.
public final class LiveSampleRecorder {
  /// The file.
  public let path: String
  private let file: StreamedFile
  private let channelCount: Int

  /// Begins the file.
  /// - Throws: `RecordingError.unwritable`.
  public init(path: String, channelCount: Int) throws(RecordingError) {
    (self.path, self.channelCount) = (path, channelCount)
    file = try StreamedFile(path: path)
    let names = (1...channelCount).map { "channel_\($0)" }
    try file.write(Array("time_us,\(names.joined(separator: ","))\n".utf8))
  }

  /// Adds samples.
  /// - Throws: `RecordingError.unwritable`.
  public func append(_ batch: LiveSampleBatch) throws(RecordingError) {
    var text = ""
    for (index, time) in batch.timestampsInMicroseconds.enumerated() {
      let values = batch.values[index * channelCount..<(index + 1) * channelCount]
      text += "\(time),\(values.map { "\($0)" }.joined(separator: ","))\n"
    }
    try file.write(Array(text.utf8))
  }

  /// Gives the file its name.
  /// - Throws: `RecordingError.unwritable`.
  public func finish() throws(RecordingError) { try file.publish() }
}
