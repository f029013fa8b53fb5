import Recordings
import Testing

@Suite struct EventStreamDecoderTests {
  private func decode(_ bytes: [UInt8]) -> Decoded { Decoded(bytes, with: EventStreamDecoder(file: "a.es")) }

  private func header(type: UInt8, version: UInt8 = 2) -> [UInt8] {
    Array("Event Stream".utf8) + [version, 0, 0, type, 4, 0, 3, 0]
  }

  @Test func timesAddUpAndRowsCountFromTheTop() {
    let decoded = decode(header(type: 1) + [0xFF, 0xFF, 5 << 1 | 1, 3, 0, 0, 0, 0xFE, 0, 1, 0, 2, 0])
    #expect(
      decoded.events == [
        TestEvent(x: 3, y: 2, polarity: 1, timestamp: 259), TestEvent(x: 1, y: 0, polarity: 0, timestamp: 259),
      ])
    #expect(decoded.skipped == [SkippedEntries(what: "reset bytes", count: 1)])
  }

  @Test func thresholdCrossingsAreCountedAndMoveTheTime() {
    let decoded = decode(
      header(type: 2) + [0xFE, 4 << 2 | 1, 0, 0, 0, 0, 0xFC, 1 << 2 | 2, 2, 0, 1, 0])
    #expect(decoded.events == [TestEvent(x: 2, y: 1, polarity: 1, timestamp: 131)])
    #expect(
      decoded.skipped == [
        SkippedEntries(what: "threshold crossings", count: 1), SkippedEntries(what: "reset bytes", count: 1),
      ])
  }

  @Test func aPixelOutsideTheCameraIsCorrupt() {
    #expect(
      decode(header(type: 1) + [0, 3, 0, 2, 0, 0xFF, 0, 3, 0, 3, 0]).error
        == .corrupt(file: "a.es", byte: 26, expected: "a pixel below (4, 3)", found: "(3, 3)"))
  }

  @Test(arguments: [
    (0, "generic events"), (3, "display events"), (4, "color events"), (9, "events of the unknown type 9"),
  ])
  func otherEventsAreNamed(type: UInt8, name: String) {
    #expect(
      decode(header(type: type)).error
        == .unsupported(file: "a.es", byte: 15, expected: "events of brightness (DVS or ATIS)", found: name))
  }

  @Test func otherVersionsAreNamed() {
    #expect(
      decode(header(type: 1, version: 1)).error
        == .unsupported(file: "a.es", byte: 12, expected: "Event Stream of version 2", found: "version 1"))
    #expect(
      decode(Array("Event Strong".utf8)).error
        == .corrupt(file: "a.es", byte: 0, expected: "'Event Stream'", found: "'Event Stro'"))
  }
}
