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
    var taken = 0
    // The rest of an event that an earlier piece began.
    while pendingByteCount > 0, taken < bytes.count, !batch.isFull {
      try hold(bytes[taken], for: &batch)
      taken += 1
    }
    let whole = min((bytes.count - taken) / Self.bytesPerEvent, batch.capacity - batch.count)
    if whole > 0 {
      let end = taken + whole * Self.bytesPerEvent
      byteOffset += whole * Self.bytesPerEvent
      try appendEvents(UnsafeRawBufferPointer(rebasing: bytes[taken..<end]), to: &batch)
      taken = end
    }
    // The beginning of an event that a later piece ends.
    while taken < bytes.count, !batch.isFull {
      try hold(bytes[taken], for: &batch)
      taken += 1
    }
    return taken
  }

  /// Ends the file.
  /// - Throws: `RecordingError.truncated` if it ends inside an event.
  public func finish() throws(RecordingError) {
    guard pendingByteCount > 0 else { return }
    throw RecordingError.truncated(
      file: file, byte: byteOffset - pendingByteCount, expected: "an event of \(Self.bytesPerEvent) bytes",
      found: "\(pendingByteCount)")
  }

  /// Keeps a byte of an event that comes in pieces, and adds the event when it is whole.
  private mutating func hold(_ byte: UInt8, for batch: inout EventBatch) throws(RecordingError) {
    pendingBits = pendingBits << 8 | UInt64(byte)
    pendingByteCount += 1
    byteOffset += 1
    guard pendingByteCount == Self.bytesPerEvent else { return }
    let bits = pendingBits.bigEndian
    pendingBits = 0
    pendingByteCount = 0
    try withUnsafeBytes(of: bits) { bytes throws(RecordingError) in
      try appendEvents(UnsafeRawBufferPointer(rebasing: bytes.suffix(Self.bytesPerEvent)), to: &batch)
    }
  }

  /// Adds whole events, which end at `byteOffset`.
  private mutating func appendEvents(_ bytes: UnsafeRawBufferPointer, to batch: inout EventBatch) throws(RecordingError)
  {
    let count = bytes.count / Self.bytesPerEvent
    var latest = latestTimestamp
    var clamped = 0
    var failure: RecordingError?
    batch.append(atMost: count) { slots in
      for index in 0..<count {
        let start = index * Self.bytesPerEvent
        let x = UInt16(bytes[start])
        let rest = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: start + 1, as: UInt32.self))
        let y = UInt16(truncatingIfNeeded: rest >> 24)
        guard x < Self.sensorSize, y < Self.sensorSize else {
          failure = corrupt(
            at: start - bytes.count, expected: "a pixel below (\(Self.sensorSize), \(Self.sensorSize))",
            found: "(\(x), \(y))")
          return index
        }
        var timestamp = Int64(rest & 0x7F_FFFF)
        if timestamp < latest {
          guard order == .clamp else {
            failure = corrupt(
              at: start - bytes.count, expected: "a time of at least \(latest) µs", found: "\(timestamp) µs")
            return index
          }
          clamped += 1
          timestamp = latest
        }
        latest = timestamp
        slots.set(
          index, timestampInMicroseconds: timestamp, x: x, y: y, polarity: UInt8(truncatingIfNeeded: rest >> 23) & 1)
      }
      return count
    }
    latestTimestamp = latest
    clampedTimestampCount += clamped
    if let failure { throw failure }
  }

  /// - Parameter distance: where the event begins, counted from `byteOffset`.
  private func corrupt(at distance: Int, expected: String, found: String) -> RecordingError {
    .corrupt(file: file, byte: byteOffset + distance, expected: expected, found: found)
  }
}
