import CZlib

/// Reads bytes of a file that are stored as they are or compressed, from the first to the last.
final class InflatingReader {
  /// How the bytes are stored.
  enum Method {
    /// As they are.
    case stored
    /// Deflate without a frame, as in ZIP archives (RFC 1951).
    case deflate
    /// Deflate in the frame of zlib, with a checksum (RFC 1950).
    case zlib
  }

  private let file: SizedFile
  private let part: Range<Int>
  private let method: Method
  private var next: Int
  private var input: UnsafeMutableBufferPointer<UInt8>
  /// At an address of its own, which zlib remembers.
  private let stream: UnsafeMutablePointer<z_stream>
  private var isOver = false

  private static let inputBytes = 1 << 16

  /// - Parameter part: Bytes of the file that hold the data, which may go beyond its end.
  init(file: SizedFile, part: Range<Int>, method: Method) throws(RecordingError) {
    (self.file, self.part, self.method) = (file, part, method)
    next = part.lowerBound
    input = .allocate(capacity: Self.inputBytes)
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    guard method != .stored else { return }
    // A negative number of window bits means that there is no frame.
    let status = inflateInit2_(
      stream, method == .zlib ? 15 : -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else { throw RecordingError.unreadable(path: file.path, reason: "zlib gave no memory") }
  }

  deinit {
    if method != .stored { inflateEnd(stream) }
    stream.deallocate()
    input.deallocate()
  }

  /// Fills `buffer` as far as there are bytes.
  /// - Returns: Number of bytes; below the size of the buffer only at the end.
  /// - Throws: `RecordingError`, `filled` saying how many bytes came before.
  func read(into buffer: UnsafeMutableRawBufferPointer, filled: inout Int) throws(RecordingError) {
    filled = 0
    guard method != .stored else {
      let count = min(buffer.count, part.upperBound - next)
      filled = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]), at: next)
      next += filled
      guard filled == count else { throw truncated() }
      return
    }
    while filled < buffer.count, !isOver { try inflateSome(buffer, &filled) }
  }

  private func inflateSome(_ buffer: UnsafeMutableRawBufferPointer, _ filled: inout Int) throws(RecordingError) {
    if stream.pointee.avail_in == 0 { try refill() }
    // zlib counts with 32 bits.
    let room = min(buffer.count - filled, 1 << 30)
    stream.pointee.next_out = buffer.baseAddress!.advanced(by: filled).assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(room)
    let status = inflate(stream, Z_NO_FLUSH)
    filled += room - Int(stream.pointee.avail_out)
    switch status {
    case Z_STREAM_END: isOver = true
    case Z_OK: break
    case Z_BUF_ERROR where stream.pointee.avail_in == 0: break
    default:
      let reason = stream.pointee.msg.map { String(cString: $0) } ?? "status \(status)"
      throw RecordingError.corrupt(
        file: file.path, byte: next - Int(stream.pointee.avail_in), expected: "compressed data", found: reason)
    }
  }

  private func refill() throws(RecordingError) {
    let count = min(part.upperBound - next, Self.inputBytes)
    let received = try file.read(
      into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(input)[..<count]), at: next)
    guard received > 0 else { throw truncated() }
    next += received
    stream.pointee.next_in = input.baseAddress
    stream.pointee.avail_in = UInt32(received)
  }

  private func truncated() -> RecordingError {
    .truncated(
      file: file.path, byte: file.clamped(part.lowerBound), expected: "data of \(part.count) bytes",
      found: "\(next - part.lowerBound) that do not end it")
  }
}
