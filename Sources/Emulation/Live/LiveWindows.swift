import Kernels
import Recordings

/// Camera events as they come, on a clock of arrivals by which windows end that no event came in.
public protocol PolledEvents: AnyObject {
  /// µs on the clock of arrivals.
  var elapsedMicroseconds: Int64 { get }
  /// Events known to be lost or dropped so far.
  var lostEventCount: Int { get }
  /// Replaces the contents of `batch` by the next events, if any come within `timeout` µs.
  /// - Throws: `RecordingError`, once, where the stream ended by it.
  func poll(into batch: inout EventBatch, timeoutInMicroseconds timeout: Int64) throws(RecordingError) -> LivePoll
}

extension LiveEventSource: PolledEvents {
  /// Those the queue had no room for, and those missing in the sequence of the sender.
  public var lostEventCount: Int {
    let counts = counts
    return counts.dropped + counts.lostEvents
  }
}

/// Cuts live events into windows of equal duration, each encoded as the samples were that a network learned from.
///
/// Windows lie on the time line of the events, from the first event on or at multiples of their duration, so that what is in a
/// window does not depend on when it arrived. A window ends with the first event behind it, or when the clock of arrivals says that
/// it must be over: an event of time t that arrived at a tells that the window up to e is over at a + (e − t), and some patience
/// later it is closed. Events that come for a closed window are late and counted. Windows without events are delivered too, but no
/// more than ``mostSilentWindows`` before an event that is much later: those between are counted.
///
/// Filters of the preparation begin anew with every window, as with every sample.
public final class LiveWindows {
  /// Where windows begin.
  public enum Origin: Sendable {
    /// The first with the first event.
    case firstEvent
    /// At multiples of their duration on the time line of the events.
    case timeZero
  }

  /// What is known of a window.
  public struct Window: Sendable, Equatable {
    /// Its number, from 0.
    public let index: Int
    /// Its times in µs.
    public let times: Range<Int64>
    /// Events in it, before preparation.
    public internal(set) var eventCount = 0
    /// Events that were lost while it was open.
    public internal(set) var lostEventCount = 0
  }

  /// Most windows without events in front of an event.
  public static let mostSilentWindows: Int64 = 1000
  /// Longest wait in µs before `isStopped` is asked again.
  static let heartbeat: Int64 = 100_000

  /// Events that came for a window that was closed.
  public private(set) var lateEventCount = 0
  /// Events lost since the beginning of the stream.
  public var lostEventCount: Int { source.lostEventCount }
  /// Windows without events that were left out.
  public private(set) var skippedWindowCount: Int64 = 0

  private let source: any PolledEvents
  private let length: Int64
  private let origin: Origin
  private let patience: Int64
  private var encoder: any EventEncoder
  private var preparation: EventPreparation
  private var batch = EventBatch(capacity: 1 << 14)
  private var part = EventBatch(capacity: 1 << 14)
  private var position = 0
  private var isOver = false
  private var failure: RecordingError?
  private var open: Window?
  private var lostBefore = 0
  /// The latest event and when it was taken.
  private var anchor: (time: Int64, moment: Int64) = (0, 0)

  /// Puts an encoder behind live events.
  /// - Parameters:
  ///   - source: The events, all within the sensor.
  ///   - samples: The samples that a network learned from.
  ///   - origin: Where windows begin.
  ///   - patienceInMicroseconds: How long after its end a window is kept open for events, 0 or more.
  /// - Throws: `RecordingError.setting`, or for an encoder whose ticks do not last a fixed time.
  public init(
    _ source: any PolledEvents, like samples: any EventSampleSource, origin: Origin = .firstEvent,
    patienceInMicroseconds patience: Int64 = 50_000
  ) throws(RecordingError) {
    precondition(patience >= 0, "patience is not negative")
    encoder = try samples.makeEncoder()
    guard let length = encoder.durationInMicroseconds else {
      throw .setting(name: "length of a window", expected: "ticks of a fixed time", found: "none")
    }
    preparation = try EventPreparation(of: samples.sensor, samples.preparation)
    (self.source, self.length, self.origin, self.patience) = (source, length, origin, patience)
  }

