/// Writes 8-bit palette images as PNG (ISO/IEC 15948) with one fixed-Huffman DEFLATE block (RFC 1951).
///
/// Matches are looked for only one byte back (runs) and one line back (repeated lines), which is what rasters of wear
/// contain; noise costs 8 bits a pixel, as stored.
enum PNGEncoder {
  /// The file's bytes. `indices` is row-major, `width` a line, each an index into `palette`.
  /// - Precondition: `width` divides the number of indices, both above zero; 1 to 144 palette entries, none exceeded.
  static func encode(indices: [UInt8], width: Int, palette: [RGB]) -> [UInt8] {
    precondition(width > 0 && !indices.isEmpty && indices.count % width == 0, "the raster is not rectangular")
    precondition(1...144 ~= palette.count && indices.allSatisfy { $0 < palette.count }, "index outside the palette")
    let height = indices.count / width
    var lines: [UInt8] = []
    lines.reserveCapacity(indices.count + height)
    for row in 0..<height {
      lines.append(0)  // filter type "none"
      lines += indices[row * width..<(row + 1) * width]
    }
    var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    appendChunk("IHDR", bigEndian(UInt32(width)) + bigEndian(UInt32(height)) + [8, 3, 0, 0, 0], to: &file)
    appendChunk("PLTE", palette.flatMap { [$0.red, $0.green, $0.blue] }, to: &file)
    appendChunk("IDAT", zlibStream(lines, stride: width + 1), to: &file)
    appendChunk("IEND", [], to: &file)
    return file
  }

  private static func appendChunk(_ type: String, _ data: [UInt8], to file: inout [UInt8]) {
    let body = Array(type.utf8) + data
    file += bigEndian(UInt32(data.count)) + body + bigEndian(crc32(body))
  }

  private static func bigEndian(_ value: UInt32) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  private static func zlibStream(_ data: [UInt8], stride: Int) -> [UInt8] {
    var bits = BitWriter()
    bits.append(0b011, count: 3)  // final block, fixed codes
    var index = 0
    while index < data.count {
      let run = matchLength(in: data, at: index, distance: 1)
      let repeated = stride <= 32768 ? matchLength(in: data, at: index, distance: stride) : 0
      let length = max(run, repeated)
      if length >= 3 {
        appendMatch(length: length, distance: run >= repeated ? 1 : stride, to: &bits)
        index += length
      } else {
        bits.appendReversed(0x30 + UInt32(data[index]), count: 8)  // literals below 144
        index += 1
      }
    }
    bits.appendReversed(0, count: 7)  // end of block
    return [0x78, 0x01] + bits.finished() + bigEndian(adler32(data))
  }

  private static func matchLength(in data: [UInt8], at index: Int, distance: Int) -> Int {
    guard index >= distance else { return 0 }
    let limit = min(258, data.count - index)
    var length = 0
    while length < limit && data[index + length] == data[index + length - distance] { length += 1 }
    return length
  }

  private static func appendMatch(length: Int, distance: Int, to bits: inout BitWriter) {
    let (symbol, lengthExtra, lengthBits) = lengthCode(length)
    if symbol < 280 {
      bits.appendReversed(UInt32(symbol - 256), count: 7)
    } else {
      bits.appendReversed(UInt32(0xC0 + symbol - 280), count: 8)
    }
    bits.append(UInt32(lengthExtra), count: lengthBits)
    // Above 4, each pair of distance codes covers one more power of two.
    let offset = distance - 1
    let extraBits = offset < 4 ? 0 : Int.bitWidth - 2 - offset.leadingZeroBitCount
    let code = offset < 4 ? offset : 2 * extraBits + (offset >> extraBits)
    bits.appendReversed(UInt32(code), count: 5)
    bits.append(UInt32(offset & (1 << extraBits - 1)), count: extraBits)
  }

  /// Length symbol, extra value, number of extra bits; above 10, four codes cover one more power of two.
  private static func lengthCode(_ length: Int) -> (symbol: Int, extra: Int, extraBits: Int) {
    guard length < 258 else { return (285, 0, 0) }
    let offset = length - 3
    guard offset >= 8 else { return (257 + offset, 0, 0) }
    let extraBits = Int.bitWidth - 3 - offset.leadingZeroBitCount
    return (257 + 4 * extraBits + (offset >> extraBits), offset & (1 << extraBits - 1), extraBits)
  }

  private static let crcTable: [UInt32] = (0..<256).map { (byte: UInt32) -> UInt32 in
    (0..<8).reduce(byte) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ value >> 1 : value >> 1 }
  }

  /// The CRC-32 that PNG chunks carry.
  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { crc, byte in crcTable[Int(UInt8(truncatingIfNeeded: crc) ^ byte)] ^ crc >> 8 }
  }

  /// The Adler-32 that closes a zlib stream.
  static func adler32(_ bytes: [UInt8]) -> UInt32 {
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    return b << 16 | a
  }
}

/// Packs bits into bytes from the lowest bit up, as DEFLATE asks.
private struct BitWriter {
  private var bytes: [UInt8] = []
  private var pending: UInt64 = 0
  private var pendingCount = 0

  mutating func append(_ value: UInt32, count: Int) {
    pending |= UInt64(value) << UInt64(pendingCount)
    pendingCount += count
    while pendingCount >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: pending))
      pending >>= 8
      pendingCount -= 8
    }
  }

  /// Huffman codes go in with their highest bit first.
  mutating func appendReversed(_ code: UInt32, count: Int) {
    append(code.bitReversed >> UInt32(32 - count), count: count)
  }

  mutating func finished() -> [UInt8] {
    if pendingCount > 0 { append(0, count: 8 - pendingCount) }
    return bytes
  }
}

extension UInt32 {
  fileprivate var bitReversed: UInt32 {
    var (source, result): (UInt32, UInt32) = (self, 0)
    for _ in 0..<32 {
      result = result << 1 | source & 1
      source >>= 1
    }
    return result
  }
}
