import Glibc
import Kernels

/// Encodes samples on a thread of its own while the caller computes with the one before.
///
/// At most `depth` samples wait; the thread sleeps while nobody takes them. What `next(into:)` delivers, an error
/// included, is what encoding the same samples one after another in the caller's thread gives. Rasters are exchanged with
/// the caller, never copied. One thread at a time may call the loader.
public final class SampleLoader {
  private let queue: SampleQueue
  private var thread = pthread_t()
  private var isRunning = true

  /// Begins to load.
  /// - Parameters:
  ///   - source: The samples.
  ///   - start: First position in the order.
  ///   - depth: Most samples to load ahead.
  ///   - order: The sample at a position, or `nil` after the last; called once per position, ascending, on the
  ///     loader's thread.
  /// - Throws: `RecordingError.noThread` if the system gives no further thread.
  public init(
    source: any SampleSource, start: Int = 0, depth: Int = 2, order: @escaping @Sendable (Int) -> Int?
  ) throws(RecordingError) {
    precondition(depth > 0, "a loader loads at least one sample ahead")
    queue = SampleQueue(depth: depth)
    let job = Unmanaged.passRetained(Job(source: source, start: start, order: order, queue: queue))
    let failure = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().run()
        return nil
      }, job.toOpaque())
    guard failure == 0 else {
      job.release()
      isRunning = false
      throw RecordingError.noThread(reason: String(cString: strerror(failure)))
    }
  }

  /// Begins to load the samples of a list, in its order.
  public convenience init(source: any SampleSource, samples: [Int], depth: Int = 2) throws(RecordingError) {
    try self.init(source: source, depth: depth) { $0 < samples.count ? samples[$0] : nil }
  }

  deinit {
    stop()
  }

  /// Waits for the next sample and exchanges its raster for the caller's.
  ///
  /// An error belongs to the sample at its place in the order; the call after it delivers the next sample.
  /// - Returns: Index of the sample; `nil` after the last, or once the loader was stopped.
  public func next(into raster: inout SpikeRaster) throws -> Int? {
    guard let loaded = queue.take() else { return nil }
    if let error = loaded.error {
      queue.recycle(loaded.raster)
      throw error
    }
    let used = raster
    raster = loaded.raster
    queue.recycle(used)
    return loaded.sample
  }

  /// Ends the thread after the sample it is at; samples that wait are forgotten. Stopping twice does nothing.
  public func stop() {
    guard isRunning else { return }
    isRunning = false
    queue.close()
    pthread_join(thread, nil)
  }

  /// What the thread does; it holds the queue, not the loader, so dropping the loader ends it.
  private final class Job: Sendable {
    let source: any SampleSource
    let start: Int
    let order: @Sendable (Int) -> Int?
    let queue: SampleQueue

    init(source: any SampleSource, start: Int, order: @escaping @Sendable (Int) -> Int?, queue: SampleQueue) {
      self.source = source
      self.start = start
      self.order = order
      self.queue = queue
    }

    func run() {
      var position = start
      while var raster = queue.freeRaster() {
        guard let sample = order(position) else { break }
        var failure: (any Error)?
        do {
          try source.encode(sample: sample, into: &raster)
        } catch {
          failure = error
        }
        queue.put(SampleQueue.Loaded(sample: sample, raster: raster, error: failure))
        position += 1
      }
      queue.finish()
    }
  }
}
