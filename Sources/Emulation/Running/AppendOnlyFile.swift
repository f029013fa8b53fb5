import Foundation

/// A text file that only grows, whose length is part of a checkpoint: a resumed run cuts it back to that length and
/// continues, so no row is missing or written twice.
final class AppendOnlyFile {
  let path: String
  private let descriptor: Int32
  private(set) var length: UInt64

  /// Opens or creates a file and cuts it to `length` bytes.
  init(path: String, length: UInt64) throws(EmulationError) {
    self.path = path
    self.length = length
    descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw .fileAccess(path: path, action: "write", reason: Self.reason) }
    let end = lseek(descriptor, 0, SEEK_END)
    let found = UInt64(max(end, 0))
    guard found >= length else { throw .fileTooShort(path: path, expected: length, found: found) }
    guard ftruncate(descriptor, Int(length)) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else {
      throw .fileAccess(path: path, action: "cut", reason: Self.reason)
    }
  }

  deinit {
    close(descriptor)
  }

  /// Appends a line.
  func append(_ line: String) throws(EmulationError) {
    let bytes = Array((line + "\n").utf8)
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, bytes.count - written) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw .fileAccess(path: path, action: "write", reason: Self.reason) }
      written += count
    }
    length += UInt64(bytes.count)
  }

  /// Makes sure that what was appended survives a crash.
  func synchronize() throws(EmulationError) {
    guard fsync(descriptor) == 0 else { throw .fileAccess(path: path, action: "sync", reason: Self.reason) }
  }

  private static var reason: String { String(cString: strerror(errno)) }
}
