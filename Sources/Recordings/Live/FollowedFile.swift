import Glibc

/// The bytes of a file that grows. Looking for more every 20 ms works on every file system, those of networks included.
final class FollowedFile: ByteInput, @unchecked Sendable {
  let port: Int? = nil

  private let path: String
  private var descriptor: Int32
  private var offset = 0

  /// Time between two looks, in ms.
  private static let interval: Int32 = 20

  /// - Throws: `RecordingError.unreadable`.
  init(path: String) throws(RecordingError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw RecordingError.unreadable(path: path, reason: ByteReader.lastReason()) }
  }

  deinit {
    close(descriptor)
  }

  func read(into buffer: UnsafeMutableRawBufferPointer, stop: StopSignal) throws(RecordingError) -> ByteArrival {
    var successor: Int32?
    while !stop.isRaised {
      let count = pread(descriptor, buffer.baseAddress, buffer.count, offset)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else {
        if let successor { close(successor) }
        throw RecordingError.unreadable(path: path, reason: ByteReader.lastReason())
      }
      if count > 0 {
        // Found again at the end, if there is one.
        if let successor { close(successor) }
        offset += count
        return .bytes(count)
      }
      if let successor {
        close(descriptor)
        (descriptor, offset) = (successor, 0)
        return .beginning("\(path): was replaced, reading the new file from its beginning")
      }
      if size() < offset {
        offset = 0
        return .beginning("\(path): was cut short, reading it from its beginning")
      }
      // What was written to the old file before it was replaced is read first.
      successor = openSuccessor()
      if successor == nil { _ = stop.wait(nil, milliseconds: Self.interval) }
    }
    if let successor { close(successor) }
    return .stopped
  }

  private func size() -> Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int(status.st_size) : offset
  }

  /// Another file that has the name now; `nil` while there is none.
  private func openSuccessor() -> Int32? {
    var (own, named) = (stat(), stat())
    guard fstat(descriptor, &own) == 0, stat(path, &named) == 0,
      own.st_ino != named.st_ino || own.st_dev != named.st_dev
    else { return nil }
    let found = open(path, O_RDONLY | O_CLOEXEC)
    return found >= 0 ? found : nil
  }
}
