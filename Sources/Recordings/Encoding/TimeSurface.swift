import Kernels

/// How long ago each pixel had its latest event, as amplitudes: one row per pixel and polarity, numbered as those of
/// ``EventBinning``.
///
///     a = exp(−n d / τ),  n = ticks since the one of the latest event of the row, d = duration of a tick
///
/// A row whose amplitude has fallen below the floor is not driven until its next event. Amplitudes are read from a table when a
/// tick ends, and only those of rows that are driven; between events nothing is computed.
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | τ | `timeConstantInMicroseconds` | µs | 30 000 | 1…3.6·10⁹ |
/// | | `floor`: smallest amplitude | 1 | 0.05 | 0.001…1 |
///
/// - Reference: Lagorce et al., HOTS, IEEE TPAMI 39(7), 2017, doi:10.1109/TPAMI.2016.2574707
/// - Complexity: 4 bytes per row; a tick costs as much as rows are driven in it.
public struct TimeSurface: EventEncoder {
  /// Settings of the encoding.
  public struct Parameters: Sendable, Equatable {
    /// Sensor and ticks.
    public let binning: EventBinning.Parameters
    /// Time in which the amplitude falls to 1/e, in µs.
    public let timeConstantInMicroseconds: Int64
    /// Smallest amplitude.
    public let floor: Double

    /// Checks and sets the settings.
    /// - Throws: `RecordingError.setting`.
    public init(
      binning: EventBinning.Parameters, timeConstantInMicroseconds: Int64 = 30_000, floor: Double = 0.05
    ) throws(RecordingError) {
      try RecordingError.checkSetting(
        "time constant of the time surface in µs", timeConstantInMicroseconds, in: 1...3_600_000_000)
      try RecordingError.checkSetting("floor of the time surface", floor, in: 0.001...1)
      try binning.checkGradedRaster(of: "time surface")
      self.binning = binning
      self.timeConstantInMicroseconds = timeConstantInMicroseconds
      self.floor = floor
    }

    /// Amplitude after 0, 1, … ticks, as long as it is not below the floor or the window over.
    fileprivate var amplitudes: [Float] {
      let decay = Double(binning.tickInMicroseconds) / Double(timeConstantInMicroseconds)
      var amplitudes: [Float] = []
      while amplitudes.count < binning.tickCount {
        let amplitude = PortableDoubleMath.exp(-Double(amplitudes.count) * decay)
        guard amplitude >= floor else { break }
        amplitudes.append(Float(amplitude))
      }
      return amplitudes
    }
  }

  /// Settings.
  public let parameters: Parameters
  /// Events since the window began that came after the last tick.
  public private(set) var droppedEventCount = 0
  /// Two per pixel.
  public var rowCount: Int { parameters.binning.rowCount }
  /// Ticks of every window.
  public var tickCount: Int { parameters.binning.tickCount }
  /// All ticks together.
  public var durationInMicroseconds: Int64? { parameters.binning.durationInMicroseconds }

  private let amplitudes: [Float]
  /// Tick of the latest event of each row that is driven.
  private var latest: [Int32]
  private var driven: ActiveRows

  /// Makes an encoder.
  public init(_ parameters: Parameters) {
    self.parameters = parameters
    amplitudes = parameters.amplitudes
    latest = [Int32](repeating: 0, count: parameters.binning.rowCount)
    driven = ActiveRows(rowCount: parameters.binning.rowCount)
  }

  /// Begins a window.
  public mutating func begin(_ raster: inout SpikeRaster) {
    raster.removeAll(rowCount: rowCount, isGraded: true)
    droppedEventCount = 0
    driven.removeAll()
  }

  /// Adds events.
  public mutating func append(_ batch: EventBatch, to raster: inout SpikeRaster) {
    let (binning, amplitudes, first) = (parameters.binning, amplitudes, raster.tickCount)
    let binned = latest.withUnsafeMutableBufferPointer { latest in
      driven.withBits { driven in
        binning.walk(batch, from: first) { row, tick in
          driven.insert(row)
          latest[row] = Int32(truncatingIfNeeded: tick)
        } endTick: { tick in
          Self.move(driven, latest: latest, tick: tick, amplitudes: amplitudes, to: &raster)
        }
      }
    }
    droppedEventCount += batch.count - binned
  }

  /// Ends the window.
  public mutating func finish(_ raster: inout SpikeRaster) {
    let (amplitudes, tickCount) = (amplitudes, tickCount)
    latest.withUnsafeMutableBufferPointer { latest in
      driven.withBits { driven in
        while raster.tickCount < tickCount {
          Self.move(driven, latest: latest, tick: raster.tickCount, amplitudes: amplitudes, to: &raster)
        }
      }
    }
  }

  /// Ends the tick being built, and forgets rows that have faded.
  private static func move(
    _ driven: ActiveRows.Bits, latest: UnsafeMutableBufferPointer<Int32>, tick: Int, amplitudes: [Float],
    to raster: inout SpikeRaster
  ) {
    amplitudes.withUnsafeBufferPointer { amplitudes in
      driven.keep { row in
        let age = tick - Int(latest[row])
        guard age < amplitudes.count else { return false }
        raster.appendRow(row, amplitude: amplitudes[age])
        return true
      }
    }
    raster.endTick()
  }
}
