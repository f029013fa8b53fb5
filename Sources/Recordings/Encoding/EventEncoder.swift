import Kernels

/// Turns the camera events of a window into ticks of spikes; what is made does not depend on how the events are cut into batches.
public protocol EventEncoder: Sendable {
  /// Number of rows of the raster.
  var rowCount: Int { get }
  /// Ticks of every window.
  var tickCount: Int { get }
  /// Time from the zero of the window to its end, in µs; `nil` where ticks do not last a fixed time.
  var durationInMicroseconds: Int64? { get }
  /// Events of the window that came after the last tick.
  var droppedEventCount: Int { get }

  /// Begins a window: empties the raster and the counts.
  mutating func begin(_ raster: inout SpikeRaster)

  /// Adds events, whose times, counted from the zero of the window, do not decrease.
  /// - Precondition: The pixels are on the sensor.
  mutating func append(_ batch: EventBatch, to raster: inout SpikeRaster)

  /// Ends the window: adds the ticks that are left.
  mutating func finish(_ raster: inout SpikeRaster)
}

extension EventBinning: EventEncoder {
  /// Two per pixel.
  public var rowCount: Int { parameters.rowCount }
  /// Ticks of every window.
  public var tickCount: Int { parameters.tickCount }
  /// All ticks together.
  public var durationInMicroseconds: Int64? { parameters.durationInMicroseconds }
}

extension EventBinning.Parameters {
  /// Duration of all ticks together, in µs.
  public var durationInMicroseconds: Int64 { Int64(tickCount) * tickInMicroseconds }

  /// Refuses what a graded raster could not hold if every row were active in every tick.
  func checkGradedRaster(of encoder: String) throws(RecordingError) {
    try RecordingError.checkSetting(
      "rows times ticks of the \(encoder)", rowCount * tickCount, in: 1...Int(Int32.max))
  }

  /// Calls `record` with row and tick of each event up to the first one after the last tick, and `endTick` before the first
  /// event of a later tick, once for each tick that ends.
  /// - Parameter first: The tick being built.
  /// - Returns: Number of events recorded.
  @inline(__always)
  func walk(
    _ batch: EventBatch, from first: Int, record: (_ row: Int, _ tick: Int) -> Void, endTick: (_ tick: Int) -> Void
  ) -> Int {
    precondition(
      batch.lies(inWidth: sensorWidth, height: sensorHeight),
      "an event lies outside of the \(sensorWidth)x\(sensorHeight) pixels")
    let (timestamps, x, y, polarities) = (batch.timestampsInMicroseconds, batch.x, batch.y, batch.polarities)
    let pixelCount = sensorWidth * sensorHeight
    var tick = first
    var end = Int64(first + 1) * tickInMicroseconds
    for index in timestamps.indices {
      if timestamps[index] >= end {
        let next = timestamps[index] / tickInMicroseconds
        guard next < Int64(tickCount) else { return index }
        for ending in tick..<Int(next) { endTick(ending) }
        tick = Int(next)
        end = (next + 1) * tickInMicroseconds
      }
      record(Int(polarities[index] & 1) * pixelCount + Int(y[index]) * sensorWidth + Int(x[index]), tick)
    }
    return timestamps.count
  }
}
