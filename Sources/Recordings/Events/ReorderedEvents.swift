/// The events of a source sorted by time within a window: what `TimestampOrder.reorder` asks for.
///
/// An event is held back until one that is later by more than the window has come, so that those that were late by no more than the
/// window go before it; events of one time stay in the order of the source. An event that comes later still is given the time from
/// which on nothing has been delivered, and counted. What comes out depends on the order of the source's events alone.
public final class ReorderedEvents<Base: EventSource>: EventSource {
  /// Name of the format with its version.
  public var formatName: String { base.formatName }
  /// Size of the camera.
  public var sensor: SensorSize? { base.sensor }
  /// How the source ended, once its last event was delivered.
  public var end: StreamEnd? { held.isEmpty && nextInput == input.count ? base.end : nil }
  /// What happened to time stamps, those of events still held back included.
  public var timestampCounts: TimestampCounts {
    var counts = base.timestampCounts
    counts.clamped += clampedCount
    return counts
  }
  /// What was passed over so far.
  public var skipped: [SkippedEntries] { base.skipped }

  private let base: Base
  private let window: Int64
  private let mostHeld: Int
  private var input = EventBatch()
  private var nextInput = 0
  private var held = TimeSortedEvents()
  /// Latest time so far.
  private var latest = Int64.min
  /// No event before this time is to come: those held back up to it can go.
  private var floor = Int64.min
  /// Time that was gone to; what is earlier is dropped.
  private var start = Int64.min
  private var clampedCount = 0
  private var isOver = false
  private var pendingError: RecordingError?

  /// Sorts the events of a source.
  /// - Parameters:
  ///   - base: The source at its beginning, which delivers events as they were recorded.
  ///   - windowInMicroseconds: How far an event may be late, 0 or more.
  ///   - mostHeld: Events held back at most, 32 bytes each; where more come within a window, it is cut short.
  /// - Throws: `RecordingError.setting` if the window is negative or nothing may be held back.
  public init(_ base: Base, windowInMicroseconds: Int64, mostHeld: Int = 1 << 21) throws(RecordingError) {
    guard windowInMicroseconds >= 0 else {
      throw RecordingError.setting(
        name: "window to reorder events in", expected: "0 µs or more", found: "\(windowInMicroseconds) µs")
    }
    guard mostHeld > 0 else {
      throw RecordingError.setting(name: "events held back at most", expected: "1 or more", found: "\(mostHeld)")
    }
    (self.base, window, self.mostHeld) = (base, windowInMicroseconds, mostHeld)
  }

  /// Replaces the contents of `batch` by the next events; see ``EventSource/next(into:)``.
  public func next(into batch: inout EventBatch) throws(RecordingError) -> Bool {
    batch.removeAll()
    // What can go goes before the next event is looked at, so that nothing depends on the size of the batch.
    while !batch.isFull {
      if let event = held.takeFirst(notAfter: isOver ? .max : floor) {
        batch.append(timestampInMicroseconds: event.time, x: event.x, y: event.y, polarity: event.polarity)
      } else if nextInput < input.count {
        admit(nextInput)
        nextInput += 1
      } else if isOver {
        break
      } else {
        fill()
      }
    }
    if batch.count == 0, let error = pendingError {
      pendingError = nil
      throw error
    }
    return batch.count > 0
  }

  private func fill() {
    nextInput = 0
    do {
      isOver = try !base.next(into: &input)
    } catch {
      (isOver, pendingError) = (true, error)
    }
  }

  private func admit(_ index: Int) {
    var time = input.timestampsInMicroseconds[index]
    if time > latest {
      latest = time
      let (earliest, isBeyond) = time.subtractingReportingOverflow(window)
      if !isBeyond { floor = max(floor, earliest) }
    }
    if time < floor {
      time = floor
      clampedCount += 1
    }
    guard time >= start else { return }
    held.insert(time: time, x: input.x[index], y: input.y[index], polarity: input.polarities[index])
    if held.count > mostHeld, let earliest = held.earliestTime { floor = max(floor, earliest) }
  }
}

extension ReorderedEvents: SeekableEventSource where Base: SeekableEventSource {
  /// Goes to the first of the sorted events at or after a time.
  public func seek(toMicroseconds time: Int64) throws(RecordingError) {
    // No event of the source before the first that is as late as `time` can be sorted behind it.
    try base.seek(toMicroseconds: time)
    (isOver, pendingError, latest, floor, start) = (false, nil, .min, .min, time)
    input.removeAll()
    nextInput = 0
    held = TimeSortedEvents()
  }
}
