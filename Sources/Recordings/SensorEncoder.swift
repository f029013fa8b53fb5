import Kernels

/// Encodes sampled channels, one tick per sample: send-on-delta rows, then level rows, then direct rows.
///
/// Rows `0 ..< 2C` are the ON and OFF rows of the C channels (``SendOnDelta``), the next C·L rows their L levels
/// (``LevelRows``), the last 2C rows carry the signals themselves as amplitudes (``DirectRows``). Any part may be left out.
/// What is made does not depend on how the samples are cut into pieces.
public struct SensorEncoder: Sendable {
  /// Settings of the encoding.
  public struct Parameters: Sendable, Equatable {
    /// Threshold Δ of send-on-delta in standard deviations of the channel; `nil` leaves these rows out.
    public let deltaThresholdInSigmas: Double?
    /// Number of levels per channel; `nil` leaves these rows out.
    public let levelCount: Int?
    /// Rows driven by the signal; `nil` leaves them out.
    public let direct: DirectRows.Parameters?

    /// Checks and sets the settings.
    /// - Throws: `RecordingError.setting`.
    public init(
      deltaThresholdInSigmas: Double? = 0.15, levelCount: Int? = 8, direct: DirectRows.Parameters? = nil
    ) throws(RecordingError) {
      if let threshold = deltaThresholdInSigmas, !(threshold >= 0.001 && threshold <= 1000) {
        throw RecordingError.setting(
          name: "threshold of send-on-delta", expected: "0.001 to 1000 standard deviations", found: "\(threshold)")
      }
      if let levelCount, !(2...1024).contains(levelCount) {
        throw RecordingError.setting(name: "levels per channel", expected: "2 to 1024", found: "\(levelCount)")
      }
      if let direct { try direct.check() }
      guard deltaThresholdInSigmas != nil || levelCount != nil || direct != nil else {
        throw RecordingError.setting(
          name: "sensor encoding", expected: "send-on-delta rows, level rows or direct rows", found: "none")
      }
      self.direct = direct
      self.deltaThresholdInSigmas = deltaThresholdInSigmas
      self.levelCount = levelCount
    }

    /// Number of rows for a number of channels.
    public func rowCount(channelCount: Int) -> Int {
      channelCount * ((deltaThresholdInSigmas == nil ? 0 : 2) + (levelCount ?? 0) + (direct == nil ? 0 : 2))
    }
  }

  /// Number of rows.
  public let rowCount: Int
  private let channelCount: Int
  private let levels: LevelRows?
  private let direct: DirectRows?
  private var delta: SendOnDelta?

  /// Makes an encoder from statistics of the training samples.
  public init(_ parameters: Parameters, statistics: [ChannelStatistics]) {
    channelCount = statistics.count
    rowCount = parameters.rowCount(channelCount: statistics.count)
    delta = parameters.deltaThresholdInSigmas.map { SendOnDelta(thresholdInSigmas: $0, statistics: statistics) }
    levels = parameters.levelCount == nil ? nil : LevelRows(edges: statistics.map(\.levelEdges))
    direct = parameters.direct.map { DirectRows($0, statistics: statistics) }
  }

  /// Begins a new signal and empties the raster.
  public mutating func begin(_ raster: inout SpikeRaster) {
    delta?.reset()
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
      delta?.encode(sample) { raster.appendRow($0) }
      if let levels {
        let firstRow = delta?.rowCount ?? 0
        for channel in 0..<channelCount {
          raster.appendRow(firstRow + levels.row(of: sample[channel], channel: channel))
        }
      }
      if let direct {
        let firstRow = rowCount - direct.rowCount
        direct.encode(sample) { raster.appendRow(firstRow + $0, amplitude: $1) }
      }
      raster.endTick()
    }
  }
}
