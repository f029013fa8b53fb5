/// What to do with an event that is earlier than the one before it.
public enum TimestampOrder: Sendable, Equatable {
  /// Give it the time of the latest event and count it.
  case clamp
  /// Report the file as corrupt.
  case reject
}

/// Decodes N-MNIST events from bytes that arrive in pieces of any size; the events do not depend on the pieces.
///
/// An event is 40 bits, big-endian: x (8), y (8), polarity (1), time in µs (23), from an ATIS camera cropped to 34 × 34
/// pixels. The layout has no header and no end mark.
/// - Reference: Orchard et al., Frontiers in Neuroscience 9:437, 2015, doi:10.3389/fnins.2015.00437
public struct NMNISTDecoder: Sendable {
  /// Width and height of the sensor in pixels.
  public static let sensorSize = 34
  /// Bytes of one event.
  public static let bytesPerEvent = 5

  /// Number of events that came earlier than their predecessor and were given its time.
  public private(set) var clampedTimestampCount = 0

  private let file: String
  private let order: TimestampOrder
  private var byteOffset = 0
  private var pendingBits: UInt64 = 0
  private var pendingByteCount = 0
  private var latestTimestamp: Int64 = 0

  /// A decoder at the beginning of a file, whose name appears in errors.
  public init(file: String, order: TimestampOrder = .clamp) {
    self.file = file
    self.order = order
  }

  /// Decodes until the bytes end or the batch is full, and keeps the beginning of an event for the next call.
  /// - Returns: Number of bytes taken.
  /// - Throws: `RecordingError.corrupt`, after the events before that place were added to the batch.
  public mutating func decode(
    _ bytes: UnsafeRawBufferPointer, into batch: inout EventBatch
  ) throws(RecordingError) -> Int {
    for (index, byte) in bytes.enumerated() {
      if batch.isFull { return index }
      pendingBits = pendingBits << 8 | UInt64(byte)
      pendingByteCount += 1
      byteOffset += 1
      if pendingByteCount == Self.bytesPerEvent {
        try appendEvent(pendingBits, to: &batch)
        pendingBits = 0
        pendingByteCount = 0
      }
    }
    return bytes.count
  }

  /// Ends the file.
  /// - Throws: `RecordingError.truncated` if it ends inside an event.
  public func finish() throws(RecordingError) {
    guard pendingByteCount > 0 else { return }
    throw RecordingError.truncated(
      file: file, byte: byteOffset - pendingByteCount, expected: "an event of \(Self.bytesPerEvent) bytes",
      found: "\(pendingByteCount)")
  }

  private mutating func appendEvent(_ bits: UInt64, to batch: inout EventBatch) throws(RecordingError) {
    let x = UInt16(truncatingIfNeeded: bits >> 32)
    let y = UInt16(truncatingIfNeeded: bits >> 24) & 0xFF
    guard x < Self.sensorSize, y < Self.sensorSize else {
      throw corrupt(expected: "a pixel below (\(Self.sensorSize), \(Self.sensorSize))", found: "(\(x), \(y))")
    }
    var timestamp = Int64(bits & 0x7F_FFFF)
    if timestamp < latestTimestamp {
      guard order == .clamp else {
        throw corrupt(expected: "a time of at least \(latestTimestamp) µs", found: "\(timestamp) µs")
      }
      clampedTimestampCount += 1
      timestamp = latestTimestamp
    }
    latestTimestamp = timestamp
    batch.append(timestampInMicroseconds: timestamp, x: x, y: y, polarity: UInt8(truncatingIfNeeded: bits >> 23) & 1)
  }

  private func corrupt(expected: String, found: String) -> RecordingError {
    .corrupt(file: file, byte: byteOffset - Self.bytesPerEvent, expected: expected, found: found)
  }
}
