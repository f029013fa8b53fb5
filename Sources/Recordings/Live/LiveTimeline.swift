/// Puts live events on one time line that never goes back, and drops those outside the sensor.
///
/// A time up to a second earlier than the latest is taken for disorder and given the latest time. One that is earlier still, or the
/// first of a new connection that is earlier at all, is taken for a clock that began anew: its times are carried on from
/// the latest one by the time that passed between the arrivals.
struct LiveTimeline {
  /// Times given the latest time; wraps are the decoder's.
  private(set) var backward = 0
  private(set) var clockRestarts = 0
  private(set) var outsideSensor = 0

  private let timestamps: LiveTimestamps
  private var latest = Int64.min
  private var latestArrival: Int64 = 0
  private var offset: Int64 = 0
  private var isSessionNew = false

  private static let tolerance: Int64 = 1_000_000
  /// No time is later, so that sums do not overflow.
  private static let limit: Int64 = 1 << 62

  init(_ timestamps: LiveTimestamps) {
    self.timestamps = timestamps
  }

  /// What follows comes from a new connection or another sender.
  mutating func beginSession() {
    isSessionNew = true
  }

  /// Checks and times the events of a batch from `first` on, which arrived together.
  mutating func admit(_ batch: inout EventBatch, from first: Int, sensor: SensorSize?, arrival: Int64) {
    batch.modify(from: first) { events, count in
      let count = sensor.map { removeOutside($0, events, count) } ?? count
      guard count > 0 else { return 0 }
      if !continuesInOrder(events, count) {
        for index in 0..<count {
          events.timestampsInMicroseconds[index] = place(events.timestampsInMicroseconds[index], arrival: arrival)
        }
      }
      latestArrival = arrival
      return count
    }
  }

  /// The time of one event or sample on the line.
  mutating func place(_ time: Int64, arrival: Int64) -> Int64 {
    if timestamps == .arrival {
      latest = max(latest, arrival)
      return latest
    }
    let bounded = min(max(time, -WireDecoder.timeLimit), WireDecoder.timeLimit)
    var placed = min(bounded + offset, Self.limit)
    let oldest = isSessionNew || latest == .min ? latest : latest - Self.tolerance
    if placed < oldest {
      clockRestarts += 1
      placed = min(latest + max(arrival - latestArrival, 0), Self.limit)
      offset = placed - bounded
    }
    isSessionNew = false
    latestArrival = arrival
    if placed < latest {
      backward += 1
      return latest
    }
    latest = placed
    return placed
  }

  /// Whether the times need no change; one pass that the compiler turns into vector code.
  private mutating func continuesInOrder(_ events: EventBatch.Slots, _ count: Int) -> Bool {
    guard timestamps == .sender, offset == 0, !isSessionNew else { return false }
    let times = events.timestampsInMicroseconds
    var steps: Int64 = 0
    for index in 1..<max(count, 1) { steps |= times[index] &- times[index - 1] }
    guard steps >= 0, times[0] >= latest, times[count - 1] < WireDecoder.timeLimit else { return false }
    latest = times[count - 1]
    return true
  }

  private mutating func removeOutside(_ sensor: SensorSize, _ events: EventBatch.Slots, _ count: Int) -> Int {
    let bounds = (x: UInt16(sensor.width - 1), y: UInt16(sensor.height - 1))
    var largest = (x: UInt16(0), y: UInt16(0))
    for index in 0..<count {
      largest.x = max(largest.x, events.x[index])
      largest.y = max(largest.y, events.y[index])
    }
    guard largest.x > bounds.x || largest.y > bounds.y else { return count }
    var kept = 0
    for index in 0..<count where events.x[index] <= bounds.x && events.y[index] <= bounds.y {
      events.set(
        kept, timestampInMicroseconds: events.timestampsInMicroseconds[index], x: events.x[index], y: events.y[index],
        polarity: events.polarities[index])
      kept += 1
    }
    outsideSensor += count - kept
    return kept
  }
}
