import Recordings
import Testing

@Suite struct AEDAT2DecoderTests {
  /// One entry: address and time, big-endian.
  private static func entry(_ address: UInt32, _ time: UInt32) -> [UInt8] {
    bigEndian(address) + bigEndian(time)
  }

  private static func bigEndian(_ word: UInt32) -> [UInt8] {
    [UInt8(word >> 24), UInt8(word >> 16 & 255), UInt8(word >> 8 & 255), UInt8(word & 255)]
  }

  private static func header(_ lines: String...) -> [UInt8] {
    Array((["#!AER-DAT2.0"] + lines).map { $0 + "\r\n" }.joined().utf8)
  }

  /// The events of a DVS128, as jAER writes them: columns from the right, rows from the bottom, 0 for ON.
  private static func dvs128(_ event: TestEvent) -> [UInt8] {
    let address = UInt32(127 - event.x) << 1 | UInt32(127 - event.y) << 8 | UInt32(1 - event.polarity)
    return entry(address, UInt32(truncatingIfNeeded: event.timestamp))
  }

  /// The events of a DAVIS240: columns from the right, rows from the bottom, 1 for ON.
  private static func davis240(_ event: TestEvent) -> [UInt8] {
    let address = UInt32(239 - event.x) << 12 | UInt32(179 - event.y) << 22 | UInt32(event.polarity) << 11
    return entry(address, UInt32(truncatingIfNeeded: event.timestamp))
  }

  private static let davisHeader = header("# AEChip: eu.seebetter.ini.chips.davis.DAVIS240C")

