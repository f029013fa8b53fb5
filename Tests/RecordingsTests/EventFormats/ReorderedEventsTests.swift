import Recordings
import Testing

@Suite struct ReorderedEventsTests {
  /// Events that come up to `lateness` µs late, some much later, in a format without order of its own.
  private func disordered(count: Int, lateness: Int64) -> [TestEvent] {
    var random = FixedRandom(state: 7)
    return (0..<count).map { index in
      var time = Int64(index) * 10 + 20_000 - Int64(random.next() % UInt64(lateness + 1))
      if index % 97 == 96 { time -= 5000 }
      return TestEvent(x: UInt16(index % 320), y: UInt16(index % 240), polarity: UInt8(index & 1), timestamp: time)
    }
  }

  /// What reordering is to give, from its definition.
  private func expected(_ events: [TestEvent], window: Int64) -> (events: [TestEvent], clamped: Int) {
    var (latest, clamped) = (Int64.min, 0)
    var timed: [TestEvent] = []
    for var event in events {
      latest = max(latest, event.timestamp)
      if event.timestamp < latest - window {
        event.timestamp = latest - window
        clamped += 1
      }
      timed.append(event)
    }
    let order = timed.indices.sorted { (timed[$0].timestamp, $0) < (timed[$1].timestamp, $1) }
    return (order.map { timed[$0] }, clamped)
  }

  @Test(arguments: [0, 30, 300, 100_000] as [Int64], [1, 3, 64, 4096])
  func eventsAreSortedWithinTheWindow(window: Int64, batchCapacity: Int) throws {
    let folder = try TemporaryFolder()
    let events = disordered(count: 3000, lateness: 300)
    let path = try folder.write(EventDraft.dat2.file(events), to: "a.dat")
    let source = try EventRecording.open(
      path: path, options: EventReadingOptions(order: .reorder(windowInMicroseconds: window)))
    let truth = expected(events, window: window)
    #expect(try source.rest(batchCapacity: batchCapacity) == truth.events)
    #expect(source.end == .clean)
    #expect(source.timestampCounts.clamped == truth.clamped)
    #expect(source.timestampCounts.backward > 0)
  }

  @Test func seekingGivesWhatFilteringGives() throws {
    let folder = try TemporaryFolder()
    let events = disordered(count: 3000, lateness: 300)
    let path = try folder.write(EventDraft.dat2.file(events), to: "a.dat")
    let source = try EventRecording.open(
      path: path, options: EventReadingOptions(order: .reorder(windowInMicroseconds: 200)))
    let seekable = try #require(source as? any SeekableEventSource)
    let truth = expected(events, window: 200).events
    for time in [30_000, 0, 25_555, 60_000, 20_010] as [Int64] {
      try seekable.seek(toMicroseconds: time)
      #expect(try seekable.rest(batchCapacity: 100) == truth.filter { $0.timestamp >= time })
    }
  }

  @Test func whatIsHeldBackIsBounded() throws {
    let folder = try TemporaryFolder()
    let events = disordered(count: 3000, lateness: 300)
    let path = try folder.write(EventDraft.dat2.file(events), to: "a.dat")
    var outcomes: [[TestEvent]] = []
    for capacity in [1, 50, 4096] {
      let base = try EventFile(
        path: path, decoder: DATDecoder(file: path), order: .reorder(windowInMicroseconds: 1_000_000))
      let source = try ReorderedEvents(base, windowInMicroseconds: 1_000_000, mostHeld: 20)
      outcomes.append(try source.rest(batchCapacity: capacity))
      #expect(source.timestampCounts.clamped > 0)
    }
    #expect(outcomes[0] == outcomes[1] && outcomes[1] == outcomes[2])
    #expect(outcomes[0].count == events.count)
    #expect(zip(outcomes[0], outcomes[0].dropFirst()).allSatisfy { $0.timestamp <= $1.timestamp })
  }

  @Test func aDamagedPlaceIsReportedAfterTheEventsBeforeIt() throws {
    let folder = try TemporaryFolder()
    let bytes = EventDraft.dat2.file(disordered(count: 100, lateness: 300)).dropLast(3)
    let path = try folder.write(Array(bytes), to: "a.dat")
    let source = try EventRecording.open(
      path: path, options: EventReadingOptions(order: .reorder(windowInMicroseconds: 500)))
    var batch = EventBatch()
    #expect(try source.next(into: &batch))
    #expect(batch.count == 99)
    let byte = bytes.count - 5
    #expect(source.end == .truncated(byte: byte))
    #expect(
      recordingError { _ = try source.next(into: &batch) }
        == .truncated(file: path, byte: byte, expected: "an event of 8 bytes", found: "5"))
    #expect(try source.next(into: &batch) == false)
  }

  @Test func aNegativeWindowIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(EventDraft.dat2.file([]), to: "a.dat")
    let error = recordingError {
      _ = try EventRecording.open(
        path: path, options: EventReadingOptions(order: .reorder(windowInMicroseconds: -1)))
    }
    #expect(
      error == .setting(name: "window to reorder events in", expected: "0 µs or more", found: "-1 µs"))
  }
}

/// A linear congruential generator, the same everywhere.
private struct FixedRandom {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }
}
