import Kernels

/// Bins camera events into ticks of fixed duration, one row per pixel and polarity.
///
/// An event at time t falls into tick ⌊t / d⌋, with t from the zero of the recording. Its row is
/// `polarity · width · height + y · width + x`, so the OFF rows come first. A row is active in a tick that holds any event
/// of it. Events after the last tick are dropped and counted; a tick without events is there and empty.
///
/// The spikes do not depend on how the events are cut into batches. Memory is one bit per row.
public struct EventBinning: Sendable {
  /// Settings of the binning.
  public struct Parameters: Sendable, Equatable {
    /// Width of the sensor in pixels.
    public let sensorWidth: Int
    /// Height of the sensor in pixels.
    public let sensorHeight: Int
    /// Duration of a tick in µs.
    public let tickInMicroseconds: Int64
    /// Number of ticks of every sample.
    public let tickCount: Int

    /// Checks and sets the settings.
    /// - Throws: `RecordingError.setting`.
    public init(
      sensorWidth: Int, sensorHeight: Int, tickInMicroseconds: Int64, tickCount: Int
    ) throws(RecordingError) {
      try Self.require("sensor width", Int64(sensorWidth), in: 1...65_536)
      try Self.require("sensor height", Int64(sensorHeight), in: 1...65_536)
      try Self.require("tick duration in µs", tickInMicroseconds, in: 1...3_600_000_000)
      try Self.require("ticks per sample", Int64(tickCount), in: 1...10_000_000)
      // Rows are numbered with 32 bits in a raster.
      try Self.require("pixels of the sensor", Int64(sensorWidth) * Int64(sensorHeight), in: 1...(1 << 30))
      self.sensorWidth = sensorWidth
      self.sensorHeight = sensorHeight
      self.tickInMicroseconds = tickInMicroseconds
      self.tickCount = tickCount
    }

    /// Number of rows: two per pixel.
    public var rowCount: Int { 2 * sensorWidth * sensorHeight }

    private static func require(
      _ name: String, _ value: Int64, in range: ClosedRange<Int64>
    ) throws(RecordingError) {
      guard range.contains(value) else {
        throw RecordingError.setting(
          name: name, expected: "\(range.lowerBound) to \(range.upperBound)", found: "\(value)")
      }
    }
  }

  /// The settings.
  public let parameters: Parameters
  /// Events since the last reset that came after the last tick.
  public private(set) var droppedEventCount = 0

  private var activeRows: [UInt64]
  private var isTickEmpty = true

  /// Makes an encoder.
  public init(_ parameters: Parameters) {
    self.parameters = parameters
    activeRows = [UInt64](repeating: 0, count: (parameters.rowCount + 63) / 64)
  }

  /// Begins a sample: empties the raster and the counts.
  public mutating func begin(_ raster: inout SpikeRaster) {
    raster.removeAll(rowCount: parameters.rowCount)
    droppedEventCount = 0
    if !isTickEmpty { clearTick() }
  }

  /// Adds events, whose times do not decrease and whose pixels are on the sensor.
  public mutating func append(_ batch: EventBatch, to raster: inout SpikeRaster) {
    let pixelCount = parameters.sensorWidth * parameters.sensorHeight
    for index in 0..<batch.count {
      let tick = batch.timestampsInMicroseconds[index] / parameters.tickInMicroseconds
      guard tick < Int64(parameters.tickCount) else {
        droppedEventCount += batch.count - index
        return
      }
      while raster.tickCount < Int(tick) { endTick(&raster) }
      let pixel = Int(batch.y[index]) * parameters.sensorWidth + Int(batch.x[index])
      let row = Int(batch.polarities[index]) * pixelCount + pixel
      activeRows[row >> 6] |= 1 << UInt64(row & 63)
      isTickEmpty = false
    }
  }

  /// Ends the sample: adds the ticks that are left.
  public mutating func finish(_ raster: inout SpikeRaster) {
    while raster.tickCount < parameters.tickCount { endTick(&raster) }
  }

  private mutating func endTick(_ raster: inout SpikeRaster) {
    if !isTickEmpty {
      for index in activeRows.indices {
        var word = activeRows[index]
        while word != 0 {
          raster.appendRow(index << 6 + word.trailingZeroBitCount)
          word &= word - 1
        }
      }
      clearTick()
    }
    raster.endTick()
  }

  private mutating func clearTick() {
    for index in activeRows.indices { activeRows[index] = 0 }
    isTickEmpty = true
  }
}
