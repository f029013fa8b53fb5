/// Reads back what a palette PNG with fixed-Huffman blocks says, checking every checksum on the way.
///
/// Written from RFC 1950, RFC 1951 and ISO/IEC 15948 with plain tables, so that it shares no code with the encoder.
struct PNGDecoder {
  enum Failure: Error {
    case signature, chunk(String), checksum(String), block, code, filter, size
  }

  private(set) var width = 0
  private(set) var height = 0
  private(set) var palette: [[UInt8]] = []
  private(set) var indices: [UInt8] = []

  init(_ file: [UInt8]) throws {
    guard file.starts(with: [137, 80, 78, 71, 13, 10, 26, 10]) else { throw Failure.signature }
    var (place, compressed, names) = (8, [UInt8](), [String]())
    while place < file.count {
      let length = Self.number(file[place..<place + 4])
      let body = Array(file[place + 4..<place + 8 + length])
      let name = String(decoding: body.prefix(4), as: UTF8.self)
      guard Self.number(file[place + 8 + length..<place + 12 + length]) == Int(Self.crc(body)) else {
        throw Failure.checksum(name)
      }
      names.append(name)
      let data = Array(body.dropFirst(4))
      switch name {
      case "IHDR":
        (width, height) = (Self.number(data[0..<4]), Self.number(data[4..<8]))
        guard data.dropFirst(8) == [8, 3, 0, 0, 0] else { throw Failure.chunk(name) }
      case "PLTE": palette = stride(from: 0, to: data.count, by: 3).map { Array(data[$0..<$0 + 3]) }
      case "IDAT": compressed += data
      default: break
      }
      place += 12 + length
    }
    guard names == ["IHDR", "PLTE", "IDAT", "IEND"] else { throw Failure.chunk(names.joined()) }
    try read(lines: Self.inflated(compressed))
  }

  private mutating func read(lines: [UInt8]) throws {
    guard lines.count == height * (width + 1) else { throw Failure.size }
    for row in 0..<height {
      guard lines[row * (width + 1)] == 0 else { throw Failure.filter }
      indices += lines[row * (width + 1) + 1..<(row + 1) * (width + 1)]
    }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 << 8 | Int($1) } }

  /// Bit by bit, from the polynomial.
  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    var value: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      for bit in 0..<8 {
        let odd = (value ^ UInt32(byte >> UInt8(bit))) & 1
        value = value >> 1 ^ odd &* 0xEDB8_8320
      }
    }
    return ~value
  }

  private static let lengthBase = [
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
  ]
  private static let lengthBits = [
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
  ]
  private static let distanceBase = [
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
    8193, 12289, 16385, 24577,
  ]
  private static let distanceBits = [
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
  ]

  private static func inflated(_ stream: [UInt8]) throws -> [UInt8] {
    guard stream[0] & 15 == 8, number(stream[0..<2]) % 31 == 0 else { throw Failure.block }
    var place = 16
    func bits(_ count: Int) -> Int {
      var value = 0
      for index in 0..<count {
        value |= Int(stream[place >> 3] >> UInt8(place & 7) & 1) << index
        place += 1
      }
      return value
    }
    func code(_ count: Int, after prefix: Int = 0) -> Int {
      (0..<count).reduce(prefix) { value, _ in value << 1 | bits(1) }
    }
    func symbol() throws -> Int {
      let seven = code(7)
      if seven < 24 { return seven + 256 }
      let eight = code(1, after: seven)
      if 48...191 ~= eight { return eight - 48 }
      if 192...199 ~= eight { return eight - 192 + 280 }
      let nine = code(1, after: eight)
      guard 400...511 ~= nine else { throw Failure.code }
      return nine - 400 + 144
    }
    guard bits(1) == 1, bits(2) == 1 else { throw Failure.block }
    var output: [UInt8] = []
    while case let next = try symbol(), next != 256 {
      guard next > 256 else {
        output.append(UInt8(next))
        continue
      }
      let length = lengthBase[next - 257] + bits(lengthBits[next - 257])
      let slot = code(5)
      let distance = distanceBase[slot] + bits(distanceBits[slot])
      guard distance <= output.count else { throw Failure.code }
      for _ in 0..<length { output.append(output[output.count - distance]) }
    }
    let end = (place + 7) / 8
    let (a, b) = output.reduce((1, 0)) { sums, byte in
      let a = (sums.0 + Int(byte)) % 65521
      return (a, (sums.1 + a) % 65521)
    }
    guard stream.count == end + 4, number(stream[end...]) == b << 16 | a else { throw Failure.checksum("zlib") }
    return output
  }
}
