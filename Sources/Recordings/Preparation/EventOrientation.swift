/// Flips or turns the image.
public struct EventOrientation: EventFilter {
  /// Where the pixels go, y counted downwards.
  public enum Parameters: EventFilterParameters, Equatable, CaseIterable {
    /// Left becomes right.
    case flipHorizontally
    /// Top becomes bottom.
    case flipVertically
    /// By a quarter turn: the top becomes the right.
    case rotateClockwise
    /// By a quarter turn: the top becomes the left.
    case rotateCounterclockwise
    /// By half a turn.
    case rotateHalfTurn
    /// Columns become rows.
    case transpose

    /// The filter.
    public func makeFilter(for sensor: SensorSize) throws(RecordingError) -> any EventFilter {
      EventOrientation(
        self, sensor: try swapsAxes ? SensorSize(width: sensor.height, height: sensor.width) : sensor)
    }

    fileprivate var swapsAxes: Bool {
      self == .transpose || self == .rotateClockwise || self == .rotateCounterclockwise
    }

    /// After the axes were swapped.
    fileprivate var flipsX: Bool { self == .flipHorizontally || self == .rotateClockwise || self == .rotateHalfTurn }
    fileprivate var flipsY: Bool {
      self == .flipVertically || self == .rotateCounterclockwise || self == .rotateHalfTurn
    }
  }

  /// Where the pixels go.
  public let parameters: Parameters
  /// Size of the image afterwards.
  public let sensor: SensorSize
  /// What it does.
  public var name: String {
    switch parameters {
    case .flipHorizontally: "flip horizontally"
    case .flipVertically: "flip vertically"
    case .rotateClockwise: "rotate clockwise"
    case .rotateCounterclockwise: "rotate counterclockwise"
    case .rotateHalfTurn: "rotate by half a turn"
    case .transpose: "transpose"
    }
  }

  fileprivate init(_ parameters: Parameters, sensor: SensorSize) {
    (self.parameters, self.sensor) = (parameters, sensor)
  }

  /// Moves the events.
  public mutating func apply(to batch: inout EventBatch) {
    let (lastX, lastY) = (UInt16(sensor.width - 1), UInt16(sensor.height - 1))
    let (swapsAxes, flipsX, flipsY) = (parameters.swapsAxes, parameters.flipsX, parameters.flipsY)
    batch.modify { events, count in
      for index in 0..<count {
        let (x, y) = swapsAxes ? (events.y[index], events.x[index]) : (events.x[index], events.y[index])
        events.x[index] = flipsX ? lastX &- x : x
        events.y[index] = flipsY ? lastY &- y : y
      }
      return count
    }
  }
}
