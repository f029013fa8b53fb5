import CHDF5
import Glibc

/// The gate to the HDF5 library: every call into it happens inside ``locked(_:)``.
///
/// HDF5 keeps global state and is thread-safe only in some builds, so one process-wide lock serialises all use. It is
/// recursive: a handle or file released inside a locked region, by the reference count of an object that dies there,
/// enters again without waiting for itself. No code of a caller ever runs inside the lock, so no other lock can be
/// taken under it and no deadlock is possible.
enum HDF5Library {
  /// Runs `body` with the library to itself and with automatic printing of errors off.
  static func locked<Result>(
    _ body: () throws(HDF5Error) -> Result
  ) throws(HDF5Error) -> Result {
    lock.acquire()
    defer { lock.release() }
    prepare()
    return try body()
  }

  /// Runs `body`, which cannot fail, with the library to itself.
  static func locked(_ body: () -> Void) {
    lock.acquire()
    defer { lock.release() }
    prepare()
    body()
  }

  /// HDF5's error stack from the call made down to the cause; must be read before the next call into the library.
  static func errorStack() -> [String] {
    var messages: [String] = []
    withUnsafeMutablePointer(to: &messages) { context in
      _ = H5Ewalk2(
        chdf5_error_stack(), H5E_WALK_DOWNWARD,
        { _, record, context in
          guard let record = record?.pointee, let context else { return 0 }
          let function = record.func_name.map { String(cString: $0) } ?? "?"
          let message = record.desc.map { String(cString: $0) } ?? "no message"
          context.assumingMemoryBound(to: [String].self).pointee.append("\(function): \(message)")
          return 0
        }, context)
    }
    return messages.map { $0.split(whereSeparator: \.isNewline).joined(separator: " ") }
  }

  /// How many times each file is open for reading. Guarded by the lock.
  nonisolated(unsafe) static var readers: [HDF5FileIdentity: Int] = [:]

  /// The file driver for reading, which survives damaged heaps; registered once, inside the lock.
  static let guardDriver = chdf5_register_guard()

  private static let lock = RecursiveLock()

  /// HDF5's own exit handler would run outside the lock, against threads still at work, and try again to write files
  /// that already failed to close; so it is never installed.
  private static let start: Void = { _ = H5dont_atexit() }()

  /// Where the library is thread-safe, printing is a setting of each thread and must be switched off in each.
  private static func prepare() {
    _ = start
    chdf5_silence_errors()
  }
}

/// A mutex that the thread holding it may take again.
private final class RecursiveLock: Sendable {
  private nonisolated(unsafe) let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

  init() {
    var attributes = pthread_mutexattr_t()
    pthread_mutexattr_init(&attributes)
    pthread_mutexattr_settype(&attributes, Int32(PTHREAD_MUTEX_RECURSIVE))
    pthread_mutex_init(mutex, &attributes)
    pthread_mutexattr_destroy(&attributes)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  func acquire() { pthread_mutex_lock(mutex) }
  func release() { pthread_mutex_unlock(mutex) }
}
