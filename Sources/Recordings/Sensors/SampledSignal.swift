/// Channels of a sensor sampled at a fixed rate, read in pieces from the first sample to the last.
///
/// Memory does not depend on the length of the signal, except where a format stores it so that it cannot be read in pieces.
public struct SampledSignal {
  /// A channel.
  public struct Channel: Sendable, Equatable {
    /// Its name.
    public var name: String
    /// The unit of its samples; "1" where they have none.
    public var unit: String

    /// Sets both.
    public init(name: String, unit: String) {
      (self.name, self.unit) = (name, unit)
    }
  }

  /// Gives the next samples, `[samples × channels]`, at most as many as asked for; none at the end.
  public typealias Reader = (_ atMost: Int) throws(RecordingError) -> [Float]

  /// Most channels of a signal.
  public static let channelLimit = SensorRecordingFile.channelLimit

  /// The channels.
  public let channels: [Channel]
  /// Samples per second of each channel, in Hz.
  public let sampleRateInHertz: Double
  /// Time of the first sample in s, on the time line of the recording.
  public let originInSeconds: Double
  /// Number of samples of each channel; `nil` where only reading tells.
  public let sampleCount: Int?
  private let read: Reader

  /// Checks and sets all.
  /// - Parameter read: Gives the samples.
  /// - Throws: `RecordingError.setting` for a rate that is not positive, or no channel or too many.
  public init(
    channels: [Channel], sampleRateInHertz: Double, originInSeconds: Double = 0, sampleCount: Int? = nil,
    read: @escaping Reader
  ) throws(RecordingError) {
    guard sampleRateInHertz.isFinite, sampleRateInHertz > 0 else {
      throw RecordingError.setting(
        name: "sample rate", expected: "a positive number of Hz", found: "\(sampleRateInHertz)")
    }
    guard 1...Self.channelLimit ~= channels.count else {
      throw RecordingError.setting(
        name: "channels of a signal", expected: "1 to \(Self.channelLimit)", found: "\(channels.count)")
    }
    (self.channels, self.sampleRateInHertz, self.originInSeconds) = (channels, sampleRateInHertz, originInSeconds)
    (self.sampleCount, self.read) = (sampleCount, read)
  }

  /// Replaces `values` by the next samples, `[samples × channels]`; a sample that is missing in the recording is NaN.
  /// - Parameter count: Most samples of each channel to read.
  /// - Returns: `false`, with no values, once the signal is over.
  /// - Throws: `RecordingError`, after the samples before the damaged place.
  public func next(into values: inout [Float], atMost count: Int = 1 << 14) throws(RecordingError) -> Bool {
    precondition(count > 0, "at least one sample is read")
    values = try read(count)
    return !values.isEmpty
  }

  /// The same signal at another rate; see ``Resampler``.
  /// - Throws: `RecordingError.setting` for a rate that is out of range.
  public func resampled(toHertz rate: Double, method: Resampler.Method? = nil) throws(RecordingError) -> SampledSignal {
    var resampler = try Resampler(
      channelCount: channels.count, fromHertz: sampleRateInHertz, toHertz: rate, method: method)
    var waiting: [Float] = []
    var isOver = false
    let width = channels.count
    return try SampledSignal(
      channels: channels, sampleRateInHertz: rate, originInSeconds: originInSeconds,
      sampleCount: sampleCount.map { resampler.outputCount(ofInput: $0) }
    ) { [read] count throws(RecordingError) in
      while waiting.isEmpty, !isOver {
        let samples = try read(1 << 12)
        isOver = samples.isEmpty
        if isOver { resampler.finish(into: &waiting) } else { resampler.append(samples, into: &waiting) }
      }
      let part = Array(waiting.prefix(count * width))
      waiting.removeFirst(part.count)
      return part
    }
  }
}
