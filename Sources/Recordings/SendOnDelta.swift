/// Send-on-delta coding of sampled channels: two rows per channel, ON for a rise and OFF for a fall.
///
/// Each channel keeps a reference r, which starts at its first sample. At every tick with sample s:
///
///     s − r ≥ Δ:  ON,  r ← r + Δ          r − s ≥ Δ:  OFF,  r ← r − Δ
///
/// at most once, since a row is active or not in a tick. A step of several Δ therefore takes as many ticks, and r is
/// exactly what a receiver adds up from the spikes. Moving r by all whole Δ at once would keep it nearer to the signal,
/// but the receiver sees only one spike and its sum drifts away: on the bundled watch recordings at Δ = 0.15 σ its
/// signal-to-noise ratio is 2.6 to 15.8 dB, channel by channel, with the former and −2.2 to 9.9 dB with the latter.
///
/// | symbol | name | unit | default | range |
/// |---|---|---|---|---|
/// | Δ | threshold | σ of the channel | 0.15 | above 0 |
///
/// - Reference: Miskowicz, Sensors 6(1), 2006, doi:10.3390/s6010049
public struct SendOnDelta: Sendable {
  /// Threshold of each channel, in the unit of the channel; infinite where the channel is constant.
  public let thresholds: [Float]
  /// The reference of each channel: the signal as a receiver of the spikes knows it.
  public private(set) var references: [Float]
  private var hasStarted = false

  /// Makes an encoder with given thresholds.
  /// - Precondition: Every threshold is positive.
  public init(thresholds: [Float]) {
    precondition(thresholds.allSatisfy { $0 > 0 }, "a threshold of send-on-delta is positive")
    self.thresholds = thresholds
    references = [Float](repeating: 0, count: thresholds.count)
  }

  /// Makes an encoder whose thresholds are a multiple of each channel's standard deviation.
  public init(thresholdInSigmas: Double, statistics: [ChannelStatistics]) {
    self.init(
      thresholds: statistics.map {
        let threshold = Float(thresholdInSigmas * $0.standardDeviation)
        return threshold > 0 ? threshold : .infinity
      })
  }

  /// Number of rows, two per channel.
  public var rowCount: Int { 2 * thresholds.count }

  /// Forgets the references: the next sample begins a new signal.
  public mutating func reset() {
    hasStarted = false
  }

  /// Encodes the sample of one tick.
  /// - Parameters:
  ///   - sample: One value per channel.
  ///   - emit: Called with each active row, ascending: `2 · channel` for ON, `2 · channel + 1` for OFF.
  @inlinable
  public mutating func encode(_ sample: UnsafeBufferPointer<Float>, emit: (Int) -> Void) {
    guard start(with: sample) else { return }
    for channel in sample.indices {
      let direction = advance(channel: channel, to: sample[channel])
      if direction > 0 {
        emit(2 * channel)
      } else if direction < 0 {
        emit(2 * channel + 1)
      }
    }
  }

  @usableFromInline
  mutating func start(with sample: UnsafeBufferPointer<Float>) -> Bool {
    if hasStarted { return true }
    hasStarted = true
    for channel in sample.indices { references[channel] = sample[channel] }
    return false
  }

  @usableFromInline
  mutating func advance(channel: Int, to value: Float) -> Int {
    let threshold = thresholds[channel]
    let difference = value - references[channel]
    if difference >= threshold {
      references[channel] += threshold
      return 1
    }
    if -difference >= threshold {
      references[channel] -= threshold
      return -1
    }
    return 0
  }
}
