/// What one pass over a recording tells about it; memory does not depend on its length.
public struct RecordingSurvey: Sendable {
  /// Name of the format with its version.
  public let formatName: String
  /// Size of the camera, as stated by the recording or the user; `nil` where neither does.
  public let sensor: SensorSize?
  /// Number of events.
  public private(set) var eventCount = 0
  /// How many of them are ON.
  public private(set) var onCount = 0
  /// Times of the first and the last event in µs; `nil` without events.
  public private(set) var timesInMicroseconds: ClosedRange<Int64>?
  /// Columns used; `nil` without events.
  public private(set) var columns: ClosedRange<Int>?
  /// Rows used; `nil` without events.
  public private(set) var rows: ClosedRange<Int>?
  /// Events over time.
  public private(set) var rate = EventRateHistory()
  /// Events of each pixel of the camera, or of the pixels up to the last column and row used where its size is not known; `nil`
  /// where these are more than `PixelCounts.mostPixels`.
  public private(set) var pixels: PixelCounts?
  /// What happened to time stamps.
  public private(set) var timestampCounts = TimestampCounts()
  /// What was passed over.
  public private(set) var skipped: [SkippedEntries] = []
  /// How the recording ended; `nil` where reading failed for another reason.
  public private(set) var end: StreamEnd?
  /// The error that ended it before its clean end; all else is of the events before it.
  public private(set) var failure: RecordingError?

  /// Reads a source from where it stands to its end, which for damaged recordings is the damage.
  public init(of source: any EventSource) {
    formatName = source.formatName
    sensor = source.sensor
    pixels = PixelCounts(sensor)
    var batch = EventBatch()
    do throws(RecordingError) {
      while try source.next(into: &batch) {
        try EventRun.forEach(in: batch) { run throws(RecordingError) in count(run) }
      }
    } catch {
      failure = error
    }
    (timestampCounts, skipped, end) = (source.timestampCounts, source.skipped, source.end)
    if sensor == nil, let used = usedSize { pixels = pixels?.cropped(width: used.width, height: used.height) }
  }

  private mutating func count(_ events: EventRun) {
    let times = events.timestampsInMicroseconds
    guard let first = times.first, let last = times.last else { return }
    eventCount += events.count
    onCount += events.polarities.reduce(0) { $0 + Int($1 & 1) }
    timesInMicroseconds = (timesInMicroseconds?.lowerBound ?? first)...last
    columns = Self.range(of: events.x, and: columns)
    rows = Self.range(of: events.y, and: rows)
    rate.count(events)
    if pixels?.reach(x: columns?.upperBound ?? 0, y: rows?.upperBound ?? 0) == true {
      pixels?.count(events)
    } else {
      pixels = nil
    }
  }

  private static func range(of values: UnsafeBufferPointer<UInt16>, and earlier: ClosedRange<Int>?) -> ClosedRange<Int>
  {
    var (low, high) = (UInt16.max, UInt16.min)
    for value in values {
      low = min(low, value)
      high = max(high, value)
    }
    return min(Int(low), earlier?.lowerBound ?? .max)...max(Int(high), earlier?.upperBound ?? 0)
  }
}

extension RecordingSurvey {
  /// The smallest camera that has all pixels used; `nil` without events.
  public var usedSize: SensorSize? {
    guard let columns, let rows else { return nil }
    return try? SensorSize(width: columns.upperBound + 1, height: rows.upperBound + 1)
  }

  /// From the first event to the last, in seconds; 0 without events.
  public var durationInSeconds: Double {
    timesInMicroseconds.map { Double(UInt64(bitPattern: $0.upperBound &- $0.lowerBound)) / 1e6 } ?? 0
  }

  /// Events per second from the first to the last; `nil` where all have one time.
  public var meanRate: Double? {
    durationInSeconds > 0 ? Double(eventCount) / durationInSeconds : nil
  }

  /// Share of the events that are ON, 0 to 1; `nil` without events.
  public var onShare: Double? {
    eventCount > 0 ? Double(onCount) / Double(eventCount) : nil
  }
}
