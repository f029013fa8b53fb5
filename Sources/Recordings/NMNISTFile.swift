/// The events of one N-MNIST `.bin` file.
public final class NMNISTFile: EventSource {
  /// Width of the sensor in pixels.
  public let sensorWidth = NMNISTDecoder.sensorSize
  /// Height of the sensor in pixels.
  public let sensorHeight = NMNISTDecoder.sensorSize
  /// How the file ended; `nil` while there is more to read.
  public private(set) var end: StreamEnd?
  /// Number of events that came earlier than their predecessor and were given its time.
  public var clampedTimestampCount: Int { decoder.clampedTimestampCount }

  private let reader: ByteReader
  private var decoder: NMNISTDecoder
  private var chunk: [UInt8]
  private var unread: Range<Int> = 0..<0
  private var pendingError: RecordingError?

  /// Opens a file.
  /// - Parameters:
  ///   - path: The file.
  ///   - order: What to do with times that go back.
  ///   - chunkSize: Bytes read at a time; the events do not depend on it.
  /// - Throws: `RecordingError.unreadable`.
  public init(path: String, order: TimestampOrder = .clamp, chunkSize: Int = 1 << 15) throws(RecordingError) {
    precondition(chunkSize > 0, "a chunk holds at least one byte")
    reader = try ByteReader(path: path)
    decoder = NMNISTDecoder(file: path, order: order)
    chunk = [UInt8](repeating: 0, count: chunkSize)
  }

  /// Replaces the contents of `batch` by the next events; see ``EventSource/next(into:)``.
  public func next(into batch: inout EventBatch) throws(RecordingError) -> Bool {
    batch.removeAll()
    if let error = pendingError {
      pendingError = nil
      throw error
    }
    do {
      while end == nil, !batch.isFull { try advance(into: &batch) }
    } catch {
      end = Self.end(after: error)
      // Good events come first; the error waits for the next call.
      if batch.count == 0 { throw error }
      pendingError = error
    }
    return batch.count > 0
  }

  private func advance(into batch: inout EventBatch) throws(RecordingError) {
    if unread.isEmpty {
      let count = try chunk.withUnsafeMutableBufferPointer { bytes throws(RecordingError) in
        try reader.read(into: UnsafeMutableRawBufferPointer(bytes))
      }
      unread = 0..<count
      if count == 0 {
        try decoder.finish()
        end = .clean
        return
      }
    }
    let taken = try chunk.withUnsafeBufferPointer { bytes throws(RecordingError) in
      try decoder.decode(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[unread])), into: &batch)
    }
    unread = unread.lowerBound + taken..<unread.upperBound
  }

  private static func end(after error: RecordingError) -> StreamEnd? {
    switch error {
    case .truncated(_, let byte, _, _): .truncated(byte: byte)
    case .corrupt(_, let byte, _, _): .corrupt(byte: byte)
    default: nil
    }
  }
}
