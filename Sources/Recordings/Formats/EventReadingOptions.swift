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
  /// Order of the columns of tables without names, such as "x,y,p,t".
  public var columns: String
  /// Unit of the times of tables; `nil` for the rule of each format, µs for text.
  public var timeUnit: TimeUnit?

  /// Sets all.
  public init(
    format: EventFormat? = nil, sensor: SensorSize? = nil, order: TimestampOrder = .clamp, isStrict: Bool = false,
    columns: String = "t,x,y,p", timeUnit: TimeUnit? = nil
  ) {
    (self.format, self.sensor, self.order, self.isStrict) = (format, sensor, order, isStrict)
    (self.columns, self.timeUnit) = (columns, timeUnit)
  }
}
