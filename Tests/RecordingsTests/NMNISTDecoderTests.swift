import Recordings
import Testing

@Suite struct NMNISTDecoderTests {
  private func decode(
    _ path: String, order: TimestampOrder = .clamp, chunkSize: Int = 1 << 15, batchCapacity: Int = 4096
  ) throws -> [TestEvent] {
    let file = try EventFile(path: path, decoder: NMNISTDecoder(file: path), order: order, chunkSize: chunkSize)
    var batch = EventBatch(capacity: batchCapacity)
    var events: [TestEvent] = []
    while try file.next(into: &batch) {
      #expect(batch.count <= batchCapacity)
      events += batch.events
    }
    #expect(file.end == .clean)
    #expect(try file.next(into: &batch) == false)
    return events
  }

  @Test func bitsAreReadInTheDocumentedOrder() throws {
    let folder = try TemporaryFolder()
    // x = 5, y = 33, polarity 1, time 0x123456; then polarity 0 and the largest time of 23 bits.
    let path = try folder.write([5, 33, 0x92, 0x34, 0x56, 0, 1, 0x7F, 0xFF, 0xFF], to: "a.bin")
    #expect(
      try decode(path) == [
        TestEvent(x: 5, y: 33, polarity: 1, timestamp: 0x123456),
        TestEvent(x: 0, y: 1, polarity: 0, timestamp: 0x7F_FFFF),
      ])
  }

  @Test(arguments: [1, 2, 3, 4, 5, 7, 64, 1001], [1, 3, 100, 4096])
  func chunksAndBatchesDoNotChangeTheEvents(chunkSize: Int, batchCapacity: Int) throws {
    let folder = try TemporaryFolder()
    let events = TestEvent.pattern(count: 257)
    let path = try folder.write(events.flatMap(\.bytes), to: "a.bin")
    #expect(try decode(path, chunkSize: chunkSize, batchCapacity: batchCapacity) == events)
  }

  @Test func anEmptyFileHasNoEventsAndACleanEnd() throws {
    let folder = try TemporaryFolder()
    #expect(try decode(folder.write([], to: "a.bin")).isEmpty)
  }

  @Test(arguments: 1...4)
  func aFileCutInsideAnEventDeliversWhatIsWholeAndNamesTheByte(extraBytes: Int) throws {
    let folder = try TemporaryFolder()
    let events = TestEvent.pattern(count: 3)
    let path = try folder.write(
      events.flatMap(\.bytes) + [UInt8](repeating: 0, count: extraBytes), to: "a.bin")
    let file = try EventFile(path: path, decoder: NMNISTDecoder(file: path), chunkSize: 4)
    var batch = EventBatch()
    #expect(try file.next(into: &batch))
    #expect(batch.events == events)
    #expect(file.end == .truncated(byte: 15))
    let error = recordingError { _ = try file.next(into: &batch) }
    #expect(
      error == .truncated(file: path, byte: 15, expected: "an event of 5 bytes", found: "\(extraBytes)"))
    #expect(batch.count == 0)
    #expect(try file.next(into: &batch) == false)
  }

  @Test func aPixelOutsideTheSensorIsCorruptAtItsEvent() throws {
    let folder = try TemporaryFolder()
    var events = TestEvent.pattern(count: 4)
    events[2].y = 34
    let path = try folder.write(events.flatMap(\.bytes), to: "a.bin")
    let file = try EventFile(path: path, decoder: NMNISTDecoder(file: path))
    var batch = EventBatch()
    #expect(try file.next(into: &batch))
    #expect(batch.events == Array(events[..<2]))
    let error = recordingError { _ = try file.next(into: &batch) }
    #expect(file.end == .corrupt(byte: 10))
    #expect(error == .corrupt(file: path, byte: 10, expected: "a pixel below (34, 34)", found: "(14, 34)"))
  }

  @Test func timesThatGoBackAreClampedAndCountedOrRejected() throws {
    let folder = try TemporaryFolder()
    var events = TestEvent.pattern(count: 4, step: 100)
    events[2].timestamp = 40
    let path = try folder.write(events.flatMap(\.bytes), to: "a.bin")

    let file = try EventFile(path: path, decoder: NMNISTDecoder(file: path))
    var batch = EventBatch()
    _ = try file.next(into: &batch)
    #expect(batch.timestampsInMicroseconds == [0, 100, 100, 300])
    #expect(file.timestampCounts.clamped == 1)

    let error = recordingError { _ = try decode(path, order: .reject) }
    #expect(error == .corrupt(file: path, byte: 10, expected: "a time of at least 100 µs", found: "40 µs"))
  }

  @Test func whatIsCountedBeforeARefusedEventDoesNotDependOnTheChunks() throws {
    let folder = try TemporaryFolder()
    var events = TestEvent.pattern(count: 9, step: 1000)
    (events[3].timestamp, events[5].timestamp, events[8].x) = (0, 1, 34)
    let path = try folder.write(events.flatMap(\.bytes), to: "a.bin")
    for chunkSize in [1, 4, 7, 45, 64] {
      let file = try EventFile(path: path, decoder: NMNISTDecoder(file: path), chunkSize: chunkSize)
      var batch = EventBatch()
      #expect(recordingError { while try file.next(into: &batch) {} } != nil)
      #expect(file.end == .corrupt(byte: 40))
      #expect(file.timestampCounts.clamped == 2, "chunks of \(chunkSize) bytes")
    }
  }

  @Test func aMissingFileIsNamed() throws {
    let error = recordingError { _ = try EventFile(path: "/no/such/file.bin", decoder: NMNISTDecoder(file: "")) }
    #expect(error?.description.contains("/no/such/file.bin") == true)
  }

  @Test(.enabled(if: Place.exists(Place.malformed), "malformed recordings are not at CROSSPOINT_DATA"))
  func cutRealFilesEndAsExpected() throws {
    let truncated = Place.malformed + "/nmnist_1_truncated_mid_event.bin"
    let error = recordingError { _ = try decode(truncated) }
    // 23402 bytes: 4680 events and two bytes.
    #expect(error == .truncated(file: truncated, byte: 23400, expected: "an event of 5 bytes", found: "2"))
    #expect(try decode(Place.malformed + "/nmnist_empty.bin").isEmpty)
  }
}
