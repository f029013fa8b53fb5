import Recordings
import Testing

@Suite struct CSVEventTests {
  private func source(_ text: String, _ layout: CSVEventLayout = .standard, chunkSize: Int = 1 << 16) throws -> (
    EventFile, TemporaryFolder
  ) {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array(text.utf8), to: "a.csv")
    return (
      try EventFile(path: path, decoder: CSVEventDecoder(file: path, layout: layout), chunkSize: chunkSize), folder
    )
  }

  private func events(_ text: String, _ layout: CSVEventLayout = .standard) throws -> [TestEvent] {
    let (file, folder) = try source(text, layout)
    defer { withExtendedLifetime(folder) {} }
    let (events, error) = file.drain()
    #expect(error == nil)
    #expect(file.end == .clean)
    return events
  }

  private let three = [
    TestEvent(x: 3, y: 4, polarity: 1, timestamp: 10), TestEvent(x: 5, y: 6, polarity: 0, timestamp: 11),
    TestEvent(x: 65_535, y: 0, polarity: 1, timestamp: 2_000_000),
  ]

  @Test(arguments: [
    "10,3,4,1\n11,5,6,0\n2000000,65535,0,1\n", "10, 3, 4, 1\r\n11 ,5 ,6 ,-1\r\n 2000000,65535,0,1",
    "t;x;y;p\n10;3;4;on\n11;5;6;off\n2000000;65535;0;ON\n",
    "# by hand\n\n10\t3\t4\ttrue\n11\t5\t6\tfalse\n\n#\n2e6\t65535\t0\tTrue\n",
    "10 3 4 1\n11  5 6 0 \n2000000 65535.0 0 1.0\n",
    "\u{FEFF}time,x,y,polarity\n1.0e1,+3,4,+1\n11.4,5,6,-1\n1999999.5,65535,0,1",
  ])
  func separatorsWordsAndForms(text: String) throws {
    #expect(try events(text) == three)
  }

  @Test func columnsInAnyOrderAndUnits() throws {
    #expect(
      try events("4,3,9.99,a,1\n", CSVEventLayout(columns: "y,x,t,-,p", timeUnit: .milliseconds)).first
        == TestEvent(x: 3, y: 4, polarity: 1, timestamp: 9990))
    let seconds = try CSVEventLayout(columns: "t,x,y,p", timeUnit: .seconds)
    #expect(try events("1605537493.7183454 1 2 0\n", seconds).first?.timestamp == 1_605_537_493_718_345)
    #expect(try events("1605537493.7183455 1 2 0\n", seconds).first?.timestamp == 1_605_537_493_718_346)
    #expect(try events("-0.0000015 1 2 0\n", seconds).first?.timestamp == -2)
    let nanoseconds = try CSVEventLayout(columns: "t,x,y,p", timeUnit: .nanoseconds)
    #expect(try events("1499,1,2,0\n1500,1,2,0\n", nanoseconds).map(\.timestamp) == [1, 2])
    for wrong in ["t,x,y", "t,x,y,p,p", "t,x,y,q", ""] {
      #expect(
        recordingError { _ = try CSVEventLayout(columns: wrong) }?.description.contains("order of the columns") == true)
    }
    #expect(try TimeUnit("µs") == .microseconds)
    #expect(recordingError { _ = try TimeUnit("h") } != nil)
  }

  @Test func headersStateTheSensorAndAreCounted() throws {
    let (faery, first) = try source("t,x@320,y@240,on\n#c\n1,319,239,1\n")
    #expect(faery.sensor == (try SensorSize(width: 320, height: 240)))
    #expect(faery.drain().events.count == 1)
    #expect(
      faery.skipped == [
        SkippedEntries(what: "comment lines", count: 1), SkippedEntries(what: "header lines", count: 1),
      ])
    let (rpg, second) = try source(
      "240 180\n0.1 239 179 1\n0.2 240 0 1\n", CSVEventLayout(columns: "t,x,y,p", timeUnit: .seconds))
    #expect(rpg.sensor == (try SensorSize(width: 240, height: 180)))
    #expect(rpg.drain().events.count == 1)
    #expect(rpg.end == .corrupt(byte: 22))
    withExtendedLifetime((first, second)) {}
  }

  @Test(arguments: [
    ("1,2,3,1\n2,2,3\n", 8, "p of 0"), ("1,2,3,1\n2,2,3,4\n", 8, "p of 0"), ("1,2,3,1\n2,65536,3,1\n", 8, "column x"),
    ("1,2,3,1\n2,2.5,3,1\n", 8, "column x"), ("1,2,3,1\n2,2,-1,1\n", 8, "row y"), ("1,2,3,1\nx,2,1,1\n", 8, "time t"),
    ("1,2,3,1\n2,2,1,1,5\n", 8, "no more"), ("1,2,3,1\n99999999999999999999,2,1,1\n", 8, "time t"),
    ("1,2,3,1\n1e400,2,1,1\n", 8, "time t"), ("1,2,3,1\n2;2;1;1\n", 8, "column x"),
  ])
  func aFlawNamesLineByteAndColumn(text: String, byte: Int, words: String) throws {
    let (file, folder) = try source(text)
    let (events, error) = file.drain()
    #expect(events.count == 1)
    #expect(file.end == .corrupt(byte: byte))
    #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    #expect(error?.description.contains("line 2: ") == true)
    #expect(error?.description.contains(folder.path) == true)
  }

  @Test func aLastLineThatIsNoEventIsTruncated() throws {
    let (file, folder) = try source("1,2,3,1\n2,2,3,")
    #expect(file.drain().events.count == 1)
    #expect(file.end == .truncated(byte: 8))
    withExtendedLifetime(folder) {}
  }

  @Test func aLineWithoutEndIsRefusedBeforeItIsHeld() throws {
    for chunkSize in [1000, 1 << 20] {
      let (file, folder) = try source("1,2,3,1\n" + String(repeating: "1", count: 200_000), chunkSize: chunkSize)
      let (events, error) = file.drain()
      #expect(events.count == 1)
      #expect(error?.description.contains("lines of at most 65536 bytes") == true)
      withExtendedLifetime(folder) {}
    }
  }

  @Test func chunksBatchesAndDamageDoNotChangeWhatIsRead() throws {
    let folder = try TemporaryFolder()
    let text =
      "# c\nt,x,y,p\n"
      + TestEvent.pattern(count: 60).map { "\($0.timestamp),\($0.x),\($0.y),\($0.polarity)\n" }.joined()
    var generator = DamageGenerator(state: 7)
    var flawed = 0
    for round in 0..<300 {
      let bytes = round == 0 ? Array(text.utf8) : generator.damaged(Array(text.utf8))
      let path = try folder.write(bytes, to: "a.csv")
      func read(_ chunkSize: Int, _ capacity: Int) -> ([TestEvent], RecordingError?, StreamEnd?) {
        do {
          let file = try EventFile(path: path, decoder: CSVEventDecoder(file: path), chunkSize: chunkSize)
          let (events, error) = file.drain(batchCapacity: capacity)
          return (events, error, file.end)
        } catch {
          return ([], error, error.end)
        }
      }
      let whole = read(1 << 16, 4096)
      if round == 0 { #expect(whole.0 == TestEvent.pattern(count: 60)) }
      if whole.1 != nil { flawed += 1 }
      for (chunkSize, capacity) in [(1, 7), (3, 1), (64, 4096)] {
        let cut = read(chunkSize, capacity)
        #expect(cut.0 == whole.0 && cut.1 == whole.1 && cut.2 == whole.2)
      }
    }
    #expect(flawed > 100)
  }

  @Test(.enabled(if: Place.exists(Place.transcodes), "transcodes are not at CROSSPOINT_DATA"))
  func faeryEqualsItsSource() throws {
    let path = Place.transcodes + "/sample_faery.csv"
    let file = try EventFile(path: path, decoder: CSVEventDecoder(file: path))
    let (events, error) = file.drain()
    #expect(error == nil)
    #expect(file.sensor == (try SensorSize(width: 320, height: 240)))
    #expect(events == (try Place.sourceEvents()))
    try file.seek(toMicroseconds: 300_000)
    var batch = EventBatch()
    _ = try file.next(into: &batch)
    #expect(batch.events.first == events.first { $0.timestamp >= 300_000 })
  }
}

extension RecordingError {
  /// The end that the error stands for.
  fileprivate var end: StreamEnd? {
    switch self {
    case .truncated(_, let byte, _, _): .truncated(byte: byte)
    case .corrupt(_, let byte, _, _): .corrupt(byte: byte)
    default: nil
    }
  }
}

extension Place {
  static let transcodes = data + "/formats/transcodes"

  /// The events of the transcodes of `sample.aedat4`, times from the first one.
  static func sourceEvents() throws -> [TestEvent] {
    let source = try NumPyEventFile(path: transcodes + "/src_aedat4_320x240_events.npy")
    let (events, error) = source.drain()
    if let error { throw error }
    let zero = events.first?.timestamp ?? 0
    return events.map { TestEvent(x: $0.x, y: $0.y, polarity: $0.polarity, timestamp: $0.timestamp - zero) }
  }
}
