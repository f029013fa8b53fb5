import Kernels

/// Rate coding: a row spikes the more often the larger its value.
///
///     p = min(1, s f d),  s the value, 0 … 1 (what lies outside counts as the nearer end, what is not a number as 0)
///
/// At random, a row spikes in a tick with probability p: a Poisson process that is looked at once per tick. The draw belongs to
/// (seed, sample, row, tick) and to nothing else. Regularly, a row spikes when the sum of its p passes the next whole number, so
/// after n ticks of the same value it has spiked ⌊n p⌋ times (first-order sigma-delta modulation). p is held in steps of 2⁻³².
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | f | `maximumRateInHertz` | 1/s | 100 | 0.001…10⁶ |
/// | d | `tickInMicroseconds` | µs | 1000 | 1…3.6·10⁹ |
public struct RateEncoder: Sendable {
  /// When a row spikes.
  public enum Scheme: Sendable, Equatable {
    /// At random, with draws of a seed.
    case random(seed: UInt64)
    /// At distances as equal as ticks allow, without chance.
    case regular
  }

  /// Settings of the encoding.
  public struct Parameters: Sendable, Equatable {
    /// Rate of a row of value 1, in Hz.
    public let maximumRateInHertz: Double
    /// Duration of a tick in µs.
    public let tickInMicroseconds: Int64
    /// When a row spikes.
    public let scheme: Scheme

    /// Checks and sets the settings.
    /// - Throws: `RecordingError.setting`.
    public init(
      maximumRateInHertz: Double = 100, tickInMicroseconds: Int64 = 1000, scheme: Scheme
    ) throws(RecordingError) {
      try RecordingError.checkSetting("rate of the largest value in Hz", maximumRateInHertz, in: 0.001...1e6)
      try RecordingError.checkSetting("tick duration in µs", tickInMicroseconds, in: 1...3_600_000_000)
      self.maximumRateInHertz = maximumRateInHertz
      self.tickInMicroseconds = tickInMicroseconds
      self.scheme = scheme
    }
  }

  /// Settings.
  public let parameters: Parameters
  /// Number of rows.
  public let rowCount: Int

  private let draws: RandomStream?
  private var sample = 0
  /// Of each row the fraction of a spike that is due, in units of 2⁻³²; empty at random.
  private var due: [UInt32]

  /// Makes an encoder for a number of rows.
  public init(_ parameters: Parameters, rowCount: Int) {
    precondition(rowCount > 0 && rowCount <= Int(Int32.max), "a raster has rows, numbered with 32 bits")
    (self.parameters, self.rowCount) = (parameters, rowCount)
    switch parameters.scheme {
    case .random(let seed):
      draws = RandomStream(seed: seed, purpose: .rateEncoding)
      due = []
    case .regular:
      draws = nil
      due = [UInt32](repeating: 0, count: rowCount)
    }
  }

  /// Begins a sample and empties the raster.
  /// - Parameter sample: Number of the sample, to which its draws belong.
  public mutating func begin(sample: Int, _ raster: inout SpikeRaster) {
    begin(sample: sample)
    raster.removeAll(rowCount: rowCount)
  }

  /// Begins a sample.
  mutating func begin(sample: Int) {
    self.sample = sample
    for row in due.indices { due[row] = 0 }
  }

  /// Adds ticks.
  /// - Parameter values: `[ticks × rows]`.
  /// - Precondition: The ticks are whole.
  public mutating func append(_ values: UnsafeBufferPointer<Float>, to raster: inout SpikeRaster) {
    precondition(values.count % rowCount == 0, "a tick has \(rowCount) values")
    for start in stride(from: 0, to: values.count, by: rowCount) {
      appendTick(UnsafeBufferPointer(rebasing: values[start..<start + rowCount]), to: &raster)
    }
  }

  /// Adds ticks of the same values.
  /// - Precondition: There is a value for every row.
  public mutating func append(_ values: [Float], tickCount: Int, to raster: inout SpikeRaster) {
    precondition(values.count == rowCount, "a tick has \(rowCount) values")
    values.withUnsafeBufferPointer { values in
      for _ in 0..<tickCount { appendTick(values, to: &raster) }
    }
  }

  private mutating func appendTick(_ values: UnsafeBufferPointer<Float>, to raster: inout SpikeRaster) {
    encode(values, tick: UInt64(raster.tickCount)) { raster.appendRow($0) }
    raster.endTick()
  }

  /// Encodes a tick of the sample.
  /// - Parameter emit: Called with each active row, ascending.
  mutating func encode(_ values: UnsafeBufferPointer<Float>, tick: UInt64, emit: (_ row: Int) -> Void) {
    let spikesPerTick = parameters.maximumRateInHertz * Double(parameters.tickInMicroseconds) * 1e-6
    var words = SIMD4<UInt32>()
    for row in values.indices {
      if row & 3 == 0, let draws { words = draws.words(array: sample, item: row >> 2, event: tick) }
      let probability = Self.fixedPoint(values[row], spikesPerTick: spikesPerTick)
      if draws != nil {
        if UInt64(words[row & 3]) < probability { emit(row) }
      } else {
        let sum = UInt64(due[row]) + probability
        if sum >= 1 << 32 { emit(row) }
        due[row] = UInt32(truncatingIfNeeded: sum)
      }
    }
  }

  /// min(1, s f d) in units of 2⁻³².
  private static func fixedPoint(_ value: Float, spikesPerTick: Double) -> UInt64 {
    // A comparison with what is not a number is false.
    guard value > 0 else { return 0 }
    return UInt64(min(Double(min(value, 1)) * spikesPerTick, 1) * 0x1p32 + 0.5)
  }
}