  @Test func aDVS128WithoutANameIsReadAsJAERShowsIt() {
    // Bits 1 to 7 hold 5, bits 8 to 14 hold 3, bit 0 is clear: ON, in column 127 - 5 and row 127 - 3.
    let reading = Reading(Self.header() + Self.entry(3 << 8 | 5 << 1, 77) + Self.entry(0x7FFF, 78)) {
      AEDAT2Decoder(file: "a")
    }
    #expect(
      reading.events == [
        TestEvent(x: 122, y: 124, polarity: 1, timestamp: 77), TestEvent(x: 0, y: 0, polarity: 0, timestamp: 78),
      ])
    #expect(reading.end == .clean)
    #expect(reading.decoder.sensor?.description == "128x128")
    #expect(reading.decoder.formatName == "AEDAT 2.0")
  }

  @Test func frameSamplesMotionWordsAndExternalInputsAreCounted() {
    let event = TestEvent(x: 7, y: 9, polarity: 1, timestamp: 40)
    let bytes =
      Self.davisHeader + Self.entry(0x8000_0000, 10) + Self.entry(0x8000_0400, 10) + Self.entry(0x8000_0C00, 20)
      + Self.entry(0x0000_0400, 30) + Self.davis240(event) + Self.entry(0xF123_4C00, 50)
    let reading = Reading(bytes) { AEDAT2Decoder(file: "a") }
    #expect(reading.events == [event])
    #expect(
      reading.decoder.skipped == [
        SkippedEntries(what: "frame samples", count: 2), SkippedEntries(what: "motion words", count: 2),
        SkippedEntries(what: "external input events", count: 1),
      ])
    #expect(reading.decoder.sensor?.description == "240x180")

    let dvs128 = Reading(Self.header() + Self.entry(0x8000, 1) + Self.entry(0x8000_0000, 2)) {
      AEDAT2Decoder(file: "a")
    }
    #expect(dvs128.events.isEmpty)
    #expect(dvs128.decoder.skipped == [SkippedEntries(what: "external input events", count: 2)])
  }

  @Test(arguments: [
    ("# AEChip: ch.unizh.ini.jaer.chip.retina.DVS128", "128x128"), ("# HardwareInterface: DVS128-V1 0392", "128x128"),
    ("# AEChip: eu.seebetter.ini.chips.davis.Davis346blue", "346x260"),
    ("# AEChip: eu.seebetter.ini.chips.davis.Davis128", "128x128"),
    ("# AEChip: eu.seebetter.ini.chips.davis.DAVIS240B", "240x180"),
  ])
  func theHeaderNamesTheCamera(line: String, size: String) {
    for bytes in [Self.header(line), Self.header(line) + Self.entry(0, 1)] {
      #expect(Reading(bytes) { AEDAT2Decoder(file: "a") }.decoder.sensor?.description == size)
    }
  }

  @Test func theChipCountsMoreThanTheInterfaceAndTheStatedCameraMost() {
    let bytes =
      Self.header("# HardwareInterface: DAVIS FX3", "# AEChip: eu.seebetter.ini.chips.davis.Davis346red")
      + Self.entry(0, 1)
    #expect(Reading(bytes) { AEDAT2Decoder(file: "a") }.decoder.sensor?.description == "346x260")
    #expect(Reading(bytes) { AEDAT2Decoder(file: "a", camera: .davis240) }.events.first?.x == 239)
    let unknown = Self.header("# AEChip: other.Cochlea") + Self.entry(0, 1)
    #expect(Reading(unknown) { AEDAT2Decoder(file: "a") }.end == .corrupt(byte: 0))
    #expect(Reading(unknown) { AEDAT2Decoder(file: "a", camera: .dvs128) }.end == .clean)
  }

  @Test func dataMayBeginWithTheSignOfAHeaderLine() {
    let events = [
      TestEvent(x: 1, y: 179 - 0x8C, polarity: 0, timestamp: 0x2020_2020),
      TestEvent(x: 2, y: 10, polarity: 1, timestamp: 0x2020_2021),
    ]
    let first = Self.davis240(events[0])
    #expect(first[0] == UInt8(ascii: "#"))
    for size in [1, 2, 3, 4, 5, 1000] {
      let reading = Reading(Self.davisHeader + events.flatMap(Self.davis240), pieces: size) { AEDAT2Decoder(file: "a") }
      #expect(reading.events == events)
      #expect(reading.end == .clean)
    }
    let marked = Self.header("#End Of ASCII Header") + Self.entry(0x2320_2020 & 0x7FFF, 5)
    #expect(Reading(marked) { AEDAT2Decoder(file: "a") }.events.count == 1)
  }

  @Test func theClockIsCarriedOnOverWrapsAndMayGoBackALittle() {
    let times: [Int64] = [
      0xF000_0000, 0xFFFF_FFFF, 0x1_0000_0003, 0xFFFF_FFFE, 0x1_0000_0004, 0x1_8000_0003, 0x2_0000_0002,
    ]
    let events = times.map { TestEvent(x: 3, y: 4, polarity: 1, timestamp: $0) }
    let reading = Reading(Self.header() + events.flatMap(Self.dvs128), pieces: 5) { AEDAT2Decoder(file: "a") }
    #expect(reading.events == events)
    #expect(reading.decoder.wrapCount == 2)
  }

  @Test func anHourOfWrapsStaysExact() {
    let events = (0..<400).map {
      TestEvent(x: UInt16($0 % 128), y: 4, polarity: 0, timestamp: Int64($0) * 1_999_999_999)
    }
    let reading = Reading(Self.header() + events.flatMap(Self.dvs128)) { AEDAT2Decoder(file: "a") }
    #expect(reading.events == events)
    #expect(reading.decoder.wrapCount == (399 * 1_999_999_999) >> 32)
  }

  @Test func versionOneHasShortAddresses() {
    let bytes: [UInt8] = Array("#!AER-DAT1.0\r\n".utf8) + [3, 10, 0, 0, 1, 0, 0x80, 0, 0, 0, 1, 1]
    let reading = Reading(bytes, pieces: 5) { AEDAT2Decoder(file: "a") }
    #expect(reading.events == [TestEvent(x: 122, y: 124, polarity: 1, timestamp: 256)])
    #expect(reading.decoder.formatName == "AEDAT 1.0")
    #expect(reading.decoder.skipped == [SkippedEntries(what: "external input events", count: 1)])
  }

  @Test func anAddressThatTheCameraDoesNotHaveIsCorrupt() {
    let good = TestEvent(x: 7, y: 9, polarity: 1, timestamp: 40)
    let outside = Self.davisHeader + Self.davis240(good) + Self.entry(240 << 12, 41)
    let reading = Reading(outside) { AEDAT2Decoder(file: "a") }
    #expect(reading.events == [good])
    #expect(reading.end == .corrupt(byte: outside.count - 8))
    let wide = Self.header() + Self.dvs128(good) + Self.entry(0x1_0000, 41)
    #expect(Reading(wide) { AEDAT2Decoder(file: "a") }.end == .corrupt(byte: wide.count - 8))
  }

  @Test(arguments: [1, 2, 3, 5, 7, 64, 4096])
  func piecesAndBatchesDoNotChangeTheEvents(size: Int) {
    let events = TestEvent.pattern(count: 300)
    let bytes = Self.davisHeader + events.flatMap { Self.davis240($0) + Self.entry(0x8000_0000, 0) }
    let whole = Reading(bytes, capacity: 4096) { AEDAT2Decoder(file: "a") }
    #expect(whole.events == events)
    for capacity in [1, 7, 4096] {
      let reading = Reading(bytes, pieces: size, capacity: capacity) { AEDAT2Decoder(file: "a") }
      #expect(reading.events == events && reading.end == .clean && reading.decoder.skipped == whole.decoder.skipped)
    }
  }

  @Test func everyCutAndEveryFlippedByteEndsInOneOfThree() {
    let bytes = Self.davisHeader + TestEvent.pattern(count: 6).flatMap(Self.davis240)
    for length in 0..<bytes.count {
      let reading = Reading(Array(bytes[..<length])) { AEDAT2Decoder(file: "a") }
      let rest = max(0, length - Self.davisHeader.count)
      #expect(reading.events.count == rest / 8)
      #expect(
        (reading.end == .clean) == (length >= 14 && (rest % 8 == 0 && length >= Self.davisHeader.count || length == 14))
      )
    }
    for index in bytes.indices {
      for bit in 0..<8 {
        var changed = bytes
        changed[index] ^= 1 << UInt8(bit)
        let reading = Reading(changed, pieces: 7) { AEDAT2Decoder(file: "a") }
        #expect(reading.end == Reading(changed) { AEDAT2Decoder(file: "a") }.end)
      }
    }
  }
}

