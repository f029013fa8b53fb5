import Recordings
import Testing

@Suite struct AEDAT4DecoderTests {
  private static let events = TestEvent.pattern(count: 50)

  private static func draft(
    _ compression: AEDAT4Draft.Compression, layout: AEDAT4Draft.Layout = .fieldsFirst
  ) -> AEDAT4Draft {
    var draft = AEDAT4Draft()
    draft.compression = compression
    draft.streams = [(0, "EVTS", (320, 240)), (1, "FRME", nil), (2, "IMUS", nil), (3, "TRIG", nil), (4, "BBOX", nil)]
    draft.add(Array(events[..<20]), layout: layout)
    draft.add(AEDAT4Draft.flatBuffer("FRME", count: 4, elements: [1, 2, 3, 4]), stream: 1)
    draft.add(AEDAT4Draft.flatBuffer("IMUS", count: 3, elements: [UInt8](repeating: 0, count: 12)), stream: 2)
    draft.add([], layout: layout)
    draft.add(AEDAT4Draft.flatBuffer("TRIG", count: 2, elements: [UInt8](repeating: 0, count: 8)), stream: 3)
    draft.add(AEDAT4Draft.flatBuffer("BBOX", count: 0, elements: []), stream: 4)
    draft.add(Array(events[20...]), layout: layout)
    return draft
  }

  private static let others = [
    SkippedEntries(what: "frames", count: 1), SkippedEntries(what: "IMU samples", count: 3),
    SkippedEntries(what: "triggers", count: 2), SkippedEntries(what: "packets of other types", count: 1),
  ]

  private func read(_ bytes: [UInt8], pieces: Int = .max, capacity: Int = 64) -> Reading<AEDAT4Decoder> {
    Reading(bytes, pieces: pieces, capacity: capacity) { AEDAT4Decoder(file: "a") }
  }

  @Test(arguments: AEDAT4Draft.Compression.allCases, [AEDAT4Draft.Layout.fieldsFirst, .fieldsLast])
  func piecesAndBatchesDoNotChangeTheEvents(compression: AEDAT4Draft.Compression, layout: AEDAT4Draft.Layout) {
    let bytes = Self.draft(compression, layout: layout).fileBytes
    for size in [1, 2, 3, 5, 7, 64, 4096] {
      for capacity in [1, 13, 4096] {
        let reading = read(bytes, pieces: size, capacity: capacity)
        #expect(reading.events == Self.events && reading.end == .clean, "\(size), \(capacity), \(reading.end)")
        #expect(reading.decoder.skipped == Self.others)
        #expect(reading.decoder.sensor?.description == "320x240")
      }
    }
  }

  @Test func theHeaderNeedNotTellTypesAndSizes() {
    for compression in AEDAT4Draft.Compression.allCases {
      var draft = Self.draft(compression)
      draft.streams = []
      let reading = read(draft.fileBytes, pieces: 3)
      #expect(reading.events == Self.events && reading.decoder.skipped == Self.others)
      #expect(reading.decoder.sensor == nil)
    }
  }

  @Test func oneStreamOfEventsIsReadAndTheOthersAreCounted() {
    for compression in [AEDAT4Draft.Compression.none, .lz4] {
      var draft = AEDAT4Draft()
      draft.compression = compression
      draft.streams = [(5, "EVTS", (640, 480)), (2, "EVTS", (346, 260))]
      draft.add(Array(Self.events[..<30]), stream: 5)
      draft.add(Array(Self.events[30...]), stream: 2)
      let first = read(draft.fileBytes)
      #expect(first.events == Array(Self.events[30...]))
      #expect(first.decoder.sensor?.description == "346x260")
      #expect(first.decoder.skipped == [SkippedEntries(what: "events of other streams", count: 30)])
      let stated = Reading(draft.fileBytes) { AEDAT4Decoder(file: "a", stream: 5) }
      #expect(stated.events == Array(Self.events[..<30]))
      #expect(stated.decoder.sensor?.description == "640x480")
    }
  }

  @Test func aFileWithoutATableEndsAfterAPacket() {
    var draft = Self.draft(.lz4)
    draft.hasTable = false
    #expect(read(draft.fileBytes).end == .clean)
    let cut = Array(draft.fileBytes.dropLast())
    #expect(read(cut).end == .truncated(byte: draft.fileBytes.count - draft.packets.last!.count))
    #expect(read(cut).events == Array(Self.events[..<20]))
  }

  @Test func aCutAmongEventsThatAreNotCompressedDeliversThem() {
    let draft = Self.draft(.none)
    let packetStart = draft.headerBytes.count
    // 8 bytes of packet header and 32 up to the events.
    let reading = read(Array(draft.fileBytes[..<(packetStart + 40 + 5 * 16 + 3)]))
    #expect(reading.events == Array(Self.events[..<5]))
    #expect(reading.end == .truncated(byte: packetStart + 40 + 5 * 16))
    // A file that ends with a whole packet, but before the table that its header promises.
    let whole = read(Array(draft.fileBytes.dropLast(16)))
    #expect(whole.end == .clean)
    let early = draft.headerBytes + draft.packets[0]
    #expect(read(early).end == .truncated(byte: early.count))
  }

