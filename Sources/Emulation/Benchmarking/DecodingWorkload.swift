import Foundation
import Kernels
import Recordings

/// Events per second of decoding each format from a file, order and bounds checked, against adding up the bytes of the file.
struct DecodingWorkload {
  private static let formats: [(format: WritableFormat, compression: EventCompression)] = [
    (.evt2, .none), (.evt3, .none), (.dat, .none), (.es, .none), (.aedat4, .none), (.aedat4, .lz4), (.csv, .none),
  ]

  private let settings: BenchmarkSettings

  init(_ settings: BenchmarkSettings) {
    self.settings = settings
  }

  func run() throws -> [BenchmarkLine] {
    let folder = try TemporaryFolder(in: settings.folder)
    return try Self.formats.map { try line($0, $1, in: folder) }
  }

  private func line(
    _ format: WritableFormat, _ compression: EventCompression, in folder: TemporaryFolder
  ) throws -> BenchmarkLine {
    let events = settings.scaled(1_000_000)
    let name = compression == .none ? format.rawValue : "\(format.rawValue)-\(compression.rawValue)"
    let path = "\(folder.path)/\(name).\(format == .evt2 || format == .evt3 ? "raw" : format.rawValue)"
    let writer = try format.makeWriter(
      path: path,
      settings: EventWriterSettings(sensor: try SensorSize(width: 640, height: 480), compression: compression))
    try write(events, with: writer)
    var batch = EventBatch(capacity: 1 << 14)
    let rates = try InterleavedTiming.rates(
      [
        TimedWork(amount: Double(events)) {
          let source = try EventRecording.open(path: path)
          var count = 0
          while try source.next(into: &batch) { count += batch.count }
          precondition(count == events, "\(count) of \(events) events were read")
        },
        TimedWork(amount: Double(events)) { Sink.take(try Self.sumOfBytes(path)) },
      ], repetitions: settings.repetitions)
    return BenchmarkLine(
      .decode, name, rates[0] / 1e6, "Mevents/s", baseline: "adding up the bytes of the file", rates[1] / 1e6)
  }

  /// Moving edges: runs of neighbours in a row, as a scene in motion makes them.
  private func write(_ count: Int, with writer: any EventWriter) throws {
    let stream = RandomStream(seed: settings.seed, purpose: .task)
    var batch = EventBatch(capacity: 1 << 14)
    var (time, written) = (Int64(1000), 0)
    while written < count {
      batch.removeAll()
      while !batch.isFull, written < count {
        let words = stream.words(array: 2, item: written, event: 0)
        let (x, y) = (Int(words[0] % 600), UInt16(words[1] % 480))
        time += Int64(words[2] % 4)
        for step in 0..<min(1 + Int(words[3] % 6), count - written, batch.capacity - batch.count) {
          batch.append(
            timestampInMicroseconds: time, x: UInt16(x + step), y: y, polarity: UInt8(words[3] >> 31))
          written += 1
        }
      }
      try writer.append(batch)
    }
    try writer.finish()
  }

  private static func sumOfBytes(_ path: String) throws -> Int {
    guard let file = fopen(path, "r") else {
      throw EmulationError.fileAccess(path: path, action: "read", reason: String(cString: strerror(errno)))
    }
    defer { fclose(file) }
    var chunk = [UInt64](repeating: 0, count: 1 << 13)
    var sum: UInt64 = 0
    while case let count = fread(&chunk, 8, chunk.count, file), count > 0 {
      for index in 0..<count { sum &+= chunk[index] }
    }
    return Int(truncatingIfNeeded: sum)
  }
}
