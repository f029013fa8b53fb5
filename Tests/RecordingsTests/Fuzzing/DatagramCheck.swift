import Recordings

/// Checks that datagrams of any contents give events in order of time and counts that add up.
struct DatagramCheck {
  typealias Broken = DecoderCheck.Broken

  private struct Outcome: Equatable {
    var times: [Int64] = []
    var (x, y): ([UInt16], [UInt16]) = ([], [])
    var counts = LiveCounts()
    var timestampCounts = TimestampCounts()
    var isOver = false
  }

  private let format: DatagramFormat
  private let sensor: SensorSize?
  private let timestamps: LiveTimestamps
  private var datagrams: [(arrival: Int64, bytes: [UInt8])] = []

  /// The first byte says how the datagrams are read; then each comes after two bytes with its length and one with the time
  /// before it in ms.
  init(_ input: [UInt8]) {
    let settings = input.first ?? 0
    format = [.crosspoint, .plain(.spif), .plain(.time32), .plain(.time64)][Int(settings & 3)]
    sensor = settings & 4 == 0 ? nil : try? SensorSize(width: 64, height: 48)
    timestamps = settings & 8 == 0 ? .sender : .arrival
    var (at, arrival) = (1, Int64(0))
    while at + 3 <= input.count {
      let length = min(Int(input[at]) | Int(input[at + 1]) << 8, input.count - at - 3)
      arrival += Int64(input[at + 2]) * 1000
      datagrams.append((arrival, Array(input[at + 3..<at + 3 + length])))
      at += 3 + length
    }
  }

  func run() throws(Broken) -> String {
    let outcome = decode(batchCapacity: 4096)
    guard outcome == decode(batchCapacity: 3) else { throw Broken("other events in smaller batches") }
    let counts = outcome.counts
    guard zip(outcome.times, outcome.times.dropFirst()).allSatisfy({ $0 <= $1 }) else {
      throw Broken("times that go back")
    }
    if let sensor {
      guard outcome.x.allSatisfy({ $0 < sensor.width }), outcome.y.allSatisfy({ $0 < sensor.height }) else {
        throw Broken("an event outside the sensor")
      }
    }
    let all = [counts.lostEvents, counts.lostDatagrams, counts.lateDatagrams, counts.malformed, counts.outsideSensor]
    guard counts.events == outcome.times.count, counts.datagrams <= datagrams.count, all.allSatisfy({ $0 >= 0 }),
      counts.malformed + counts.lateDatagrams <= counts.datagrams
    else { throw Broken("\(outcome.times.count) events, counted as \(counts)") }
    return "\(counts.events) events, \(counts.malformed) malformed"
  }

  private func decode(batchCapacity: Int) -> Outcome {
    var decoder = DatagramDecoder(format, stream: "fuzz", sensor: sensor, timestamps: timestamps)
    var (batch, outcome) = (EventBatch(capacity: batchCapacity), Outcome())
    func take(_ batch: inout EventBatch) {
      outcome.times += batch.timestampsInMicroseconds
      outcome.x += batch.x
      outcome.y += batch.y
      batch.removeAll()
    }
    for (arrival, bytes) in datagrams where !decoder.isOver {
      bytes.withUnsafeBytes { bytes in
        _ = decoder.take(bytes, byteCount: bytes.count, arrival: arrival, into: &batch) { batch, _ in take(&batch) }
      }
    }
    take(&batch)
    (outcome.counts, outcome.timestampCounts, outcome.isOver) = (
      decoder.counts, decoder.timestampCounts, decoder.isOver
    )
    return outcome
  }
}
