import Recordings
import Synchronization
import Testing

/// A clock that moves only when somebody sleeps, or is told to.
private final class TestClock: PacingClock {
  let time = Mutex<Int64>(7_000)
  let sleeps = Mutex<[Int64]>([])

  func now() -> Int64 { time.withLock { $0 } }

  func sleep(until moment: Int64) {
    sleeps.withLock { $0.append(moment) }
    time.withLock { $0 = max($0, moment) }
  }

  func pass(_ duration: Int64) { time.withLock { $0 += duration } }
}

@Suite struct PacedEventsTests {
  private func events(at times: [Int64]) -> [TestEvent] {
    times.enumerated().map { TestEvent(x: UInt16($0.offset), y: 0, polarity: 1, timestamp: $0.element) }
  }

  @Test func eventsComeWhenTheyAreDueInBunches() throws {
    let clock = TestClock()
    let times: [Int64] = [500, 600, 1500, 20_500, 20_900, 21_400, 21_600]
    let paced = try PacedEvents(ListedEvents(events(at: times), sizes: [3]), clock: clock)
    var batch = EventBatch()
    var bunches: [[Int64]] = []
    while try paced.next(into: &batch) { bunches.append(Array(batch.timestampsInMicroseconds)) }
    // A bunch is what is due 1 ms after its first event is.
    #expect(bunches == [[500], [600, 1500], [20_500, 20_900, 21_400], [21_600]])
    #expect(clock.sleeps.withLock { $0 } == [8_100, 28_000, 29_100])
    #expect(paced.end == .clean)
    #expect(paced.largestDelayInMicroseconds == 1000)
  }

  @Test(arguments: [0.5, 2, 100])
  func speedStretchesTime(speed: Double) throws {
    let clock = TestClock()
    let paced = try PacedEvents(ListedEvents(events(at: [0, 1_000_000])), speed: speed, clock: clock)
    var batch = EventBatch()
    #expect(try paced.next(into: &batch))
    #expect(batch.count == 1)
    #expect(try paced.next(into: &batch))
    #expect(clock.now() == 7_000 + Int64(1_000_000 / speed) + 1000)
  }

  @Test func aLateConsumerGetsEverythingThatIsDueAndNothingMore() throws {
    let clock = TestClock()
    let list = events(at: (0..<10).map { $0 * 10_000 })
    let paced = try PacedEvents(ListedEvents(list), clock: clock)
    var batch = EventBatch(capacity: 3)
    #expect(try paced.next(into: &batch))
    #expect(batch.events == [list[0]])
    clock.pass(65_000)
    #expect(try paced.next(into: &batch))
    #expect(batch.events == Array(list[1...3]))
    #expect(try paced.next(into: &batch))
    #expect(batch.events == Array(list[4...6]))
    #expect(clock.sleeps.withLock { $0.isEmpty })
    #expect(paced.largestDelayInMicroseconds == 55_000)
    #expect(try paced.next(into: &batch))
    #expect(batch.events == [list[7]])
    #expect(paced.end == nil)
  }

  @Test func theSystemsClockDeliversEverything() throws {
    let list = TestEvent.pattern(count: 2000, step: 10)
    let paced = try PacedEvents(ListedEvents(list, sizes: [64]))
    var batch = EventBatch()
    var delivered: [TestEvent] = []
    while try paced.next(into: &batch) { delivered += batch.events }
    #expect(delivered == list)
  }

  @Test(arguments: [0, -1, .nan, .infinity, 1e9])
  func speedsThatAreNoneAreRefused(speed: Double) {
    #expect(recordingError { _ = try PacedEvents(ListedEvents([]), speed: speed) } != nil)
  }
}
