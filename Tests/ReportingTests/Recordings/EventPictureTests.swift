import Foundation
import Recordings
import Testing

@testable import Reporting

/// Numbers that are the same in every run.
private struct Noise: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ state >> 33
  }
}

private struct Event {
  var x: Int
  var y: Int
  var isOn: Bool
  var time: Int64 = 0
}

private func batch(_ events: [Event]) -> EventBatch {
  var batch = EventBatch(capacity: max(events.count, 1))
  for event in events {
    batch.append(
      timestampInMicroseconds: event.time, x: UInt16(event.x), y: UInt16(event.y), polarity: event.isOn ? 1 : 0)
  }
  return batch
}

private func frame(_ events: [Event], width: Int, height: Int, showing shown: ShownPolarity = .both) throws
  -> EventFrame
{
  var frame = try EventFrame(SensorSize(width: width, height: height))
  frame.add(batch(events), 0..<events.count, showing: shown)
  return frame
}

/// Delivers events from memory, in batches of two, and fails at its end if told to.
private final class ListSource: EventSource {
  let formatName = "list"
  let sensor: SensorSize? = nil
  var end: StreamEnd?
  let timestampCounts = TimestampCounts()
  let skipped: [SkippedEntries] = []
  private var events: ArraySlice<Event>
  private let failure: RecordingError?

  init(_ events: [Event], failure: RecordingError? = nil) {
    (self.events, self.failure) = (events[...], failure)
  }

  func next(into batch: inout EventBatch) throws(RecordingError) -> Bool {
    batch.removeAll()
    for event in events.prefix(2) {
      batch.append(
        timestampInMicroseconds: event.time, x: UInt16(event.x), y: UInt16(event.y), polarity: event.isOn ? 1 : 0)
    }
    events = events.dropFirst(2)
    if batch.count == 0, let failure { throw failure }
    return batch.count > 0
  }
}

@Suite("Frames of events")
struct EventFrameTests {
  @Test("events are counted by pixel and polarity; those outside are left out")
  func counts() throws {
    let events = [
      Event(x: 0, y: 0, isOn: true), Event(x: 2, y: 1, isOn: false), Event(x: 2, y: 1, isOn: true),
      Event(x: 2, y: 1, isOn: true), Event(x: 3, y: 0, isOn: true), Event(x: 0, y: 2, isOn: true),
    ]
    let both = try frame(events, width: 3, height: 2)
    #expect(both.on == [1, 0, 0, 0, 0, 2] && both.off == [0, 0, 0, 0, 0, 1] && both.eventCount == 4)
    #expect(try frame(events, width: 3, height: 2, showing: .on).off == [0, 0, 0, 0, 0, 0])
    #expect(try frame(events, width: 3, height: 2, showing: .off).eventCount == 1)
  }

