import Glibc
import Synchronization

/// A fixed set of threads that share out the blocks of a window and meet again when all are done.
///
/// Which thread takes which block is left to chance; nothing a block computes may depend on it. A waiting thread spins
/// for a few microseconds before it sleeps, because windows follow each other closely.
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

/// What the threads of a pool have in common.
private final class Crew: @unchecked Sendable {
  private let generation = Atomic<Int>(0)
  private let nextItem = Atomic<Int>(0)
  private let unfinished = Atomic<Int>(0)
  private let dismissed = Atomic<Bool>(false)
  private var itemCount = 0
  private var body: (Int) -> Void = { _ in }
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private static let spins = 4_000

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
    nextItem.store(0, ordering: .relaxed)
    unfinished.store(helpers, ordering: .relaxed)
    announce()
    takeItems()
    var spun = 0
    while unfinished.load(ordering: .acquiring) > 0 {
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
      var spun = 0
      while generation.load(ordering: .acquiring) == seen && spun < Self.spins { spun += 1 }
      pthread_mutex_lock(mutex)
      while generation.load(ordering: .acquiring) == seen { pthread_cond_wait(wake, mutex) }
      pthread_mutex_unlock(mutex)
      seen = generation.load(ordering: .acquiring)
      if dismissed.load(ordering: .acquiring) { return }
      takeItems()
      _ = unfinished.subtract(1, ordering: .releasing)
    }
  }

  private func announce() {
    pthread_mutex_lock(mutex)
    _ = generation.add(1, ordering: .releasing)
    pthread_cond_broadcast(wake)
    pthread_mutex_unlock(mutex)
  }

  private func takeItems() {
    while true {
      let item = nextItem.add(1, ordering: .relaxed).oldValue
      if item >= itemCount { return }
      body(item)
    }
  }
}
