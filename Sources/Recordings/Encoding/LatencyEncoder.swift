import Kernels

/// Latency coding: every row spikes once in a window, the earlier the larger its value s.
///
///     logarithmic  t = τ ln(s / (s − θ))      when a capacitor that is charged towards s passes θ
///     linear       t = T (1 − s)              T the length of the window
///
/// The spike is in tick ⌊t / d⌋. Rows of s ≤ θ, and those whose tick is beyond the window, do not spike; values above 1 count as
/// 1, what is not a number as 0.
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | d | `tickInMicroseconds` | µs | 1000 | 1…3.6·10⁹ |
/// | T / d | `tickCount` | 1 | 100 | 1…10⁷ |
/// | τ | time constant | µs | | 1…3.6·10⁹ |
/// | θ | threshold | 1 | | 0…1, logarithmic above 0 |
///
/// - Reference: the logarithmic form is the membrane of an integrate-and-fire neuron with constant input, Thorpe, Delorme and
///   Van Rullen, 2001, doi:10.1016/S0893-6080(01)00083-1
public struct LatencyEncoder: Sendable {
  /// How a value becomes a time.
  public enum Law: Sendable, Equatable {
    /// τ ln(s / (s − θ)).
    case logarithmic(timeConstantInMicroseconds: Int64, threshold: Double)
    /// T (1 − s).
    case linear(threshold: Double)
  }

  /// Settings of the encoding.
  public struct Parameters: Sendable, Equatable {
    /// Duration of a tick in µs.
    public let tickInMicroseconds: Int64
    /// Ticks of a window.
    public let tickCount: Int
    /// How a value becomes a time.
    public let law: Law

    /// Checks and sets the settings.
    /// - Throws: `RecordingError.setting`.
    public init(tickInMicroseconds: Int64 = 1000, tickCount: Int = 100, law: Law) throws(RecordingError) {
      try RecordingError.checkSetting("tick duration in µs", tickInMicroseconds, in: 1...3_600_000_000)
      try RecordingError.checkSetting("ticks of a window", tickCount, in: 1...10_000_000)
      switch law {
      case .logarithmic(let timeConstant, let threshold):
        try RecordingError.checkSetting("time constant of latency in µs", timeConstant, in: 1...3_600_000_000)
        try RecordingError.checkSetting("threshold of latency", threshold, in: 1e-6...1)
      case .linear(let threshold):
        try RecordingError.checkSetting("threshold of latency", threshold, in: 0...1)
      }
      (self.tickInMicroseconds, self.tickCount, self.law) = (tickInMicroseconds, tickCount, law)
    }

    /// Tick of the spike of a value; `nil` for none.
    public func tick(of value: Float) -> Int? {
      let time: Double
      let value = min(Double(value), 1)
      switch law {
      case .logarithmic(let timeConstant, let threshold):
        guard value > threshold else { return nil }
        time = Double(timeConstant) * PortableDoubleMath.log(value / (value - threshold))
      case .linear(let threshold):
        guard value > threshold else { return nil }
        time = Double(tickCount) * Double(tickInMicroseconds) * (1 - value)
      }
      let tick = (time / Double(tickInMicroseconds)).rounded(.down)
      return tick < Double(tickCount) ? Int(tick) : nil
    }
  }

  /// Settings.
  public let parameters: Parameters
  /// Number of rows.
  public let rowCount: Int

  /// Rows by tick: where those of each tick begin, and the rows.
  private var starts: [Int]
  private var rows: [Int32]
  private var ticks: [Int32]

  /// Makes an encoder for a number of rows.
  public init(_ parameters: Parameters, rowCount: Int) {
    precondition(rowCount > 0 && rowCount <= Int(Int32.max), "a raster has rows, numbered with 32 bits")
    (self.parameters, self.rowCount) = (parameters, rowCount)
    starts = [Int](repeating: 0, count: parameters.tickCount + 1)
    rows = [Int32](repeating: 0, count: rowCount)
    ticks = [Int32](repeating: 0, count: rowCount)
  }

  /// Replaces the contents of the raster by the window of one value for each row.
  /// - Precondition: There is a value for every row.
  public mutating func encode(_ values: UnsafeBufferPointer<Float>, into raster: inout SpikeRaster) {
    precondition(values.count == rowCount, "a window has \(rowCount) values")
    raster.removeAll(rowCount: rowCount)
    for tick in starts.indices { starts[tick] = 0 }
    for row in values.indices {
      let tick = parameters.tick(of: values[row]) ?? -1
      ticks[row] = Int32(tick)
      if tick >= 0 { starts[tick + 1] += 1 }
    }
    for tick in 0..<parameters.tickCount { starts[tick + 1] += starts[tick] }
    // Each start moves to the end of its tick, which is the start of the next.
    for row in values.indices where ticks[row] >= 0 {
      let tick = Int(ticks[row])
      rows[starts[tick]] = Int32(row)
      starts[tick] += 1
    }
    var position = 0
    for tick in 0..<parameters.tickCount {
      for place in position..<starts[tick] { raster.appendRow(Int(rows[place])) }
      position = starts[tick]
      raster.endTick()
    }
  }
}
