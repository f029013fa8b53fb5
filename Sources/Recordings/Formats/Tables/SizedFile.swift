import Glibc

/// A file of known size, any bytes of which can be read.
final class SizedFile: Sendable {
  let path: String
  let size: Int
  private let reader: ByteReader

  init(path: String) throws(RecordingError) {
    reader = try ByteReader(path: path)
    self.path = path
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw RecordingError.unreadable(path: path, reason: ByteReader.lastReason())
    }
    size = Int(status.st_size)
  }

  /// Fills `buffer` from a byte on, as far as the file goes; returns the number of bytes.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(RecordingError) -> Int {
    try reader.read(into: buffer, at: offset)
  }

  /// The place of the file nearest to one that a damaged file names.
  func clamped(_ offset: Int) -> Int { min(max(offset, 0), size) }

  /// Bytes from `offset` on.
  /// - Throws: `RecordingError.truncated`, before room is made for them, where the file has fewer.
  func bytes(at offset: Int, count: Int, of what: String) throws(RecordingError) -> [UInt8] {
    guard offset >= 0, count >= 0, offset <= size, count <= size - offset else {
      throw RecordingError.truncated(
        file: path, byte: clamped(offset), expected: "\(what) of \(count) bytes", found: "\(max(size - offset, 0))")
    }
    var bytes = [UInt8](repeating: 0, count: count)
    let received = try bytes.withUnsafeMutableBufferPointer { buffer throws(RecordingError) in
      try reader.read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
    }
    guard received == count else {
      throw RecordingError.truncated(file: path, byte: offset, expected: "\(count) bytes", found: "\(received)")
    }
    return bytes
  }
}

extension [UInt8] {
  /// A whole number, the lowest byte first.
  /// - Precondition: The bytes are there.
  func number(at offset: Int, bytes count: Int) -> Int {
    Int(truncatingIfNeeded: self[offset..<offset + count].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
  }
}
