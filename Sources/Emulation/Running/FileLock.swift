import Foundation

/// A lock of the kernel on a file, held until it is let go of or the process ends, however it ends: it cannot become stale.
///
/// Linux passes it on to the servers of network file systems, so it holds between machines too.
/// - Reference: flock(2).
final class FileLock: Sendable {
  /// Why a lock could not be had.
  enum Refusal: Error, Equatable {
    /// Another process holds it.
    case held
    /// The file cannot be opened, or the file system has no locks.
    case unavailable(reason: String)
  }

  private let descriptor: Int32

  /// Opens the file, and makes it where it is not there; nothing is locked yet.
  init(path: String, create: Bool = true) throws(Refusal) {
    descriptor = open(path, O_RDWR | O_CLOEXEC | (create ? O_CREAT : 0), 0o644)
    guard descriptor >= 0 else { throw .unavailable(reason: String(cString: strerror(errno))) }
  }

  /// The file locked for this process alone.
  static func alone(path: String) throws(Refusal) -> FileLock {
    let lock = try FileLock(path: path)
    try lock.takeAlone()
    return lock
  }

  /// Takes the lock for this process alone, at once or not at all.
  func takeAlone() throws(Refusal) { try take(LOCK_EX | LOCK_NB) }

  /// Waits for a lock that others may share.
  func takeShared() throws(Refusal) { try take(LOCK_SH) }

  private func take(_ operation: Int32) throws(Refusal) {
    while flock(descriptor, operation) != 0 {
      switch errno {
      case EINTR: continue
      case EWOULDBLOCK: throw .held
      default: throw .unavailable(reason: "it cannot be locked: " + String(cString: strerror(errno)))
      }
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }
}
