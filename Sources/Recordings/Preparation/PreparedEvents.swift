/// A stream of events after preparation.
public final class PreparedEvents<Source: EventSource>: EventSource {
  /// Format of the stream behind it.
  public var formatName: String { source.formatName }
  /// Size of the image after preparation.
  public var sensor: SensorSize? { preparation.outputSensor }
  /// How the stream ended; clean as soon as no later event passes the preparation.
  public var end: StreamEnd? { source.end ?? (preparation.isOver ? .clean : nil) }
  /// What happened to time stamps in the stream behind it.
  public var timestampCounts: TimestampCounts { source.timestampCounts }
  /// What was passed over in the stream behind it.
  public var skipped: [SkippedEntries] { source.skipped }
  /// The filters, with counts of what they dropped so far.
  public private(set) var preparation: EventPreparation

  private let source: Source
  private let warmUpInMicroseconds: Int64
  /// Events before this time only warm the filters up.
  private var firstTime = Int64.min

  /// Puts a preparation behind a source.
  /// - Parameter warmUpInMicroseconds: Time before the target of a seek from which on filters see the events again; 0 or more.
  /// - Throws: `RecordingError.setting`: the source is larger than the sensor the preparation was made for, or the time is
  ///   negative.
  public init(
    _ source: Source, preparation: EventPreparation, warmUpInMicroseconds: Int64 = 0
  ) throws(RecordingError) {
    if let sensor = source.sensor, sensor != preparation.inputSensor {
      throw .setting(name: "sensor of the preparation", expected: "\(sensor)", found: "\(preparation.inputSensor)")
    }
    try RecordingError.checkSetting("warm-up of filters in µs", warmUpInMicroseconds, in: 0...3_600_000_000)
    (self.source, self.preparation, self.warmUpInMicroseconds) = (source, preparation, warmUpInMicroseconds)
  }

  /// Replaces the contents of `batch` by the next events that pass; see ``EventSource/next(into:)``.
  public func next(into batch: inout EventBatch) throws(RecordingError) -> Bool {
    batch.removeAll()
    while !preparation.isOver, try source.next(into: &batch) {
      preparation.apply(to: &batch)
      if firstTime > .min {
        let first = batch.timestampsInMicroseconds.firstIndex { $0 >= firstTime }
        batch.removeFirst(first ?? batch.count)
        if first != nil { firstTime = .min }
      }
      if batch.count > 0 { return true }
    }
    batch.removeAll()
    return false
  }
}

extension PreparedEvents: SeekableEventSource where Source: SeekableEventSource {
  /// Goes to the first event that passes at or after a time.
  ///
  /// The filters begin anew with the events of the warm-up before it: what follows depends on the time and the recording alone,
  /// not on what was read before.
  public func seek(toMicroseconds time: Int64) throws(RecordingError) {
    preparation.reset()
    firstTime = time
    let (start, overflows) = time.subtractingReportingOverflow(warmUpInMicroseconds)
    try source.seek(toMicroseconds: overflows ? .min : start)
  }
}

extension EventSource {
  /// The stream after preparation.
  /// - Throws: `RecordingError.setting`; see ``PreparedEvents/init(_:preparation:warmUpInMicroseconds:)``.
  public func prepared(by preparation: EventPreparation) throws(RecordingError) -> any EventSource {
    try PreparedEvents(self, preparation: preparation)
  }
}

extension SeekableEventSource {
  /// The stream after preparation, with the seeking of ``PreparedEvents``.
  /// - Throws: `RecordingError.setting`; see ``PreparedEvents/init(_:preparation:warmUpInMicroseconds:)``.
  public func prepared(
    by preparation: EventPreparation, warmUpInMicroseconds: Int64
  ) throws(RecordingError) -> any SeekableEventSource {
    try PreparedEvents(self, preparation: preparation, warmUpInMicroseconds: warmUpInMicroseconds)
  }
}
