/// Entries of a recording that are no camera events of brightness and were passed over.
public struct SkippedEntries: Sendable, Equatable {
  /// What they are, in the plural: "IMU samples".
  public var what: String
  /// How many.
  public var count: Int

  /// Sets both.
  public init(what: String, count: Int) {
    self.what = what
    self.count = count
  }
}

/// Turns the bytes of a recording, or of a live stream, into events; the events do not depend on how the bytes are cut.
///
/// A decoder is a small value: a copy of it beside a byte offset is a place in the recording to come back to, with all that
/// time stamps need to be unwrapped from there on.
public protocol EventDecoder: Sendable {
  /// Name of the format with its version: "Prophesee EVT 3.0".
  var formatName: String { get }
  /// Size of the camera as the recording states it; `nil` before its header was read, or where it states none.
  var sensor: SensorSize? { get }
  /// Whether what comes before the first event has been read; `true` from the beginning for formats without a header.
  var isHeaderRead: Bool { get }
  /// Bytes taken of an entry that is not whole yet.
  var pendingByteCount: Int { get }
  /// Times that the clock of the recording started again from 0 and was carried on.
  var wrapCount: Int { get }
  /// What was passed over so far, each kind once, kinds without any left out.
  var skipped: [SkippedEntries] { get }

  /// Tells that the bytes that follow arrived at a time in µs, which events get that carry none; recordings have no such time.
  mutating func arrive(atMicroseconds time: Int64)

  /// Decodes until the bytes end or the batch is full, and keeps the beginning of an entry for the next call.
  ///
  /// Times are those of the recording, in µs, carried on over wraps, and may go back; whoever drives the decoder orders them.
  /// - Returns: Number of bytes taken; below `bytes.count` only when the batch is full.
  /// - Throws: `RecordingError.corrupt`, after the events before that place were added to the batch.
  mutating func decode(
    _ bytes: UnsafeRawBufferPointer, into batch: inout EventBatch
  ) throws(RecordingError) -> Int

  /// Ends the recording; may add a last event whose end only this tells, in the slack of the batch if it must.
  /// - Throws: `RecordingError.truncated` if it ends inside an entry.
  mutating func finish(into batch: inout EventBatch) throws(RecordingError)
}

extension EventDecoder {
  /// No header.
  public var isHeaderRead: Bool { true }
  /// None.
  public var wrapCount: Int { 0 }
  /// Nothing.
  public var skipped: [SkippedEntries] { [] }
  /// Ignored: the events carry times.
  public mutating func arrive(atMicroseconds time: Int64) {}
}
