/// Keeps the events of a span of time; their times stay as they are.
public struct EventTimeCrop: EventFilter {
  /// The span.
  public struct Parameters: EventFilterParameters, Equatable {
    /// First time that is kept, in µs.
    public let start: Int64
    /// First time that is not, in µs.
    public let end: Int64

    /// Checks and sets the span.
    /// - Throws: `RecordingError.setting`: it does not end after it begins.
    public init(startInMicroseconds start: Int64, endInMicroseconds end: Int64) throws(RecordingError) {
      guard start < end else {
        throw .setting(name: "time crop", expected: "an end after \(start) µs", found: "\(end) µs")
      }
      (self.start, self.end) = (start, end)
    }

    /// The filter.
    public func makeFilter(for sensor: SensorSize) throws(RecordingError) -> any EventFilter {
      EventTimeCrop(parameters: self, sensor: sensor)
    }
  }

  /// The span.
  public let parameters: Parameters
  /// Size of the image, which stays.
  public let sensor: SensorSize
  /// Whether its end has been passed.
  public private(set) var isOver = false
  /// What it does.
  public var name: String { "from \(parameters.start) to \(parameters.end) µs" }

  fileprivate init(parameters: Parameters, sensor: SensorSize) {
    (self.parameters, self.sensor) = (parameters, sensor)
  }

  /// Keeps the events of the span.
  public mutating func apply(to batch: inout EventBatch) {
    let times = batch.timestampsInMicroseconds
    let first = times.firstIndex { $0 >= parameters.start } ?? times.endIndex
    let last = times[first...].firstIndex { $0 >= parameters.end }
    if let last {
      isOver = true
      batch.truncate(to: last)
    }
    if first > 0 { batch.removeFirst(first) }
  }

  /// The stream may begin again before the end of the span.
  public mutating func reset() { isOver = false }
}
