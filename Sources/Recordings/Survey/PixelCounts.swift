/// Events of each pixel, on a grid that grows to what the events use where the size of the camera is not known.
public struct PixelCounts: Sendable, Equatable {
  /// A pixel and its events.
  public struct Pixel: Sendable, Equatable {
    /// Column.
    public var x: Int
    /// Row.
    public var y: Int
    /// Number of events.
    public var count: Int
  }

  /// Most pixels that are counted, which bounds the memory to 128 MiB.
  public static let mostPixels = 1 << 24

  /// Pixels in a row of the grid.
  public private(set) var width: Int
  /// Pixels in a column of the grid.
  public private(set) var height: Int
  /// Events of each pixel, row-major.
  public private(set) var counts: [Int]

  /// - Returns: `nil` for a camera of more than ``mostPixels``.
  init?(_ sensor: SensorSize?) {
    (width, height) = (sensor?.width ?? 0, sensor?.height ?? 0)
    guard width * height <= Self.mostPixels else { return nil }
    counts = [Int](repeating: 0, count: width * height)
  }

  /// Makes the grid reach up to a pixel.
  /// - Returns: Whether it does; it does not where it would hold more than ``mostPixels``.
  mutating func reach(x: Int, y: Int) -> Bool {
    guard x >= width || y >= height else { return true }
    let (newWidth, newHeight) = (Self.grown(width, beyond: x), Self.grown(height, beyond: y))
    guard newWidth * newHeight <= Self.mostPixels else { return false }
    var grown = [Int](repeating: 0, count: newWidth * newHeight)
    for row in 0..<height {
      for column in 0..<width { grown[row * newWidth + column] = counts[row * width + column] }
    }
    (width, height, counts) = (newWidth, newHeight, grown)
    return true
  }

  /// Doubled, so that a grid grows a few times only.
  private static func grown(_ extent: Int, beyond index: Int) -> Int {
    var extent = max(extent, 16)
    while extent <= index { extent *= 2 }
    return extent
  }

  /// Counts events that the grid reaches.
  mutating func count(_ events: EventRun) {
    let width = width
    counts.withUnsafeMutableBufferPointer { counts in
      for index in 0..<events.count { counts[Int(events.y[index]) * width + Int(events.x[index])] += 1 }
    }
  }

  /// The grid cut to a size.
  func cropped(width newWidth: Int, height newHeight: Int) -> PixelCounts {
    var cropped = self
    (cropped.width, cropped.height) = (newWidth, newHeight)
    cropped.counts = (0..<newHeight).flatMap { row in counts[row * width..<row * width + newWidth] }
    return cropped
  }

  /// The pixels of most events, those of no events left out; pixels with as many come row by row.
  /// - Parameter number: How many at most.
  public func hottest(_ number: Int) -> [Pixel] {
    guard number > 0 else { return [] }
    var hottest: [Pixel] = []
    for (index, count) in counts.enumerated() where count > 0 {
      guard hottest.count < number || count > hottest[hottest.count - 1].count else { continue }
      let place = hottest.firstIndex { $0.count < count } ?? hottest.count
      hottest.insert(Pixel(x: index % width, y: index / width, count: count), at: place)
      if hottest.count > number { hottest.removeLast() }
    }
    return hottest
  }

  /// Share of the pixels that have no event, 0 to 1.
  public var silentShare: Double {
    counts.isEmpty ? 0 : Double(counts.count { $0 == 0 }) / Double(counts.count)
  }
}
