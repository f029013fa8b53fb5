/// Writes events to a recording, in batches of any size; what is written does not depend on how they are cut.
///
/// The file appears under its name when ``finish()`` has returned, whole and on the disk; a writer that is let go before leaves
/// no file, and one that was there stays as it was. Memory does not depend on the length of the recording.
public protocol EventWriter: AnyObject {
  /// Name of the format with its version: "Prophesee EVT 3.0".
  var formatName: String { get }
  /// Events written so far.
  var eventCount: Int { get }
  /// Events so far that the format cannot hold; they are not in the file.
  var losses: EventLosses { get }
  /// What was subtracted from all times, in µs; `nil` before the first event.
  var originInMicroseconds: Int64? { get }

  /// Adds events, whose times do not decrease.
  /// - Throws: `RecordingError.unwritable`; the recording cannot be continued afterwards.
  func append(_ batch: EventBatch) throws(RecordingError)

  /// Ends the recording and gives the file its name. Nothing is to be added afterwards.
  /// - Throws: `RecordingError.unwritable`; then there is no file.
  func finish() throws(RecordingError)
}

extension EventWriter {
  /// Adds all that a source delivers from where it stands.
  /// - Throws: `RecordingError` of the source, after all good events before it were added: the recording can still be finished;
  ///   or `RecordingError.unwritable`.
  public func appendAll(from source: any EventSource) throws(RecordingError) {
    var batch = EventBatch()
    while try source.next(into: &batch) { try append(batch) }
  }
}

/// Events that a format cannot hold.
public struct EventLosses: Sendable, Equatable {
  /// Those before the first or after the last time of the format, those earlier than one before them, and those after a silence
  /// so long that the format would fill it with many megabytes.
  public var times = 0
  /// Those of pixels outside the sensor, or outside what the format can number.
  public var pixels = 0

  /// Counts of nothing.
  public init() {}

  /// All of them.
  public var total: Int { times + pixels }
}

/// The zero of the times in a recording that is written.
public enum TimeOrigin: Sendable, Equatable {
  /// That of the events.
  case recording
  /// The time of the first event, which becomes 0.
  case firstEvent
}

/// How the contents of a recording are packed.
public enum EventCompression: String, Sendable, CaseIterable {
  /// As they are.
  case none
  /// LZ4 frames.
  case lz4
  /// Zstandard.
  case zstd
  /// Shuffled bytes, then deflate.
  case deflate
}

/// How a recording is to be written.
public struct EventWriterSettings: Sendable, Equatable {
  /// Size of the camera; `nil` where it is not known. Events outside it are not written.
  public var sensor: SensorSize?
  /// The zero of the times.
  public var origin: TimeOrigin
  /// How the contents are packed; `nil` leaves it to the format.
  public var compression: EventCompression?

  /// Sets all.
  public init(
    sensor: SensorSize? = nil, origin: TimeOrigin = .recording, compression: EventCompression? = nil
  ) {
    (self.sensor, self.origin, self.compression) = (sensor, origin, compression)
  }
}
