import Glibc
import Synchronization

/// A thread of its own for receiving. Signals go to the threads of the program, not to it: a peer that vanishes shows as an error of
/// the call that wrote to it.
final class ReceiverThread: Sendable {
  private let thread: pthread_t

  /// - Throws: `RecordingError.live` if the system gives no further thread.
  init(stream: String, _ body: @escaping @Sendable () -> Void) throws(RecordingError) {
    let job = Unmanaged.passRetained(Job(body: body))
    var thread = pthread_t()
    let failure = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, job.toOpaque())
    guard failure == 0 else {
      job.release()
      throw RecordingError.live(
        stream: stream, reason: "no thread to receive with: \(String(cString: strerror(failure)))",
        advice: "raise the limit of processes or end other programs")
    }
    self.thread = thread
  }

  /// Waits for the end of the thread, which whoever made it told it to come to.
  deinit {
    pthread_join(thread, nil)
  }

  private final class Job: Sendable {
    let body: @Sendable () -> Void

    init(body: @escaping @Sendable () -> Void) {
      self.body = body
    }
  }
}

/// Wakes a thread that waits for bytes, once and for all.
final class StopSignal: Sendable {
  private let raised = Atomic(false)
  private let readEnd: Int32
  private let writeEnd: Int32

  /// What ended a wait.
  enum Wake {
    case ready
    case timeout
    case stopped
  }

  /// - Throws: `RecordingError.live` if there are no further descriptors.
  init(stream: String) throws(RecordingError) {
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
      throw RecordingError.live(
        stream: stream, reason: ByteReader.lastReason(), advice: "raise the limit of open files (ulimit -n)")
    }
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  deinit {
    close(readEnd)
    close(writeEnd)
  }

  var isRaised: Bool { raised.load(ordering: .acquiring) }

  /// Wakes whoever waits now or will wait.
  func raise() {
    raised.store(true, ordering: .releasing)
    var byte: UInt8 = 1
    _ = write(writeEnd, &byte, 1)
  }

  /// Sleeps until the descriptor is ready, the time is over, or the signal is raised.
  /// - Parameters:
  ///   - descriptor: What to watch; `nil` for nothing but the signal.
  ///   - milliseconds: Longest time; −1 for as long as it takes.
  func wait(_ descriptor: Int32?, for events: Int32 = POLLIN, milliseconds: Int32 = -1) -> Wake {
    var watched = [
      pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0),
      pollfd(fd: descriptor ?? -1, events: Int16(events), revents: 0),
    ]
    while true {
      let count = poll(&watched, 2, milliseconds)
      if count < 0, errno == EINTR { continue }
      if isRaised { return .stopped }
      return count > 0 ? .ready : .timeout
    }
  }
}

/// Time since a beginning.
struct ArrivalClock: Sendable {
  private let start = Self.monotonic()

  /// µs since it was made.
  func now() -> Int64 { Self.monotonic() - start }

  /// The system's CLOCK_MONOTONIC in µs.
  static func monotonic() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }
}
