import Glibc

/// Reads a file in chunks, through one buffer of fixed size.
struct ByteReader: ~Copyable {
  let path: String
  private let descriptor: Int32

  init(path: String) throws(RecordingError) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw RecordingError.unreadable(path: path, reason: Self.lastReason()) }
    self.path = path
  }

  deinit {
    close(descriptor)
  }

  /// Fills `buffer` from its start with the bytes of the file from `offset` on, as far as the file goes.
  /// - Returns: Number of bytes; below the size of the buffer only at the end of the file.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(RecordingError) -> Int {
    var filled = 0
    while filled < buffer.count {
      let count = pread(descriptor, buffer.baseAddress! + filled, buffer.count - filled, offset + filled)
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        throw RecordingError.unreadable(path: path, reason: Self.lastReason())
      }
      filled += count
    }
    return filled
  }

  static func lastReason() -> String {
    String(cString: strerror(errno))
  }
}