  @Test("smaller frames add up, larger ones repeat", arguments: [(1, 1), (3, 2), (7, 5), (31, 9)])
  func sizes(width: Int, height: Int) throws {
    var random = Noise(state: 1)
    let events = (0..<500).map { _ in
      Event(
        x: .random(in: 0..<31, using: &random), y: .random(in: 0..<9, using: &random), isOn: .random(using: &random))
    }
    let whole = try frame(events, width: 31, height: 9)
    let small = whole.resized(width: width, height: height)
    #expect(small.on.reduce(0, +) == whole.on.reduce(0, +) && small.off.reduce(0, +) == whole.off.reduce(0, +))
    let large = whole.resized(width: 62, height: 27)
    for y in 0..<27 {
      for x in 0..<62 { #expect(large.on[y * 62 + x] == whole.on[y / 3 * 31 + x / 2]) }
    }
  }

  @Test("a stream is cut into frames of one duration, silent ones too")
  func reader() throws {
    let times: [Int64] = [100, 104, 109, 110, 141, 141, 142]
    let source = ListSource(times.map { Event(x: 0, y: 0, isOn: true, time: $0) })
    let reader = try EventFrameReader(source, sensor: SensorSize(width: 1, height: 1), frameInMicroseconds: 10)
    var counts: [Int] = []
    while let frame = try reader.next() { counts.append(frame.eventCount) }
    #expect(counts == [3, 1, 0, 0, 3])
    #expect(reader.frameCount == 5)
    #expect(try reader.next() == nil)
  }

  @Test("one frame of all, and none without events")
  func oneFrame() throws {
    let size = try SensorSize(width: 1, height: 1)
    let times: [Int64] = [-5, 0, .max - 10]
    let reader = try EventFrameReader(ListSource(times.map { Event(x: 0, y: 0, isOn: true, time: $0) }), sensor: size)
    #expect(try reader.next()?.eventCount == 3)
    #expect(try reader.next() == nil)
    #expect(try EventFrameReader(ListSource([]), sensor: size).next() == nil)
  }

  @Test("the events before damage are a frame, then the error comes")
  func damage() throws {
    let failure = RecordingError.corrupt(file: "a", byte: 9, expected: "b", found: "c")
    let events = (0..<3).map { Event(x: 0, y: 0, isOn: true, time: Int64($0)) }
    let reader = try EventFrameReader(
      ListSource(events, failure: failure), sensor: SensorSize(width: 1, height: 1), frameInMicroseconds: 10)
    #expect(try reader.next()?.eventCount == 3)
    #expect(throws: failure) { try reader.next() }
  }

  @Test("a camera too large for a picture is refused")
  func tooLarge() throws {
    let size = try SensorSize(width: 65_536, height: 65_536)
    #expect(throws: ReportingError.tooManyPixels(width: 65_536, height: 65_536, most: 1 << 24)) {
      try EventFrame(size)
    }
  }
}

@Suite("Pictures of events")
struct EventPictureTests {
  private let events = [
    Event(x: 0, y: 0, isOn: true), Event(x: 1, y: 0, isOn: false), Event(x: 2, y: 0, isOn: true),
    Event(x: 2, y: 0, isOn: false), Event(x: 0, y: 1, isOn: true), Event(x: 0, y: 1, isOn: true),
    Event(x: 0, y: 1, isOn: true),
  ]

  @Test("colours say polarity and number; PNG carries them")
  func colours() throws {
    let picture = EventPicture(try frame(events, width: 3, height: 2), saturation: 3, magnification: 2)
    #expect(picture.width == 6 && picture.height == 4)
    let decoded = try PNGDecoder(picture.png)
    // ON once, OFF once, both (two events), ON three times.
    let upper: [UInt8] = [1, 1, 6, 6, 13, 13]
    let lower: [UInt8] = [5, 5, 0, 0, 0, 0]
    #expect(decoded.width == 6 && decoded.indices == upper + upper + lower + lower)
    #expect(decoded.palette.count == 16 && Set(decoded.palette).count == 16)
  }

  @Test("few hot pixels do not make the others pale")
  func saturation() throws {
    let normal = (0..<99).map { Event(x: $0, y: 0, isOn: true) }
    let hot = [Event](repeating: Event(x: 99, y: 0, isOn: true), count: 1000)
    #expect(try frame(normal + hot, width: 100, height: 1).saturation() == 1)
    #expect(try frame(normal + hot, width: 100, height: 1).saturation(exceptShare: 0) == 1000)
    #expect(try frame(normal + normal + normal + hot, width: 100, height: 1).saturation(exceptShare: 0.05) == 3)
    #expect(try frame([], width: 2, height: 2).saturation() == 1)
  }

  @Test("pictures are written as whole files")
  func file() throws {
    let path = NSTemporaryDirectory() + "event-picture-\(UUID().uuidString).png"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let picture = EventPicture(try frame(events, width: 3, height: 2))
    try picture.writePNG(to: path)
    #expect(Array(try Data(contentsOf: URL(fileURLWithPath: path))) == picture.png)
  }