@Suite(.enabled(if: Place.exists(Place.formats), "recordings of other formats are not at CROSSPOINT_DATA"))
struct AEDAT2RecordingTests {
  private func read(_ path: String) throws -> (file: EventFile, count: Int, first: Int64, last: Int64) {
    let file = try EventFile(path: path, decoder: AEDAT2Decoder(file: path))
    var batch = EventBatch()
    var (count, first, last) = (0, Int64?.none, Int64(0))
    while try file.next(into: &batch) {
      count += batch.count
      first = first ?? batch.timestampsInMicroseconds.first
      last = batch.timestampsInMicroseconds.last!
    }
    return (file, count, first ?? 0, last)
  }

  @Test func aRotatingDiskBeforeADAVIS() throws {
    let (file, count, _, _) = try read(Place.formats + "/davis_rotdisk.aedat")
    #expect(count == 374_296)
    #expect(file.end == .clean)
    #expect(file.sensor?.description == "240x180")
    #expect(file.skipped == [SkippedEntries(what: "motion words", count: 51_688)])
    #expect(file.timestampCounts == TimestampCounts())
  }

  @Test(arguments: [
    ("formats/calibration_4", 518_109, 189_456_040, 190_021_681),
    ("formats/calibration_19", 471_426, 317_773_666, 318_350_701),
    ("dvs128-objects/Caneca", 518_133, 835_302_848, 868_811_233),
    ("dvs128-objects/Lapiseira", 249_545, 597_323_253, 633_767_504),
  ])
  func recordingsOfADVS128(name: String, count: Int, first: Int64, last: Int64) throws {
    let reading = try read(Place.data + "/" + name + ".aedat")
    #expect(reading.count == count && reading.first == first && reading.last == last)
    #expect(reading.file.end == .clean && reading.file.skipped.isEmpty)
    #expect(reading.file.timestampCounts == TimestampCounts())
  }

  @Test func aCutRecordingIsTruncatedAtItsLastEntry() throws {
    let path = Place.malformed + "/davis_aedat2_truncated.aedat"
    let file = try EventFile(path: path, decoder: AEDAT2Decoder(file: path))
    var (batch, count) = (EventBatch(), 0)
    let error = recordingError { while try file.next(into: &batch) { count += batch.count } }
    #expect(file.end == .truncated(byte: 300_767))
    #expect(error == .truncated(file: path, byte: 300_767, expected: "an entry of 8 bytes", found: "5"))
    #expect(count + file.skipped.reduce(0) { $0 + $1.count } == (300_767 - 190_783) / 8)
  }
}
