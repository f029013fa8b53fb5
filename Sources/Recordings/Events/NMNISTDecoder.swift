/// Decodes the events of N-MNIST and of other recordings of the ATIS camera in this layout.
///
/// An event is 40 bits, big-endian: x (8), y (8), polarity (1), time in µs (23). The layout has no header and no end mark.
/// - Reference: Orchard et al., Frontiers in Neuroscience 9:437, 2015, doi:10.3389/fnins.2015.00437
public struct NMNISTDecoder: EventDecoder {
  /// Width and height of the camera that N-MNIST was recorded with, cropped, in pixels.
  public static let sensorSize = 34
  /// Bytes of one event.
  public static let bytesPerEvent = 5

  /// "N-MNIST".
  public let formatName = "N-MNIST"
  /// The cropped camera.
  public let sensor = try? SensorSize(width: Self.sensorSize, height: Self.sensorSize)
  /// Bytes of the event that has begun.
  public var pendingByteCount: Int { cutter.pendingByteCount }

  private let file: String
  private var cutter = EntryCutter(size: Self.bytesPerEvent)

  /// A decoder at the beginning of a file, whose name appears in errors.
  public init(file: String) {
    self.file = file
  }

  /// Decodes until the bytes end or the batch is full; see ``EventDecoder/decode(_:into:)``.
  public mutating func decode(
    _ bytes: UnsafeRawBufferPointer, into batch: inout EventBatch
  ) throws(RecordingError) -> Int {
    try cutter.cut(bytes, into: &batch) { entries, _, batch throws(RecordingError) in
      var count = 0
      batch.append { free, room in
        count = min(entries.count / Self.bytesPerEvent, room)
        for index in 0..<count {
          let start = index * Self.bytesPerEvent
          let rest = UInt32(bigEndian: entries.loadUnaligned(fromByteOffset: start + 1, as: UInt32.self))
          free.set(
            index, timestampInMicroseconds: Int64(rest & 0x7F_FFFF), x: UInt16(entries[start]),
            y: UInt16(truncatingIfNeeded: rest >> 24), polarity: UInt8(truncatingIfNeeded: rest >> 23) & 1)
        }
        return count
      }
      return count
    }
  }

  /// Ends the recording.
  /// - Throws: `RecordingError.truncated` if it ends inside an event.
  public func finish(into batch: inout EventBatch) throws(RecordingError) {
    try cutter.finish(file: file, entry: "an event")
  }
}
