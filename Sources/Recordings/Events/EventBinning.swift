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

  private var active: ActiveRows

  /// Makes an encoder.
  public init(_ parameters: Parameters) {
    self.parameters = parameters
    active = ActiveRows(rowCount: parameters.rowCount)
  }

  /// Begins a sample: empties the raster and the counts.
  public mutating func begin(_ raster: inout SpikeRaster) {
    raster.removeAll(rowCount: parameters.rowCount)
    droppedEventCount = 0
    active.removeAll()
  }

  /// Adds events, whose times do not decrease and whose pixels are on the sensor.
  public mutating func append(_ batch: EventBatch, to raster: inout SpikeRaster) {
    guard let latest = batch.timestampsInMicroseconds.last else { return }
    let first = raster.tickCount
    let last = min(Int(clamping: latest / parameters.tickInMicroseconds), parameters.tickCount)
    var binned = 0
    raster.append(
      atMostSpikes: active.count + batch.count, atMostTicks: max(last - first, 0)
    ) { appender in
      binned = active.withBits { parameters.bin(batch, from: first, active: $0, into: &appender) }
    }
    droppedEventCount += batch.count - binned
  }

  /// Ends the sample: adds the ticks that are left.
  public mutating func finish(_ raster: inout SpikeRaster) {
    let left = parameters.tickCount - raster.tickCount
    guard left > 0 else { return }
    raster.append(atMostSpikes: active.count, atMostTicks: left) { appender in
      active.withBits { $0.move(to: &appender) }
      for _ in 0..<left { appender.endTick() }
    }
  }
}

extension EventBinning.Parameters {
  /// Bins the events of a batch, of which the first belong to tick `first` or later.
  /// - Returns: Number of events up to the first one after the last tick.
  fileprivate func bin(
    _ batch: EventBatch, from first: Int, active: ActiveRows.Bits, into appender: inout SpikeRaster.Appender
  ) -> Int {
    let (timestamps, x, y, polarities) = (batch.timestampsInMicroseconds, batch.x, batch.y, batch.polarities)
    let pixelCount = sensorWidth * sensorHeight
    var tick = first
    // Events before this time belong to the tick being built: a division for each tick, not for each event.
    var end = Int64(first + 1) * tickInMicroseconds
    for index in timestamps.indices {
      if timestamps[index] >= end {
        let next = timestamps[index] / tickInMicroseconds
        guard next < Int64(tickCount) else { return index }
        active.move(to: &appender)
        for _ in tick..<Int(next) { appender.endTick() }
        tick = Int(next)
        end = (next + 1) * tickInMicroseconds
      }
      active.insert(Int(polarities[index]) * pixelCount + Int(y[index]) * sensorWidth + Int(x[index]))
    }
    return timestamps.count
  }
}
