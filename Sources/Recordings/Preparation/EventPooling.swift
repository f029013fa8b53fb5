import Kernels

/// Lowers resolution and rate together: a × b pixels charge one integrator for each polarity, which fires one event for every θ.
///
///     v ← v · exp(−Δt / τ) + 1 at an event, Δt after the one before;  v ≥ θ: an event passes, v ← v − θ
///
/// The event that makes it fire is the one that passes, at the pixel of the integrator.
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | a, b | `columns`, `rows` that share an integrator | pixels | | 1…65 536 |
/// | θ | `threshold` | events | | 1…65 535 |
/// | τ | `timeConstantInMicroseconds`; `nil`: v does not leak, and exactly every θ-th event passes | µs | `nil` | 1…3.6·10⁹ |
///
/// - Reference: the summing of DECOLLE's input layers, Kaiser, Mostafa and Neftci, 2020, doi:10.3389/fnins.2020.00424
/// - Complexity: 4 bytes per integrator without leak, 12 with.
public struct EventPooling: EventFilter {
  /// Settings of the filter.
  public struct Parameters: EventFilterParameters, Equatable {
    /// Columns that share an integrator.
    public let columns: Int
    /// Rows that share an integrator.
    public let rows: Int
    /// Events that make it fire.
    public let threshold: Int
    /// Time constant of the leak in µs; `nil` for none.
    public let timeConstantInMicroseconds: Int64?

    /// Checks and sets the settings.
    /// - Throws: `RecordingError.setting`.
    public init(
      columns: Int, rows: Int, threshold: Int, timeConstantInMicroseconds: Int64? = nil
    ) throws(RecordingError) {
      try RecordingError.checkSetting("columns pooled", columns, in: 1...65_536)
      try RecordingError.checkSetting("rows pooled", rows, in: 1...65_536)
      try RecordingError.checkSetting("threshold of pooling in events", threshold, in: 1...65_535)
      if let time = timeConstantInMicroseconds {
        try RecordingError.checkSetting("time constant of pooling in µs", time, in: 1...3_600_000_000)
      }
      (self.columns, self.rows, self.threshold) = (columns, rows, threshold)
      self.timeConstantInMicroseconds = timeConstantInMicroseconds
    }

    /// The filter.
    public func makeFilter(for sensor: SensorSize) throws(RecordingError) -> any EventFilter {
      let pooled = try sensor.divided(columns: columns, rows: rows)
      try pooled.checkState(of: "pooling")
      return EventPooling(self, from: sensor, to: pooled)
    }
  }

  /// Settings.
  public let parameters: Parameters
  /// Size of the image afterwards.
  public let sensor: SensorSize
  /// What it does.
  public var name: String { "pool \(parameters.columns)x\(parameters.rows), \(parameters.threshold) events for one" }

  private let inputSensor: SensorSize
  /// Charge by polarity and integrator.
  private var charges: [Float]
  /// Time of the latest event of each; empty without leak.
  private var latest: [Int64]

  fileprivate init(_ parameters: Parameters, from inputSensor: SensorSize, to sensor: SensorSize) {
    (self.parameters, self.inputSensor, self.sensor) = (parameters, inputSensor, sensor)
    charges = [Float](repeating: 0, count: 2 * sensor.pixelCount)
    let leaks = parameters.timeConstantInMicroseconds != nil
    latest = [Int64](repeating: .longAgo, count: leaks ? charges.count : 0)
  }

  /// Integrates the events and keeps those that make an integrator fire.
  public mutating func apply(to batch: inout EventBatch) {
    batch.requireEvents(on: inputSensor)
    let (columns, rows) = (PixelDivisor(parameters.columns), PixelDivisor(parameters.rows))
    let (width, pixelCount, threshold) = (sensor.width, sensor.pixelCount, Float(parameters.threshold))
    let rate = parameters.timeConstantInMicroseconds.map { -1 / Float($0) }
    charges.withUnsafeMutableBufferPointer { charges in
      latest.withUnsafeMutableBufferPointer { latest in
        batch.keep { events, index in
          let (x, y) = (columns.quotient(of: events.x[index]), rows.quotient(of: events.y[index]))
          (events.x[index], events.y[index]) = (x, y)
          let cell = Int(events.polarities[index] & 1) * pixelCount + Int(y) * width + Int(x)
          var charge = charges[cell]
          if let rate {
            let time = events.timestampsInMicroseconds[index]
            charge *= PortableMath.exp(min(Float(time &- latest[cell]) * rate, 0))
            latest[cell] = time
          }
          charge += 1
          let fires = charge >= threshold
          charges[cell] = fires ? charge - threshold : charge
          return fires
        }
      }
    }
  }

  /// Discharges all integrators.
  public mutating func reset() {
    for index in charges.indices { charges[index] = 0 }
    for index in latest.indices { latest[index] = .longAgo }
  }
}
