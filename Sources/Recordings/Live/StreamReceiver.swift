/// Receives and decodes bytes into a queue; used by one thread.
final class StreamReceiver: @unchecked Sendable {
  private let input: any ByteInput
  private let freshDecoder: any EventDecoder
  private let statedSensor: SensorSize?
  private let queue: BoundedEventQueue
  private let state: LiveState
  private let clock: ArrivalClock

  private var decoder: any EventDecoder
  private var batch = EventBatch(capacity: 1 << 14)
  private var timeline: LiveTimeline
  private var counts = LiveCounts()
  /// Of the connections before this one.
  private var earlierWraps = 0
  private var earlierSkipped: [SkippedEntries] = []

  private static let bufferSize = 1 << 16

  init(
    input: any ByteInput, decoder: any EventDecoder, sensor: SensorSize?, timestamps: LiveTimestamps,
    queue: BoundedEventQueue, state: LiveState, clock: ArrivalClock
  ) {
    (self.input, self.decoder, freshDecoder, statedSensor) = (input, decoder, decoder, sensor)
    (self.queue, self.state, self.clock) = (queue, state, clock)
    timeline = LiveTimeline(timestamps)
  }

  /// Receives until the stream ends or is damaged, or the signal is raised.
  func run(stop: StopSignal) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.bufferSize, alignment: 64)
    defer { buffer.deallocate() }
    do {
      while !stop.isRaised {
        switch try input.read(into: buffer, stop: stop) {
        case .bytes(let count):
          counts.bytes += count
          try decode(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        case .beginning(let reason):
          beginAgain(reason)
        case .ended:
          try endStream()
          return queue.finish()
        case .stopped:
          return queue.finish()
        }
      }
      queue.finish()
    } catch {
      queue.finish(error)
    }
  }

  private func decode(_ bytes: UnsafeRawBufferPointer) throws(RecordingError) {
    let arrival = clock.now()
    decoder.arrive(atMicroseconds: arrival)
    var rest = bytes
    while !rest.isEmpty {
      let taken = try advance(arrival: arrival) { decoder, batch throws(RecordingError) in
        try decoder.decode(rest, into: &batch)
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
    }
  }

  private func endStream() throws(RecordingError) {
    try advance(arrival: clock.now()) { decoder, batch throws(RecordingError) in try decoder.finish(into: &batch) }
  }

  /// Lets the decoder work and hands over what it gives, that before an error too.
  private func advance<Result>(
    arrival: Int64, _ work: (inout any EventDecoder, inout EventBatch) throws(RecordingError) -> Result
  ) throws(RecordingError) -> Result {
    defer {
      timeline.admit(&batch, from: 0, sensor: statedSensor ?? decoder.sensor, arrival: arrival)
      counts.events += batch.count
      deliver()
    }
    return try work(&decoder, &batch)
  }

  /// Ends the stream of one connection and begins that of the next.
  private func beginAgain(_ reason: String) {
    counts.restarts += 1
    do {
      try endStream()
    } catch {
      counts.malformed += 1
      state.notice("\(error)")
    }
    state.notice(reason)
    earlierWraps += decoder.wrapCount
    earlierSkipped = allSkipped()
    decoder = freshDecoder
    timeline.beginSession()
    deliver()
  }

  private func allSkipped() -> [SkippedEntries] {
    var all = earlierSkipped
    for entries in decoder.skipped {
      if let index = all.firstIndex(where: { $0.what == entries.what }) {
        all[index].count += entries.count
      } else {
        all.append(entries)
      }
    }
    return all
  }

  /// Reports, then hands over: what a consumer has taken is always among what was reported.
  private func deliver() {
    counts.outsideSensor = timeline.outsideSensor
    counts.clockRestarts = timeline.clockRestarts
    state.update { report in
      report.counts = counts
      report.timestampCounts.backward = timeline.backward
      report.timestampCounts.clamped = timeline.backward
      report.timestampCounts.wraps = earlierWraps + decoder.wrapCount
      report.skipped = allSkipped()
      report.formatName = decoder.formatName
      report.sensor = statedSensor ?? decoder.sensor
    }
    queue.put(&batch)
  }
}
