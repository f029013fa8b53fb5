import Recordings
import Testing

/// Delivers events from memory, for a camera whose size may be unknown, and fails at its end if told to.
private final class ListSource: EventSource {
  let formatName = "list"
  let sensor: SensorSize?
  var end: StreamEnd?
  let timestampCounts = TimestampCounts()
  let skipped = [SkippedEntries(what: "IMU samples", count: 3)]
  private var events: ArraySlice<TestEvent>
  private let failure: RecordingError?

  init(_ events: [TestEvent], sensor: SensorSize? = nil, failure: RecordingError? = nil) {
    (self.events, self.sensor, self.failure) = (events[...], sensor, failure)
  }

  func next(into batch: inout EventBatch) throws(RecordingError) -> Bool {
    batch.removeAll()
    while !batch.isFull, let event = events.popFirst() {
      batch.append(timestampInMicroseconds: event.timestamp, x: event.x, y: event.y, polarity: event.polarity)
    }
    if batch.count == 0 {
      end = failure == nil ? .clean : .truncated(byte: 77)
      if let failure { throw failure }
    }
    return batch.count > 0
  }
}

@Suite("Surveys of recordings")
struct RecordingSurveyTests {
  @Test("counts, times and extents are those of the events")
  func facts() throws {
    let events = WriterEvents.mixed(count: 30_000, seed: 7)
    let survey = RecordingSurvey(of: ListSource(events))
    #expect(survey.eventCount == events.count)
    #expect(survey.onCount == events.count { $0.polarity == 1 })
    #expect(survey.timesInMicroseconds == events.first!.timestamp...events.last!.timestamp)
    #expect(survey.columns == Int(events.map(\.x).min()!)...Int(events.map(\.x).max()!))
    #expect(survey.rows == Int(events.map(\.y).min()!)...Int(events.map(\.y).max()!))
    #expect(survey.usedSize?.description == "640x480")
    #expect(survey.sensor == nil && survey.end == .clean && survey.failure == nil)
    #expect(survey.skipped == [SkippedEntries(what: "IMU samples", count: 3)])
    let seconds = Double(events.last!.timestamp - events.first!.timestamp) / 1e6
    #expect(survey.durationInSeconds == seconds && survey.meanRate == 30_000 / seconds)
  }

  @Test("every pixel has its count, whether the size is known or found", arguments: [true, false])
  func pixels(isKnown: Bool) throws {
    let events = WriterEvents.mixed(count: 30_000, seed: 8)
    let sensor = try SensorSize(width: 640, height: 480)
    let survey = RecordingSurvey(of: ListSource(events, sensor: isKnown ? sensor : nil))
    let pixels = try #require(survey.pixels)
    var expected = [Int](repeating: 0, count: 640 * 480)
    for event in events { expected[Int(event.y) * 640 + Int(event.x)] += 1 }
    #expect(pixels.width == 640 && pixels.height == 480)
    #expect(pixels.counts == expected)
    #expect(pixels.silentShare == Double(expected.count { $0 == 0 }) / Double(expected.count))
  }

  @Test("hottest pixels come first, those of equal counts row by row")
  func hottest() throws {
    let places: [(UInt16, UInt16)] = [(5, 1), (2, 2), (5, 1), (9, 0), (2, 2), (1, 3), (5, 1)]
    let events = places.map { TestEvent(x: $0.0, y: $0.1, polarity: 1, timestamp: 0) }
    let pixels = try #require(RecordingSurvey(of: ListSource(events)).pixels)
    #expect(pixels.hottest(3).map { [$0.x, $0.y, $0.count] } == [[5, 1, 3], [2, 2, 2], [9, 0, 1]])
    #expect(pixels.hottest(9).count == 4)
    #expect(pixels.hottest(0).isEmpty)
  }

  @Test("a grid beyond the bound is given up, all else stays")
  func manyPixels() throws {
    let corners = [
      TestEvent(x: 1, y: 1, polarity: 0, timestamp: 4), TestEvent(x: 65535, y: 65535, polarity: 1, timestamp: 9),
    ]
    let survey = RecordingSurvey(of: ListSource(corners))
    #expect(survey.pixels == nil)
    #expect(survey.eventCount == 2 && survey.columns == 1...65535 && survey.usedSize?.description == "65536x65536")
  }

  @Test("bins widen with the time, and lose no event", arguments: [10, 512_000, 512_001, 40_000_000, Int64.max / 2])
  func rate(duration: Int64) throws {
    let start: Int64 = 1_600_000_000_000_000
    var random = WriterEvents.Generator(state: 9)
    let times = ([0, duration - 1] + (0..<20_000).map { _ in Int64.random(in: 0..<duration, using: &random) }).sorted()
    let events = times.map { TestEvent(x: 0, y: 0, polarity: 0, timestamp: start + $0) }
    let rate = RecordingSurvey(of: ListSource(events)).rate
    #expect(rate.startInMicroseconds == start)
    var expected = [Int](repeating: 0, count: rate.counts.count)
    for time in times { expected[Int(time / rate.binWidthInMicroseconds)] += 1 }
    #expect(Array(rate.counts) == expected)
    #expect(rate.counts.count <= EventRateHistory.mostBins)
    #expect(
      duration <= 512_000 ? rate.binWidthInMicroseconds == 1000 : rate.counts.count > EventRateHistory.mostBins / 2)
    #expect(rate.highestRate == Double(expected.max()!) * 1e6 / Double(rate.binWidthInMicroseconds))
  }

  @Test("times as far apart as they can be")
  func extremes() throws {
    let events = [Int64.min, 0, .max].map { TestEvent(x: 0, y: 0, polarity: 0, timestamp: $0) }
    let survey = RecordingSurvey(of: ListSource(events))
    #expect(survey.durationInSeconds == 0x1p64 / 1e6)
    #expect(survey.rate.counts.reduce(0, +) == 3 && survey.rate.counts.last == 1)
  }

  @Test("a recording without events")
  func empty() throws {
    let survey = RecordingSurvey(of: ListSource([]))
    #expect(survey.eventCount == 0 && survey.timesInMicroseconds == nil && survey.usedSize == nil)
    #expect(
      survey.meanRate == nil && survey.onShare == nil && survey.rate.counts.isEmpty && survey.rate.highestRate == 0)
  }

  @Test("damage ends the survey, which tells of the events before it")
  func damage() throws {
    let failure = RecordingError.truncated(file: "a", byte: 77, expected: "b", found: "c")
    let survey = RecordingSurvey(of: ListSource(WriterEvents.mixed(count: 5000, seed: 1), failure: failure))
    #expect(survey.eventCount == 5000 && survey.failure == failure && survey.end == .truncated(byte: 77))
  }
}
