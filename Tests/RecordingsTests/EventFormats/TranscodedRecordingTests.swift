import Foundation
import Recordings
import Testing

/// Real recordings, and what other programs made of them.
@Suite(.enabled(if: Place.exists(Place.data + "/formats"), "recordings of all formats are not at CROSSPOINT_DATA"))
struct TranscodedRecordingTests {
  private static let folder = Place.data + "/formats"
  private static let davis = "src_aedat4_320x240_events.npy"
  private static let prophesee = "src_faery_evt2_first100k.npy"

  private func read(_ name: String, chunkSize: Int = 1 << 16) throws -> (events: [TestEvent], end: StreamEnd?) {
    let path = Self.folder + "/" + name
    let source = try EventRecording.open(path: path, options: EventReadingOptions(order: .reject))
    return (try source.rest(), source.end)
  }

  @Test(arguments: [
    ("sample_faery_evt2.raw", davis), ("sample_faery_evt3.raw", davis), ("sample_faery_dat1.dat", davis),
    ("sample_faery_dat2.dat", davis), ("sample_faery.es", davis), ("faeryevt2_100k_expelliarmus_dat.dat", prophesee),
    ("faeryevt2_100k_expelliarmus_evt2.raw", prophesee),
  ])
  func filesOfOtherProgramsHoldTheEventsTheyWereGiven(name: String, source: String) throws {
    var truth = try NumPyEvents.read(Self.folder + "/transcodes/" + source)
    if source == Self.davis {
      let first = truth[0].timestamp
      for index in truth.indices { truth[index].timestamp -= first }
    }
    let (events, end) = try read("transcodes/" + name)
    #expect(events == truth)
    #expect(end == .clean)
  }

  @Test(arguments: [
    ("evt2_sample.raw", 539_481), ("evt3_sample.raw", 219_596), ("faery_evt2.raw", 521_252), ("dvs.es", 473_225),
    ("sample_ncars.dat", 2009),
  ])
  func recordingsHoldTheirKnownNumberOfEvents(name: String, count: Int) throws {
    let (events, end) = try read(name)
    #expect(events.count == count)
    #expect(end == .clean)
  }

  @Test func evt3TimesAreLiteral() throws {
    let events = try read("evt3_sample.raw").events
    #expect(events.first == TestEvent(x: 874, y: 200, polarity: 0, timestamp: 11_718_656))
    #expect(events.last?.timestamp == 11_727_457)
    #expect(events.allSatisfy { $0.x < 1280 && $0.y < 720 })
  }

  @Test func aHeaderWithoutGeometryLeavesTheSizeOpen() throws {
    #expect(try EventRecording.open(path: Self.folder + "/faery_evt2.raw").sensor == nil)
    #expect(try EventRecording.open(path: Self.folder + "/dvs.es").sensor == SensorSize(width: 320, height: 240))
  }

  @Test(arguments: [("color.es", "color events"), ("generic.es", "generic events")])
  func filesOfOtherEventsSaySo(name: String, found: String) {
    let path = Self.folder + "/" + name
    let error = recordingError { _ = try EventRecording.open(path: path) }
    #expect(
      error == .unsupported(file: path, byte: 15, expected: "events of brightness (DVS or ATIS)", found: found))
  }

  @Test(arguments: ["evt2_sample.raw", "evt3_sample.raw", "sample_ncars.dat", "dvs.es"])
  func piecesDoNotChangeRealRecordings(name: String) throws {
    let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: Self.folder + "/" + name)).prefix(20_000))
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes, to: name)
    let format = try EventFormat(ofFile: path)
    let decoder: any EventDecoder =
      switch format {
      case .evt2: PropheseeRawDecoder(file: name, encoding: .evt2)
      case .evt3: PropheseeRawDecoder(file: name, encoding: .evt3)
      case .dat: DATDecoder(file: name)
      default: EventStreamDecoder(file: name)
      }
    let whole = Decoded(bytes, with: decoder)
    #expect(whole.events.count > 2000)
    for size in [1, 2, 3, 5, 7, 64, 4096] { #expect(Decoded(bytes, with: decoder, pieceSize: size) == whole) }
  }

  @Test(arguments: [
    ("evt2_truncated_3of4_bytes.raw", 200_002), ("evt3_truncated_odd_byte.raw", 100_000),
    ("ncars_truncated_mid_event.dat", 16_157),
  ])
  func cutFilesDeliverWhatIsWhole(name: String, byte: Int) throws {
    let path = Self.folder + "/malformed/" + name
    let source = try EventRecording.open(path: path)
    var batch = EventBatch()
    var count = 0
    let error = recordingError { while try source.next(into: &batch) { count += batch.count } }
    #expect(count > 1000)
    #expect(source.end == .truncated(byte: byte))
    guard case .truncated(path, byte, _, _) = error else {
      Issue.record("\(name): \(String(describing: error))")
      return
    }
  }

  @Test func aFileCutBetweenEventsEndsCleanly() throws {
    let (events, end) = try read("malformed/dvs_truncated.es")
    #expect(events == Array(try read("dvs.es").events.prefix(events.count)))
    #expect(events.count > 10_000)
    #expect(end == .clean)
  }

  @Test func aFileOfAHeaderOnlyIsEmpty() throws {
    let (events, end) = try read("malformed/evt3_header_only.raw")
    #expect(events.isEmpty)
    #expect(end == .clean)
  }
}

/// Reads the events of a `.npy` file of version 1 whose structured type has the fields `t`, `x`, `y` and `p`.
enum NumPyEvents {
  static func read(_ path: String) throws -> [TestEvent] {
    let data = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    let headerSize = Int(data[8]) | Int(data[9]) << 8
    let header = String(decoding: data[10..<10 + headerSize], as: UTF8.self)
    var (offsets, size): ([String: (Int, Int)], Int) = ([:], 0)
    for field in header.matches(of: /\('(\w*)', '[<|][a-zA-Z](\d)'\)/) {
      let width = Int(field.2) ?? 0
      offsets[String(field.1)] = (size, width)
      size += width
    }
    func number(_ name: String, _ record: Int) throws -> Int64 {
      let (offset, width) = try #require(offsets[name])
      return (0..<width).reduce(0) { $0 | Int64(data[record + offset + $1]) << Int64(8 * $1) }
    }
    return try stride(from: 10 + headerSize, to: data.count, by: size).map { record in
      TestEvent(
        x: UInt16(try number("x", record)), y: UInt16(try number("y", record)),
        polarity: UInt8(try number("p", record)), timestamp: try number("t", record))
    }
  }
}
