import Recordings
import Testing

/// What holds for the decoder of every format.
@Suite struct EventDecoderPropertyTests {
  @Test(arguments: EventDraft.allCases)
  func everyFormatGivesTheEventsThatWereWritten(draft: EventDraft) throws {
    let events = EventDraft.events(runs: 400, step: 37)
    let decoded = Decoded(draft.file(events), with: draft.decoder)
    #expect(decoded.events == events)
    #expect(decoded.error == nil)
    #expect(decoded.sensor == (try SensorSize(width: EventDraft.size.width, height: EventDraft.size.height)))
  }

  @Test(arguments: EventDraft.allCases, [1, 2, 3, 5, 7, 64, 4096])
  func piecesAndBatchesDoNotChangeTheEvents(draft: EventDraft, pieceSize: Int) {
    let bytes = draft.file(EventDraft.events(runs: 300, step: 211))
    let whole = Decoded(bytes, with: draft.decoder)
    for capacity in [1, 3, 64, 4096] {
      #expect(Decoded(bytes, with: draft.decoder, pieceSize: pieceSize, batchCapacity: capacity) == whole)
    }
  }

  @Test(arguments: EventDraft.allCases)
  func everyTruncationIsACleanEndOrNamesItsByte(draft: EventDraft) {
    let bytes = draft.file(EventDraft.events(runs: 12, step: 150))
    let whole = Decoded(bytes, with: draft.decoder)
    for length in 0..<bytes.count {
      let decoded = Decoded(Array(bytes[..<length]), with: draft.decoder)
      #expect(decoded.events == Array(whole.events.prefix(decoded.events.count)))
      switch decoded.error {
      case nil: break
      case .truncated(_, let byte, _, _): #expect(byte <= length)
      default: Issue.record("\(draft) cut at \(length): \(String(describing: decoded.error))")
      }
      #expect(Decoded(Array(bytes[..<length]), with: draft.decoder, pieceSize: 1) == decoded)
    }
  }

  @Test(arguments: EventDraft.allCases)
  func everyFlippedByteEndsInOneOfTheThreeEnds(draft: EventDraft) {
    let bytes = draft.file(EventDraft.events(runs: 12, step: 150))
    for place in bytes.indices {
      for mask in [1, 2, 4, 8, 16, 32, 64, 128, 255] as [UInt8] {
        var damaged = bytes
        damaged[place] ^= mask
        let decoded = Decoded(damaged, with: draft.decoder)
        switch decoded.error {
        case nil: break
        case .truncated(_, let byte, _, _), .corrupt(_, let byte, _, _), .unsupported(_, let byte, _, _):
          #expect(byte <= bytes.count)
        default: Issue.record("\(draft), byte \(place): \(String(describing: decoded.error))")
        }
        #expect(Decoded(damaged, with: draft.decoder, pieceSize: 3, batchCapacity: 5) == decoded)
      }
    }
  }

  @Test(arguments: EventDraft.allCases)
  func clocksThatStartAgainAreCarriedOn(draft: EventDraft) {
    let range = draft.clockRange ?? 1 << 16
    let events = EventDraft.events(runs: 40, step: range / 8 * 3 + 11, start: range - 5)
    let decoded = Decoded(draft.file(events), with: draft.decoder, pieceSize: 5)
    #expect(decoded.events == events)
    #expect(decoded.wrapCount == (draft.clockRange == nil ? 0 : Int(events[events.count - 1].timestamp / range)))
  }

  @Test func anHourOfEVT3KeepsExactTimes() {
    var events: [TestEvent] = []
    var time: Int64 = 0
    while time < 3_600_000_000 {
      events.append(
        TestEvent(x: UInt16(time % 320), y: UInt16(time % 240), polarity: UInt8(time & 1), timestamp: time))
      time += 19_997
    }
    let decoded = Decoded(EventDraft.evt3.file(events), with: EventDraft.evt3.decoder, pieceSize: 1 << 16)
    #expect(decoded.events == events)
    #expect(decoded.wrapCount == 214)
  }
}
