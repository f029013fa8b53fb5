import Foundation
import Recordings
import Testing

@Suite("Writing recordings")
struct EventWriterTests {
  @Test("every format gives back what was written", arguments: WritableFormat.allCases)
  func roundTrip(format: WritableFormat) throws {
    let folder = try TemporaryFolder()
    let events = WriterEvents.mixed(count: 50_000, seed: 1, silence: 90_000)
    // More than one wrap of 24 bits.
    #expect(events.last!.timestamp > 1 << 24)
    #expect(try format.read(format.write(events, in: folder)) == events)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
  }

  @Test("the bytes do not depend on the batches", arguments: WritableFormat.allCases)
  func batches(format: WritableFormat) throws {
    let folder = try TemporaryFolder()
    let events = WriterEvents.mixed(count: 9_000, seed: 2)
    let whole = try fileBytes(format.write(events, in: folder, batchSize: 20_000))
    for batchSize in [1, 7, 4096] {
      #expect(try fileBytes(format.write(events, in: folder, batchSize: batchSize)) == whole)
    }
  }

  @Test("HDF5 of more events than are held back")
  func manyToHDF5() throws {
    let folder = try TemporaryFolder()
    let events = WriterEvents.mixed(count: (1 << 20) + 5000, seed: 10)
    let whole = try fileBytes(WritableFormat.hdf5.write(events, in: folder, batchSize: 1 << 21))
    let path = try WritableFormat.hdf5.write(events, in: folder, batchSize: 4099)
    #expect(try fileBytes(path) == whole)
    #expect(try WritableFormat.hdf5.read(path) == events)
  }

  @Test("every compression gives back what was written")
  func compression() throws {
    let folder = try TemporaryFolder()
    let events = WriterEvents.mixed(count: 20_000, seed: 3)
    for format in WritableFormat.allCases {
      var sizes: [Int] = []
      for compression in format.compressions {
        var settings = WritableFormat.settings
        settings.compression = compression
        let path = try format.write(events, in: folder, settings: settings)
        #expect(try format.read(path) == events)
        sizes.append(try fileBytes(path).count)
      }
      #expect(sizes.dropLast().allSatisfy { $0 < sizes.last! })
    }
  }

  @Test("a recording without events", arguments: WritableFormat.allCases)
  func empty(format: WritableFormat) throws {
    let folder = try TemporaryFolder()
    #expect(try format.read(format.write([], in: folder)).isEmpty)
  }

