import Foundation
import Recordings

/// Recordings as the tests write them, one encoder for each format, written apart from the decoders.
enum EventDraft: String, CaseIterable {
  case evt2, evt21, evt21Legacy, evt3, evt3Vectors, dat1, dat2, eventStream, atis

  static let size = (width: 320, height: 240)

  /// Events in runs of up to nine on neighbouring columns, with times that rise by `step` from run to run.
  static func events(runs: Int, step: Int64, start: Int64 = 0) -> [TestEvent] {
    (0..<runs).flatMap { run in
      (0..<run * 7 % 9 + 1).map { index in
        TestEvent(
          x: UInt16(run * 31 % 300 + index), y: UInt16(run * 17 % 240), polarity: UInt8(run % 3 == 0 ? 1 : 0),
          timestamp: start + Int64(run) * step)
      }
    }
  }

  var decoder: any EventDecoder {
    switch self {
    case .evt2: PropheseeRawDecoder(file: "draft", encoding: .evt2)
    case .evt21, .evt21Legacy: PropheseeRawDecoder(file: "draft", encoding: .evt21)
    case .evt3, .evt3Vectors: PropheseeRawDecoder(file: "draft", encoding: .evt3)
    case .dat1, .dat2: DATDecoder(file: "draft")
    case .eventStream, .atis: EventStreamDecoder(file: "draft")
    }
  }

  /// Time after which the clock of the format starts again, in µs; `nil` where it does not.
  var clockRange: Int64? {
    switch self {
    case .evt2, .evt21, .evt21Legacy: 1 << 34
    case .evt3, .evt3Vectors: 1 << 24
    case .dat1, .dat2: 1 << 32
    case .eventStream, .atis: nil
    }
  }

  func file(_ events: [TestEvent]) -> [UInt8] { header + body(events) }

  var header: [UInt8] {
    let (width, height) = Self.size
    return switch self {
    case .evt2: Array("% evt 2.0\n% geometry \(width)x\(height)\n% end\n".utf8)
    case .evt21: Array("% evt 2.1\n% format EVT21;height=\(height);width=\(width)\n".utf8)
    case .evt21Legacy: Array("% evt 2.1\n% format EVT21;height=\(height);width=\(width);endianness=legacy\n".utf8)
    case .evt3, .evt3Vectors: Array("% evt 3.0 \n% format EVT3;height=\(height);width=\(width)\n% end\n".utf8)
    case .dat1: Array("% Version 1\n% Width \(width)\n% Height \(height)\n".utf8) + [0, 8]
    case .dat2: Array("% Version 2\n% Width \(width)\n% Height \(height)\n".utf8) + [12, 8]
    case .eventStream, .atis:
      Array("Event Stream".utf8) + [2, 0, 0, self == .atis ? 2 : 1, 0x40, 1, 240, 0]
    }
  }

  private func body(_ events: [TestEvent]) -> [UInt8] {
    switch self {
    case .evt2: Self.evt2(events)
    case .evt21: Self.evt21(events).flatMap { littleEndian($0) }
    case .evt21Legacy: Self.evt21(events).flatMap { littleEndian($0 << 32 | $0 >> 32) }
    case .evt3: Self.evt3(events)
    case .evt3Vectors: Self.evt3Vectors(events)
    case .dat1:
      events.flatMap {
        littleEndian(UInt32(truncatingIfNeeded: $0.timestamp))
          + littleEndian(UInt32($0.x) | UInt32($0.y) << 9 | UInt32($0.polarity) << 17)
      }
    case .dat2:
      events.flatMap {
        littleEndian(UInt32(truncatingIfNeeded: $0.timestamp))
          + littleEndian(UInt32($0.x) | UInt32($0.y) << 14 | UInt32($0.polarity) << 28)
      }
    case .eventStream: Self.eventStream(events)
    case .atis: Self.atis(events)
    }
  }

  private static func evt2(_ events: [TestEvent]) -> [UInt8] {
    var (bytes, high): ([UInt8], Int64) = ([], -1)
    for event in events {
      if event.timestamp >> 6 != high {
        high = event.timestamp >> 6
        bytes += littleEndian(8 << 28 | UInt32(high & 0xFFF_FFFF))
      }
      let (time, place) = (UInt32(event.timestamp & 63), UInt32(event.x) << 11 | UInt32(event.y))
      bytes += littleEndian(UInt32(event.polarity) << 28 | time << 22 | place)
    }
    return bytes
  }

  private static func evt21(_ events: [TestEvent]) -> [UInt64] {
    var (words, high): ([UInt64], Int64) = ([], -1)
    for run in runs(events, width: 32) {
      if run.first.timestamp >> 6 != high {
        high = run.first.timestamp >> 6
        words.append(8 << 60 | UInt64(high & 0xFFF_FFFF) << 32)
      }
      let place = UInt64(run.first.x) << 43 | UInt64(run.first.y) << 32
      words.append(
        UInt64(run.first.polarity) << 60 | UInt64(run.first.timestamp & 63) << 54 | place | UInt64(run.mask))
    }
    return words
  }

