import Glibc

/// Bytes on their way to a file that appears once it is whole, through one buffer of fixed size.
package final class StreamedFile {
  /// Most bytes that one ``write(atMost:_:)`` may add.
  static let bufferSize = 1 << 18

  private let partial: PartialFile
  private let descriptor: Int32
  private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bufferSize, alignment: 64)
  private var filled = 0
  private var isOpen = true

  /// Creates the file under the name of a partial one.
  /// - Throws: `RecordingError.unwritable`.
  package init(path: String) throws(RecordingError) {
    partial = try PartialFile(path: path)
    descriptor = open(partial.name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw partial.unwritable() }
  }

  /// A file that was not published is removed.
  deinit {
    if isOpen {
      close(descriptor)
      partial.discard()
    }
    buffer.deallocate()
  }

  /// Adds the bytes that `body` writes at the address it is given.
  /// - Parameter body: Returns how many it wrote, `count` at most.
  @inline(__always)
  func write(atMost count: Int, _ body: (UnsafeMutableRawPointer) -> Int) throws(RecordingError) {
    if filled + count > Self.bufferSize { try flush() }
    precondition(count <= Self.bufferSize, "more bytes than the buffer holds")
    // The buffer is not empty, so it has an address.
    let written = body(buffer.baseAddress! + filled)
    precondition(0...count ~= written, "more bytes than announced")
    filled += written
  }

  /// Adds bytes, however many.
  func write(_ bytes: UnsafeRawBufferPointer) throws(RecordingError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = UnsafeRawBufferPointer(rebasing: rest.prefix(Self.bufferSize))
      try write(atMost: part.count) { free in
        free.copyMemory(from: part.baseAddress!, byteCount: part.count)
        return part.count
      }
      rest = rest.dropFirst(part.count)
    }
  }

  /// Adds bytes, however many.
  package func write(_ bytes: [UInt8]) throws(RecordingError) {
    try bytes.withUnsafeBufferPointer { bytes throws(RecordingError) in
      try write(UnsafeRawBufferPointer(bytes))
    }
  }

  /// Replaces bytes at the beginning of the file.
  func overwriteBeginning(with bytes: [UInt8]) throws(RecordingError) {
    try flush()
    try bytes.withUnsafeBufferPointer { bytes throws(RecordingError) in
      try put(UnsafeRawBufferPointer(bytes)) { pwrite(descriptor, $0, $1, $2) }
    }
  }

  /// Writes what is held back, waits for the disk, and gives the file its name.
  package func publish() throws(RecordingError) {
    try flush()
    isOpen = false
    guard close(descriptor) == 0 else {
      let error = partial.unwritable()
      partial.discard()
      throw error
    }
    do throws(RecordingError) {
      try partial.publish()
    } catch {
      partial.discard()
      throw error
    }
  }

  private func flush() throws(RecordingError) {
    let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<filled])
    try put(bytes) { start, count, _ in Glibc.write(descriptor, start, count) }
    filled = 0
  }

  /// Calls the system until all bytes are taken.
  private func put(
    _ bytes: UnsafeRawBufferPointer, _ call: (UnsafeRawPointer, Int, off_t) -> Int
  ) throws(RecordingError) {
    var done = 0
    while done < bytes.count {
      let count = call(bytes.baseAddress! + done, bytes.count - done, off_t(done))
      if count < 0 {
        if errno == EINTR { continue }
        throw partial.unwritable()
      }
      done += count
    }
  }
}
