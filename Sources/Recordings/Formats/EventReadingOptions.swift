/// What a user tells about an event recording that its file does not, or does wrongly.
public struct EventReadingOptions: Sendable, Equatable {
  /// Format of the file; `nil` to find it from the file.
  public var format: EventFormat?
  /// Size of the camera; `nil` to take it from the file.
  public var sensor: SensorSize?
  /// What to do with times that go back.
  public var order: TimestampOrder
  /// Whether entries of a kind that the format does not know make the file corrupt, instead of being passed over and counted.
  public var isStrict: Bool

  /// Sets all.
  public init(
    format: EventFormat? = nil, sensor: SensorSize? = nil, order: TimestampOrder = .clamp, isStrict: Bool = false
  ) {
    (self.format, self.sensor, self.order, self.isStrict) = (format, sensor, order, isStrict)
  }
}