  private static func evt3(_ events: [TestEvent]) -> [UInt8] {
    var state = EVT3State()
    return events.flatMap { event in
      (state.words(before: event) + [2 << 12 | UInt16(event.polarity) << 11 | event.x]).flatMap { littleEndian($0) }
    }
  }

  private static func evt3Vectors(_ events: [TestEvent]) -> [UInt8] {
    var state = EVT3State()
    return runs(events, width: 20).flatMap { run -> [UInt8] in
      let (event, mask) = (run.first, UInt16(run.mask & 0xFFF))
      let base: UInt16 = 3 << 12 | UInt16(event.polarity) << 11 | event.x
      let vectors: [UInt16] = [base, 4 << 12 | mask, 5 << 12 | UInt16(run.mask >> 12)]
      return (state.words(before: event) + vectors).flatMap { littleEndian($0) }
    }
  }

  private struct EVT3State {
    var (high, low, y): (Int64, Int64, UInt16) = (-1, -1, 0xFFFF)

    mutating func words(before event: TestEvent) -> [UInt16] {
      var words: [UInt16] = []
      if event.timestamp >> 12 != high {
        (high, low) = (event.timestamp >> 12, -1)
        words.append(8 << 12 | UInt16(high & 0xFFF))
      }
      if event.timestamp & 0xFFF != low {
        low = event.timestamp & 0xFFF
        words.append(6 << 12 | UInt16(low))
      }
      if event.y != y {
        y = event.y
        words.append(y)
      }
      return words
    }
  }

  private static func eventStream(_ events: [TestEvent]) -> [UInt8] {
    var (bytes, time): ([UInt8], Int64) = ([], 0)
    for (index, event) in events.enumerated() {
      var step = event.timestamp - time
      while step >= 127 {
        bytes.append(0xFF)
        step -= 127
      }
      if index == 3 { bytes += [UInt8](repeating: 0xFE, count: 5) }
      bytes.append(UInt8(step) << 1 | event.polarity)
      bytes += littleEndian(event.x) + littleEndian(UInt16(size.height - 1) - event.y)
      time = event.timestamp
    }
    return bytes
  }

  private static func atis(_ events: [TestEvent]) -> [UInt8] {
    var (bytes, time): ([UInt8], Int64) = ([], 0)
    for (index, event) in events.enumerated() {
      var step = event.timestamp - time
      while step >= 63 {
        let count = min(step / 63, 3)
        bytes.append(0xFC | UInt8(count))
        step -= count * 63
      }
      let place = littleEndian(event.x) + littleEndian(UInt16(size.height - 1) - event.y)
      bytes += [UInt8(step) << 2 | event.polarity << 1] + place
      if index % 4 == 0 { bytes += [event.polarity << 1 | 1] + place }
      time = event.timestamp
    }
    return bytes
  }

  /// Events on neighbouring columns that differ in nothing else, as masks of bits.
  private static func runs(_ events: [TestEvent], width: Int) -> [(first: TestEvent, mask: UInt32)] {
    var runs: [(first: TestEvent, mask: UInt32)] = []
    for event in events {
      if let last = runs.last?.first, last.y == event.y, last.polarity == event.polarity,
        last.timestamp == event.timestamp, (Int(last.x) + 1..<Int(last.x) + width).contains(Int(event.x))
      {
        runs[runs.count - 1].mask |= 1 << UInt32(event.x - last.x)
      } else {
        runs.append((event, 1))
      }
    }
    return runs
  }
}

/// The bytes of a number, lowest first.
func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
  (0..<number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
}

/// What came of decoding bytes: the events, and the error that ended them.
struct Decoded: Equatable {
  var events: [TestEvent] = []
  var error: RecordingError?
  var skipped: [SkippedEntries] = []
  var wrapCount = 0
  var sensor: SensorSize?

  /// Hands the bytes to the decoder in pieces.
  init(_ bytes: [UInt8], with decoder: any EventDecoder, pieceSize: Int = .max, batchCapacity: Int = 4096) {
    var (decoder, batch) = (decoder, EventBatch(capacity: batchCapacity))
    var taken = 0
    do throws(RecordingError) {
      while taken < bytes.count {
        let piece = Array(bytes[taken..<min(bytes.count, taken + min(pieceSize, bytes.count))])
        taken += try piece.withUnsafeBufferPointer { piece throws(RecordingError) in
          try decoder.decode(UnsafeRawBufferPointer(piece), into: &batch)
        }
        collect(&batch)
      }
      try decoder.finish(into: &batch)
      collect(&batch)
    } catch {
      collect(&batch)
      self.error = error
    }
    (skipped, wrapCount, sensor) = (decoder.skipped, decoder.wrapCount, decoder.sensor)
  }

  private mutating func collect(_ batch: inout EventBatch) {
    events += batch.events
    batch.removeAll()
  }
}

extension EventSource {
  /// The rest of the events.
  func rest(batchCapacity: Int = 4096) throws -> [TestEvent] {
    var batch = EventBatch(capacity: batchCapacity)
    var events: [TestEvent] = []
    while try next(into: &batch) { events += batch.events }
    return events
  }
}
