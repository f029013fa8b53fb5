import Kernels

/// Frames that hold equal numbers of events, however long they take: the ticks of a binary raster with the rows of
/// ``EventBinning``.
///
/// Event i of a window, from 0, belongs to frame ⌊i · T / N⌋ where N events are split into T frames; with n events a frame, to
/// frame ⌊i / n⌋. Times play no part. A split of all events of a recording into T frames needs their number first, so only
/// frames of n events can be made on-line.
///
/// - Reference: "split by number" of Fang et al., SpikingJelly, 2023, doi:10.1126/sciadv.adi1480
/// - Complexity: one bit per row.
public struct EqualCountFrames: EventEncoder {
  /// Settings of the encoding.
  public struct Parameters: Sendable, Equatable {
    /// Size of the sensor.
    public let sensor: SensorSize
    /// Frames of every window; those that no event reaches are empty.
    public let frameCount: Int

    /// `frames` frames hold `events` events.
    fileprivate let events: Int
    fileprivate let frames: Int

    /// Frames of a given number of events, of which the last may hold fewer; events after the last frame are dropped.
    /// - Throws: `RecordingError.setting`.
    public init(sensor: SensorSize, frameCount: Int, eventsPerFrame: Int) throws(RecordingError) {
      try RecordingError.checkSetting("events of a frame", eventsPerFrame, in: 1...1_000_000_000)
      try self.init(sensor: sensor, frameCount: frameCount, events: eventsPerFrame, frames: 1)
    }

    /// Frames that share a known number of events; their numbers of events differ by one at most.
    /// - Throws: `RecordingError.setting`.
    public init(sensor: SensorSize, frameCount: Int, totalEventCount: Int) throws(RecordingError) {
      try RecordingError.checkSetting("events of all frames", totalEventCount, in: 1...100_000_000_000)
      try self.init(sensor: sensor, frameCount: frameCount, events: totalEventCount, frames: frameCount)
    }

    private init(sensor: SensorSize, frameCount: Int, events: Int, frames: Int) throws(RecordingError) {
      try RecordingError.checkSetting("frames of a window", frameCount, in: 1...10_000_000)
      // Rows are numbered with 32 bits in a raster.
      try RecordingError.checkSetting("pixels of the sensor", sensor.pixelCount, in: 1...(1 << 30))
      (self.sensor, self.frameCount, self.events, self.frames) = (sensor, frameCount, events, frames)
    }

    /// Number of the first event after a frame: the smallest i of which ⌊i · frames / events⌋ is above it.
    fileprivate func end(ofFrame frame: Int) -> Int { ((frame + 1) * events + frames - 1) / frames }
  }

  /// Settings.
  public let parameters: Parameters
  /// Events since the window began that came after the last frame.
  public private(set) var droppedEventCount = 0
  /// Two per pixel.
  public var rowCount: Int { 2 * parameters.sensor.pixelCount }
  /// Frames of every window.
  public var tickCount: Int { parameters.frameCount }
  /// None: frames last as long as their events do.
  public var durationInMicroseconds: Int64? { nil }

  private var eventCount = 0
  private var active: ActiveRows

  /// Makes an encoder.
  public init(_ parameters: Parameters) {
    self.parameters = parameters
    active = ActiveRows(rowCount: 2 * parameters.sensor.pixelCount)
  }

  /// Begins a window.
  public mutating func begin(_ raster: inout SpikeRaster) {
    raster.removeAll(rowCount: rowCount)
    (eventCount, droppedEventCount) = (0, 0)
    active.removeAll()
  }

  /// Adds events.
  public mutating func append(_ batch: EventBatch, to raster: inout SpikeRaster) {
    batch.requireEvents(on: parameters.sensor)
    let (width, pixelCount) = (parameters.sensor.width, parameters.sensor.pixelCount)
    let (x, y, polarities) = (batch.x, batch.y, batch.polarities)
    var end = parameters.end(ofFrame: raster.tickCount)
    for index in x.indices {
      while eventCount >= end {
        guard raster.tickCount + 1 < tickCount else {
          droppedEventCount += batch.count - index
          return
        }
        endFrame(&raster)
        end = parameters.end(ofFrame: raster.tickCount)
      }
      active.withBits {
        $0.insert(Int(polarities[index] & 1) * pixelCount + Int(y[index]) * width + Int(x[index]))
      }
      eventCount += 1
    }
  }

  /// Ends the window.
  public mutating func finish(_ raster: inout SpikeRaster) {
    while raster.tickCount < tickCount { endFrame(&raster) }
  }

  private mutating func endFrame(_ raster: inout SpikeRaster) {
    active.withBits { bits in
      bits.keep { row in
        raster.appendRow(row)
        return false
      }
    }
    raster.endTick()
  }
}
