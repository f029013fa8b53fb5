import Kernels

/// Encodes sampled channels as spikes, one tick per sample: send-on-delta rows, then level rows.
///
/// Rows `0 ..< 2C` are the ON and OFF rows of the C channels (``SendOnDelta``); rows `2C ..< 2C + C·L` their L levels
/// (``LevelRows``). Either part may be left out. The spikes do not depend on how the samples are cut into pieces.
public struct SensorEncoder: Sendable {
  /// Settings of the encoding.
  public struct Parameters: Sendable, Equatable {
    /// Threshold Δ of send-on-delta in standard deviations of the channel; `nil` leaves these rows out.
    public let deltaThresholdInSigmas: Double?
    /// Number of levels per channel; `nil` leaves these rows out.
    public let levelCount: Int?

    /// Checks and sets the settings.
    /// - Throws: `RecordingError.setting`.
    public init(deltaThresholdInSigmas: Double? = 0.15, levelCount: Int? = 8) throws(RecordingError) {
      if let threshold = deltaThresholdInSigmas, !(threshold >= 0.001 && threshold <= 1000) {
        throw RecordingError.setting(
          name: "threshold of send-on-delta", expected: "0.001 to 1000 standard deviations", found: "\(threshold)")
      }
      if let levelCount, !(2...1024).contains(levelCount) {
        throw RecordingError.setting(name: "levels per channel", expected: "2 to 1024", found: "\(levelCount)")
      }
      guard deltaThresholdInSigmas != nil || levelCount != nil else {
        throw RecordingError.setting(
          name: "sensor encoding", expected: "send-on-delta rows, level rows or both", found: "neither")
      }
      self.deltaThresholdInSigmas = deltaThresholdInSigmas
      self.levelCount = levelCount
    }

    /// Number of rows for a number of channels.
    public func rowCount(channelCount: Int) -> Int {
      channelCount * ((deltaThresholdInSigmas == nil ? 0 : 2) + (levelCount ?? 0))
    }
  }

  /// Number of rows.
  public let rowCount: Int
  private let channelCount: Int
  private let levels: LevelRows?
  private var delta: SendOnDelta?

  /// Makes an encoder from statistics of the training samples.
  public init(_ parameters: Parameters, statistics: [ChannelStatistics]) {
    channelCount = statistics.count
    rowCount = parameters.rowCount(channelCount: statistics.count)
    delta = parameters.deltaThresholdInSigmas.map { SendOnDelta(thresholdInSigmas: $0, statistics: statistics) }
    levels = parameters.levelCount == nil ? nil : LevelRows(edges: statistics.map(\.levelEdges))
  }

  /// Begins a new signal and empties the raster.
  public mutating func begin(_ raster: inout SpikeRaster) {
    delta?.reset()
    raster.removeAll(rowCount: rowCount)
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
      raster.endTick()
    }
  }
}