  /// Replaces the contents of `raster` by the next window, once it is over.
  ///
  /// The last window of a stream that ends is delivered; one that is open when it is stopped is not.
  /// - Parameter isStopped: Asked several times a second.
  /// - Returns: `nil` once the stream is over or stopped.
  /// - Throws: `RecordingError` of the stream, after the windows of the events before it.
  public func next(
    into raster: inout SpikeRaster, isStopped: () -> Bool = { false }
  ) throws(RecordingError) -> Window? {
    if open != nil { beginEncoding(&raster) }
    while !isStopped() {
      if position < batch.count {
        if takeEvents(into: &raster) { return close(&raster) }
        continue
      }
      if isOver {
        defer { open = nil }
        if open?.eventCount ?? 0 > 0 { return close(&raster) }
        if let failure {
          self.failure = nil
          throw failure
        }
        return nil
      }
      if try wait() { return close(&raster) }
    }
    return nil
  }

  /// Gives the open window its events of the batch; returns whether there are events behind it.
  private func takeEvents(into raster: inout SpikeRaster) -> Bool {
    let times = batch.timestampsInMicroseconds
    if open == nil { begin(at: times[position], &raster) }
    guard var window = open else { return false }
    let first = position
    while position < batch.count, times[position] < window.times.lowerBound { position += 1 }
    lateEventCount += position - first
    if position < batch.count { window = skipSilence(before: times[position], window) }
    let start = position
    while position < batch.count, times[position] < window.times.upperBound { position += 1 }
    if position > start {
      part = batch
      part.truncate(to: position)
      part.removeFirst(start)
      window.eventCount += part.count
      encode(window.times.lowerBound, into: &raster)
    }
    open = window
    return position < batch.count
  }

  private func encode(_ zero: Int64, into raster: inout SpikeRaster) {
    preparation.apply(to: &part)
    part.modify { events, count in
      for index in 0..<count { events.timestampsInMicroseconds[index] -= zero }
      return count
    }
    encoder.append(part, to: &raster)
  }

  /// The first window.
  private func begin(at time: Int64, _ raster: inout SpikeRaster) {
    let start = origin == .firstEvent ? time : time - (time % length + length) % length
    lostBefore = source.lostEventCount
    open = Window(index: 0, times: start..<start + length)
    beginEncoding(&raster)
  }

  /// Moves a window without events to an event that is very much later.
  private func skipSilence(before time: Int64, _ window: Window) -> Window {
    let windows = (time - window.times.lowerBound) / length
    guard windows > Self.mostSilentWindows, window.eventCount == 0 else { return window }
    skippedWindowCount += windows
    let start = window.times.lowerBound + windows * length
    return Window(index: window.index + Int(windows), times: start..<start + length)
  }

  private func beginEncoding(_ raster: inout SpikeRaster) {
    preparation.reset()
    encoder.begin(&raster)
  }

  /// Waits for events; returns whether the open window is over without any.
  private func wait() throws(RecordingError) -> Bool {
    var timeout = Self.heartbeat
    if let open {
      let due = anchor.moment + (open.times.upperBound - anchor.time) + patience
      let left = due - source.elapsedMicroseconds
      guard left > 0 else { return try !poll(0) }
      timeout = min(left, timeout)
    }
    _ = try poll(timeout)
    return false
  }

  /// Takes what has come; returns whether something did, the end too.
  private func poll(_ timeout: Int64) throws(RecordingError) -> Bool {
    position = 0
    do {
      switch try source.poll(into: &batch, timeoutInMicroseconds: timeout) {
      case .ready:
        if let last = batch.timestampsInMicroseconds.last { anchor = (last, source.elapsedMicroseconds) }
        return true
      case .idle:
        batch.removeAll()
        return false
      case .over: isOver = true
      }
    } catch {
      failure = error
      isOver = true
    }
    batch.removeAll()
    return true
  }

  private func close(_ raster: inout SpikeRaster) -> Window? {
    guard var window = open else { return nil }
    encoder.finish(&raster)
    let lost = source.lostEventCount
    window.lostEventCount = lost - lostBefore
    lostBefore = lost
    let start = window.times.upperBound
    open = Window(index: window.index + 1, times: start..<start + length)
    return window
  }
}
