import Recordings

/// An event recording with what is to be done to it before it is shown, converted or sent.
public struct EventInput: Sendable {
  /// The file.
  public var path: String
  /// How it is read.
  public var reading: EventReadingOptions
  /// Times after the first event, in µs, that are wanted; `nil` for all.
  public var span: Range<Int64>?
  /// Steps of preparation.
  public var preparation: [any EventFilterParameters]

  /// Sets all.
  public init(
    path: String, reading: EventReadingOptions = EventReadingOptions(), span: Range<Int64>? = nil,
    preparation: [any EventFilterParameters] = []
  ) {
    (self.path, self.reading, self.span, self.preparation) = (path, reading, span, preparation)
  }

  /// An input that was opened.
  public struct Opened {
    /// The events.
    public let source: any EventSource
    /// Size of the image after preparation; `nil` where nothing states it.
    public let sensor: SensorSize?
    /// Counts of the steps so far.
    public var steps: () -> [EventPreparation.StepCount]
  }

  /// Opens the recording at the first event that is wanted.
  /// - Throws: `RecordingError`.
  public func open() throws(RecordingError) -> Opened {
    let source = try EventRecording.open(path: path, options: reading)
    var steps: [any EventFilterParameters] = []
    if let span {
      let zero = try firstTime() ?? 0
      let (start, startOverflows) = zero.addingReportingOverflow(span.lowerBound)
      let (end, endOverflows) = zero.addingReportingOverflow(span.upperBound)
      let crop = try EventTimeCrop.Parameters(
        startInMicroseconds: startOverflows ? .max - 1 : start, endInMicroseconds: endOverflows ? .max : end)
      steps.append(crop)
      if let seekable = source as? any SeekableEventSource, span.lowerBound > 0 {
        try seekable.seek(toMicroseconds: crop.start)
      }
    }
    guard !preparation.isEmpty || !steps.isEmpty else {
      return Opened(source: source, sensor: source.sensor, steps: { [] })
    }
    // A span needs no size of the camera.
    let sensor = source.sensor
    let image: SensorSize
    if let sensor {
      image = sensor
    } else {
      image = try preparation.isEmpty ? SensorSize(width: 65_536, height: 65_536) : requiredSensor()
    }
    return try opened(source, EventPreparation(of: image, steps + preparation), isSized: sensor != nil)
  }

  private func opened(
    _ source: some EventSource, _ preparation: EventPreparation, isSized: Bool
  ) throws(RecordingError) -> Opened {
    let prepared = try PreparedEvents(source, preparation: preparation)
    let isCut = span != nil
    return Opened(
      source: prepared, sensor: isSized ? prepared.sensor : nil,
      steps: { Array(prepared.preparation.steps.dropFirst(isCut ? 1 : 0)) })
  }

  private func firstTime() throws(RecordingError) -> Int64? {
    var batch = EventBatch(capacity: 1)
    return try EventRecording.open(path: path, options: reading).next(into: &batch)
      ? batch.timestampsInMicroseconds.first : nil
  }

  /// Always throws: the recording does not state a size that is needed, and the error tells one that would do.
  func requiredSensor() throws(RecordingError) -> SensorSize {
    let used = RecordingSurvey(of: try EventRecording.open(path: path, options: reading)).usedSize
    throw .setting(
      name: "size of the camera of \(path)", expected: "--sensor WIDTHxHEIGHT, since the file does not state it",
      found: used.map { "events within \($0), so --sensor \($0) holds them all" } ?? "no events")
  }

  /// The size of the image, or an error that tells one that would do.
  /// - Throws: `RecordingError.setting`.
  func sensor(of opened: Opened) throws(RecordingError) -> SensorSize {
    if let sensor = opened.sensor { return sensor }
    return try requiredSensor()
  }
}
