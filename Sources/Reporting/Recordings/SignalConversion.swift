import Recordings

/// Writes sampled recordings into Crosspoint's own file, which experiments read.
public struct SignalConversion: Sendable {
  /// A recording with its class.
  public struct Item: Sendable {
    /// The recording.
    public var input: SignalInput
    /// Name of its class.
    public var label: String
    /// Whom it comes from; `nil` where that is not known.
    public var subject: Int?

    /// Sets all.
    public init(input: SignalInput, label: String, subject: Int? = nil) {
      (self.input, self.label, self.subject) = (input, label, subject)
    }
  }

  /// What is converted, one recording of the file each.
  public var items: [Item]
  /// The file to write.
  public var output: String
  /// Samples per second, in Hz; `nil` for those of the first recording.
  public var rate: Double?
  /// What the file holds, in one line.
  public var title: String

  /// Sets all.
  public init(items: [Item], output: String, rate: Double? = nil, title: String = "") {
    (self.items, self.output, self.rate, self.title) = (items, output, rate, title)
  }

  /// What was written.
  public struct Outcome: Encodable, Sendable {
    /// The file.
    public var output: String
    /// Recordings in it.
    public var recordings: Int
    /// Their channels, with units.
    public var channels: [String]
    /// Names of the classes.
    public var classes: [String]
    /// Samples per second, in Hz.
    public var sampleRate: Double
    /// Samples of each channel, over all recordings.
    public var samples: Int
  }

  /// Converts.
  /// - Parameters:
  ///   - progress: Told the number of samples so far.
  ///   - isStopped: Asked with every piece.
  /// - Returns: `nil` if it was stopped; then there is no file.
  /// - Throws: `RecordingError`, and then there is no file.
  /// - Precondition: There is at least one item.
  public func run(
    progress: @escaping (Int) -> Void = { _ in }, isStopped: @escaping () -> Bool = { false }
  ) throws(RecordingError) -> Outcome? {
    precondition(!items.isEmpty, "there is a recording to convert")
    let first = try items[0].input.open(rate: rate)
    let sampleRate = first.sampleRateInHertz
    var classes: [String] = []
    for item in items where !classes.contains(item.label) { classes.append(item.label) }
    var description = SensorRecordingWriter.Description()
    description.title = title
    let writer = try SensorRecordingWriter(
      path: output, channels: first.channels, sampleRateInHertz: sampleRate, classNames: classes,
      description: description)
    var sampleCount = 0
    for item in items {
      let signal = try item.input.open(rate: rate ?? sampleRate)
      let watched = try SampledSignal(channels: signal.channels, sampleRateInHertz: signal.sampleRateInHertz) {
        count throws(RecordingError) in
        var values: [Float] = []
        guard !isStopped(), try signal.next(into: &values, atMost: count) else { return [] }
        sampleCount += values.count / signal.channels.count
        progress(sampleCount)
        return values
      }
      try writer.append(watched, label: classes.firstIndex(of: item.label) ?? 0, subject: item.subject)
      if isStopped() { return nil }
    }
    try writer.finish()
    return Outcome(
      output: output, recordings: items.count, channels: first.channels.map { "\($0.name) (\($0.unit))" },
      classes: classes, sampleRate: sampleRate, samples: sampleCount)
  }
}

extension SignalConversion.Outcome {
  /// The outcome in sentences, each on a line.
  public var text: String {
    let shown = channels.prefix(8).joined(separator: ", ") + (channels.count > 8 ? ", …" : "")
    return """
      \(output): \(NumberText.grouped(samples)) samples of \(channels.count) channels at \(sampleRate) Hz, \(recordings) \
      recording\(recordings == 1 ? "" : "s") of the class\(classes.count == 1 ? "" : "es") \(classes.joined(separator: ", "))
      channels: \(shown)

      """
  }
}
