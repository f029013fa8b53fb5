/// An encoding of values from 0 to 1 for sampled channels: two rows per channel, for the signal above and below its mean.
///
///     s = min(|x − mean| / (range·σ), 1),   row 2·channel where x is above the mean, row 2·channel + 1 where it is below
///
/// The other row of a channel has the value 0. A constant channel has 0 throughout.
public struct ScaledSignal<Encoding: Sendable & Equatable>: Sendable, Equatable {
  /// Distance from the mean that counts as 1, in standard deviations of the channel.
  public let rangeInSigmas: Double
  /// What becomes of the values.
  public let encoding: Encoding

  /// Checks and sets the settings.
  /// - Throws: `RecordingError.setting`.
  public init(rangeInSigmas: Double = 3, encoding: Encoding) throws(RecordingError) {
    try RecordingError.checkSetting("range of a signal in standard deviations", rangeInSigmas, in: 0.01...1000)
    (self.rangeInSigmas, self.encoding) = (rangeInSigmas, encoding)
  }
}

/// Values of the two rows of each channel.
struct SignalScale: Sendable {
  private let means: [Float]
  private let factors: [Float]
  private(set) var values: [Float]

  init(rangeInSigmas: Double, statistics: [ChannelStatistics]) {
    means = statistics.map { Float($0.mean) }
    factors = statistics.map { channel in
      let fullScale = rangeInSigmas * channel.standardDeviation
      return fullScale > 0 ? Float(1 / fullScale) : 0
    }
    values = [Float](repeating: 0, count: 2 * statistics.count)
  }

  mutating func take(_ sample: UnsafeBufferPointer<Float>) {
    for channel in sample.indices {
      let signal = (sample[channel] - means[channel]) * factors[channel]
      values[2 * channel] = min(max(signal, 0), 1)
      values[2 * channel + 1] = min(max(-signal, 0), 1)
    }
  }
}

/// Rows that spike the more often the farther the signal is from its mean.
struct RateRows: Sendable {
  private var scale: SignalScale
  private var encoder: RateEncoder

  init(_ parameters: ScaledSignal<RateEncoder.Parameters>, statistics: [ChannelStatistics]) {
    scale = SignalScale(rangeInSigmas: parameters.rangeInSigmas, statistics: statistics)
    encoder = RateEncoder(parameters.encoding, rowCount: 2 * statistics.count)
  }

  mutating func begin(sample: Int) { encoder.begin(sample: sample) }

  mutating func encode(_ sample: UnsafeBufferPointer<Float>, tick: UInt64, emit: (_ row: Int) -> Void) {
    scale.take(sample)
    scale.values.withUnsafeBufferPointer { encoder.encode($0, tick: tick, emit: emit) }
  }
}

/// Rows that spike once in each window of ticks, the earlier the farther the signal was from its mean when the window began.
struct LatencyRows: Sendable {
  private let parameters: LatencyEncoder.Parameters
  private var scale: SignalScale
  /// Tick of the window at which each row spikes, −1 for none.
  private var ticks: [Int]
  private var tick = 0

  init(_ parameters: ScaledSignal<LatencyEncoder.Parameters>, statistics: [ChannelStatistics]) {
    self.parameters = parameters.encoding
    scale = SignalScale(rangeInSigmas: parameters.rangeInSigmas, statistics: statistics)
    ticks = [Int](repeating: -1, count: 2 * statistics.count)
  }

  mutating func begin() { tick = 0 }

  mutating func encode(_ sample: UnsafeBufferPointer<Float>, emit: (_ row: Int) -> Void) {
    if tick == 0 {
      scale.take(sample)
      for row in ticks.indices { ticks[row] = parameters.tick(of: scale.values[row]) ?? -1 }
    }
    for row in ticks.indices where ticks[row] == tick { emit(row) }
    tick = tick + 1 == parameters.tickCount ? 0 : tick + 1
  }
}

extension LevelCrossing {
  /// Levels around the mean of each channel, a multiple of its standard deviation apart; a constant channel passes none.
  init(thresholdInSigmas: Double, hysteresis: Float, statistics: [ChannelStatistics]) {
    let spacings = statistics.map { channel in
      let spacing = Float(thresholdInSigmas * channel.standardDeviation)
      return spacing >= .leastNormalMagnitude ? spacing : .greatestFiniteMagnitude
    }
    self.init(
      Parameters(spacings: spacings, offsets: statistics.map { Float($0.mean) }, checkedHysteresis: hysteresis))
  }
}
