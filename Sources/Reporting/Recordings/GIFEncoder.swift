/// Writes animations of palette images as GIF 89a, picture by picture.
///
/// Pictures are compressed by LZW with codes of up to 12 bits; the loop is the application extension NETSCAPE 2.0.
/// - Reference: CompuServe, "Graphics Interchange Format, Version 89a" (1990)
struct GIFEncoder {
  /// Most pixels along a side.
  static let mostPixels = 65_535

  private let width: Int
  private let height: Int
  private let palette: [RGB]

  /// - Precondition: A palette of 16 colours; sides of 1 to `mostPixels`.
  init(width: Int, height: Int, palette: [RGB]) {
    precondition(palette.count == 1 << Self.bitsPerPixel, "the palette has 16 colours")
    precondition(1...Self.mostPixels ~= width && 1...Self.mostPixels ~= height, "a GIF has sides of 16 bits")
    (self.width, self.height, self.palette) = (width, height, palette)
  }

  private static let bitsPerPixel = 4

  /// What stands before the first picture.
  var header: [UInt8] {
    // A global table of 2^(3 + 1) colours, of 8 bits each.
    let screen = Self.bytes(width) + Self.bytes(height) + [0xF3, 0, 0]
    let colours = palette.flatMap { [$0.red, $0.green, $0.blue] }
    let loop = [0x21, 0xFF, 11] + Array("NETSCAPE2.0".utf8) + [3, 1, 0, 0, 0]
    return Array("GIF89a".utf8) + screen + colours + loop
  }

  /// What stands behind the last picture.
  static let trailer: [UInt8] = [0x3B]

  /// A picture.
  /// - Parameters:
  ///   - indices: Places in the palette, row-major.
  ///   - hundredths: How long it stays, in 1/100 s, 0 to 65 535.
  func picture(_ indices: [UInt8], hundredths: Int) -> [UInt8] {
    precondition(indices.count == width * height, "a picture has the size of the animation")
    let control = [0x21, 0xF9, 4, 0] + Self.bytes(hundredths) + [0, 0]
    let place = [0x2C, 0, 0, 0, 0] + Self.bytes(width) + Self.bytes(height) + [0]
    var file = control + place + [UInt8(Self.bitsPerPixel)]
    let codes = Self.compressed(indices)
    for start in stride(from: 0, to: codes.count, by: 255) {
      let block = codes[start..<min(start + 255, codes.count)]
      file.append(UInt8(block.count))
      file += block
    }
    return file + [0]
  }

  private static func compressed(_ indices: [UInt8]) -> [UInt8] {
    let (clear, end, mostCodes) = (1 << bitsPerPixel, 1 << bitsPerPixel + 1, 4096)
    var output = CodeWriter()
    // The code of each known text and the pixel after it; 0 where there is none.
    var longer = [UInt16](repeating: 0, count: mostCodes << bitsPerPixel)
    var (next, size) = (end + 1, bitsPerPixel + 1)
    output.append(clear, size)
    var text = Int(indices[0])
    for pixel in indices.dropFirst() {
      let slot = text << bitsPerPixel | Int(pixel & 15)
      if longer[slot] != 0 {
        text = Int(longer[slot])
        continue
      }
      output.append(text, size)
      if next < mostCodes {
        // The reader learns a text one code later, so codes grow when the one after the last of a size is given out.
        if next == 1 << size { size += 1 }
        longer[slot] = UInt16(next)
        next += 1
      } else {
        output.append(clear, size)
        for slot in longer.indices { longer[slot] = 0 }
        (next, size) = (end + 1, bitsPerPixel + 1)
      }
      text = Int(pixel & 15)
    }
    output.append(text, size)
    if next == 1 << size, size < 12 { size += 1 }
    output.append(end, size)
    return output.finished()
  }

  private static func bytes(_ value: Int) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8)] }
}

/// Packs codes into bytes from the lowest bit up.
private struct CodeWriter {
  private var bytes: [UInt8] = []
  private var pending = 0
  private var pendingCount = 0

  mutating func append(_ code: Int, _ size: Int) {
    pending |= code << pendingCount
    pendingCount += size
    while pendingCount >= 8 {
      bytes.append(UInt8(pending & 255))
      pending >>= 8
      pendingCount -= 8
    }
  }

  mutating func finished() -> [UInt8] {
    pendingCount > 0 ? bytes + [UInt8(pending)] : bytes
  }
}
