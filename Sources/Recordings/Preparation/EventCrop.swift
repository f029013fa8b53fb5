/// Keeps the events of a rectangle, whose first pixel becomes (0, 0).
public struct EventCrop: EventFilter {
  /// The rectangle, in pixels.
  public struct Parameters: EventFilterParameters, Equatable {
    /// First column.
    public let x: Int
    /// First row.
    public let y: Int
    /// Size of the rectangle.
    public let size: SensorSize

    /// Sets the rectangle.
    /// - Throws: `RecordingError.setting`: it has no pixel.
    public init(x: Int, y: Int, width: Int, height: Int) throws(RecordingError) {
      (self.x, self.y) = (x, y)
      size = try SensorSize(width: width, height: height)
    }

    /// The filter, for a sensor that holds the whole rectangle.
    public func makeFilter(for sensor: SensorSize) throws(RecordingError) -> any EventFilter {
      // Sizes of images are small, so the differences cannot overflow.
      guard x >= 0, y >= 0, x <= sensor.width - size.width, y <= sensor.height - size.height else {
        throw .setting(
          name: "crop", expected: "a rectangle inside of \(sensor) pixels", found: "\(size) at (\(x), \(y))")
      }
      return EventCrop(self)
    }
  }

  /// The rectangle.
  public let parameters: Parameters
  /// Its size.
  public var sensor: SensorSize { parameters.size }
  /// What it does.
  public var name: String { "crop \(parameters.size) at (\(parameters.x), \(parameters.y))" }

  fileprivate init(_ parameters: Parameters) {
    self.parameters = parameters
  }

  /// Keeps the events inside and moves them.
  public mutating func apply(to batch: inout EventBatch) {
    let (firstX, firstY) = (UInt16(parameters.x), UInt16(parameters.y))
    let (lastX, lastY) = (UInt16(sensor.width - 1), UInt16(sensor.height - 1))
    batch.keep { events, index in
      let (x, y) = (events.x[index], events.y[index])
      events.x[index] = x &- firstX
      events.y[index] = y &- firstY
      return x >= firstX && y >= firstY && x &- firstX <= lastX && y &- firstY <= lastY
    }
  }
}
