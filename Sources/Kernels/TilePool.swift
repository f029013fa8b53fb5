import Glibc
import Synchronization

/// A fixed set of threads that share out the blocks of a window and meet again when all are done.
///
/// Which thread takes which block is left to chance; nothing a block computes may depend on it. A waiting thread spins
/// for some tenths of a millisecond before it sleeps, because windows follow each other closely.
public final class TilePool: @unchecked Sendable {
  /// Number of threads that work, the calling one included.
  public let threadCount: Int

  // The helpers own the crew and never the pool, so that the pool can go away and send them home.
  private let crew = Crew()
  private var threads: [pthread_t] = []

  /// Starts `threadCount - 1` helpers beside the calling thread.
  public init(threadCount: Int) {
    precondition(threadCount >= 1, "a pool has at least one thread")
    self.threadCount = threadCount
    for _ in 1..<threadCount {
      var thread = pthread_t()
      let status = pthread_create(
        &thread, nil,
        { crew in
          Unmanaged<Crew>.fromOpaque(crew!).takeRetainedValue().help()
          return nil
        }, Unmanaged.passRetained(crew).toOpaque())
      precondition(status == 0, "cannot start a thread: \(String(cString: strerror(status)))")
      threads.append(thread)
    }
  }

  deinit {
    crew.dismiss()
    for thread in threads { pthread_join(thread, nil) }
  }

  /// Calls `body` once for each item in `0..<count`, on any thread, and returns when all are done.
  /// - Precondition: one call at a time; `body` does not call back into the pool.
  public func forEach(_ count: Int, _ body: @escaping (Int) -> Void) {
    if threads.isEmpty || count <= 1 {
      for item in 0..<count { body(item) }
      return
    }
    crew.share(count, among: threads.count, body)
  }
}

/// A counter with a cache line of its own: threads that wait on one must not slow down those that count on another.
private struct LoneCounter: ~Copyable {
  let value = Atomic<Int>(0)
  private let padding = InlineArray<15, Int>(repeating: 0)
}

/// What the threads of a pool have in common.
private final class Crew: @unchecked Sendable {
  private let generation = LoneCounter()
  private let nextItem = LoneCounter()
  private let unfinished = LoneCounter()
  private let sleepers = Atomic<Int>(0)
  private let dismissed = Atomic<Bool>(false)
  private var itemCount = 0
  private var body: (Int) -> Void = { _ in }
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  /// Looks at a counter before giving the processor away: some tenths of a millisecond, longer than one thread works
  /// alone between two windows; to wake a sleeping thread takes about as long.
  private static let spins = 200_000

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(wake, nil)
  }

  deinit {
    pthread_cond_destroy(wake)
    pthread_mutex_destroy(mutex)
    wake.deallocate()
    mutex.deallocate()
  }

  /// Shares the items out to the calling thread and all `helpers`; each helper reports back once.
  func share(_ count: Int, among helpers: Int, _ body: @escaping (Int) -> Void) {
    self.body = body
    itemCount = count
    nextItem.value.store(0, ordering: .relaxed)
    unfinished.value.store(helpers, ordering: .relaxed)
    announce()
    takeItems()
    var spun = 0
    while unfinished.value.load(ordering: .acquiring) > 0 {
      spun += 1
      if spun > Self.spins { sched_yield() }
    }
    self.body = { _ in }
  }

  /// Sends the helpers home.
  func dismiss() {
    dismissed.store(true, ordering: .releasing)
    announce()
  }

  /// The life of a helper.
  func help() {
    var seen = 0
    while true {
      waitForWork(after: seen)
      seen = generation.value.load(ordering: .acquiring)
      if dismissed.load(ordering: .acquiring) { return }
      takeItems()
      unfinished.value.subtract(1, ordering: .releasing)
    }
  }

  private func waitForWork(after seen: Int) {
    for _ in 0..<Self.spins where generation.value.load(ordering: .acquiring) != seen { return }
    pthread_mutex_lock(mutex)
    sleepers.add(1, ordering: .sequentiallyConsistent)
    // Looked at again after signing in: whoever announces from here on sees the sleeper and wakes it.
    while generation.value.load(ordering: .sequentiallyConsistent) == seen { pthread_cond_wait(wake, mutex) }
    sleepers.subtract(1, ordering: .relaxed)
    pthread_mutex_unlock(mutex)
  }

  private func announce() {
    generation.value.add(1, ordering: .sequentiallyConsistent)
    guard sleepers.load(ordering: .sequentiallyConsistent) > 0 else { return }
    pthread_mutex_lock(mutex)
    pthread_cond_broadcast(wake)
    pthread_mutex_unlock(mutex)
  }

  private func takeItems() {
    while true {
      let item = nextItem.value.add(1, ordering: .relaxed).oldValue
      if item >= itemCount { return }
      body(item)
    }
  }
}
