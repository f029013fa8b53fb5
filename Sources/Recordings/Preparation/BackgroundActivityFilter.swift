/// Drops noise: events that have no company.
///
/// An event passes if one of the pixels around its own (3 × 3) had an event at most T earlier. An event without company still
/// counts as company for those after it. Polarity does not matter. Pixels beyond the edge never have events.
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | T | `windowInMicroseconds` | µs | 10 000 | 1…3.6·10⁹ |
/// | | `includesOwnPixel`: whether an earlier event of the same pixel is company | | no | |
///
/// - Reference: Delbruck, Frame-free dynamic digital vision, Proc. Int. Symp. on Secure-Life Electronics, Tokyo 2008
/// - Complexity: nine times are read and one is written for each event; 8 bytes per pixel.
public struct BackgroundActivityFilter: EventFilter {
  /// Settings of the filter.
  public struct Parameters: EventFilterParameters, Equatable {
    /// Longest time between an event and its company, in µs.
    public let windowInMicroseconds: Int64
    /// Whether an earlier event of the same pixel is company; then a hot pixel keeps itself.
    public let includesOwnPixel: Bool

    /// Checks and sets the settings.
    /// - Throws: `RecordingError.setting`.
    public init(windowInMicroseconds: Int64 = 10_000, includesOwnPixel: Bool = false) throws(RecordingError) {
      try RecordingError.checkSetting(
        "window of the background-activity filter in µs", windowInMicroseconds, in: 1...3_600_000_000)
      (self.windowInMicroseconds, self.includesOwnPixel) = (windowInMicroseconds, includesOwnPixel)
    }

    /// The filter.
    public func makeFilter(for sensor: SensorSize) throws(RecordingError) -> any EventFilter {
      try sensor.checkState(of: "background-activity filter")
      return BackgroundActivityFilter(self, sensor: sensor)
    }
  }

  /// Settings.
  public let parameters: Parameters
  /// Size of the image, which stays.
  public let sensor: SensorSize
  /// What it does.
  public var name: String { "background activity within \(parameters.windowInMicroseconds) µs" }

  /// Time of the latest event of each pixel, with one more pixel on all sides.
  private var latest: [Int64]

  fileprivate init(_ parameters: Parameters, sensor: SensorSize) {
    (self.parameters, self.sensor) = (parameters, sensor)
    latest = [Int64](repeating: .longAgo, count: (sensor.width + 2) * (sensor.height + 2))
  }

  /// Drops events without company.
  public mutating func apply(to batch: inout EventBatch) {
    batch.requireEvents(on: sensor)
    let (line, window, includesOwn) = (sensor.width + 2, parameters.windowInMicroseconds, parameters.includesOwnPixel)
    latest.withUnsafeMutableBufferPointer { latest in
      let firstPixel = latest.baseAddress! + line + 1
      batch.keep { events, index in
        let time = events.timestampsInMicroseconds[index]
        let pixel = firstPixel + (Int(events.y[index]) * line + Int(events.x[index]))
        let (above, below) = (pixel - line, pixel + line)
        // Two at a time: the maximum of more goes through an array.
        let sides = max(max(pixel[-1], pixel[1]), includesOwn ? pixel[0] : .longAgo)
        let company = max(max(sides, above.latestOfThree), below.latestOfThree)
        pixel[0] = time
        return time &- company <= window
      }
    }
  }

  /// Forgets all times.
  public mutating func reset() {
    for index in latest.indices { latest[index] = .longAgo }
  }
}

extension Int64 {
  /// Time of an event that never was, in µs: before all others, and far enough from the end of the numbers for differences.
  static let longAgo = Int64.min / 2
}

extension UnsafeMutablePointer<Int64> {
  /// Of this time and those beside it.
  @inline(__always)
  fileprivate var latestOfThree: Int64 { max(max(self[-1], self[0]), self[1]) }
}
