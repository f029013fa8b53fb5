import Recordings

/// Which events a picture shows.
public enum ShownPolarity: String, Sendable, CaseIterable {
  /// ON and OFF, told apart by colour.
  case both
  /// ON alone.
  case on
  /// OFF alone.
  case off
}

/// Events of a stretch of time, counted for each pixel and polarity.
public struct EventFrame: Sendable, Equatable {
  /// Most pixels of a frame.
  public static let mostPixels = 1 << 24

  /// Pixels in a row.
  public let width: Int
  /// Pixels in a column.
  public let height: Int
  /// ON events of each pixel, row-major.
  public private(set) var on: [UInt32]
  /// OFF events of each pixel, row-major.
  public private(set) var off: [UInt32]
  /// Events in the frame.
  public private(set) var eventCount = 0

  /// A frame without events.
  /// - Throws: `ReportingError.tooManyPixels`.
  public init(_ sensor: SensorSize) throws(ReportingError) {
    guard sensor.width * sensor.height <= Self.mostPixels else {
      throw ReportingError.tooManyPixels(width: sensor.width, height: sensor.height, most: Self.mostPixels)
    }
    self.init(width: sensor.width, height: sensor.height)
  }

  private init(width: Int, height: Int) {
    (self.width, self.height) = (width, height)
    on = [UInt32](repeating: 0, count: width * height)
    off = on
  }

  /// Counts events of a batch; those outside the frame are left out.
  public mutating func add(_ batch: EventBatch, _ range: Range<Int>, showing shown: ShownPolarity = .both) {
    let (x, y, polarities) = (batch.x, batch.y, batch.polarities)
    for index in range where Int(x[index]) < width && Int(y[index]) < height {
      let pixel = Int(y[index]) * width + Int(x[index])
      if polarities[index] & 1 == 1 {
        guard shown != .off else { continue }
        on[pixel] &+= 1
      } else {
        guard shown != .on else { continue }
        off[pixel] &+= 1
      }
      eventCount += 1
    }
  }

  /// Forgets the events.
  public mutating func removeAll() {
    self = EventFrame(width: width, height: height)
  }

  /// The frame in another size: smaller ones add up the pixels that fall together, larger ones repeat them.
  /// - Precondition: Both are positive.
  public func resized(width newWidth: Int, height newHeight: Int) -> EventFrame {
    precondition(newWidth > 0 && newHeight > 0, "a frame has at least one pixel")
    var frame = EventFrame(width: newWidth, height: newHeight)
    frame.eventCount = eventCount
    let (columns, rows) = (Self.sources(from: width, to: newWidth), Self.sources(from: height, to: newHeight))
    for row in 0..<newHeight {
      for column in 0..<newWidth {
        let pixel = row * newWidth + column
        for y in rows[row] {
          for x in columns[column] {
            frame.on[pixel] &+= on[y * width + x]
            frame.off[pixel] &+= off[y * width + x]
          }
        }
      }
    }
    return frame
  }

  /// The pixels along an axis that each new one shows.
  private static func sources(from extent: Int, to newExtent: Int) -> [Range<Int>] {
    (0..<newExtent).map { index in
      let first = index * extent / newExtent
      return first..<max((index + 1) * extent / newExtent, first + 1)
    }
  }

  /// A count that all but the given share of the active pixels keep to, at least 1: above it, colours need not differ.
  public func saturation(exceptShare share: Double = 0.02) -> Int {
    let totals = zip(on, off).map { Int($0) + Int($1) }.filter { $0 > 0 }.sorted()
    guard !totals.isEmpty else { return 1 }
    return totals[min(Int(Double(totals.count) * (1 - share)), totals.count - 1)]
  }
}
