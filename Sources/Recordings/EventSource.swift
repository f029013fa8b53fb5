/// How a stream of events ended; a stream has exactly one end.
public enum StreamEnd: Sendable, Equatable {
  /// After a whole number of events.
  case clean
  /// In the middle of the entry that begins at `byte`.
  case truncated(byte: Int)
  /// At an entry that the format does not allow, which begins at `byte`.
  case corrupt(byte: Int)
}

/// A stream of camera events, read in bounded batches: memory does not depend on the length of the stream.
///
/// The times of the events delivered never decrease; a format whose files may break this says what it does then.
public protocol EventSource {
  /// Width of the sensor in pixels; every `x` is below it.
  var sensorWidth: Int { get }
  /// Height of the sensor in pixels; every `y` is below it.
  var sensorHeight: Int { get }
  /// How the stream ended; `nil` while it goes on.
  var end: StreamEnd? { get }

  /// Replaces the contents of `batch` by the next events, at least one and at most its capacity.
  ///
  /// The events before a damaged place are delivered first; the call that meets the place throws, and `end` says where
  /// it is. After the end the batch stays empty.
  /// - Returns: `false`, with an empty batch, once the stream is over.
  /// - Throws: `RecordingError`, naming file and byte.
  mutating func next(into batch: inout EventBatch) throws(RecordingError) -> Bool
}
