/// An 8-bit sRGB colour.
struct RGB: Hashable {
  var red: UInt8
  var green: UInt8
  var blue: UInt8

  init(_ hex: UInt32) {
    red = UInt8(truncatingIfNeeded: hex >> 16)
    green = UInt8(truncatingIfNeeded: hex >> 8)
    blue = UInt8(truncatingIfNeeded: hex)
  }

  /// The colour as SVG and CSS write it, `#rrggbb`.
  var hex: String {
    "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}

/// A perceptually uniform sequence of colours from light (small) to dark (large).
///
/// It is viridis reversed, so that on a white page more wear is more ink. The ten anchors are equally spaced samples of
/// the table by S. van der Walt, N. Smith and E. Firing, in the public domain (CC0), https://github.com/BIDS/colormap.
enum ColorMap {
  /// A cell that never received a pulse.
  static let neverWritten = RGB(0xdedede)
  /// A device that no longer switches.
  static let stuck = RGB(0xff2a1f)
  /// The page.
  static let background = RGB(0xffffff)

  private static let anchors: [RGB] = [
    0xfde725, 0xb4de2c, 0x6dcd59, 0x35b779, 0x1f9e89, 0x26828e, 0x31688e, 0x3e4a89, 0x482878, 0x440154,
  ].map(RGB.init)

  /// The colour at `position`, 0 (light) to 1 (dark); values outside and not-a-number go to the nearer end and to 0.
  static func color(at position: Double) -> RGB {
    let place = max(0, min(1, position.isNaN ? 0 : position)) * Double(anchors.count - 1)
    let index = min(Int(place), anchors.count - 2)
    let fraction = place - Double(index)
    let (low, high) = (anchors[index], anchors[index + 1])
    func mix(_ channel: KeyPath<RGB, UInt8>) -> UInt8 {
      let (a, b) = (Double(low[keyPath: channel]), Double(high[keyPath: channel]))
      return UInt8((a + (b - a) * fraction).rounded())
    }
    var mixed = low
    (mixed.red, mixed.green, mixed.blue) = (mix(\.red), mix(\.green), mix(\.blue))
    return mixed
  }
}
