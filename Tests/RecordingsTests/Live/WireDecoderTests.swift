import Recordings
import Testing

@Suite struct WireDecoderTests {
  private func decode(_ layout: WireLayout, _ bytes: [UInt8], chunkSize: Int = 1000, batchCapacity: Int = 4096) throws
    -> [TestEvent]
  {
    var decoder: any EventDecoder = WireDecoder(layout, file: "wire")
    decoder.arrive(atMicroseconds: 99)
    var batch = EventBatch(capacity: batchCapacity)
    var events: [TestEvent] = []
    for start in stride(from: 0, to: bytes.count, by: chunkSize) {
      var rest = bytes[start..<min(start + chunkSize, bytes.count)]
      while !rest.isEmpty {
        batch.removeAll()
        let taken = try rest.withUnsafeBytes { try decoder.decode($0, into: &batch) }
        #expect(taken == rest.count || batch.isFull)
        events += batch.events
        rest = rest.dropFirst(taken)
      }
    }
    batch.removeAll()
    try decoder.finish(into: &batch)
    #expect(batch.count == 0)
    return events
  }

  private func inLayout(_ layout: WireLayout, _ events: [TestEvent]) -> [TestEvent] {
    events.map { layout == .spifWithoutTimes ? TestEvent(x: $0.x, y: $0.y, polarity: $0.polarity, timestamp: 99) : $0 }
  }

  @Test func bitsAreReadInTheDocumentedOrder() throws {
    // SPIF: bit 31 "no time", x in 30…16, polarity 15, y in 14…0.
    #expect(
      try decode(.spif, [0x02, 0x81, 0x04, 0x03, 0x78, 0x56, 0x34, 0x12])
        == [TestEvent(x: 0x0304, y: 0x0102, polarity: 1, timestamp: 0x1234_5678)])
    #expect(
      try decode(.spif, [0xFF, 0x7F, 0x01, 0x80]) == [TestEvent(x: 1, y: 0x7FFF, polarity: 0, timestamp: 99)])
    #expect(
      try decode(.time64, [8, 7, 6, 5, 4, 3, 2, 1, 0x22, 0x11, 0x44, 0x33, 1])
        == [TestEvent(x: 0x1122, y: 0x3344, polarity: 1, timestamp: 0x0102_0304_0506_0708)])
    #expect(
      try decode(.time32, [4, 3, 2, 1, 0x22, 0x11, 0x05, 0x80])
        == [TestEvent(x: 0x1122, y: 0x4002, polarity: 1, timestamp: 0x0102_0304)])
  }

  @Test(arguments: WireLayout.allCases, [1, 2, 3, 5, 7, 13, 64, 1001])
  func piecesAndBatchesDoNotChangeTheEvents(layout: WireLayout, chunkSize: Int) throws {
    let events = TestEvent.pattern(count: 257)
    let bytes = events.flatMap { $0.bytes(layout) }
    for batchCapacity in [1, 3, 100] {
      #expect(
        try decode(layout, bytes, chunkSize: chunkSize, batchCapacity: batchCapacity) == inLayout(layout, events))
    }
  }

  @Test(arguments: [WireLayout.spif, .time32])
  func timesOf32BitsAreCarriedOn(layout: WireLayout) throws {
    // Twenty minutes between events, so that 32 bits start again every third or fourth.
    let events = TestEvent.pattern(count: 40, step: 1_200_000_000)
    #expect(try decode(layout, events.flatMap { $0.bytes(layout) }) == events)
    var decoder = WireDecoder(layout, file: "wire")
    var batch = EventBatch()
    _ = try events.flatMap { $0.bytes(layout) }.withUnsafeBytes { try decoder.decode($0, into: &batch) }
    #expect(decoder.wrapCount == Int((39 * 1_200_000_000) >> 32))
  }

  @Test(arguments: [(WireLayout.spif, 4), (.spif, 3), (.spif, 7), (.time32, 5), (.time64, 12)])
  func aStreamCutInsideAnEventIsTruncatedThere(layout: WireLayout, extra: Int) throws {
    let events = TestEvent.pattern(count: 3)
    let bytes = events.flatMap { $0.bytes(layout) } + events[0].bytes(layout).prefix(extra)
    let error = recordingError { _ = try decode(layout, bytes) }
    guard case .truncated("wire", 3 * layout.bytesPerEvent, _, "\(extra)") = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func whatNoEventHoldsIsCorruptAtItsByte() throws {
    var bytes = TestEvent.pattern(count: 4).flatMap { $0.bytes(.time64) }
    bytes[2 * 13 + 12] = 2
    guard case .corrupt("wire", 26, _, _) = recordingError({ _ = try decode(.time64, bytes) }) else {
      Issue.record("polarity 2 went through")
      return
    }
    bytes[2 * 13 + 12] = 1
    bytes[3 * 13 + 7] = 0x80
    guard case .corrupt("wire", 39, _, _) = recordingError({ _ = try decode(.time64, bytes) }) else {
      Issue.record("a negative time went through")
      return
    }
  }
}
