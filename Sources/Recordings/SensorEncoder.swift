import Kernels

/// Encodes sampled channels, one tick per sample, into rows of several kinds, in this order; any may be left out.
///
/// | rows | of C channels | what they say |
/// | --- | --- | --- |
/// | change | 2C | ON and OFF when the signal has moved (``SendOnDelta``) or passed a level (``LevelCrossing``) |
/// | level | C·L | which of L levels the signal is at (``LevelRows``) |
/// | rate | 2C | spikes the more often the farther above and below its mean (``RateEncoder``) |
/// | latency | 2C | a spike in each window the earlier the farther above and below its mean (``LatencyRows``) |
/// | direct | 2C | driven as far as the signal is above and below its mean (``DirectRows``) |
///
/// What is made does not depend on how the samples are cut into pieces.
public struct SensorEncoder: Sendable {
  /// Settings of the encoding.
  public struct Parameters: Sendable, Equatable {
    /// Distance of changes that spike, in standard deviations of the channel; `nil` leaves these rows out.
    public let deltaThresholdInSigmas: Double?
    /// Width of the band around fixed levels in which nothing happens, as a part of their distance; `nil` where changes
    /// count from the last spike on.
    public let crossingHysteresis: Double?
    /// Number of levels per channel; `nil` leaves these rows out.
    public let levelCount: Int?
    /// Rows that spike at a rate; `nil` leaves them out.
    public let rate: ScaledSignal<RateEncoder.Parameters>?
    /// Rows that spike early or late; `nil` leaves them out.
    public let latency: ScaledSignal<LatencyEncoder.Parameters>?
    /// Rows driven by the signal; `nil` leaves them out.
    public let direct: DirectRows.Parameters?

    /// Checks and sets the settings.
    /// - Throws: `RecordingError.setting`.
    public init(
      deltaThresholdInSigmas: Double? = 0.15, crossingHysteresis: Double? = nil, levelCount: Int? = 8,
      rate: ScaledSignal<RateEncoder.Parameters>? = nil, latency: ScaledSignal<LatencyEncoder.Parameters>? = nil,
      direct: DirectRows.Parameters? = nil
    ) throws(RecordingError) {
      if let threshold = deltaThresholdInSigmas {
        try RecordingError.checkSetting(
          "threshold of changes in standard deviations", threshold, in: 0.001...1000)
      }
      if let crossingHysteresis {
        try RecordingError.checkSetting("hysteresis of level crossing", crossingHysteresis, in: 0...1)
      }
      if let levelCount, !(2...1024).contains(levelCount) {
        throw RecordingError.setting(name: "levels per channel", expected: "2 to 1024", found: "\(levelCount)")
      }
      if let direct { try direct.check() }
      guard deltaThresholdInSigmas != nil || levelCount != nil || rate != nil || latency != nil || direct != nil else {
        throw RecordingError.setting(
          name: "sensor encoding", expected: "rows of changes, levels, rates, latencies or the signal itself",
          found: "none")
      }
      self.deltaThresholdInSigmas = deltaThresholdInSigmas
      self.crossingHysteresis = crossingHysteresis
      self.levelCount = levelCount
      self.rate = rate
      self.latency = latency
      self.direct = direct
    }

    /// Number of rows for a number of channels.
    public func rowCount(channelCount: Int) -> Int {
      let pairs = [deltaThresholdInSigmas != nil, rate != nil, latency != nil, direct != nil].count { $0 }
      return channelCount * (2 * pairs + (levelCount ?? 0))
    }

