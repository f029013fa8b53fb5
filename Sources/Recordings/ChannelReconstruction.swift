import Glibc

/// How well the spikes of one channel describe its signal: the receiver adds up ON and OFF spikes.
public struct ChannelReconstruction: Sendable, Equatable {
  /// Name of the channel.
  public let name: String
  /// Unit of the channel and of the two errors below.
  public let unit: String
  /// Root of the mean squared difference between the signal and what the receiver knows of it.
  public let rootMeanSquareError: Double
  /// Standard deviation σ of the signal.
  public let standardDeviation: Double
  /// ON and OFF spikes per tick, 0…1.
  public let spikesPerTick: Double

  /// Power of the signal about its mean over power of the error, in dB; infinite for a perfect reconstruction.
  public var signalToNoiseInDecibels: Double {
    20 * log10(standardDeviation / rootMeanSquareError)
  }
}

/// Adds up reconstruction errors of all channels.
struct ReconstructionError {
  private var squares: [Double]
  private var spikeCounts: [Int]
  private var tickCount = 0

  init(channelCount: Int) {
    squares = [Double](repeating: 0, count: channelCount)
    spikeCounts = [Int](repeating: 0, count: channelCount)
  }

  /// Encodes one signal, `[ticks × channels]`, and adds its errors.
  mutating func add(_ values: UnsafeBufferPointer<Float>, encodedBy encoder: SendOnDelta) {
    var encoder = encoder
    encoder.reset()
    let channelCount = squares.count
    for start in stride(from: 0, to: values.count, by: channelCount) {
      let sample = UnsafeBufferPointer(rebasing: values[start..<start + channelCount])
      encoder.encode(sample) { spikeCounts[$0 / 2] += 1 }
      for channel in 0..<channelCount {
        let error = Double(sample[channel]) - Double(encoder.references[channel])
        squares[channel] += error * error
      }
      tickCount += 1
    }
  }

  func report(names: [String], units: [String], statistics: [ChannelStatistics]) -> [ChannelReconstruction] {
    squares.indices.map { channel in
      ChannelReconstruction(
        name: names[channel], unit: units[channel],
        rootMeanSquareError: (squares[channel] / Double(max(tickCount, 1))).squareRoot(),
        standardDeviation: statistics[channel].standardDeviation,
        spikesPerTick: Double(spikeCounts[channel]) / Double(max(tickCount, 1)))
    }
  }
}
