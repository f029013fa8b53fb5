/// A pixel of a camera.
public struct PixelPosition: Sendable, Hashable {
  /// Column, from 0 at the left.
  public let x: Int
  /// Row, from 0 at the top.
  public let y: Int

  /// Sets both.
  public init(x: Int, y: Int) {
    (self.x, self.y) = (x, y)
  }
}

/// Drops the events of given pixels, such as those that fire without light changing; see ``HotPixels`` for how to find them.
public struct HotPixelMask: EventFilter {
  /// The pixels.
  public struct Parameters: EventFilterParameters, Equatable {
    /// Pixels whose events are dropped.
    public let pixels: [PixelPosition]

    /// Sets the pixels.
    public init(pixels: [PixelPosition]) {
      self.pixels = pixels
    }

    /// The filter, for a sensor that holds all pixels.
    public func makeFilter(for sensor: SensorSize) throws(RecordingError) -> any EventFilter {
      try sensor.checkState(of: "hot-pixel mask")
      for pixel in pixels
      where !(0..<sensor.width).contains(pixel.x) || !(0..<sensor.height).contains(pixel.y) {
        throw .setting(
          name: "hot pixel", expected: "a pixel on a sensor of \(sensor)", found: "(\(pixel.x), \(pixel.y))")
      }
      return HotPixelMask(self, sensor: sensor)
    }
  }

  /// The pixels.
  public let parameters: Parameters
  /// Size of the image, which stays.
  public let sensor: SensorSize
  /// What it does.
  public var name: String { "mask of \(parameters.pixels.count) pixels" }

  /// Whether the events of each pixel pass.
  private let passes: [Bool]

  fileprivate init(_ parameters: Parameters, sensor: SensorSize) {
    (self.parameters, self.sensor) = (parameters, sensor)
    var passes = [Bool](repeating: true, count: sensor.pixelCount)
    for pixel in parameters.pixels { passes[pixel.y * sensor.width + pixel.x] = false }
    self.passes = passes
  }

  /// Drops the events of the pixels.
  public mutating func apply(to batch: inout EventBatch) {
    batch.requireEvents(on: sensor)
    let width = sensor.width
    passes.withUnsafeBufferPointer { passes in
      batch.keep { events, index in passes[Int(events.y[index]) * width + Int(events.x[index])] }
    }
  }
}
