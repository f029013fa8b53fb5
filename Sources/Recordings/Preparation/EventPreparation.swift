/// Filters in a row, each on what the one before it let through, with counts of what each dropped.
///
/// The events that come out do not depend on how those that go in are cut into batches.
public struct EventPreparation: Sendable {
  /// What became of the events at one step.
  public struct StepCount: Sendable, Equatable {
    /// What the step does.
    public let name: String
    /// Size of the image after it.
    public let sensor: SensorSize
    /// Events that reached it.
    public fileprivate(set) var received = 0
    /// Events that it dropped.
    public fileprivate(set) var dropped = 0
  }

  /// Size of the sensor that the events come from.
  public let inputSensor: SensorSize
  /// Size of the image that they lie on in the end.
  public var outputSensor: SensorSize { filters.last?.sensor ?? inputSensor }
  /// Counts of each step, in order, since the preparation was made.
  public private(set) var steps: [StepCount] = []
  /// Events dropped before the first step because their pixel is not on the sensor.
  public private(set) var outsideCount = 0
  /// Whether no later event will pass.
  public var isOver: Bool { filters.contains { $0.isOver } }

  private var filters: [any EventFilter] = []

  /// Makes the filters, each for the size of image that the one before it leaves.
  /// - Throws: `RecordingError.setting`.
  public init(of sensor: SensorSize, _ parameters: [any EventFilterParameters]) throws(RecordingError) {
    inputSensor = sensor
    for parameters in parameters {
      let filter = try parameters.makeFilter(for: outputSensor)
      filters.append(filter)
      steps.append(StepCount(name: filter.name, sensor: filter.sensor))
    }
  }

  /// Sends a batch through all filters, in place.
  /// - Precondition: The times do not decrease from batch to batch.
  public mutating func apply(to batch: inout EventBatch) {
    removeOutsiders(from: &batch)
    for index in filters.indices {
      guard batch.count > 0 else { return }
      let received = batch.count
      filters[index].apply(to: &batch)
      steps[index].received += received
      steps[index].dropped += received - batch.count
    }
  }

  /// Makes all filters forget what they saw; counts go on.
  public mutating func reset() {
    for index in filters.indices { filters[index].reset() }
  }

  private mutating func removeOutsiders(from batch: inout EventBatch) {
    guard !batch.lies(inWidth: inputSensor.width, height: inputSensor.height) else { return }
    let (width, height, received) = (inputSensor.width, inputSensor.height, batch.count)
    batch.keep { events, index in Int(events.x[index]) < width && Int(events.y[index]) < height }
    outsideCount += received - batch.count
  }
}