  @Test func wrongEventsAreCorruptAfterTheGoodOnes() {
    for (index, value) in [(7, UInt8(0x80)), (7, 0x40), (9, 0x80), (11, 0xFF)] {
      for compression in [AEDAT4Draft.Compression.none, .zstd] {
        var elements = Self.events[..<8].flatMap(AEDAT4Draft.bytes)
        elements[5 * 16 + index] = value
        var draft = AEDAT4Draft()
        draft.compression = compression
        draft.add(AEDAT4Draft.flatBuffer("EVTS", count: 8, elements: elements), stream: 0)
        let reading = read(draft.fileBytes, pieces: 11)
        #expect(reading.events == Array(Self.events[..<5]))
        let start = draft.headerBytes.count
        #expect(reading.end == .corrupt(byte: compression == .none ? start + 40 + 80 : start))
      }
    }
  }

  @Test func sizesThatAreTooLargeAreCorruptBeforeAnythingIsKept() {
    let bytes = Self.draft(.lz4).fileBytes
    let start = Self.draft(.lz4).headerBytes.count
    for size: [UInt8] in [[0, 0, 0, 0], [0, 0, 0, 0x7F], [1, 0, 0, 0x10], [255, 255, 255, 255]] {
      var changed = bytes
      changed.replaceSubrange(start + 4..<start + 8, with: size)
      #expect(read(changed).end == .corrupt(byte: start))
      changed = bytes
      changed.replaceSubrange(14..<18, with: size)
      #expect(read(changed).end == .corrupt(byte: 14))
    }
  }

  @Test func moreElementsThanThereAreBytesAreCorrupt() {
    for compression in AEDAT4Draft.Compression.allCases {
      var draft = AEDAT4Draft()
      draft.compression = compression
      draft.add(
        AEDAT4Draft.flatBuffer("EVTS", count: 9, elements: Self.events[..<8].flatMap(AEDAT4Draft.bytes)), stream: 0)
      let reading = read(draft.fileBytes)
      #expect(reading.end == .corrupt(byte: draft.headerBytes.count) && reading.events.isEmpty)
    }
  }

  @Test func aPacketIsOneWholeFrame() {
    for change in [[UInt8]([0]), nil] {
      var draft = Self.draft(.zstd)
      let frame = Array(draft.packets[0][8...])
      draft.addRaw(change.map { frame + $0 } ?? Array(frame.dropLast()), stream: 0)
      let start = draft.headerBytes.count + draft.packets.dropLast().reduce(0) { $0 + $1.count }
      #expect(read(draft.fileBytes).end == .corrupt(byte: start))
    }
  }

  @Test(arguments: AEDAT4Draft.Compression.allCases)
  func everyCutAndEveryFlippedByteEndsInOneOfThree(compression: AEDAT4Draft.Compression) {
    var draft = AEDAT4Draft()
    draft.compression = compression
    draft.add(Array(Self.events[..<3]))
    draft.add(AEDAT4Draft.flatBuffer("IMUS", count: 1, elements: [1, 2, 3, 4]), stream: 1)
    draft.add(Array(Self.events[3..<6]))
    let bytes = draft.fileBytes
    for length in 0..<bytes.count {
      let reading = read(Array(bytes[..<length]), pieces: 64)
      // The table of packets is not read.
      #expect((reading.end == .clean) == (length >= bytes.count - 16))
      #expect(reading.events == Array(Self.events[..<reading.events.count]))
    }
    for index in bytes.indices {
      for mask: UInt8 in [1, 0x80, 0xFF] {
        var changed = bytes
        changed[index] ^= mask
        let reading = read(changed, pieces: 7)
        let again = read(changed, pieces: 4096, capacity: 5)
        #expect(reading.end == again.end && reading.events == again.events, "\(index)")
      }
    }
  }

  @Test func theCameraKnownAtARefusedEventDoesNotDependOnTheChunks() throws {
    let folder = try TemporaryFolder()
    var draft = AEDAT4Draft()
    draft.compression = .lz4
    // Only the first packet tells that this is the stream of events.
    draft.streams = [(0, "", (320, 240))]
    var events = Array(Self.events[..<8])
    events[5].timestamp = 0
    draft.add(events)
    let path = try folder.write(draft.fileBytes, to: "a.aedat4")
    for (chunkSize, capacity) in [(4096, 64), (4096, 2), (1, 64), (1, 2), (7, 3)] {
      let file = try EventFile(
        path: path, decoder: AEDAT4Decoder(file: path), order: .reject, chunkSize: chunkSize)
      var batch = EventBatch(capacity: capacity)
      #expect(recordingError { while try file.next(into: &batch) {} } != nil)
      #expect(file.sensor?.description == "320x240", "chunks of \(chunkSize) bytes, batches of \(capacity)")
      #expect(file.end == .corrupt(byte: draft.headerBytes.count))
    }
  }
}
