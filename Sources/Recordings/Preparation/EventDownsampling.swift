/// Lowers the resolution: the event of pixel (x, y) goes to pixel (⌊x / a⌋, ⌊y / b⌋).
///
/// No event is dropped. Where a or b does not divide the size, the last column or row of the result has fewer pixels behind it.
public struct EventDownsampling: EventFilter {
  /// The divisors.
  public struct Parameters: EventFilterParameters, Equatable {
    /// Columns that become one, 1 to 65 536.
    public let columns: Int
    /// Rows that become one, 1 to 65 536.
    public let rows: Int

    /// Checks and sets both.
    /// - Throws: `RecordingError.setting`.
    public init(columns: Int, rows: Int) throws(RecordingError) {
      try RecordingError.checkSetting("columns that become one", columns, in: 1...65_536)
      try RecordingError.checkSetting("rows that become one", rows, in: 1...65_536)
      (self.columns, self.rows) = (columns, rows)
    }

    /// Halves the resolution this many times.
    /// - Throws: `RecordingError.setting`.
    public init(halvings: Int) throws(RecordingError) {
      try RecordingError.checkSetting("halvings of the resolution", halvings, in: 0...16)
      try self.init(columns: 1 << halvings, rows: 1 << halvings)
    }

    /// The filter.
    public func makeFilter(for sensor: SensorSize) throws(RecordingError) -> any EventFilter {
      EventDownsampling(self, sensor: try sensor.divided(columns: columns, rows: rows))
    }
  }

  /// The divisors.
  public let parameters: Parameters
  /// Size of the image afterwards.
  public let sensor: SensorSize
  /// What it does.
  public var name: String { "down-sample by \(parameters.columns)x\(parameters.rows)" }

  fileprivate init(_ parameters: Parameters, sensor: SensorSize) {
    (self.parameters, self.sensor) = (parameters, sensor)
  }

  /// Moves the events.
  public mutating func apply(to batch: inout EventBatch) {
    let (columns, rows) = (PixelDivisor(parameters.columns), PixelDivisor(parameters.rows))
    batch.modify { events, count in
      for index in 0..<count {
        events.x[index] = columns.quotient(of: events.x[index])
        events.y[index] = rows.quotient(of: events.y[index])
      }
      return count
    }
  }
}

/// Division of pixel numbers by a multiplication.
struct PixelDivisor {
  private let reciprocal: UInt64

  /// - Parameter divisor: 1 to 65 536.
  init(_ divisor: Int) {
    // Rounded up, the error after the product with 16 bits stays below 2^16 / 2^32 < 1 / divisor: the quotient is exact.
    reciprocal = ((1 << 32) + UInt64(divisor) - 1) / UInt64(divisor)
  }

  @inline(__always)
  func quotient(of pixel: UInt16) -> UInt16 {
    UInt16(truncatingIfNeeded: (UInt64(pixel) &* reciprocal) >> 32)
  }
}

extension SensorSize {
  /// Size of the image whose pixels stand for this many columns and rows each.
  func divided(columns: Int, rows: Int) throws(RecordingError) -> SensorSize {
    try SensorSize(width: (width + columns - 1) / columns, height: (height + rows - 1) / rows)
  }
}