    /// What drives a row.
    /// - Parameter channels: names of the channels.
    public func rowName(_ row: Int, channels: [String]) -> String {
      var rest = row
      let kinds = [
        (deltaThresholdInSigmas != nil, 2, ["rising", "falling"]), (levelCount != nil, levelCount ?? 0, []),
        (rate != nil, 2, ["above the mean, rate", "below the mean, rate"]),
        (latency != nil, 2, ["above the mean, latency", "below the mean, latency"]),
        (direct != nil, 2, ["above the mean", "below the mean"]),
      ]
      for (isThere, width, words) in kinds where isThere {
        guard rest >= width * channels.count else {
          return "\(channels[rest / width]) " + (words.isEmpty ? "level \(rest % width + 1)" : words[rest % width])
        }
        rest -= width * channels.count
      }
      return "row \(row)"
    }

    /// Threshold of send-on-delta, from whose spikes the signal can be added up again; `nil` where there is none.
    var reconstructibleThreshold: Double? { crossingHysteresis == nil ? deltaThresholdInSigmas : nil }
  }

  /// Number of rows.
  public let rowCount: Int
  private let channelCount: Int
  private let levels: LevelRows?
  private let direct: DirectRows?
  private var delta: SendOnDelta?
  private var crossing: LevelCrossing?
  private var rate: RateRows?
  private var latency: LatencyRows?

  /// Makes an encoder from statistics of the training samples.
  public init(_ parameters: Parameters, statistics: [ChannelStatistics]) {
    channelCount = statistics.count
    rowCount = parameters.rowCount(channelCount: statistics.count)
    if let threshold = parameters.deltaThresholdInSigmas {
      if let hysteresis = parameters.crossingHysteresis {
        crossing = LevelCrossing(
          thresholdInSigmas: threshold, hysteresis: Float(hysteresis), statistics: statistics)
      } else {
        delta = SendOnDelta(thresholdInSigmas: threshold, statistics: statistics)
      }
    }
    levels = parameters.levelCount == nil ? nil : LevelRows(edges: statistics.map(\.levelEdges))
    rate = parameters.rate.map { RateRows($0, statistics: statistics) }
    latency = parameters.latency.map { LatencyRows($0, statistics: statistics) }
    direct = parameters.direct.map { DirectRows($0, statistics: statistics) }
  }

  /// Begins a new signal and empties the raster.
  /// - Parameter sample: Number of the signal, to which random draws belong.
  public mutating func begin(sample: Int = 0, _ raster: inout SpikeRaster) {
    delta?.reset()
    crossing?.reset()
    rate?.begin(sample: sample)
    latency?.begin()
    raster.removeAll(rowCount: rowCount, isGraded: direct != nil)
  }

  /// Adds one tick per sample.
  /// - Parameters:
  ///   - samples: `[samples × channels]`.
  ///   - raster: Where the ticks go.
  /// - Precondition: The samples are whole.
  public mutating func append(_ samples: UnsafeBufferPointer<Float>, to raster: inout SpikeRaster) {
    precondition(samples.count % channelCount == 0, "a sample has \(channelCount) values")
    for start in stride(from: 0, to: samples.count, by: channelCount) {
      let sample = UnsafeBufferPointer(rebasing: samples[start..<start + channelCount])
      appendTick(sample, to: &raster)
    }
  }

  private mutating func appendTick(_ sample: UnsafeBufferPointer<Float>, to raster: inout SpikeRaster) {
    var firstRow = 0
    delta?.encode(sample) { raster.appendRow($0) }
    crossing?.encode(sample) { raster.appendRow($0) }
    if delta != nil || crossing != nil { firstRow += 2 * channelCount }
    if let levels {
      for channel in 0..<channelCount { raster.appendRow(firstRow + levels.row(of: sample[channel], channel: channel)) }
      firstRow += levels.rowCount
    }
    if rate != nil {
      rate?.encode(sample, tick: UInt64(raster.tickCount)) { raster.appendRow(firstRow + $0) }
      firstRow += 2 * channelCount
    }
    if latency != nil {
      latency?.encode(sample) { raster.appendRow(firstRow + $0) }
      firstRow += 2 * channelCount
    }
    direct?.encode(sample) { raster.appendRow(firstRow + $0, amplitude: $1) }
    raster.endTick()
  }
}
