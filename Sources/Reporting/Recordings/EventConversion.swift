import Recordings

/// Writes the events of a recording in another format.
public struct EventConversion: Sendable {
  /// What is converted.
  public var input: EventInput
  /// The file to write.
  public var output: String
  /// Its format.
  public var format: WritableFormat
  /// How its contents are packed; `nil` leaves it to the format.
  public var compression: EventCompression?
  /// The zero of its times.
  public var origin: TimeOrigin
  /// Whether the good part of a damaged recording is worth a file.
  public var allowsPart: Bool

  /// Sets all.
  public init(
    input: EventInput, output: String, format: WritableFormat, compression: EventCompression? = nil,
    origin: TimeOrigin = .recording, allowsPart: Bool = false
  ) {
    (self.input, self.output, self.format, self.compression) = (input, output, format, compression)
    (self.origin, self.allowsPart) = (origin, allowsPart)
  }

  /// Events that a step of preparation dropped.
  public struct Step: Encodable, Sendable {
    /// What the step does.
    public var name: String
    /// Events that it dropped.
    public var dropped: Int
  }

  /// What became of the events.
  public struct Outcome: Encodable, Sendable {
    /// The file read.
    public var input: String
    /// Its format.
    public var inputFormat: String
    /// The file written.
    public var output: String
    /// Its format.
    public var outputFormat: String
    /// Size of the camera as written; `nil` where nothing states it.
    public var sensor: String?
    /// Events in the file written.
    public var events: Int
    /// Events whose times the format cannot hold.
    public var droppedTimes: Int
    /// Events whose pixels the format cannot hold or that lie outside the camera.
    public var droppedPixels: Int
    /// What was subtracted from all times, in µs.
    public var originInMicroseconds: Int64
    /// Events that each step of preparation dropped.
    public var preparation: [Step]
    /// Entries of the recording that are no events of brightness.
    public var skipped: [SkippedFigure]
    /// Events that were earlier than one before them, and were given its time or put in order.
    public var backwardTimes: Int
    /// What is wrong with the recording, of which the part before it was written.
    public var damage: String?
  }

  /// Converts.
  /// - Parameters:
  ///   - progress: Told the number of events so far, with every batch.
  ///   - isStopped: Asked with every batch.
  /// - Returns: `nil` if it was stopped; then there is no file.
  /// - Throws: `RecordingError`, and then there is no file; also where the format can hold none of the events.
  public func run(
    progress: (Int) -> Void = { _ in }, isStopped: () -> Bool = { false }
  ) throws(RecordingError) -> Outcome? {
    let opened = try input.open()
    var sensor = opened.sensor
    if sensor == nil, format == .es || format == .aedat4 { sensor = try input.requiredSensor() }
    let writer = try format.makeWriter(
      path: output, settings: EventWriterSettings(sensor: sensor, origin: origin, compression: compression))
    var batch = EventBatch(capacity: 1 << 14)
    var damage: RecordingError?
    while true {
      do throws(RecordingError) {
        guard try opened.source.next(into: &batch) else { break }
      } catch {
        guard allowsPart, opened.source.end != nil else { throw error }
        damage = error
        break
      }
      try writer.append(batch)
      progress(writer.eventCount)
      if isStopped() { return nil }
    }
    if writer.eventCount == 0, writer.losses.total > 0 {
      throw .setting(
        name: "events of \(input.path)",
        expected: "times and pixels that \(writer.formatName) can hold; use --origin first-event, "
          + "or write hdf5, csv or npy",
        found: "\(writer.losses.total) events of which none fits, so nothing was written")
    }
    try writer.finish()
    return Outcome(
      input: input.path, inputFormat: opened.source.formatName, output: output, outputFormat: writer.formatName,
      sensor: sensor?.description, events: writer.eventCount, droppedTimes: writer.losses.times,
      droppedPixels: writer.losses.pixels, originInMicroseconds: writer.originInMicroseconds ?? 0,
      preparation: opened.steps().map { Step(name: $0.name, dropped: $0.dropped) },
      skipped: opened.source.skipped.map(SkippedFigure.init),
      backwardTimes: opened.source.timestampCounts.backward, damage: damage.map { "\($0)" })
  }
}

extension EventConversion.Outcome {
  /// The outcome in sentences, each on a line.
  public var text: String {
    var lines = [
      "\(output): \(NumberText.grouped(events)) events as \(outputFormat)\(sensor.map { ", \($0) pixels" } ?? "")"
    ]
    if originInMicroseconds != 0 {
      lines.append("all times are \(originInMicroseconds) us less than in \(input)")
    }
    for step in preparation where step.dropped > 0 {
      lines.append("\(NumberText.grouped(step.dropped)) events dropped by '\(step.name)', as asked for")
    }
    if backwardTimes > 0 { lines.append("\(NumberText.grouped(backwardTimes)) events had times that go back") }
    for entry in skipped {
      lines.append("\(NumberText.grouped(entry.count)) \(entry.what) of \(input) are no events and were left out")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// What a user should know before using the file, each a sentence.
  public var warnings: [String] {
    var warnings: [String] = []
    if let damage { warnings.append("only the part before the damage was converted: \(damage)") }
    if droppedTimes > 0 {
      warnings.append(
        "\(droppedTimes) events were dropped because \(outputFormat) cannot hold their times; use --origin first-event, cut the "
          + "recording with --from and --until, or write hdf5, csv or npy")
    }
    if droppedPixels > 0 {
      warnings.append(
        "\(droppedPixels) events were dropped because their pixels are outside the camera or beyond what \(outputFormat) can "
          + "number; state a larger --sensor, or write hdf5, csv or npy")
    }
    if events == 0 { warnings.append("\(output) holds no events") }
    return warnings
  }
}