  @Test("EVT 3.0 writes vectors where they take fewer words")
  func vectors() throws {
    let folder = try TemporaryFolder()
    func row(_ columns: [UInt16], polarity: UInt8 = 1) -> [TestEvent] {
      columns.map { TestEvent(x: $0, y: 7, polarity: polarity, timestamp: 5) }
    }
    func words(_ events: [TestEvent]) throws -> [UInt64] {
      let file = try fileBytes(WritableFormat.evt3.write(events, in: folder))
      let body = Array(file[(file.lastIndex(of: UInt8(ascii: "%"))! + 6)...])
      return stride(from: 0, to: body.count, by: 2).map { LiteralDecoder.number(body[$0..<$0 + 2]) }
    }
    let start: [UInt64] = [0x8000, 0x6005, 0x0007]
    #expect(try words(row([20, 22])) == start + [0x2814, 0x2816])
    #expect(try words(row([20, 22, 31])) == start + [0x3814, 0x4805])
    #expect(try words(row([20, 22, 31, 33, 34], polarity: 0)) == start + [0x3014, 0x4805, 0x4006])
    // One event after a vector takes one word in either way; backwards is no vector.
    #expect(try words(row([20, 22, 31, 33])) == start + [0x3814, 0x4805, 0x2821])
    #expect(try words(row([31, 22, 20])) == start + [0x281F, 0x2816, 0x2814])
    let full = row(Array(0..<640))
    #expect(
      try LiteralDecoder.evt3(fileBytes(WritableFormat.evt3.write(full, in: folder))).inVectors == 640)
    #expect(try words(full).count == 3 + 1 + 54)
  }

  @Test("silences of hours and wraps between", arguments: [WritableFormat.evt2, .evt3, .es])
  func silences(format: WritableFormat) throws {
    let folder = try TemporaryFolder()
    let times: [Int64] = [
      0, 126, 253, 4095, 4096, (1 << 24) - 1, 1 << 24, 3 << 24, (3 << 24) + 5, 60_000_000,
    ]
    var events = times.map { TestEvent(x: 3, y: 4, polarity: 1, timestamp: $0) }
    if format == .evt2 { events.append(TestEvent(x: 1, y: 2, polarity: 0, timestamp: 5 << 34)) }
    #expect(try format.read(format.write(events, in: folder)) == events)
  }

  @Test(
    "a late first event keeps its time, or becomes the zero", arguments: WritableFormat.allCases)
  func origins(format: WritableFormat) throws {
    let folder = try TemporaryFolder()
    let late = (0..<5).map {
      TestEvent(x: UInt16($0), y: 9, polarity: 1, timestamp: 100_000_000 + Int64($0))
    }
    #expect(try format.read(format.write(late, in: folder)) == late)
    var settings = WritableFormat.settings
    settings.origin = .firstEvent
    #expect(
      try format.read(format.write(late, in: folder, settings: settings)).map(\.timestamp) == [
        0, 1, 2, 3, 4,
      ])
  }

  @Test("what a format cannot hold is left out and counted", arguments: WritableFormat.allCases)
  func losses(format: WritableFormat) throws {
    let folder = try TemporaryFolder()
    let good = WriterEvents.mixed(count: 40, seed: 4)
    var events = good
    events.insert(TestEvent(x: 640, y: 0, polarity: 1, timestamp: events[9].timestamp), at: 10)
    events.insert(TestEvent(x: 0, y: 480, polarity: 1, timestamp: events[19].timestamp), at: 20)
    events.insert(TestEvent(x: 0, y: 0, polarity: 1, timestamp: events[29].timestamp - 1), at: 30)
    // Unix time in µs: beyond 32 bits, and a silence of decades.
    events.append(TestEvent(x: 1, y: 1, polarity: 1, timestamp: 1_600_000_000_000_000))
    let path = folder.path + "/a." + format.ending
    let writer = try format.makeWriter(path: path, settings: WritableFormat.settings)
    try writer.append(events)
    try writer.finish()
    let holdsUnixTime = [.csv, .aedat4, .hdf5, .npy].contains(format)
    #expect(writer.losses.pixels == 2)
    #expect(writer.losses.times == (holdsUnixTime ? 1 : 2))
    #expect(writer.eventCount == (holdsUnixTime ? 41 : 40))
    #expect(try format.read(path) == good + (holdsUnixTime ? [events.last!] : []))
  }

  @Test("times below 0", arguments: [WritableFormat.csv, .aedat4, .hdf5, .npy])
  func negativeTimes(format: WritableFormat) throws {
    let folder = try TemporaryFolder()
    let events = [Int64.min, -1_000_000, -1, 0, .max].map {
      TestEvent(x: 1, y: 2, polarity: 0, timestamp: $0)
    }
    #expect(try format.read(format.write(events, in: folder)) == events)
  }

  @Test("a camera too large, or unknown, is refused where it matters")
  func sensors() throws {
    let folder = try TemporaryFolder()
    let large = EventWriterSettings(sensor: try SensorSize(width: 2049, height: 10))
    for format in WritableFormat.allCases {
      let path = folder.path + "/a." + format.ending
      let withoutSize = recordingError { _ = try format.makeWriter(path: path) }
      #expect((withoutSize != nil) == [.es, .aedat4].contains(format))
      let withLarge = recordingError { _ = try format.makeWriter(path: path, settings: large) }
      #expect((withLarge != nil) == [.evt2, .evt3].contains(format))
      #expect(withLarge?.description.contains("2048x2048") ?? true)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test(
    "until it is finished nothing stands under the name, and an old file stays",
    arguments: WritableFormat.allCases)
  func unfinished(format: WritableFormat) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write([1, 2, 3], to: "a." + format.ending)
    do {
      let writer = try format.makeWriter(path: path, settings: WritableFormat.settings)
      try writer.append(WriterEvents.mixed(count: 40_000, seed: 5))
      #expect(try fileBytes(path) == [1, 2, 3])
    }
    #expect(try fileBytes(path) == [1, 2, 3])
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a." + format.ending])
  }

  @Test("a folder that is missing", arguments: WritableFormat.allCases)
  func unwritable(format: WritableFormat) throws {
    let missing = recordingError {
      _ = try format.makeWriter(path: "/no/such/folder/a", settings: WritableFormat.settings)
    }
    #expect(missing?.description.contains("/no/such/folder/a") == true)
  }

  @Test("names of files stand for formats")
  func names() throws {
    #expect(try WritableFormat(path: "/a.b/c.RAW") == .evt3)
    #expect(try WritableFormat(path: "c.h5") == .hdf5)
    #expect(try WritableFormat(path: "x.aedat4") == .aedat4)
    #expect(
      recordingError { _ = try WritableFormat(path: "a.csv/b") }?.description.contains(
        "without an ending") == true)
    #expect(
      recordingError { _ = try WritableFormat(path: "b.mp4") }?.description.contains("'mp4'")
        == true)
  }

  @Test("a compression that the format does not have is refused")
  func unknownCompression() throws {
    let error = recordingError {
      _ = try WritableFormat.evt3.makeWriter(
        path: "/tmp/a", settings: EventWriterSettings(compression: .lz4))
    }
    #expect(error == .setting(name: "compression of evt3", expected: "none", found: "lz4"))
  }

  @Test("all that a source delivers is added")
  func fromASource() throws {
    let folder = try TemporaryFolder()
    let events = TestEvent.pattern(count: 10_000, step: 3)
    let input = try folder.write(events.flatMap(\.bytes), to: "a.bin")
    let source = try EventFile(path: input, decoder: NMNISTDecoder(file: input))
    let path = folder.path + "/a.csv"
    let writer = try WritableFormat.csv.makeWriter(
      path: path, settings: EventWriterSettings(sensor: source.sensor))
    try writer.appendAll(from: source)
    try writer.finish()
    #expect(try WritableFormat.csv.read(path) == events)
  }
}
