import Recordings
import Testing

@Suite struct PropheseeDecoderTests {
  private func raw(_ encoding: PropheseeRawDecoder.Encoding, isStrict: Bool = false) -> PropheseeRawDecoder {
    PropheseeRawDecoder(file: "a.raw", encoding: encoding, isStrict: isStrict)
  }

  private func words(_ words: [UInt16]) -> [UInt8] { words.flatMap { littleEndian($0) } }

  @Test func evt3IsReadWordByWord() {
    let decoded = Decoded(
      words([
        0x8002, 0x6005, 0x0007, 0x2809, 0x2010,  // time 8197, y 7: x 9 ON, x 16 OFF
        0x8003, 0x2011,  // the time changes with its lower bits only
        0x6001, 0x3814, 0x4801, 0x5081, 0x5002,  // time 12289: vectors from x 20, 32, 40
        0x0808, 0x2012,  // y 8 of a second camera
      ]), with: raw(.evt3))
    let expected: [TestEvent] = [
      TestEvent(x: 9, y: 7, polarity: 1, timestamp: 8197), TestEvent(x: 16, y: 7, polarity: 0, timestamp: 8197),
      TestEvent(x: 17, y: 7, polarity: 0, timestamp: 8197), TestEvent(x: 20, y: 7, polarity: 1, timestamp: 12289),
      TestEvent(x: 31, y: 7, polarity: 1, timestamp: 12289), TestEvent(x: 32, y: 7, polarity: 1, timestamp: 12289),
      TestEvent(x: 39, y: 7, polarity: 1, timestamp: 12289), TestEvent(x: 41, y: 7, polarity: 1, timestamp: 12289),
      TestEvent(x: 18, y: 8, polarity: 0, timestamp: 12289),
    ]
    #expect(decoded.events == expected)
    #expect(decoded.error == nil)
  }

  @Test func otherWordsArePassedOverAndCountedOrAreCorrupt() {
    let bytes = words([0x8000, 0x6001, 0xA101, 0xE123, 0xF00F, 0x7003, 0x1000, 0x2001])
    let decoded = Decoded(bytes, with: raw(.evt3))
    #expect(decoded.events.count == 1)
    #expect(
      decoded.skipped == [
        SkippedEntries(what: "words of the unknown type 0x1", count: 1),
        SkippedEntries(what: "continuation words", count: 2), SkippedEntries(what: "external triggers", count: 1),
        SkippedEntries(what: "words of the vendor", count: 1),
      ])
    #expect(
      Decoded(bytes, with: raw(.evt3, isStrict: true)).error
        == .corrupt(file: "a.raw", byte: 12, expected: "a word of a known type", found: "type 0x1"))
  }

  @Test func eventsBeforeTheFirstTimeArePassedOver() {
    let decoded = Decoded(words([0x2001, 0x3005, 0x4003, 0x0004, 0x8000, 0x2003]), with: raw(.evt3))
    #expect(decoded.events == [TestEvent(x: 3, y: 4, polarity: 0, timestamp: 0)])
    #expect(decoded.skipped == [SkippedEntries(what: "events before the first time", count: 3)])
  }

  @Test func aColumnBeyondTheFormatIsCorrupt() {
    let decoded = Decoded(words([0x8000, 0x37FE, 0x4003, 0x5001]), with: raw(.evt3))
    #expect(decoded.events.map(\.x) == [2046, 2047])
    #expect(
      decoded.error
        == .corrupt(file: "a.raw", byte: 6, expected: "columns below 2048", found: "column 2058"))
  }

  @Test(arguments: [false, true])
  func theOrderOfHalvesIsFoundFromTheFirstTime(isLegacy: Bool) {
    let events = EventDraft.events(runs: 50, step: 90, start: 1 << 30)
    let draft: EventDraft = isLegacy ? .evt21Legacy : .evt21
    let body = draft.file(events)[draft.header.count...]
    let decoded = Decoded(Array("% evt 2.1\n".utf8) + body, with: raw(.evt21))
    #expect(decoded.events == events)
    #expect(decoded.sensor == nil)
  }

  @Test func headersAreLinesAndMayBeMissing() {
    let body = words([0x8000, 0x2001])
    let headers = ["", "% evt 3.0\n", "% geometry 640x480 \r\n% end\n"]
    for header in headers {
      #expect(Decoded(Array(header.utf8) + body, with: raw(.evt3), pieceSize: 1).events.count == 1)
    }
    #expect(Decoded(Array("% end\n".utf8) + words([0x2025, 0x8000, 0x2001]), with: raw(.evt3)).events.count == 1)
    let long = Decoded(Array("% ".utf8) + [UInt8](repeating: 65, count: 5000), with: raw(.evt2))
    #expect(
      long.error
        == .corrupt(file: "a.raw", byte: 0, expected: "a header line of at most 4096 bytes", found: "a longer one"))
    #expect(
      Decoded(Array("% evt 2.0\n% geometry 0x9\n".utf8), with: raw(.evt2)).error
        == .corrupt(file: "a.raw", byte: 10, expected: "a geometry such as 640x480", found: "'0x9'"))
    #expect(
      Decoded(Array("% evt 2.0\n% geo".utf8), with: raw(.evt2)).error
        == .truncated(file: "a.raw", byte: 10, expected: "a header line with its end", found: "5 bytes"))
  }

  @Test func otherKindsOfDATAreNamed() {
    let header = Array("% Version 2\n".utf8)
    #expect(
      Decoded(header + [14, 8], with: DATDecoder(file: "a.dat")).error
        == .unsupported(
          file: "a.dat", byte: 12, expected: "events of brightness (type 0 or 12, 8 bytes)", found: "external triggers")
    )
    let noVersion = Decoded(Array("% Date 2020\n".utf8) + [0, 8], with: DATDecoder(file: "a.dat"))
    #expect(
      noVersion.error
        == .unsupported(
          file: "a.dat", byte: 0, expected: "a header with '% Version 1' or '% Version 2'", found: "none"))
  }

  @Test func aStepBackOverTheStartOfTheClockIsNoWrap() {
    let times: [Int64] = [1 << 32 - 10, 1 << 32 + 5, 1 << 32 - 3, 1 << 32 + 9]
    let events = times.map { TestEvent(x: 1, y: 2, polarity: 1, timestamp: $0) }
    let decoded = Decoded(EventDraft.dat2.file(events), with: DATDecoder(file: "a.dat"))
    #expect(decoded.events.map(\.timestamp) == times)
    #expect(decoded.wrapCount == 1)
  }
}
