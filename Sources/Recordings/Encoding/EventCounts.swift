import Kernels

/// Counts of events as amplitudes: bins of fixed duration, one row per pixel and polarity, as ``EventBinning`` makes them, each
/// row driven as its number of events n in the tick says.
///
///     a = min(n, N) / N
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | N | `fullDrive`: number of events from which on a row is driven fully | events | 3 | 1…65 535 |
///
/// - Complexity: two bytes per row.
public struct EventCounts: EventEncoder {
  /// Settings of the encoding.
  public struct Parameters: Sendable, Equatable {
    /// Sensor and ticks.
    public let binning: EventBinning.Parameters
    /// Number of events from which on a row is driven fully.
    public let fullDrive: Int

    /// Checks and sets the settings.
    /// - Throws: `RecordingError.setting`.
    public init(binning: EventBinning.Parameters, fullDrive: Int = 3) throws(RecordingError) {
      try RecordingError.checkSetting("events for full drive", fullDrive, in: 1...65_535)
      try binning.checkGradedRaster(of: "event counts")
      (self.binning, self.fullDrive) = (binning, fullDrive)
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

  /// Events of each row in the tick being built, no more than matter.
  private var counts: [UInt16]
  private var active: ActiveRows

  /// Makes an encoder.
  public init(_ parameters: Parameters) {
    self.parameters = parameters
    counts = [UInt16](repeating: 0, count: parameters.binning.rowCount)
    active = ActiveRows(rowCount: parameters.binning.rowCount)
  }

  /// Begins a window.
  public mutating func begin(_ raster: inout SpikeRaster) {
    raster.removeAll(rowCount: rowCount, isGraded: true)
    droppedEventCount = 0
    withTick { counts, active in
      active.keep { row in
        counts[row] = 0
        return false
      }
    }
  }

  /// Adds events.
  public mutating func append(_ batch: EventBatch, to raster: inout SpikeRaster) {
    let (parameters, first) = (parameters, raster.tickCount)
    let most = UInt16(parameters.fullDrive)
    let binned = withTick { counts, active in
      parameters.binning.walk(batch, from: first) { row, _ in
        active.insert(row)
        if counts[row] < most { counts[row] += 1 }
      } endTick: { _ in
        Self.move(counts, active, fullDrive: parameters.fullDrive, to: &raster)
      }
    }
    droppedEventCount += batch.count - binned
  }

  /// Ends the window.
  public mutating func finish(_ raster: inout SpikeRaster) {
    let fullDrive = parameters.fullDrive
    while raster.tickCount < tickCount {
      withTick { Self.move($0, $1, fullDrive: fullDrive, to: &raster) }
    }
  }

  private mutating func withTick<Result>(
    _ body: (UnsafeMutableBufferPointer<UInt16>, ActiveRows.Bits) -> Result
  ) -> Result {
    counts.withUnsafeMutableBufferPointer { counts in active.withBits { body(counts, $0) } }
  }

  /// Ends the tick being built.
  private static func move(
    _ counts: UnsafeMutableBufferPointer<UInt16>, _ active: ActiveRows.Bits, fullDrive: Int,
    to raster: inout SpikeRaster
  ) {
    active.keep { row in
      raster.appendRow(row, amplitude: Float(counts[row]) / Float(fullDrive))
      counts[row] = 0
      return false
    }
    raster.endTick()
  }
}
