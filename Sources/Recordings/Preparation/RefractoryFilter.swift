/// Drops events that follow the last one that passed at the same pixel in less than a period.
///
/// | name | unit | default | range |
/// | --- | --- | --- | --- |
/// | `periodInMicroseconds` | µs | 1000 | 1…3.6·10⁹ |
/// | `separatesPolarities`: whether ON and OFF events of a pixel do not stop each other | | no | |
///
/// - Complexity: one time is read and one written for each event; 8 bytes per pixel, or per pixel and polarity.
public struct RefractoryFilter: EventFilter {
  /// Settings of the filter.
  public struct Parameters: EventFilterParameters, Equatable {
    /// Shortest time between two events of a pixel, in µs.
    public let periodInMicroseconds: Int64
    /// Whether ON and OFF events of a pixel do not stop each other.
    public let separatesPolarities: Bool

    /// Checks and sets the settings.
    /// - Throws: `RecordingError.setting`.
    public init(periodInMicroseconds: Int64 = 1000, separatesPolarities: Bool = false) throws(RecordingError) {
      try RecordingError.checkSetting("refractory period in µs", periodInMicroseconds, in: 1...3_600_000_000)
      (self.periodInMicroseconds, self.separatesPolarities) = (periodInMicroseconds, separatesPolarities)
    }

    /// The filter.
    public func makeFilter(for sensor: SensorSize) throws(RecordingError) -> any EventFilter {
      try sensor.checkState(of: "refractory filter")
      return RefractoryFilter(self, sensor: sensor)
    }
  }

  /// Settings.
  public let parameters: Parameters
  /// Size of the image, which stays.
  public let sensor: SensorSize
  /// What it does.
  public var name: String { "refractory for \(parameters.periodInMicroseconds) µs" }

  /// Time of the last event that passed, by polarity and pixel.
  private var passed: [Int64]

  fileprivate init(_ parameters: Parameters, sensor: SensorSize) {
    (self.parameters, self.sensor) = (parameters, sensor)
    passed = [Int64](
      repeating: .longAgo, count: sensor.pixelCount * (parameters.separatesPolarities ? 2 : 1))
  }

  /// Drops events that come too early.
  public mutating func apply(to batch: inout EventBatch) {
    batch.requireEvents(on: sensor)
    let (width, period) = (sensor.width, parameters.periodInMicroseconds)
    let polarityStride = parameters.separatesPolarities ? sensor.pixelCount : 0
    passed.withUnsafeMutableBufferPointer { passed in
      batch.keep { events, index in
        let time = events.timestampsInMicroseconds[index]
        let pixel = Int(events.y[index]) * width + Int(events.x[index])
        let cell = pixel + Int(events.polarities[index] & 1) * polarityStride
        let before = passed[cell]
        let passes = time &- before >= period
        passed[cell] = passes ? time : before
        return passes
      }
    }
  }

  /// Forgets all times.
  public mutating func reset() {
    for index in passed.indices { passed[index] = .longAgo }
  }
}
