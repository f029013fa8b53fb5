/// Reads back what an animation says, from the specification of GIF 89a, with a dictionary of texts.
struct GIFDecoder {
  enum Failure: Error {
    case signature, block(Int), code(Int), size(Int), end
  }

  private(set) var width = 0
  private(set) var height = 0
  private(set) var palette: [[UInt8]] = []
  private(set) var pictures: [[UInt8]] = []
  private(set) var hundredths: [Int] = []
  private(set) var repeats: Int?

  private let file: [UInt8]
  private var place = 0

  init(_ file: [UInt8]) throws {
    self.file = file
    guard file.starts(with: Array("GIF89a".utf8)) else { throw Failure.signature }
    place = 6
    (width, height) = (number(), number())
    let packed = byte()
    guard packed & 0x80 != 0, byte() == 0, byte() == 0 else { throw Failure.block(place) }
    palette = (0..<(2 << (packed & 7))).map { _ in [byte(), byte(), byte()] }
    while true {
      switch byte() {
      case 0x21: try readExtension()
      case 0x2C: try readPicture()
      case 0x3B:
        guard place == file.count else { throw Failure.end }
        return
      default: throw Failure.block(place)
      }
    }
  }

  private mutating func byte() -> UInt8 {
    place += 1
    return file[place - 1]
  }

  private mutating func number() -> Int { Int(byte()) | Int(byte()) << 8 }

  private mutating func blocks() -> [UInt8] {
    var content: [UInt8] = []
    while case let count = Int(byte()), count > 0 {
      content += file[place..<place + count]
      place += count
    }
    return content
  }

  private mutating func readExtension() throws {
    let label = byte()
    let content = blocks()
    switch label {
    case 0xF9: hundredths.append(Int(content[1]) | Int(content[2]) << 8)
    case 0xFF where content.starts(with: Array("NETSCAPE2.0".utf8)): repeats = Int(content[12]) | Int(content[13]) << 8
    default: throw Failure.block(place)
    }
  }

  private mutating func readPicture() throws {
    guard number() == 0, number() == 0, number() == width, number() == height, byte() == 0 else {
      throw Failure.block(place)
    }
    let bits = Int(byte())
    let data = blocks()
    let (clear, end) = (1 << bits, 1 << bits + 1)
    var (texts, size, position): ([[UInt8]], Int, Int) = ([], bits + 1, 0)
    var (latest, picture): ([UInt8]?, [UInt8]) = (nil, [])
    while true {
      guard position + size <= 8 * data.count else { throw Failure.code(position) }
      let code = (0..<size).reduce(0) { $0 | Int(data[(position + $1) / 8] >> UInt8((position + $1) % 8) & 1) << $1 }
      position += size
      if code == clear {
        texts = (0..<clear).map { [UInt8($0)] } + [[], []]
        (size, latest) = (bits + 1, nil)
        continue
      }
      if code == end { break }
      let text: [UInt8]
      if code < texts.count {
        text = texts[code]
      } else if code == texts.count, let latest {
        text = latest + [latest[0]]
      } else {
        throw Failure.code(position)
      }
      if let latest, texts.count < 4096 { texts.append(latest + [text[0]]) }
      picture += text
      latest = text
      if texts.count == 1 << size, size < 12 { size += 1 }
    }
    guard picture.count == width * height, (position + 7) / 8 == data.count else { throw Failure.size(picture.count) }
    pictures.append(picture)
  }
}
