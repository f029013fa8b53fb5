import Recordings
import Testing

@Suite struct AEDAT31DecoderTests {
  private static func header(_ version: String = "3.1", source: String = "DAVIS240C", hasEnd: Bool = true) -> [UInt8] {
    let lines =
      ["#!AER-DAT" + version, "#Format: RAW", "#Source 1: \(source)", "#Start-Time: 2017-05-30 14:09:30 (TZ+0200)"]
      + (hasEnd ? ["#!END-HEADER"] : [])
    return Array(lines.map { $0 + "\r\n" }.joined().utf8)
  }

  private static func little(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  /// A packet of events that are given as bytes.
  private static func packet(
    type: Int16, source: Int16 = 1, size: Int, offset: Int32 = 4, wraps: Int32 = 0, _ events: [[UInt8]]
  ) -> [UInt8] {
    let count = Int32(events.count)
    return little(type) + little(source) + little(Int32(size)) + little(offset) + little(wraps) + little(count)
      + little(count) + little(count) + events.joined()
  }

  private static func word(_ event: TestEvent, valid: Bool = true) -> [UInt8] {
    little(UInt32(event.x) << 17 | UInt32(event.y) << 2 | UInt32(event.polarity) << 1 | (valid ? 1 : 0))
      + little(Int32(event.timestamp & 0x7FFF_FFFF))
  }

  /// A packet of polarity events, all of the same wrap.
  private static func polarity(_ events: [TestEvent], source: Int16 = 1) -> [UInt8] {
    packet(
      type: 1, source: source, size: 8, wraps: Int32((events.first?.timestamp ?? 0) >> 31), events.map { word($0) })
  }

  private func read(_ bytes: [UInt8], pieces: Int = .max, capacity: Int = 64) -> Reading<AEDAT31Decoder> {
    Reading(bytes, pieces: pieces, capacity: capacity) { AEDAT31Decoder(file: "a") }
  }

  private static let events = TestEvent.pattern(count: 60)
  private static let recording =
    header() + polarity(Array(events[..<25]))
    + packet(type: 2, size: 44, [[UInt8](repeating: 1, count: 44), [UInt8](repeating: 2, count: 44)])
    + packet(type: 0, size: 8, [[UInt8](repeating: 0xFF, count: 8)]) + polarity([])
    + packet(type: 3, size: 36, [[UInt8](repeating: 3, count: 36)]) + polarity(Array(events[25...]))
    + packet(type: 12, size: 8, [[UInt8](repeating: 3, count: 8)])

  private static let others = [
    SkippedEntries(what: "special events", count: 1), SkippedEntries(what: "frames", count: 2),
    SkippedEntries(what: "IMU samples of 6 axes", count: 1), SkippedEntries(what: "events of type 12", count: 1),
  ]

  @Test func bitsAreReadInTheDocumentedOrder() {
    let event: [UInt8] = [0b0000_1011, 0x02, 0x06, 0x00, 0x78, 0x56, 0x34, 0x12]
    let reading = read(Self.header() + Self.packet(type: 1, size: 8, wraps: 2, [event]))
    #expect(
      reading.events == [TestEvent(x: 3, y: 0x82, polarity: 1, timestamp: 0x1_0000_0000 + 0x1234_5678)])
    #expect(reading.decoder.wrapCount == 2 && reading.end == .clean)
    #expect(reading.decoder.sensor?.description == "240x180" && reading.decoder.formatName == "AEDAT 3.1")
  }

  @Test(arguments: [1, 2, 3, 5, 7, 64, 4096], [1, 13, 4096])
  func piecesAndBatchesDoNotChangeTheEvents(size: Int, capacity: Int) {
    let reading = read(Self.recording, pieces: size, capacity: capacity)
    #expect(reading.events == Self.events && reading.end == .clean)
    #expect(reading.decoder.skipped == Self.others)
  }

  @Test func theClockIsCarriedOnOverWraps() {
    let events = (0..<100).map { TestEvent(x: UInt16($0), y: 4, polarity: 0, timestamp: Int64($0) * 999_999_999) }
    let reading = read(Self.header() + events.flatMap { Self.polarity([$0]) })
    #expect(reading.events == events)
    #expect(reading.decoder.wrapCount == (99 * 999_999_999) >> 31)
  }

