import Recordings

/// A frame in colours: ON blue, OFF orange, pixels with both grey, the darker the more events.
///
/// Blue and orange are those of Okabe and Ito, "Color Universal Design" (2008), which colour-blind readers tell apart.
public struct EventPicture: Sendable, Equatable {
  /// Shades of a colour.
  static let shades = 5
  /// The page, then the shades of ON, OFF and both, light to dark.
  static let palette: [RGB] =
    [RGB(0xffffff)]
    + [0xb8dcf0, 0x7fbfe2, 0x3f9bcb, 0x0072b2, 0x004a78, 0xfad9b8, 0xf2b27f, 0xe58536, 0xd55e00, 0x943f00]
    .map(RGB.init) + [0xcccccc, 0xa3a3a3, 0x7a7a7a, 0x4d4d4d, 0x222222].map(RGB.init)

  /// Pixels in a row.
  public let width: Int
  /// Pixels in a column.
  public let height: Int
  /// Places in the palette, row-major.
  let indices: [UInt8]

  /// Colours a frame.
  /// - Parameters:
  ///   - frame: The counts.
  ///   - saturation: Events of a pixel from which on its colour is the darkest; `nil` asks the frame.
  ///   - magnification: Pixels along each side that a pixel of the frame becomes.
  /// - Precondition: `saturation` and `magnification` are positive.
  public init(_ frame: EventFrame, saturation: Int? = nil, magnification: Int = 1) {
    precondition(magnification > 0 && saturation ?? 1 > 0, "saturation and magnification are positive")
    (width, height) = (frame.width * magnification, frame.height * magnification)
    let saturation = saturation ?? frame.saturation()
    let small = zip(frame.on, frame.off).map { on, off in
      Self.index(on: Int(on), off: Int(off), saturation: saturation)
    }
    guard magnification > 1 else {
      indices = small
      return
    }
    var indices: [UInt8] = []
    indices.reserveCapacity(width * height)
    for row in 0..<frame.height {
      let line = small[row * frame.width..<(row + 1) * frame.width].flatMap {
        repeatElement($0, count: magnification)
      }
      for _ in 0..<magnification { indices += line }
    }
    self.indices = indices
  }

  private static func index(on: Int, off: Int, saturation: Int) -> UInt8 {
    guard on + off > 0 else { return 0 }
    let family = on == 0 ? 1 : off == 0 ? 0 : 2
    return UInt8(1 + family * shades + shade(on + off, saturation: saturation))
  }

  /// From 0 for the fewest events to `shades - 1` from the saturation on.
  static func shade(_ count: Int, saturation: Int) -> Int {
    guard saturation > 1 else { return shades - 1 }
    return min((count - 1) * (shades - 1) / (saturation - 1), shades - 1)
  }

  /// The picture as a PNG file.
  public var png: [UInt8] {
    PNGEncoder.encode(indices: indices, width: width, palette: Self.palette)
  }

  /// Replaces the file at `path` by the picture as PNG, as a whole.
  /// - Throws: `RecordingError.unwritable`.
  public func writePNG(to path: String) throws(RecordingError) {
    let output = try StreamedFile(path: path)
    try output.write(png)
    try output.publish()
  }
}
