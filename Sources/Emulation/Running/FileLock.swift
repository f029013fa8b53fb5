import Foundation

/// A lock of the kernel on a file, held until it is let go of or the process ends, however it ends: it cannot become stale.
///
/// Linux passes it on to the servers of network file systems, so it holds between machines too. Where those have no locks, an
/// `OwnerFile` beside the file takes its place.
/// - Reference: flock(2).
final class FileLock: Sendable {
  /// Why a lock could not be had.
  enum Refusal: Error, Equatable {
    /// Another process holds it.
    case held
    /// The file cannot be opened or locked.
    case unavailable(reason: String)
  }

  private let descriptor: Int32
  private let owner: OwnerFile?

  /// Opens the file, and makes it where it is not there; nothing is locked yet.
  convenience init(path: String, create: Bool = true) throws(Refusal) {
    try self.init(path: path, create: create, owner: nil)
  }

  private init(path: String, create: Bool, owner: OwnerFile?) throws(Refusal) {
    self.owner = owner
    descriptor = open(path, O_RDWR | O_CLOEXEC | (create ? O_CREAT : 0), 0o644)
    guard descriptor >= 0 else { throw .unavailable(reason: String(cString: strerror(errno))) }
  }

  /// The file locked for this process alone.
  static func alone(path: String) throws(Refusal) -> FileLock {
    let lock = try FileLock(path: path)
    let failure = lock.attempt(LOCK_EX | LOCK_NB)
    if [ENOLCK, ENOSYS, EOPNOTSUPP].contains(failure) {
      return try FileLock(path: path, create: true, owner: OwnerFile(path: path + ".owner"))
    }
    try refuse(failure)
    return lock
  }

  /// Takes the lock for this process alone, at once or not at all.
  func takeAlone() throws(Refusal) { try Self.refuse(attempt(LOCK_EX | LOCK_NB)) }

  /// Waits for a lock that others may share.
  func takeShared() throws(Refusal) { try Self.refuse(attempt(LOCK_SH)) }

  /// - Returns: the error number, zero for success.
  private func attempt(_ operation: Int32) -> Int32 {
    while flock(descriptor, operation) != 0 {
      if errno != EINTR { return errno }
    }
    return 0
  }

  private static func refuse(_ failure: Int32) throws(Refusal) {
    switch failure {
    case 0: return
    case EWOULDBLOCK: throw .held
    default: throw .unavailable(reason: "it cannot be locked: " + String(cString: strerror(failure)))
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }
}
