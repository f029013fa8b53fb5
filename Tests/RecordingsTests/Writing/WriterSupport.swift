import Foundation
import HDF5Store
import Recordings

/// Events that meet what writers do differently: rows of neighbours, equal times, silences, wraps.
enum WriterEvents {
  static let sensor = (width: 640, height: 480)

  /// - Parameter silence: longest time between events, µs.
  static func mixed(count: Int, seed: UInt64, silence: Int64 = 9000) -> [TestEvent] {
    var random = Generator(state: seed)
    var (time, events) = (Int64(3), [TestEvent]())
    while events.count < count {
      let y = UInt16.random(in: 0..<UInt16(sensor.height), using: &random)
      let first = UInt16.random(in: 0..<UInt16(sensor.width), using: &random)
      let polarity = UInt8.random(in: 0...1, using: &random)
      var x = first
      // A row of neighbours with gaps, some across the width of a vector.
      for _ in 0..<Int.random(in: 1...20, using: &random) where x < sensor.width {
        events.append(TestEvent(x: x, y: y, polarity: polarity, timestamp: time))
        x += UInt16.random(in: 1...5, using: &random)
      }
      // Backwards along the row, and the other polarity, at the same time.
      if Bool.random(using: &random) {
        events.append(TestEvent(x: first, y: y, polarity: 1 - polarity, timestamp: time))
      }
      switch Int.random(in: 0..<8, using: &random) {
      case 0: break
      case 1: time += Int64.random(in: 120...260, using: &random)
      case 2: time += Int64.random(in: 1...silence, using: &random)
      default: time += Int64.random(in: 0...20, using: &random)
      }
    }
    return Array(events.prefix(count))
  }

  /// SplitMix64, so that the events are the same in every run.
  struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
      return value ^ value >> 31
    }
  }
}

extension EventWriter {
  /// Adds events in batches of a size.
  func append(_ events: [TestEvent], batchSize: Int = 4096) throws {
    var batch = EventBatch(capacity: batchSize)
    for start in stride(from: 0, to: events.count, by: batchSize) {
      batch.removeAll()
      for event in events[start..<min(start + batchSize, events.count)] {
        batch.append(
          timestampInMicroseconds: event.timestamp, x: event.x, y: event.y, polarity: event.polarity
        )
      }
      try append(batch)
    }
  }
}

extension WritableFormat {
  var ending: String {
    switch self {
    case .evt2, .evt3: "raw"
    case .hdf5: "h5"
    default: rawValue
    }
  }

  static let settings = EventWriterSettings(
    sensor: try? SensorSize(width: WriterEvents.sensor.width, height: WriterEvents.sensor.height))

  /// Writes events and gives the path.
  @discardableResult
  func write(
    _ events: [TestEvent], in folder: TemporaryFolder, settings: EventWriterSettings = settings,
    batchSize: Int = 4096
  ) throws -> String {
    let path = folder.path + "/\(rawValue).\(ending)"
    let writer = try makeWriter(path: path, settings: settings)
    try writer.append(events, batchSize: batchSize)
    try writer.finish()
    return path
  }

  /// Reads a file as the specification of the format says.
  func read(_ path: String) throws -> [TestEvent] {
    let file = try fileBytes(path)
    switch self {
    case .csv: return try LiteralDecoder.csv(file)
    case .es: return try LiteralDecoder.eventStream(file)
    case .dat: return try LiteralDecoder.dat(file)
    case .evt2: return try LiteralDecoder.evt2(file)
    case .evt3: return try LiteralDecoder.evt3(file).events
    case .aedat4: return try LiteralDecoder.aedat4(file).events
    case .npy: return try LiteralDecoder.npy(file)
    case .hdf5:
      let file = try HDF5File.open(at: path)
      let times: [Int64] = try file.read("events/t")
      let x: [UInt16] = try file.read("events/x")
      let y: [UInt16] = try file.read("events/y")
      let polarities: [UInt8] = try file.read("events/p")
      return times.indices.map {
        TestEvent(x: x[$0], y: y[$0], polarity: polarities[$0], timestamp: times[$0])
      }
    }
  }
}

func fileBytes(_ path: String) throws -> [UInt8] {
  Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}
