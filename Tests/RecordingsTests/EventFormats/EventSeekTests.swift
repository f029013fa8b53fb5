import Recordings
import Testing

@Suite struct EventSeekTests {
  /// Events over several starts of the clock of the format, as a file that is read in small chunks.
  private func open(_ draft: EventDraft, _ events: [TestEvent], in folder: TemporaryFolder) throws -> EventFile {
    let path = try folder.write(draft.file(events), to: "\(draft).raw")
    return try EventFile(path: path, decoder: draft.decoder, chunkSize: 16, savepointDistance: 32)
  }

  @Test(arguments: EventDraft.allCases)
  func seekingGivesWhatFilteringFromTheBeginningGives(draft: EventDraft) throws {
    let folder = try TemporaryFolder()
    let range = draft.clockRange ?? 1 << 12
    let events = EventDraft.events(runs: 60, step: range / 8 * 3 + 7)
    let file = try open(draft, events, in: folder)
    var batch = EventBatch(capacity: 7)
    let last = events[events.count - 1].timestamp
    // Times in no order, events and gaps among them, after reading nothing, a little and all.
    for index in 0..<24 {
      let time = index % 3 == 0 ? events[index * 37 % events.count].timestamp : last * Int64(index * 19 % 24) / 23
      for _ in 0..<index * 13 % 11 where try file.next(into: &batch) {}
      try file.seek(toMicroseconds: time)
      #expect(try file.rest(batchCapacity: 5) == events.filter { $0.timestamp >= time })
      #expect(file.end == .clean)
      #expect(file.timestampCounts.wraps == (draft.clockRange == nil ? 0 : Int(last / range)))
    }
    try file.seek(toMicroseconds: last + 1)
    #expect(try file.next(into: &batch) == false)
    try file.seek(toMicroseconds: .min)
    #expect(try file.rest() == events)
  }

  @Test func placesToComeBackToAreBounded() throws {
    let folder = try TemporaryFolder()
    let events = EventDraft.events(runs: 12_000, step: 70)
    let path = try folder.write(EventDraft.evt2.file(events), to: "a.raw")
    let file = try EventFile(path: path, decoder: EventDraft.evt2.decoder, chunkSize: 4, savepointDistance: 4)
    #expect(try file.rest().count == events.count)
    #expect(file.savepointCount > EventFile.mostSavepoints / 4)
    #expect(file.savepointCount <= EventFile.mostSavepoints)
    for index in [11_000, 3, 6_000] {
      let time = Int64(index) * 70
      try file.seek(toMicroseconds: time)
      #expect(try file.rest() == events.filter { $0.timestamp >= time })
    }
  }

  @Test func anEventOutsideTheCameraIsNamedByTheWordThatGivesIt() throws {
    let folder = try TemporaryFolder()
    var events = EventDraft.events(runs: 8, step: 5000)
    events[events.count - 1].x = 320
    for draft in [EventDraft.evt2, .evt21, .evt3, .evt3Vectors, .dat1, .dat2] {
      let bytes = draft.file(events)
      let path = try folder.write(bytes, to: "\(draft).raw")
      for chunkSize in [1, 3, 1 << 16] {
        let file = try EventFile(path: path, decoder: draft.decoder, chunkSize: chunkSize)
        let error = recordingError { _ = try file.rest() }
        guard case .corrupt(_, let byte, let expected, _) = error else {
          Issue.record("\(draft): \(String(describing: error))")
          continue
        }
        let size = [.evt2: 4, .evt3: 2, .evt3Vectors: 2][draft] ?? 8
        // The last word but one of the vectors, the last of the others.
        #expect(byte == bytes.count - size * (draft == .evt3Vectors ? 2 : 1))
        #expect(expected == "a pixel below (320, 240)")
        #expect(file.end == .corrupt(byte: byte))
      }
    }
  }
}