  @Test("text without colour: denser signs for more events, in the proportions of the sensor")
  func plainText() throws {
    var many: [Event] = []
    for x in 0..<4 { for _ in 0..<x * 2 { many.append(Event(x: x, y: 3, isOn: x % 2 == 0)) } }
    let text = try frame(many, width: 4, height: 4).text(columns: 4, isColored: false, saturation: 5)
    #expect(text == "    \n :*#\n")
  }

  @Test("text in colour: half blocks for two pixels each")
  func colouredText() throws {
    let some = [
      Event(x: 0, y: 0, isOn: true), Event(x: 1, y: 1, isOn: false), Event(x: 2, y: 0, isOn: true),
      Event(x: 2, y: 1, isOn: false),
    ]
    let text = try frame(some, width: 4, height: 2).text(columns: 4, isColored: true, saturation: 1)
    #expect(
      text
        == "\u{1B}[38;5;51m\u{2580}\u{1B}[38;5;214m\u{2584}\u{1B}[38;5;51m\u{1B}[48;5;214m\u{2580}\u{1B}[49m \u{1B}[0m\n"
    )
  }
}

@Suite("Animations of events")
struct GIFEncoderTests {
  @Test("any pictures come back", arguments: [1, 3, 40, 700])
  func roundTrip(width: Int) throws {
    var random = Noise(state: UInt64(width))
    let height = 61
    let uniform = [UInt8](repeating: 5, count: width * height)
    let noise = uniform.map { _ in UInt8.random(in: 0..<16, using: &random) }
    let sparse = uniform.map { _ in UInt8.random(in: 0..<200, using: &random) < 3 ? UInt8(7) : 0 }
    let encoder = GIFEncoder(width: width, height: height, palette: EventPicture.palette)
    var file = encoder.header
    for picture in [uniform, noise, sparse] { file += encoder.picture(picture, hundredths: 300) }
    let decoded = try GIFDecoder(file + GIFEncoder.trailer)
    #expect(decoded.width == width && decoded.height == height && decoded.repeats == 0)
    #expect(decoded.pictures == [uniform, noise, sparse])
    #expect(decoded.hundredths == [300, 300, 300])
    #expect(decoded.palette == EventPicture.palette.map { [$0.red, $0.green, $0.blue] })
  }

  @Test("every length up to some thousand pixels, across each size of codes")
  func lengths() throws {
    var random = Noise(state: 3)
    for width in 1...2500 {
      let picture = (0..<width).map { _ in UInt8.random(in: 0..<16, using: &random) }
      let encoder = GIFEncoder(width: width, height: 1, palette: EventPicture.palette)
      let decoded = try GIFDecoder(encoder.header + encoder.picture(picture, hundredths: 1) + GIFEncoder.trailer)
      #expect(decoded.pictures == [picture])
    }
  }

  @Test("a recording becomes an animation of at most so many frames", arguments: [2, 9])
  func recording(mostFrames: Int) throws {
    let path = NSTemporaryDirectory() + "event-animation-\(UUID().uuidString).gif"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let sensor = try SensorSize(width: 3, height: 1)
    let events = (0..<3).map { Event(x: $0, y: 0, isOn: $0 == 1, time: Int64($0) * 10) }
    let reader = try EventFrameReader(ListSource(events), sensor: sensor, frameInMicroseconds: 10)
    let count = try EventAnimation.writeGIF(
      reader, sensor: sensor, to: path,
      settings: EventAnimation.Settings(saturation: 1, width: 6, hundredthsPerFrame: 7, mostFrames: mostFrames))
    let decoded = try GIFDecoder(Array(try Data(contentsOf: URL(fileURLWithPath: path))))
    #expect(count == min(3, mostFrames) && decoded.pictures.count == count)
    let (on, off) = (UInt8(5), UInt8(10))
    let rows: [[UInt8]] = [[off, off, 0, 0, 0, 0], [0, 0, on, on, 0, 0], [0, 0, 0, 0, off, off]]
    #expect(decoded.pictures == rows.prefix(count).map { $0 + $0 })
    #expect(decoded.hundredths == [Int](repeating: 7, count: count))
  }
}
