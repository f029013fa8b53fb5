/// Lets events through whose times do not decrease and whose pixels lie on the sensor.
///
/// One pass over new events, which is all that ordered ones cost.
struct EventGate: Sendable {
  /// What happened to times so far; wraps are the decoder's.
  private(set) var counts = TimestampCounts()
  /// Time of the latest event; below all times before the first.
  private(set) var latest = Int64.min

  private let name: String
  private let order: TimestampOrder

  /// - Parameter name: names the stream in errors.
  init(name: String, order: TimestampOrder) {
    self.name = name
    self.order = order
  }

  /// Why an event was not let through.
  struct Refusal: Error {
    /// Place of the event in the batch.
    var index: Int
    var expected: String
    var found: String

    func error(file: String, byte: Int) -> RecordingError {
      .corrupt(file: file, byte: byte, expected: expected, found: found)
    }
  }

  /// Checks the events from `first` on, and clamps times that go back; cuts the batch before one that it refuses.
  mutating func admit(_ batch: inout EventBatch, from first: Int, sensor: SensorSize?) throws(Refusal) {
    var refusal: Refusal?
    batch.modify(from: first) { events, count in
      let bounds = (
        x: UInt16(clamping: (sensor?.width ?? 65_536) - 1), y: UInt16(clamping: (sensor?.height ?? 65_536) - 1)
      )
      if isOrdered(events, count: count, bounds: bounds) { return count }
      for index in 0..<count {
        refusal = settle(events, index, bounds: bounds)
        guard refusal == nil else {
          refusal?.index = first + index
          return index
        }
      }
      return count
    }
    if let refusal { throw refusal }
  }

  /// Whether all is in order, as vector code; then `latest` is that of the last event.
  private mutating func isOrdered(
    _ events: EventBatch.Slots, count: Int, bounds: (x: UInt16, y: UInt16)
  ) -> Bool {
    guard count > 0 else { return true }
    let (times, x, y) = (events.timestampsInMicroseconds, events.x, events.y)
    var largest = (x: UInt16(0), y: UInt16(0))
    for index in 0..<count {
      largest.x = max(largest.x, x[index])
      largest.y = max(largest.y, y[index])
    }
    var steps: Int64 = 0
    // A sign bit remains where a time goes back; differences of the clocks of cameras stay far from the ends of 64 bits.
    for index in 1..<max(count, 1) { steps |= times[index] &- times[index - 1] }
    guard times[0] >= latest, steps >= 0, largest.x <= bounds.x, largest.y <= bounds.y else { return false }
    latest = times[count - 1]
    return true
  }

  private mutating func settle(
    _ events: EventBatch.Slots, _ index: Int, bounds: (x: UInt16, y: UInt16)
  ) -> Refusal? {
    guard events.x[index] <= bounds.x, events.y[index] <= bounds.y else {
      return Refusal(
        index: index, expected: "a pixel below (\(Int(bounds.x) + 1), \(Int(bounds.y) + 1))",
        found: "(\(events.x[index]), \(events.y[index]))")
    }
    let time = events.timestampsInMicroseconds[index]
    guard time < latest else {
      latest = time
      return nil
    }
    switch order {
    case .reject:
      return Refusal(index: index, expected: "a time of at least \(latest) µs", found: "\(time) µs")
    case .clamp:
      counts.clamped += 1
      events.timestampsInMicroseconds[index] = latest
    case .reorder:
      break
    }
    counts.backward += 1
    return nil
  }
}
