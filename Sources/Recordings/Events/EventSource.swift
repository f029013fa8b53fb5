/// How a stream of events ended; a stream has exactly one end.
public enum StreamEnd: Sendable, Equatable {
  /// After a whole number of events.
  case clean
  /// In the middle of the entry that begins at `byte`.
  case truncated(byte: Int)
  /// At an entry that the format does not allow, which begins at `byte`.
  case corrupt(byte: Int)
  /// At an event that cannot be, by its number from 0, in a table whose events have no place in bytes of their own.
  case corruptEvent(index: Int)
}

/// A stream of camera events, read in bounded batches: memory does not depend on the length of the stream.
///
/// The times of the events delivered never decrease, and every pixel lies on the sensor where its size is known.
public protocol EventSource: AnyObject {
  /// Name of the format with its version.
  var formatName: String { get }
  /// Size of the camera: as the recording states it or as the user did; `nil` where neither does.
  var sensor: SensorSize? { get }
  /// How the stream ended; `nil` while it goes on.
  var end: StreamEnd? { get }
  /// What happened to time stamps so far.
  var timestampCounts: TimestampCounts { get }
  /// What was passed over so far.
  var skipped: [SkippedEntries] { get }

  /// Replaces the contents of `batch` by the next events, at least one.
  ///
  /// The events before a damaged place are delivered first; the call that meets the place throws, and `end` says where
  /// it is. After the end the batch stays empty.
  /// - Returns: `false`, with an empty batch, once the stream is over.
  /// - Throws: `RecordingError`, naming file and byte.
  func next(into batch: inout EventBatch) throws(RecordingError) -> Bool
}

/// A stream of events of which earlier or later times can be reached without reading all between.
public protocol SeekableEventSource: EventSource {
  /// Goes to the first event at or after a time of the stream; the next batch begins with it.
  /// - Throws: `RecordingError`, as reading would.
  func seek(toMicroseconds time: Int64) throws(RecordingError)
}

/// What to do with an event that is earlier than the one before it.
public enum TimestampOrder: Sendable, Equatable {
  /// Give it the time of the latest event and count it.
  case clamp
  /// Report the recording as corrupt.
  case reject
  /// Hold events back for this many µs and deliver them sorted by time, events of one time in the order of the recording; what
  /// comes later still is clamped.
  case reorder(windowInMicroseconds: Int64)
}

/// What happened to the time stamps of a stream so far.
public struct TimestampCounts: Sendable, Equatable {
  /// Events that were earlier than one before them.
  public var backward = 0
  /// Of these, those that were given the time of the latest event.
  public var clamped = 0
  /// Times that the clock started again and was carried on.
  public var wraps = 0

  /// Counts of nothing.
  public init() {}
}
