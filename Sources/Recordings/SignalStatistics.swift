/// Statistics of one sampled channel.
public struct ChannelStatistics: Sendable, Equatable {
  /// Smallest value.
  public let minimum: Float
  /// Largest value.
  public let maximum: Float
  /// Mean.
  public let mean: Double
  /// Standard deviation σ, over all values.
  public let standardDeviation: Double
  /// The `levelCount − 1` values that divide the channel into levels of equal share, ascending.
  public let levelEdges: [Float]

  /// Sets all numbers.
  public init(minimum: Float, maximum: Float, mean: Double, standardDeviation: Double, levelEdges: [Float]) {
    self.minimum = minimum
    self.maximum = maximum
    self.mean = mean
    self.standardDeviation = standardDeviation
    self.levelEdges = levelEdges
  }
}

extension ChannelStatistics {
  /// Statistics of a signal that is gone through twice.
  /// - Parameters:
  ///   - channelCount: Number of channels.
  ///   - levelCount: Number of levels of each; `nil` for none, and one pass.
  ///   - pass: Calls what it is given with all samples, `[samples × channels]`, in pieces.
  static func fit(
    channelCount: Int, levelCount: Int?,
    pass: (_ add: (UnsafeBufferPointer<Float>) -> Void) throws(RecordingError) -> Void
  ) throws(RecordingError) -> [ChannelStatistics] {
    var moments = SignalMoments(channelCount: channelCount)
    try pass { moments.add($0) }
    var histogram = SignalHistogram(range: moments)
    if levelCount != nil { try pass { histogram.add($0) } }
    return (0..<channelCount).map { channel in
      ChannelStatistics(
        minimum: moments.minimum[channel], maximum: moments.maximum[channel], mean: moments.mean[channel],
        standardDeviation: moments.standardDeviation(of: channel),
        levelEdges: histogram.edges(ofChannel: channel, levelCount: levelCount ?? 1))
    }
  }
}

/// First pass over the training samples: range, mean and standard deviation of each channel in constant memory.
///
/// Mean and variance follow Welford's recurrence, so they lose no digits on a long recording with a large offset.
struct SignalMoments {
  private(set) var count = 0
  private(set) var minimum: [Float]
  private(set) var maximum: [Float]
  private(set) var mean: [Double]
  private var squares: [Double]

  init(channelCount: Int) {
    minimum = [Float](repeating: .infinity, count: channelCount)
    maximum = [Float](repeating: -.infinity, count: channelCount)
    mean = [Double](repeating: 0, count: channelCount)
    squares = mean
  }

  /// Adds samples, `[samples × channels]`.
  mutating func add(_ values: UnsafeBufferPointer<Float>) {
    let channelCount = mean.count
    for start in stride(from: 0, to: values.count, by: channelCount) {
      count += 1
      let weight = 1 / Double(count)
      for channel in 0..<channelCount {
        let value = values[start + channel]
        minimum[channel] = min(minimum[channel], value)
        maximum[channel] = max(maximum[channel], value)
        let difference = Double(value) - mean[channel]
        mean[channel] += difference * weight
        squares[channel] += difference * (Double(value) - mean[channel])
      }
    }
  }

  func standardDeviation(of channel: Int) -> Double {
    count == 0 ? 0 : (squares[channel] / Double(count)).squareRoot()
  }
}

/// Second pass: a fine histogram of each channel, from which quantiles follow to within one bin.
struct SignalHistogram {
  static let binCount = 65_536

  private let minimum: [Float]
  private let binsPerUnit: [Double]
  private let binWidth: [Double]
  private var counts: [Int]
  private var sampleCount = 0

  init(range moments: SignalMoments) {
    minimum = moments.minimum
    binWidth = zip(moments.minimum, moments.maximum).map { (Double($1) - Double($0)) / Double(Self.binCount) }
    binsPerUnit = binWidth.map { $0 > 0 ? 1 / $0 : 0 }
    counts = [Int](repeating: 0, count: Self.binCount * moments.minimum.count)
  }

  /// Adds samples of the first pass, `[samples × channels]`.
  mutating func add(_ values: UnsafeBufferPointer<Float>) {
    let channelCount = minimum.count
    for start in stride(from: 0, to: values.count, by: channelCount) {
      sampleCount += 1
      for channel in 0..<channelCount {
        let position = (Double(values[start + channel]) - Double(minimum[channel])) * binsPerUnit[channel]
        counts[channel * Self.binCount + min(Int(position), Self.binCount - 1)] += 1
      }
    }
  }

  /// The values below which the shares 1/n, 2/n … (n − 1)/n of the channel lie, linear inside a bin.
  func edges(ofChannel channel: Int, levelCount: Int) -> [Float] {
    var edges: [Float] = []
    var bin = 0
    var below = 0
    for level in 1..<max(levelCount, 1) {
      let rank = Double(sampleCount) * Double(level) / Double(levelCount)
      while bin < Self.binCount - 1, Double(below + counts[channel * Self.binCount + bin]) < rank {
        below += counts[channel * Self.binCount + bin]
        bin += 1
      }
      let inBin = max(Double(counts[channel * Self.binCount + bin]), 1)
      let position = Double(bin) + min(max((rank - Double(below)) / inBin, 0), 1)
      edges.append(Float(Double(minimum[channel]) + position * binWidth[channel]))
    }
    return edges
  }
}
