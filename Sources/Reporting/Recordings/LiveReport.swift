import Recordings

/// What became of a live stream, for people and programs.
public struct LiveReport: Encodable, Sendable {
  /// Name of the format with its version.
  public var format: String
  /// Seconds since the beginning.
  public var seconds: Double
  /// Events or samples received that lie on the sensor.
  public var events: Int
  /// Of these, those that were used.
  public var taken: Int
  /// Of these, those the queue had no room for, and those that still waited at the end.
  public var dropped: Int
  /// Those known to be missing in the sequence of the sender.
  public var lost: Int
  /// Datagrams or messages received.
  public var datagrams: Int
  /// Datagrams missing in the sequence of the sender.
  public var lostDatagrams: Int
  /// Datagrams or messages that came again or too late.
  public var lateDatagrams: Int
  /// Datagrams the kernel had no room for; absent where it does not tell.
  public var kernelDroppedDatagrams: Int?
  /// Bytes received.
  public var bytes: Int
  /// Events outside the sensor.
  public var outsideSensor: Int
  /// Datagrams, messages or connections that were damaged.
  public var malformed: Int
  /// Times that the stream began anew.
  public var restarts: Int
  /// Times that the clock of the sender began anew.
  public var clockRestarts: Int
  /// Events that were earlier than one before them.
  public var backwardTimes: Int
  /// What was passed over.
  public var skipped: [SkippedFigure]
  /// The file that the stream was written to.
  public var output: String?
  /// Events in it.
  public var written: Int?

  /// Takes the counts of a moment.
  /// - Parameters:
  ///   - taken: Events or samples that were used so far.
  ///   - seconds: Since the beginning.
  public init(
    format: String, counts: LiveCounts, timestamps: TimestampCounts, skipped: [SkippedEntries] = [], taken: Int,
    seconds: Double
  ) {
    (self.format, self.taken, self.seconds) = (format, taken, seconds)
    (events, dropped, lost) = (counts.events, counts.dropped, counts.lostEvents)
    (datagrams, lostDatagrams, lateDatagrams) = (counts.datagrams, counts.lostDatagrams, counts.lateDatagrams)
    (kernelDroppedDatagrams, bytes) = (counts.kernelDroppedDatagrams, counts.bytes)
    (outsideSensor, malformed) = (counts.outsideSensor, counts.malformed)
    (restarts, clockRestarts) = (counts.restarts, counts.clockRestarts)
    backwardTimes = timestamps.backward
    self.skipped = skipped.map(SkippedFigure.init)
  }

  /// The moment in a line: rate since an earlier one, and all that went wrong so far.
  /// - Parameter capacity: Events that the queue holds.
  public func line(since earlier: LiveReport?, queueCapacity capacity: Int) -> String {
    let span = seconds - (earlier?.seconds ?? 0)
    let rate = span > 0 ? Double(events - (earlier?.events ?? 0)) / span : 0
    let waiting = Double(max(events - taken - dropped, 0)) / Double(capacity)
    var parts = [
      "\(NumberText.fixed(seconds, decimals: 1)) s", "\(NumberText.compact(rate)) /s",
      "\(NumberText.grouped(events)) in all",
      "queue \(NumberText.fixed(waiting, decimals: 2))", "dropped \(NumberText.grouped(dropped))",
      "lost \(NumberText.grouped(lost))",
    ]
    parts += flaws
    return parts.joined(separator: "  ")
  }

  /// The end in sentences, each on a line.
  public var text: String {
    let rate = seconds > 0 ? Double(events) / seconds : 0
    var lines = [
      "received \(NumberText.grouped(events)) events in \(NumberText.fixed(seconds, decimals: 1)) s "
        + "(\(NumberText.compact(rate)) /s): \(NumberText.grouped(taken)) used, \(NumberText.grouped(dropped)) dropped, "
        + "\(NumberText.grouped(lost)) lost on the way"
    ]
    if !flaws.isEmpty { lines.append(flaws.joined(separator: ", ")) }
    for entry in skipped { lines.append("\(NumberText.grouped(entry.count)) \(entry.what) passed over") }
    if let output { lines.append("\(output): \(NumberText.grouped(written ?? 0)) events") }
    return lines.joined(separator: "\n") + "\n"
  }

  private var flaws: [String] {
    let counts = [
      ("outside the sensor", outsideSensor), ("damaged", malformed), ("late", lateDatagrams),
      ("datagrams dropped by the kernel", kernelDroppedDatagrams ?? 0), ("begun anew", restarts),
      ("clock begun anew", clockRestarts), ("times back", backwardTimes),
    ]
    return counts.filter { $0.1 > 0 }.map { "\($0.0) \(NumberText.grouped($0.1))" }
  }
}

/// Writes live events to a file as soon as the size of the camera is known.
public final class LiveRecorder {
  /// The file.
  public let path: String
  /// Events written so far.
  public var eventCount: Int { writer?.eventCount ?? 0 }
  /// Events so far that the format cannot hold.
  public var losses: EventLosses { writer?.losses ?? EventLosses() }

  private let format: WritableFormat
  private let origin: TimeOrigin
  private var writer: (any EventWriter)?

  /// Names the file; nothing is written yet.
  public init(path: String, format: WritableFormat, origin: TimeOrigin = .recording) {
    (self.path, self.format, self.origin) = (path, format, origin)
  }

  /// Adds events.
  /// - Parameter sensor: Size of the camera, of the first call; `nil` where it is not known.
  /// - Throws: `RecordingError`.
  public func append(_ batch: EventBatch, sensor: SensorSize?) throws(RecordingError) {
    if writer == nil {
      writer = try format.makeWriter(path: path, settings: EventWriterSettings(sensor: sensor, origin: origin))
    }
    try writer?.append(batch)
  }

  /// Gives the file its name; without any event there is none.
  /// - Throws: `RecordingError.unwritable`.
  public func finish() throws(RecordingError) { try writer?.finish() }
}
