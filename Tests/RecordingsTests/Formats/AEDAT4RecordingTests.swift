import Foundation
import Recordings
import Testing

@Suite(.enabled(if: Place.exists(Place.formats), "recordings of other formats are not at CROSSPOINT_DATA"))
struct AEDAT4RecordingTests {
  /// The events of a NumPy file with entries of time (Int64), x, y (UInt16) and polarity (a byte).
  private static func numPyEvents(_ path: String) throws -> [TestEvent] {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let header = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    #expect(
      String(decoding: bytes[..<header], as: UTF8.self).contains(
        "('t', '<u8'), ('x', '<u2'), ('y', '<u2'), ('p', '|u1')"))
    return bytes.withUnsafeBytes { raw in
      stride(from: header, to: raw.count, by: 13).map { start in
        TestEvent(
          x: raw.loadUnaligned(fromByteOffset: start + 8, as: UInt16.self),
          y: raw.loadUnaligned(fromByteOffset: start + 10, as: UInt16.self), polarity: raw[start + 12],
          timestamp: raw.loadUnaligned(fromByteOffset: start, as: Int64.self))
      }
    }
  }

  private func read(
    _ path: String, capacity: Int = 4096, chunkSize: Int = 1 << 16
  ) throws -> (file: EventFile, events: [TestEvent]) {
    let file = try EventFile(path: path, decoder: AEDAT4Decoder(file: path), chunkSize: chunkSize)
    var batch = EventBatch(capacity: capacity)
    var events: [TestEvent] = []
    while try file.next(into: &batch) { events += batch.events }
    return (file, events)
  }

  @Test(arguments: ["faery", "lz4", "lz4_high", "none", "zstd", "zstd_high"])
  func filesOfOtherToolsHoldTheSameEvents(name: String) throws {
    let truth = try Self.numPyEvents(Place.formats + "/transcodes/src_aedat4_320x240_events.npy")
    #expect(truth.count == 111_954)
    let (file, events) = try read(Place.formats + "/transcodes/sample_\(name).aedat4")
    // One of the tools writes times since the first.
    let zero = truth[0].timestamp - events[0].timestamp
    #expect(zero == 0 || name == "faery")
    #expect(
      events.map { TestEvent(x: $0.x, y: $0.y, polarity: $0.polarity, timestamp: $0.timestamp + zero) } == truth)
    #expect(file.end == .clean && file.skipped.isEmpty && file.sensor?.description == "320x240")
    #expect(file.timestampCounts == TimestampCounts())
  }

  @Test(arguments: [1 << 10, 4096 + 1, 1 << 20])
  func aCameraWithMotion(chunkSize: Int) throws {
    let (file, events) = try read(Place.formats + "/sample.aedat4", capacity: 100, chunkSize: chunkSize)
    let truth = try Self.numPyEvents(Place.formats + "/transcodes/src_aedat4_320x240_events.npy")
    #expect(events == truth)
    #expect(file.end == .clean && file.skipped == [SkippedEntries(what: "IMU samples", count: 475)])
  }

  @Test(arguments: [1, 2, 3, 5, 7])
  func smallPiecesOfARealFile(size: Int) throws {
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Place.formats + "/sample.aedat4")).prefix(60_000))
    let whole = Reading(bytes) { AEDAT4Decoder(file: "a") }
    let pieces = Reading(bytes, pieces: size) { AEDAT4Decoder(file: "a") }
    #expect(whole.events.count > 4000 && pieces.events == whole.events && pieces.end == whole.end)
  }

  @Test(arguments: ["28_29", "31_41"])
  func gestures(time: String) throws {
    let (file, events) = try read(Place.formats + "/dvSave-2024_06_13_16_\(time).aedat4")
    #expect(file.end == .clean && file.skipped.isEmpty && file.sensor?.description == "128x128")
    #expect(events.count > 10_000 && events.map(\.x).max() == 127 && events.map(\.y).max() == 127)
    #expect(file.timestampCounts == TimestampCounts())
  }

  @Test func aFileCutInAPacketIsTruncatedThere() throws {
    let path = Place.malformed + "/sample_truncated_mid_packet.aedat4"
    let file = try EventFile(path: path, decoder: AEDAT4Decoder(file: path))
    var (batch, events) = (EventBatch(), [TestEvent]())
    let error = recordingError { while try file.next(into: &batch) { events += batch.events } }
    guard case .truncated(_, let byte, _, let found) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(found == "\(300_001 - byte) bytes" && file.end == .truncated(byte: byte))
    #expect(events == Array(try read(Place.formats + "/sample.aedat4").events[..<events.count]))
    #expect(events.count > 30_000)
  }

  @Test func seekingGoesToTheSameEvents() throws {
    let path = Place.formats + "/transcodes/sample_none.aedat4"
    let (file, events) = try read(path)
    let time = events[70_000].timestamp
    try file.seek(toMicroseconds: time)
    var batch = EventBatch()
    #expect(try file.next(into: &batch))
    #expect(batch.events == Array(events[events.firstIndex { $0.timestamp >= time }!...].prefix(batch.count)))
  }
}
