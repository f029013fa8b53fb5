import Recordings

/// Checks that a recording gives the same events and one and the same end however it is read.
struct EventSourceCheck {
  let byteCount: Int

  typealias Broken = DecoderCheck.Broken
  typealias Pieces = (size: Int, savepointDistance: Int)

  /// One event.
  fileprivate struct Event: Equatable {
    var (time, x, y, polarity): (Int64, UInt16, UInt16, UInt8)
  }

  /// What came of reading.
  fileprivate struct Outcome: Equatable {
    var events: [Event] = []
    /// Number and digest of the events that are not kept.
    var (more, digest): (Int, UInt64) = (0, 0)
    var end: StreamEnd?
    var error: RecordingError?
    var counts = TimestampCounts()
    var skipped: [SkippedEntries] = []
    var sensor: SensorSize?
  }

  /// Events that are kept to be compared.
  private static let kept = 4096

  /// - Parameter open: Opens the recording, to be read in pieces.
  func run<Source: SeekableEventSource>(
    _ choice: Choice, _ open: (Pieces) throws(RecordingError) -> Source
  ) throws(Broken) -> String {
    let whole: Pieces = (max(byteCount, 1), 1 << 22)
    let (first, second): (any SeekableEventSource, any SeekableEventSource)
    do {
      first = try ordered(open(whole), choice.order)
    } catch {
      try check(error)
      do {
        _ = try open(choice.pieces)
      } catch let other {
        guard error == other else { throw Broken("the header ends in '\(error)', in pieces in '\(other)'") }
        return error.brief
      }
      throw Broken("the header ends in '\(error)', in pieces it is good")
    }
    do {
      second = try ordered(open(choice.pieces), choice.order)
    } catch {
      throw Broken("the header is good, in pieces it ends in '\(error)'")
    }
    let events = try drain(first, batchCapacity: 4096)
    let same = try drain(second, batchCapacity: choice.batchCapacity)
    guard events == same else { throw Broken("in pieces: \(difference(events, same))") }
    if !events.events.isEmpty, events.more == 0 {
      let place = choice.place % events.events.count
      try seek(in: first, to: place, of: events, batchCapacity: choice.batchCapacity)
      try seek(in: second, to: place, of: events, batchCapacity: 4096)
    }
    let count = events.events.count + events.more
    return "\(count) events, " + (events.error?.brief ?? "clean")
  }

  private func ordered<Source: SeekableEventSource>(
    _ source: Source, _ order: TimestampOrder
  ) throws(RecordingError) -> any SeekableEventSource {
    guard case .reorder(let window) = order else { return source }
    return try ReorderedEvents(source, windowInMicroseconds: window)
  }

  /// Reads to the end, which must be one and stay.
  private func drain(_ source: any EventSource, batchCapacity: Int) throws(Broken) -> Outcome {
    var (outcome, batch, latest) = (Outcome(), EventBatch(capacity: batchCapacity), Int64.min)
    do {
      while try source.next(into: &batch) {
        guard batch.count > 0 else { throw Broken("an empty batch before the end") }
        for index in 0..<batch.count {
          let event = Event(
            time: batch.timestampsInMicroseconds[index], x: batch.x[index], y: batch.y[index],
            polarity: batch.polarities[index])
          guard event.time >= latest else { throw Broken("\(event.time) µs after \(latest) µs") }
          guard event.polarity <= 1 else { throw Broken("polarity \(event.polarity)") }
          if let sensor = source.sensor, event.x >= sensor.width || event.y >= sensor.height {
            throw Broken("(\(event.x), \(event.y)) on a sensor of \(sensor)")
          }
          latest = event.time
          outcome.add(event, keep: Self.kept)
        }
      }
    } catch let error as RecordingError {
      outcome.error = error
    } catch {
      throw error as? Broken ?? Broken("\(error)")
    }
    guard batch.count == 0 else { throw Broken("events with the end") }
    outcome.end = source.end
    try check(outcome.end, outcome.error)
    for _ in 0..<2 {
      guard (try? source.next(into: &batch)) == false, batch.count == 0, source.end == outcome.end else {
        throw Broken("the end \(String(describing: outcome.end)) does not stay")
      }
    }
    (outcome.counts, outcome.skipped, outcome.sensor) = (source.timestampCounts, source.skipped, source.sensor)
    return outcome
  }

  /// Goes back to the time of an event, from which on all must come again.
  private func seek(
    in source: any SeekableEventSource, to place: Int, of whole: Outcome, batchCapacity: Int
  ) throws(Broken) {
    let time = whole.events[place].time
    do {
      try source.seek(toMicroseconds: time)
    } catch {
      throw Broken("going to \(time) µs ends in '\(error)'")
    }
    let rest = try drain(source, batchCapacity: batchCapacity)
    var expected = whole
    expected.events.removeFirst(whole.events.firstIndex { $0.time >= time } ?? 0)
    // Those that were sorted before the place may not be counted again.
    expected.counts = rest.counts
    guard rest == expected else { throw Broken("from \(time) µs on: \(difference(expected, rest))") }
  }

  private func check(_ end: StreamEnd?, _ error: RecordingError?) throws(Broken) {
    switch (end, error) {
    case (.clean, nil): return
    case (.truncated(let byte), .truncated(_, let named, _, _)), (.corrupt(let byte), .corrupt(_, let named, _, _)),
      (.corrupt(let byte), .unsupported(_, let named, _, _)):
      guard byte == named, 0...byteCount ~= byte else {
        throw Broken("an end at byte \(byte) of \(byteCount) with an error at \(named)")
      }
    case (.corruptEvent(let index), .fileFormat) where index >= 0: return
    default: throw Broken("the end \(String(describing: end)) with the error '\(String(describing: error))'")
    }
  }

  /// A header that cannot be read says where, or what is missing.
  private func check(_ error: RecordingError) throws(Broken) {
    switch error {
    case .truncated(_, let byte, _, _), .corrupt(_, let byte, _, _), .unsupported(_, let byte, _, _):
      guard 0...byteCount ~= byte else { throw Broken("an end at byte \(byte) of \(byteCount)") }
    case .fileFormat, .setting: return
    default: throw Broken("a header that ends in '\(error)'")
    }
  }

  /// The first thing in which two outcomes differ.
  private func difference(_ first: Outcome, _ second: Outcome) -> String {
    for (place, pair) in zip(first.events, second.events).enumerated() where pair.0 != pair.1 {
      return "event \(place) is \(pair.1), not \(pair.0)"
    }
    func parts(_ outcome: Outcome) -> [String] {
      [
        "\(outcome.events.count + outcome.more) events", "\(String(describing: outcome.error))", "\(outcome.counts)",
        "\(outcome.skipped)", "\(String(describing: outcome.sensor))",
      ]
    }
    let differing = zip(parts(first), parts(second)).first { $0.0 != $0.1 }
    return differing.map { "\($0.1), not \($0.0)" } ?? "other late events"
  }
}

extension EventSourceCheck.Outcome {
  fileprivate mutating func add(_ event: EventSourceCheck.Event, keep: Int) {
    guard events.count >= keep else { return events.append(event) }
    more += 1
    for part in [UInt64(bitPattern: event.time), UInt64(event.x), UInt64(event.y), UInt64(event.polarity)] {
      digest = (digest ^ part) &* 0x100_0000_01B3
    }
  }
}
