/// Rows of a raster that are the pixels of an image: where each channel, line and column of it is.
public struct ImageShape: Sendable, Equatable {
  /// What comes first in the numbers of the rows.
  public enum Order: Sendable, Equatable {
    /// `(channel · height + y) · width + x`: events of a camera, by polarity.
    case channelsFirst
    /// `(y · width + x) · channels + channel`: feature maps, the neurons of a place together.
    case channelsLast
  }

  /// Channels: polarities of a camera, kernels of a layer.
  public let channels: Int
  /// Lines.
  public let height: Int
  /// Columns of pixels.
  public let width: Int
  /// What comes first.
  public let order: Order

  /// Sets all numbers.
  /// - Precondition: each at least 1.
  public init(channels: Int, height: Int, width: Int, order: Order) {
    precondition(channels > 0 && height > 0 && width > 0, "an image has pixels")
    self.channels = channels
    self.height = height
    self.width = width
    self.order = order
  }

  /// Number of rows.
  public var count: Int { channels * height * width }

  /// The row of a pixel.
  public func row(channel: Int, y: Int, x: Int) -> Int {
    switch order {
    case .channelsFirst: (channel * height + y) * width + x
    case .channelsLast: (y * width + x) * channels + channel
    }
  }

  /// The pixel of a row.
  public func pixel(ofRow row: Int) -> (channel: Int, y: Int, x: Int) {
    switch order {
    case .channelsFirst:
      let place = row % (height * width)
      return (row / (height * width), place / width, place % width)
    case .channelsLast:
      let place = row / channels
      return (row % channels, place / width, place % width)
    }
  }
}
