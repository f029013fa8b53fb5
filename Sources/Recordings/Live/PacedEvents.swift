import Glibc

/// A clock to pace events by; tests have one of their own.
public protocol PacingClock: Sendable {
  /// Time in µs since any fixed moment.
  func now() -> Int64
  /// Returns once the time is reached.
  func sleep(until time: Int64)
}

/// The system's CLOCK_MONOTONIC.
public struct MonotonicClock: PacingClock {
  /// The clock.
  public init() {}

  /// Time in µs since the machine started.
  public func now() -> Int64 { ArrivalClock.monotonic() }

  /// Sleeps until the time is reached.
  public func sleep(until time: Int64) {
    var deadline = timespec(tv_sec: Int(time / 1_000_000), tv_nsec: Int(time % 1_000_000) * 1000)
    while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &deadline, nil) == EINTR {}
  }
}

/// Delivers the events of a recording when they are due, so that it can stand in for a sensor.
///
/// The first event is due at once, one at time t of the recording `(t − first) / speed` later. Events are delivered in
/// bunches, an event up to 1 ms after it is due; a consumer that is late gets all that is due in the meantime, none is left out.
public final class PacedEvents: EventSource {
  /// Name of the format of the recording.
  public var formatName: String { source.formatName }
  /// Size of the camera of the recording.
  public var sensor: SensorSize? { source.sensor }
  /// How the recording ended; `nil` while there are events to deliver.
  public var end: StreamEnd? { pending.isEmpty ? source.end : nil }
  /// What happened to time stamps so far.
  public var timestampCounts: TimestampCounts { source.timestampCounts }
  /// What was passed over so far.
  public var skipped: [SkippedEntries] { source.skipped }
  /// How long after it was due an event was delivered at most, in µs: large where the consumer does not keep up.
  public private(set) var largestDelayInMicroseconds: Int64 = 0

  private let source: any EventSource
  private let speed: Double
  private let clock: any PacingClock
  private var read = EventBatch()
  /// Places in `read` that were not delivered yet.
  private var pending = 0..<0
  /// Time of the first event, and when it was delivered.
  private var anchor: (event: Int64, moment: Int64)?

  private static let bunch: Int64 = 1_000

  /// Paces a recording.
  /// - Parameters:
  ///   - source: The recording.
  ///   - speed: Seconds of the recording in a second, over 0; 1 for real time.
  ///   - clock: The clock to pace by.
  /// - Throws: `RecordingError.setting`.
  public init(
    _ source: any EventSource, speed: Double = 1, clock: any PacingClock = MonotonicClock()
  ) throws(RecordingError) {
    guard speed.isFinite, speed >= 1e-6, speed <= 1e6 else {
      throw RecordingError.setting(name: "speed of the recording", expected: "1e-6 to 1e6", found: "\(speed)")
    }
    (self.source, self.speed, self.clock) = (source, speed, clock)
  }

  /// Replaces the contents of `batch` by the next events once they are due; see ``EventSource/next(into:)``.
  public func next(into batch: inout EventBatch) throws(RecordingError) -> Bool {
    batch.removeAll()
    if pending.isEmpty {
      guard try source.next(into: &read) else { return false }
      pending = 0..<read.count
    }
    let times = read.timestampsInMicroseconds
    let anchor = self.anchor ?? (event: times[pending.lowerBound], moment: clock.now())
    self.anchor = anchor
    let first = times[pending.lowerBound]
    let due = anchor.moment + moments(first &- anchor.event)
    if clock.now() < due { clock.sleep(until: due + Self.bunch) }
    let now = clock.now()
    largestDelayInMicroseconds = max(largestDelayInMicroseconds, now - due)

    let reached = anchor.event &+ Int64(clamping: (Double(now - anchor.moment) * speed).rounded(.down))
    let end = pending.dropFirst().first { times[$0] > reached || $0 - pending.lowerBound >= batch.capacity }
    deliver(pending.lowerBound..<(end ?? pending.upperBound), to: &batch)
    return true
  }

  private func deliver(_ range: Range<Int>, to batch: inout EventBatch) {
    batch.append { free, _ in
      read.withEvents { free.copy($0.advanced(by: range.lowerBound), count: range.count) }
      return range.count
    }
    pending = range.upperBound..<pending.upperBound
  }

  /// µs of the clock for a distance of the recording, at most a century.
  private func moments(_ distance: Int64) -> Int64 {
    Int64(min(max(Double(distance) / speed, 0), 3e15))
  }
}

extension Int64 {
  /// The nearest number of 64 bits.
  fileprivate init(clamping value: Double) {
    self = value >= 0x1p63 ? .max : value <= -0x1p63 ? .min : Int64(value)
  }
}
