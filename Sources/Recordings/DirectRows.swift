/// Direct coding of sampled channels: two rows per channel, driven as far as the signal lies above or below its mean.
///
///     a = round(N · min(|s − mean| / (range·σ), 1)) / N
///
/// Row `2 · channel` is driven by a where s is above the mean, row `2 · channel + 1` where it is below; a row of amplitude 0
/// is not driven. A constant channel drives nothing.
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | range | `rangeInSigmas`: distance from the mean that drives fully | σ of the channel | 3 | 0.01…1000 |
/// | N | `steps` of the code that drives a row; `nil` for any amplitude | 1 | 63 | 1…65535 |
public struct DirectRows: Sendable {
  /// Settings of the encoding.
  public struct Parameters: Sendable, Equatable {
    /// Distance from the mean that drives a row fully, in standard deviations.
    public var rangeInSigmas: Double
    /// Steps from nothing to full drive, `nil` for any amplitude.
    public var steps: Int?

    /// Sets the settings.
    public init(rangeInSigmas: Double = 3, steps: Int? = 63) {
      self.rangeInSigmas = rangeInSigmas
      self.steps = steps
    }

    func check() throws(RecordingError) {
      guard rangeInSigmas >= 0.01 && rangeInSigmas <= 1000 else {
        throw RecordingError.setting(
          name: "range of direct rows", expected: "0.01 to 1000 standard deviations", found: "\(rangeInSigmas)")
      }
      if let steps, !(1...65_535).contains(steps) {
        throw RecordingError.setting(name: "steps of direct rows", expected: "1 to 65535", found: "\(steps)")
      }
    }
  }

  private let means: [Float]
  private let drives: [Float]
  private let steps: Float?

  /// Makes an encoder from statistics of the training samples.
  public init(_ parameters: Parameters, statistics: [ChannelStatistics]) {
    means = statistics.map { Float($0.mean) }
    drives = statistics.map { channel in
      let fullScale = parameters.rangeInSigmas * channel.standardDeviation
      return fullScale > 0 ? Float(1 / fullScale) : 0
    }
    steps = parameters.steps.map { Float($0) }
  }

  /// Number of rows, two per channel.
  public var rowCount: Int { 2 * means.count }

  /// Encodes the sample of one tick.
  /// - Parameters:
  ///   - sample: One value per channel.
  ///   - emit: Called with each driven row, ascending, and its amplitude, above 0 and at most 1.
  public func encode(_ sample: UnsafeBufferPointer<Float>, emit: (_ row: Int, _ amplitude: Float) -> Void) {
    for channel in sample.indices {
      let signal = (sample[channel] - means[channel]) * drives[channel]
      var amplitude = min(abs(signal), 1)
      if let steps { amplitude = (amplitude * steps).rounded() / steps }
      if amplitude > 0 { emit(2 * channel + (signal < 0 ? 1 : 0), amplitude) }
    }
  }
}
