import Recordings

extension Inspection {
  /// Looks at a recording of events, in one pass and a look at its busiest moment.
  ///
  /// A damaged recording is described up to the damage, which ``damage`` tells.
  /// - Parameter pictureColumns: Characters of a line of the picture; `nil` for none.
  /// - Throws: `RecordingError` where not even the header can be read.
  static func events(
    _ path: String, reading: EventReadingOptions, picture: PictureSettings?
  ) throws(RecordingError) -> Inspection {
    let source = try EventRecording.open(path: path, options: reading)
    let survey = RecordingSurvey(of: source)
    let figures = RecordingFigures(survey)
    var result = Inspection(path: path, kind: "event recording")
    result.addEvents(figures)
    result.addTimes(figures, survey)
    result.addPixels(figures, survey)
    result.addEnding(figures)
    result.recording = figures
    result.damage = survey.failure.map { "\($0)" }
    if let picture { result.picture = Self.picture(of: source, survey, picture) }
    return result
  }

  private mutating func addEvents(_ figures: RecordingFigures) {
    add("format", figures.format)
    switch (figures.sensor, figures.usedSensor) {
    case (let sensor?, let used?) where sensor != used: add("camera", "\(sensor) pixels, events within \(used)")
    case (let sensor?, _): add("camera", "\(sensor) pixels")
    case (nil, let used?): add("camera", "not stated; events within \(used), state it with --sensor")
    case (nil, nil): add("camera", "not stated")
    }
    add("events", NumberText.grouped(figures.events))
    guard figures.events > 0 else { return }
    let on = Double(figures.onEvents) / Double(figures.events)
    add(
      "polarity",
      "\(NumberText.fixed(on, decimals: 3)) ON, \(NumberText.fixed(1 - on, decimals: 3)) OFF"
        + (figures.onEvents == 0 || figures.onEvents == figures.events ? " (one polarity only)" : ""))
  }

  private mutating func addTimes(_ figures: RecordingFigures, _ survey: RecordingSurvey) {
    guard let first = figures.firstTime, let last = figures.lastTime else { return }
    add("time", "\(TimeText.seconds(first)) to \(TimeText.seconds(last))")
    add("duration", "\(NumberText.fixed(survey.durationInSeconds, decimals: 6)) s")
    if let mean = figures.meanRate {
      add(
        "rate",
        "\(NumberText.compact(mean)) events/s, at most \(NumberText.compact(figures.highestRate)) over "
          + "\(NumberText.compact(Double(figures.rateBin) / 1000)) ms")
      add("over time", Sparkline.text(figures.rateCounts, columns: Self.sparklineColumns))
    }
    add("clock wraps", "\(figures.wraps)")
    add(
      "times that go back",
      figures.backwardTimes == 0
        ? "0"
        : "\(NumberText.grouped(figures.backwardTimes)), \(NumberText.grouped(figures.clampedTimes)) given the time of the event before; "
          + "--order reorder sorts them")
  }

  private mutating func addPixels(_ figures: RecordingFigures, _ survey: RecordingSurvey) {
    if let silent = figures.silentShare, figures.events > 0 {
      add("silent pixels", "\(NumberText.fixed(silent, decimals: 3)) of all")
    }
    guard !figures.hottestPixels.isEmpty else { return }
    add(
      "hottest pixels",
      figures.hottestPixels.map { "\($0.x):\($0.y) \(NumberText.fixed($0.share, decimals: 5))" }.joined(
        separator: "  "))
    // Hot is what no scene explains: far above what the pixels would have if all were equally busy.
    let even = 1 / Double(max((survey.pixels?.counts.count ?? 1), 1))
    let hot = figures.hottestPixels.filter { $0.share > max(Self.hotFactor * even, Self.hotShare) }
    if !hot.isEmpty {
      add("to mask them", "--prepare \"mask \(hot.map { "\($0.x):\($0.y)" }.joined(separator: " "))\"")
    }
  }

  private mutating func addEnding(_ figures: RecordingFigures) {
    add(
      "passed over",
      figures.skipped.isEmpty
        ? "nothing"
        : figures.skipped.map { "\(NumberText.grouped($0.count)) \($0.what)" }.joined(separator: ", "))
    let place = figures.ending.byte.map { " at byte \($0)" } ?? figures.ending.event.map { " at event \($0)" } ?? ""
    add("end", figures.ending.kind + place)
  }

  private static let sparklineColumns = 60
  private static let hotFactor = 20.0
  private static let hotShare = 0.001

  /// How a picture is shown in a terminal.
  public struct PictureSettings: Sendable {
    /// Characters of a line.
    public var columns: Int
    /// Whether the terminal shows colours.
    public var isColored: Bool

    /// Sets both.
    public init(columns: Int = 60, isColored: Bool = true) {
      (self.columns, self.isColored) = (columns, isColored)
    }
  }

  /// The busiest 50 ms, as far as they can be reached; a picture that cannot be made is no flaw of the recording.
  private static func picture(
    of source: any EventSource, _ survey: RecordingSurvey, _ settings: PictureSettings
  ) -> String? {
    guard let sensor = survey.sensor ?? survey.usedSize, let source = source as? any SeekableEventSource,
      let start = busiestTime(survey)
    else { return nil }
    guard (try? source.seek(toMicroseconds: start)) != nil,
      let frames = try? EventFrameReader(source, sensor: sensor, frameInMicroseconds: pictureSpan),
      let frame = try? frames.next()
    else { return nil }
    return "busiest 50 ms, from \(TimeText.seconds(start)):\n"
      + frame.text(columns: min(settings.columns, sensor.width), isColored: settings.isColored)
  }

  private static let pictureSpan: Int64 = 50_000

  /// Where the most events come within the span of a picture, to one bin.
  private static func busiestTime(_ survey: RecordingSurvey) -> Int64? {
    guard let start = survey.rate.startInMicroseconds else { return nil }
    let counts = Array(survey.rate.counts)
    let width = max(1, Int(pictureSpan / survey.rate.binWidthInMicroseconds))
    var sum = counts.prefix(width).reduce(0, +)
    var best = (bin: 0, sum: sum)
    for bin in 1..<max(counts.count - width + 1, 1) {
      sum += counts[bin + width - 1] - counts[bin - 1]
      if sum > best.sum { best = (bin, sum) }
    }
    return start &+ Int64(best.bin) &* survey.rate.binWidthInMicroseconds
  }
}
