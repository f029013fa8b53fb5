import Foundation

/// A text file that only grows, whose length is part of a checkpoint: a resumed run cuts it back to that length and
/// continues, so no row is missing or written twice.
final class AppendOnlyFile {
  /// The file itself, which another thread may synchronise.
  let file: OpenFile
  /// Bytes that were appended, those that wait for room among them.
  private(set) var length: UInt64
  private let waitsForRoom: Bool
  private var waiting: [UInt8] = []

  var path: String { file.path }

  /// Opens or creates a file and cuts it to `length` bytes.
  ///
  /// - Parameter waitsForRoom: whether lines that cannot be written wait in memory for the next attempt.
  init(path: String, length: UInt64, waitsForRoom: Bool = false) throws(EmulationError) {
    self.length = length
    self.waitsForRoom = waitsForRoom
    file = try OpenFile(path: path)
    try file.cut(to: length)
  }

  /// Appends a line.
  func append(_ line: String) throws(EmulationError) {
    let bytes = (line + "\n").utf8
    waiting += bytes
    length += UInt64(bytes.count)
    do {
      try flush()
    } catch {
      guard waitsForRoom else { throw error }
    }
  }

  /// Writes what waits.
  func flush() throws(EmulationError) {
    while !waiting.isEmpty { waiting.removeFirst(try file.write(waiting)) }
  }

  /// Makes sure that what was appended survives a crash.
  func synchronize() throws(EmulationError) {
    try flush()
    try file.synchronise()
  }
}

/// A file that stays open as long as anyone uses it.
final class OpenFile: Sendable {
  let path: String
  private let descriptor: Int32

  /// Opens or creates a file.
  init(path: String) throws(EmulationError) {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure("write") }
  }

  deinit {
    close(descriptor)
  }

  /// Cuts the file, which must not be shorter, to `length` bytes; the next bytes are written there.
  fileprivate func cut(to length: UInt64) throws(EmulationError) {
    let found = UInt64(max(lseek(descriptor, 0, SEEK_END), 0))
    guard found >= length else { throw .fileTooShort(path: path, expected: length, found: found) }
    guard ftruncate(descriptor, Int(length)) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else { throw failure("cut") }
  }

  /// Writes some of the bytes and says how many.
  fileprivate func write(_ bytes: [UInt8]) throws(EmulationError) -> Int {
    let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress!, bytes.count) }
    if count < 0 && errno == EINTR { return 0 }
    guard count > 0 else { throw failure("write") }
    return count
  }

  /// Waits until what was written has reached the disk.
  func synchronise() throws(EmulationError) {
    guard fsync(descriptor) == 0 else { throw failure("sync") }
  }

  private func failure(_ action: String) -> EmulationError {
    .fileAccess(path: path, action: action, reason: String(cString: strerror(errno)))
  }
}
