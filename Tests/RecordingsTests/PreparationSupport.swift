import Foundation
import Kernels
import Recordings

/// Events in memory, delivered in batches of given sizes, one after the other and again from the first size.
final class ListedEvents: SeekableEventSource {
  let formatName = "list"
  let sensor: SensorSize?
  private(set) var end: StreamEnd?
  let timestampCounts = TimestampCounts()
  let skipped: [SkippedEntries] = []
  private let events: [TestEvent]
  private let sizes: [Int]
  private let failsAtEnd: Bool
  private var position = 0
  private var turn = 0
  /// Events delivered since the beginning or the last seek.
  private(set) var deliveredCount = 0

  init(_ events: [TestEvent], sensor: SensorSize? = nil, sizes: [Int] = [4096], failsAtEnd: Bool = false) {
    (self.events, self.sensor, self.sizes, self.failsAtEnd) = (events, sensor, sizes, failsAtEnd)
  }

  func next(into batch: inout EventBatch) throws(RecordingError) -> Bool {
    batch.removeAll()
    guard position < events.count else {
      if failsAtEnd, end == nil {
        end = .corrupt(byte: position)
        throw .corrupt(file: "list", byte: position, expected: "an end", found: "damage")
      }
      end = end ?? .clean
      return false
    }
    let size = min(sizes[turn % sizes.count], events.count - position, batch.capacity)
    turn += 1
    for event in events[position..<position + size] { batch.append(event) }
    position += size
    deliveredCount += size
    return true
  }

  func seek(toMicroseconds time: Int64) throws(RecordingError) {
    position = events.firstIndex { $0.timestamp >= time } ?? events.count
    (end, deliveredCount) = (nil, 0)
  }
}

extension EventBatch {
  mutating func append(_ event: TestEvent) {
    append(timestampInMicroseconds: event.timestamp, x: event.x, y: event.y, polarity: event.polarity)
  }

  init(_ events: [TestEvent]) {
    self.init(capacity: max(events.count, 1))
    for event in events { append(event) }
  }
}

extension TestEvent {
  /// Events at random pixels, at distances of 0 to `longestStep` µs.
  static func random(
    count: Int, seed: UInt64, sensor: (width: Int, height: Int) = (34, 34), longestStep: Int = 40
  ) -> [TestEvent] {
    let draws = RandomStream(key: seed)
    var time: Int64 = 0
    return (0..<count).map { index in
      let words = draws.words(array: 0, item: index, event: 0)
      time += Int64(Int(words[3]) % (longestStep + 1))
      return TestEvent(
        x: UInt16(Int(words[0]) % sensor.width), y: UInt16(Int(words[1]) % sensor.height),
        polarity: UInt8(words[2] & 1), timestamp: time)
    }
  }
}

/// Sizes of pieces from 1 to `most`, the same for the same seed.
func randomSizes(seed: UInt64, most: Int, count: Int = 50) -> [Int] {
  (0..<count).map { 1 + Int(RandomStream(key: seed).words(array: 1, item: $0, event: 0)[0]) % most }
}

/// What a filter lets through of events that come in batches of given sizes.
func filtered(
  _ events: [TestEvent], by parameters: [any EventFilterParameters], sensor: SensorSize, sizes: [Int] = [100_000]
) throws -> (events: [TestEvent], preparation: EventPreparation) {
  var preparation = try EventPreparation(of: sensor, parameters)
  var (result, position, turn) = ([TestEvent](), 0, 0)
  while position < events.count {
    let size = min(sizes[turn % sizes.count], events.count - position)
    var batch = EventBatch(Array(events[position..<position + size]))
    preparation.apply(to: &batch)
    result += batch.events
    position += size
    turn += 1
  }
  return (result, preparation)
}

/// The raster of events that an encoder takes in batches of given sizes.
func encoded(_ events: [TestEvent], by encoder: some EventEncoder, sizes: [Int] = [100_000]) -> (
  raster: SpikeRaster, dropped: Int
) {
  var (encoder, raster, position, turn) = (encoder, SpikeRaster(rowCount: 0), 0, 0)
  encoder.begin(&raster)
  while position < events.count {
    let size = min(sizes[turn % sizes.count], events.count - position)
    encoder.append(EventBatch(Array(events[position..<position + size])), to: &raster)
    position += size
    turn += 1
  }
  encoder.finish(&raster)
  return (raster, encoder.droppedEventCount)
}