  @Test func eventsThatAreNotValidAndOtherSourcesAreCounted() {
    let mixed = Self.events[..<10].enumerated().map { Self.word($0.element, valid: $0.offset % 3 != 0) }
    let bytes =
      Self.header() + Self.packet(type: 1, size: 8, mixed) + Self.polarity(Array(Self.events[..<5]), source: 2)
    for capacity in [1, 4, 64] {
      let reading = read(bytes, capacity: capacity)
      #expect(reading.events == Self.events[..<10].enumerated().filter { $0.offset % 3 != 0 }.map(\.element))
      #expect(
        reading.decoder.skipped == [
          SkippedEntries(what: "events of other sources", count: 5),
          SkippedEntries(what: "events marked as not valid", count: 4),
        ])
    }
  }

  @Test func eventsThatAreNotValidAreCountedUpToADamagedOne() {
    var words = Self.events[..<6].map { Self.word($0, valid: false) }
    words[4][7] = 0x80
    let bytes = Self.header() + Self.packet(type: 1, size: 8, words)
    for pieces in [1, 5, 64, .max] {
      let reading = read(bytes, pieces: pieces)
      #expect(reading.end == .corrupt(byte: Self.header().count + 28 + 32))
      #expect(reading.decoder.skipped == [SkippedEntries(what: "events marked as not valid", count: 4)])
    }
  }

  @Test func versionThreePointZeroCountsRowsFromTheBottomAndHasNoEndOfHeader() {
    let turned = Self.events.map { TestEvent(x: $0.x, y: 179 - $0.y, polarity: $0.polarity, timestamp: $0.timestamp) }
    let bytes = Self.header("3.0", hasEnd: false) + Self.polarity(turned)
    #expect(read(bytes, pieces: 3).events == Self.events)
    let unknown = Self.header("3.0", source: "Other", hasEnd: false) + Self.polarity(turned)
    #expect(read(unknown).end == .corrupt(byte: 0))
    #expect(Reading(unknown) { AEDAT31Decoder(file: "a", camera: .davis240) }.events == Self.events)
    var outside = turned
    outside[3].y = 180
    let reading = read(Self.header("3.0") + Self.polarity(outside))
    #expect(reading.events == Array(Self.events[..<3]))
    #expect(reading.end == .corrupt(byte: Self.header("3.0").count + 28 + 24))
    // In version 3.1 a camera that is not known has no size here, and rows stay.
    let newer = read(Self.header(source: "Other") + Self.polarity(turned))
    #expect(newer.events == turned && newer.decoder.sensor == nil)
  }

  @Test func packetsThatCannotBeAreCorruptAtTheirFirstByte() {
    let start = Self.header().count
    let word = Self.word(Self.events[0])
    let packets = [
      Self.packet(type: -1, size: 8, [word]), Self.packet(type: 1, size: 12, [word]), Self.packet(type: 2, size: 0, []),
      Self.packet(type: 1, size: 8, offset: 0, [word]), Self.packet(type: 1, size: 8, wraps: -1, [word]),
      Self.packet(type: 2, size: -4, [word]),
    ]
    for packet in packets { #expect(read(Self.header() + packet, pieces: 9).end == .corrupt(byte: start)) }
    var negative = Self.header() + Self.polarity(Array(Self.events[..<3]))
    negative[start + 28 + 15] = 0x80
    #expect(read(negative).end == .corrupt(byte: start + 28 + 8))
    #expect(read(negative).events == [Self.events[0]])
    // Four exabytes of frames are passed over as far as they are there.
    var frames = Self.packet(type: 2, size: Int(Int32.max), [])
    frames.replaceSubrange(20..<24, with: Self.little(Int32.max))
    #expect(read(Self.header() + frames + [1, 2, 3]).end == .truncated(byte: start))
    #expect(read(Array("#!AER-DAT2.0\r\n".utf8) + [0]).end == .corrupt(byte: 0))
  }

  @Test func everyCutAndEveryFlippedByteEndsInOneOfThree() {
    let bytes = Self.recording
    for length in 0..<bytes.count {
      let reading = read(Array(bytes[..<length]), pieces: 16)
      #expect(reading.events == Array(Self.events[..<reading.events.count]))
      #expect(reading.end != .corrupt(byte: 0))
    }
    #expect(read(Array(bytes.dropLast())).end == .truncated(byte: bytes.count - 36))
    let cut = Self.header().count + 28 + 25 * 8 - 3
    #expect(read(Array(bytes[..<cut])).end == .truncated(byte: cut - 5))
    #expect(read(Array(bytes[..<cut])).events == Array(Self.events[..<24]))
    for index in bytes.indices {
      for mask: UInt8 in [1, 0x80, 0xFF] {
        var changed = bytes
        changed[index] ^= mask
        let reading = read(changed, pieces: 7)
        let again = read(changed, capacity: 5)
        #expect(reading.end == again.end && reading.events == again.events, "\(index)")
      }
    }
  }
}
