import Recordings
import Testing

@testable import Reporting

@Suite("Texts about streams")
struct StreamTextTests {
  @Test("a sparkline is as high as its counts, and blank where there are none")
  func sparkline() {
    #expect(Sparkline.text([0, 1, 4, 8], columns: 10) == " ▂▅█")
    #expect(Sparkline.text([8, 8, 0, 0, 4, 4], columns: 3) == "█ ▅")
    // Five bins in two places: two bins and three.
    #expect(Sparkline.text([3, 3, 6, 6, 6], columns: 2) == "▅█")
    #expect(Sparkline.text([], columns: 5).isEmpty && Sparkline.text([1], columns: 0).isEmpty)
    #expect(Sparkline.text([Int](repeating: 3, count: 512), columns: 60) == String(repeating: "█", count: 60))
  }

  @Test("times are read with their unit and printed in seconds")
  func times() throws {
    #expect(try TimeText.microseconds("33ms", of: "--frame") == 33_000)
    #expect(try TimeText.microseconds("1.5 s", of: "--frame") == 1_500_000)
    #expect(try TimeText.microseconds("0 s", of: "--frame") == 0)
    for text in ["33", "33 uS", "-1 ms", "1e10 s", "", "s"] {
      #expect { try TimeText.microseconds(text, of: "--frame") } throws: { "\($0)".hasPrefix("--frame: expected") }
    }
    #expect { try TimeText.positive("0.1 us", of: "--for") } throws: { "\($0)".contains("at least 1us") }
    #expect(TimeText.seconds(11_727_457) == "11.727457 s")
    #expect(TimeText.seconds(-5) == "-0.000005 s")
  }

  @Test("a line about a live stream tells rate, queue and what went wrong")
  func liveLine() {
    var counts = LiveCounts()
    (counts.events, counts.dropped, counts.lostEvents, counts.malformed) = (2_000, 100, 7, 2)
    let first = LiveReport(format: "f", counts: LiveCounts(), timestamps: TimestampCounts(), taken: 0, seconds: 1)
    let second = LiveReport(format: "f", counts: counts, timestamps: TimestampCounts(), taken: 1_400, seconds: 3)
    #expect(
      second.line(since: first, queueCapacity: 1_000)
        == "3.0 s  1k /s  2\u{2009}000 in all  queue 0.50  dropped 100  lost 7  damaged 2")
    #expect(
      second.text.hasPrefix("received 2\u{2009}000 events in 3.0 s (667 /s): 1\u{2009}400 used, 100 dropped, 7 lost"))
  }

  @Test("events begin again on one time line")
  func repetition() throws {
    let repeated = try RepeatedEvents { Counting(times: [10, 30]) }
    var (batch, times) = (EventBatch(), [Int64]())
    while times.count < 6, try repeated.next(into: &batch) { times += batch.timestampsInMicroseconds }
    #expect(times == [10, 30, 1_030, 1_050, 2_050, 2_070])
    #expect(repeated.repetitions == 2)
    let empty = try RepeatedEvents { Counting(times: []) }
    #expect(try !empty.next(into: &batch) && empty.end == .clean)
  }
}

/// Events at given times.
private final class Counting: EventSource {
  let formatName = "counting"
  let sensor: SensorSize? = nil
  private(set) var end: StreamEnd?
  let timestampCounts = TimestampCounts()
  let skipped: [SkippedEntries] = []
  private var times: [Int64]

  init(times: [Int64]) { self.times = times }

  func next(into batch: inout EventBatch) -> Bool {
    batch.removeAll()
    for time in times { batch.append(timestampInMicroseconds: time, x: 0, y: 0, polarity: 1) }
    times = []
    if batch.count == 0 { end = .clean }
    return batch.count > 0
  }
}
