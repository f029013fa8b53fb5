/// Keeps the events of one polarity, or makes both one.
public struct PolaritySelection: EventFilter {
  /// What to do with polarities.
  public enum Parameters: EventFilterParameters, Equatable {
    /// Every event becomes an ON event.
    case merge
    /// Only pixels that became brighter.
    case onlyOn
    /// Only pixels that became darker.
    case onlyOff

    /// The filter.
    public func makeFilter(for sensor: SensorSize) throws(RecordingError) -> any EventFilter {
      PolaritySelection(parameters: self, sensor: sensor)
    }
  }

  /// What is done.
  public let parameters: Parameters
  /// Size of the image, which stays.
  public let sensor: SensorSize
  /// What it does.
  public var name: String {
    switch parameters {
    case .merge: "merge polarities"
    case .onlyOn: "ON events only"
    case .onlyOff: "OFF events only"
    }
  }

  /// Merges or selects.
  public mutating func apply(to batch: inout EventBatch) {
    guard parameters != .merge else {
      return batch.modify { events, count in
        for index in 0..<count { events.polarities[index] = 1 }
        return count
      }
    }
    let wanted: UInt8 = parameters == .onlyOn ? 1 : 0
    batch.keep { events, index in events.polarities[index] == wanted }
  }
}
