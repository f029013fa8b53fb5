import Glibc
import Kernels

/// A bounded queue of loaded samples between the thread that loads and the one that computes.
///
/// Rasters go round: free → loaded → caller → free, so a steady run allocates nothing. All fields are reached under
/// `mutex` only.
final class SampleQueue: @unchecked Sendable {
  /// A sample that waits, or the error in its place.
  struct Loaded {
    let sample: Int
    let raster: SpikeRaster
    let error: (any Error)?
  }

  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var free: [SpikeRaster]
  private var loaded: [Loaded] = []
  private var isFinished = false
  private var isClosed = false

  init(depth: Int) {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
    free = (0..<depth).map { _ in SpikeRaster(rowCount: 0) }
    free.reserveCapacity(depth)
    loaded.reserveCapacity(depth)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  /// For the loading thread: waits for a raster to fill; `nil` once the queue is closed.
  func freeRaster() -> SpikeRaster? {
    locked {
      while free.isEmpty, !isClosed { pthread_cond_wait(changed, mutex) }
      return isClosed ? nil : free.removeLast()
    }
  }

  /// For the loading thread: hands a sample over.
  func put(_ sample: Loaded) {
    locked { loaded.append(sample) }
  }

  /// For the loading thread: there is nothing more to come.
  func finish() {
    locked { isFinished = true }
  }

  /// For the caller: waits for the oldest sample; `nil` after the last, or once the queue is closed.
  func take() -> Loaded? {
    locked {
      while loaded.isEmpty, !isFinished, !isClosed { pthread_cond_wait(changed, mutex) }
      return loaded.isEmpty || isClosed ? nil : loaded.removeFirst()
    }
  }

  /// For the caller: gives a raster back.
  func recycle(_ raster: SpikeRaster) {
    locked { free.append(raster) }
  }

  /// For the caller: nothing more is wanted.
  func close() {
    locked { isClosed = true }
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer {
      pthread_cond_broadcast(changed)
      pthread_mutex_unlock(mutex)
    }
    return body()
  }
}
