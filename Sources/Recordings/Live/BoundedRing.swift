import Glibc

/// The places of a bounded queue between the thread that receives and the one that computes, with exact counts of what it drops.
///
/// It holds no elements: whoever owns them copies them to and from the places it is given, while the lock is held. All fields are
/// reached under `mutex` only.
final class BoundedRing: @unchecked Sendable {
  let capacity: Int

  private let policy: DropPolicy
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var first = 0
  private var count = 0
  private var droppedCount = 0
  private var failure: RecordingError?
  private var isFinished = false
  private var isClosed = false

  /// What became of taking.
  enum Taken: Equatable {
    /// So many elements.
    case some(Int)
    /// None came in time.
    case idle
    /// There is nothing and nothing more will come.
    case over
  }

  init(capacity: Int, policy: DropPolicy) {
    self.capacity = capacity
    self.policy = policy
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(changed, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  /// Elements dropped for want of room, or because nobody wants them any more.
  var dropped: Int { locked { droppedCount } }

  /// For the receiving thread: adds elements as the policy says; may wait.
  /// - Parameter copy: Copies elements, counted from the first of those to add, to places in a row.
  func put(_ number: Int, _ copy: (_ elements: Range<Int>, _ place: Int) -> Void) {
    locked {
      var next = 0
      while next < number {
        guard !isClosed, let room = makeRoom(for: number - next, skipping: &next) else {
          droppedCount += number - next
          return
        }
        guard room > 0 else { continue }
        let end = (first + count) % capacity
        let length = min(room, number - next, capacity - end)
        copy(next..<next + length, end)
        next += length
        count += length
      }
    }
  }

  /// Free places, once there are any or something changed; `nil` if the new elements are to be dropped.
  private func makeRoom(for number: Int, skipping next: inout Int) -> Int? {
    guard count == capacity || policy == .dropOldest else { return capacity - count }
    switch policy {
    case .dropNewest: return nil
    case .dropOldest:
      let evicted = min(max(number - (capacity - count), 0), count)
      first = (first + evicted) % capacity
      count -= evicted
      // What would be evicted before anybody could take it need not be copied.
      let skipped = max(number - capacity, 0)
      next += skipped
      droppedCount += evicted + skipped
      return capacity - count
    case .block:
      pthread_cond_broadcast(changed)
      pthread_cond_wait(changed, mutex)
      return isClosed ? 0 : capacity - count
    }
  }

  /// For the receiving thread: there is nothing more to come; an error is reported after the last element.
  func finish(_ error: RecordingError? = nil) {
    locked { (isFinished, failure) = (true, error) }
  }

  /// For the caller: waits for elements.
  /// - Parameters:
  ///   - most: Most elements to take.
  ///   - timeout: How long to wait, in µs; `nil` for as long as it takes.
  ///   - copy: Copies places in a row to elements, counted from the first of those taken.
  func take(
    atMost most: Int, timeoutInMicroseconds timeout: Int64?, _ copy: (_ places: Range<Int>, _ element: Int) -> Void
  ) -> Taken {
    var deadline = timeout.map { Self.time(inMicroseconds: max($0, 0)) }
    return locked {
      while count == 0, !isFinished, !isClosed {
        guard deadline != nil else {
          pthread_cond_wait(changed, mutex)
          continue
        }
        if pthread_cond_timedwait(changed, mutex, &deadline!) == ETIMEDOUT, count == 0, !isFinished, !isClosed {
          return .idle
        }
      }
      guard count > 0, !isClosed else { return .over }
      let number = min(count, most)
      let straight = min(number, capacity - first)
      copy(first..<first + straight, 0)
      if straight < number { copy(0..<number - straight, straight) }
      first = (first + number) % capacity
      count -= number
      return .some(number)
    }
  }

  /// For the caller: the error that ended the stream; `nil` if none did or it was taken before.
  func takeFailure() -> RecordingError? {
    locked {
      defer { failure = nil }
      return failure
    }
  }

  /// For the caller: nothing more is wanted; what waits counts as dropped.
  func close() {
    locked {
      guard !isClosed else { return }
      isClosed = true
      droppedCount += count
      (count, failure) = (0, nil)
    }
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_broadcast(changed)
      pthread_mutex_unlock(mutex)
    }
    return body()
  }

  private static func time(inMicroseconds distance: Int64) -> timespec {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    // A century is as good as forever and cannot overflow.
    let nanoseconds = Int64(time.tv_nsec) + min(distance, 3_155_760_000_000_000) * 1000
    time.tv_sec += Int(nanoseconds / 1_000_000_000)
    time.tv_nsec = Int(nanoseconds % 1_000_000_000)
    return time
  }
}
