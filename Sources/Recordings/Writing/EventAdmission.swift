/// What a format can hold.
struct EventLimits {
  /// Pixels in a row.
  var width = 65_536
  /// Pixels in a column.
  var height = 65_536
  /// Times, in µs.
  var times: ClosedRange<Int64> = .min ... .max
  /// Longest time from one event to the next, and from 0 to the first, in µs.
  var longestSilence = Int64.max

  /// Bytes that a format may spend on a silence, so that a wrong time does not fill a disk.
  static let mostBytesOfSilence = 1 << 26
}

/// Moves events to the origin of a recording and takes out those that its format cannot hold.
struct EventAdmission {
  /// What was taken out.
  private(set) var losses = EventLosses()
  /// What is subtracted from all times; `nil` before the first event.
  private(set) var originInMicroseconds: Int64?

  private let limits: EventLimits
  private let origin: TimeOrigin
  private var latest: Int64

  /// - Throws: `RecordingError.setting` if the camera is larger than the format can say.
  init(_ limits: EventLimits, settings: EventWriterSettings, formatName: String)
    throws(RecordingError)
  {
    var limits = limits
    if let sensor = settings.sensor {
      guard sensor.width <= limits.width, sensor.height <= limits.height else {
        throw RecordingError.setting(
          name: "size of the sensor in pixels",
          expected: "at most \(limits.width)x\(limits.height) for \(formatName)",
          found: "\(sensor)")
      }
      (limits.width, limits.height) = (sensor.width, sensor.height)
    }
    self.limits = limits
    origin = settings.origin
    latest = limits.times.lowerBound
  }

  /// The events of a batch that the format can hold, with their times in the recording.
  mutating func admit(_ batch: EventBatch) -> EventBatch {
    guard let first = batch.timestampsInMicroseconds.first else { return batch }
    let shift = originInMicroseconds ?? (origin == .firstEvent ? first : 0)
    originInMicroseconds = shift
    var admitted = batch
    admitted.modify { events, count in
      var kept = 0
      for index in 0..<count {
        let (x, y, polarity) = (events.x[index], events.y[index], events.polarities[index])
        guard Int(x) < limits.width, Int(y) < limits.height else {
          losses.pixels += 1
          continue
        }
        let (time, overflow) = events.timestampsInMicroseconds[index].subtractingReportingOverflow(
          shift)
        guard !overflow, time >= latest, time <= limits.times.upperBound,
          limits.longestSilence == .max || time - latest <= limits.longestSilence
        else {
          losses.times += 1
          continue
        }
        latest = time
        events.set(kept, timestampInMicroseconds: time, x: x, y: y, polarity: polarity)
        kept += 1
      }
      return kept
    }
    return admitted
  }
}
