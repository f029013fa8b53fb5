/// What the header of an AEDAT 4.0 file says.
///
/// It is a FlatBuffer of the table `IOHeader`: compression (Int32, 0 by default), position of the table of packets (Int64, -1 if
/// there is none) and a text in XML, in which node `outInfo` holds a node for each stream, named by its number, with the type of
/// its packets (`typeIdentifier`) and in node `info` the size of its camera (`sizeX`, `sizeY`).
/// - Reference: iniVation, AEDAT 4.0, docs.inivation.com/software/software-advanced-usage/file-formats/aedat-4.0.html
struct AEDAT4Header: Sendable {
  /// How packets are compressed; the raw values are those of the file.
  enum Compression: Int32, Sendable {
    case none = 0
    case lz4, lz4High, zstd, zstdHigh
  }

  /// One stream of packets.
  struct Stream: Sendable {
    /// "EVTS", "FRME", "IMUS", "TRIG" or another; empty if not stated.
    var type = ""
    /// Pixels in a row and in a column, as far as stated.
    var width: Int?
    var height: Int?
  }

  let compression: Compression
  /// Byte of the file at which the table of packets begins; negative if there is none.
  let tablePosition: Int64
  /// Streams by number.
  let streams: [Int32: Stream]

  /// Reads a header.
  /// - Parameter bytes: The header with the size before it.
  init(_ bytes: UnsafeRawBufferPointer) throws(FlatBuffer.Flaw) {
    let buffer = try FlatBuffer(bytes, byteCount: bytes.count)
    guard try buffer.identifier() == "IOHE" else {
      throw FlatBuffer.Flaw.wrong(expected: "'IOHE'", found: (try buffer.identifier()).debugDescription)
    }
    let root = try buffer.root()
    let code = if let field = try buffer.field(0, of: root) { try buffer.load(field, as: Int32.self) } else { Int32(0) }
    guard let compression = Compression(rawValue: code) else {
      throw FlatBuffer.Flaw.wrong(expected: "a compression from 0 to 4", found: "\(code)")
    }
    self.compression = compression
    tablePosition = if let field = try buffer.field(1, of: root) { try buffer.load(field, as: Int64.self) } else { -1 }
    let text = try buffer.vector(2, of: root, elementSize: 1)
    streams = Self.streams(bytes[text.start..<text.start + text.count])
  }

  private static func streams(_ text: Slice<UnsafeRawBufferPointer>) -> [Int32: Stream] {
    var streams: [Int32: Stream] = [:]
    var path: [String] = []
    for tag in XMLTags(text) {
      switch tag.name {
      case "node" where !tag.isEmpty: path.append(tag.attribute("name") ?? "")
      case "/node": _ = path.popLast()
      case "attr":
        guard let place = path.firstIndex(of: "outInfo"), place + 1 < path.count, let number = Int32(path[place + 1])
        else { continue }
        switch (path[(place + 2)...], tag.attribute("key")) {
        case ([], "typeIdentifier"): streams[number, default: Stream()].type = tag.text
        case (["info"], "sizeX"): streams[number, default: Stream()].width = Int(tag.text)
        case (["info"], "sizeY"): streams[number, default: Stream()].height = Int(tag.text)
        default: continue
        }
      default: continue
      }
    }
    return streams
  }
}

/// The tags of an XML text in their order, each with the text after it: enough for attributes of nodes. What is no tag is passed over.
private struct XMLTags: Sequence, IteratorProtocol {
  struct Tag {
    /// Name, with "/" before it in an end tag.
    var name: Substring
    /// Whether it ends with "/>".
    var isEmpty: Bool
    /// All between the name and the end.
    var attributes: Substring
    /// What comes before the next tag.
    var text: String

    func attribute(_ name: String) -> String? {
      var rest = attributes
      while let equals = rest.firstIndex(of: "=") {
        let key = rest[..<equals].drop { $0.isWhitespace }
        let quoted = rest[equals...].dropFirst()
        guard let quote = quoted.first, quote == "\"" || quote == "'" else { return nil }
        let value = quoted.dropFirst().prefix { $0 != quote }
        if key == name { return String(value) }
        rest = rest[value.endIndex...].dropFirst()
      }
      return nil
    }
  }

  private var rest: Slice<UnsafeRawBufferPointer>

  init(_ text: Slice<UnsafeRawBufferPointer>) {
    rest = text
  }

  mutating func next() -> Tag? {
    guard let start = rest.firstIndex(of: UInt8(ascii: "<")) else { return nil }
    let inside = rest[start...].dropFirst()
    guard let end = inside.firstIndex(of: UInt8(ascii: ">")) else { return nil }
    var content = Substring(String(decoding: inside[..<end], as: UTF8.self))
    rest = rest[(end + 1)...]
    let text = rest.prefix { $0 != UInt8(ascii: "<") }
    let isEmpty = content.last == "/"
    if isEmpty { content.removeLast() }
    let name = content.prefix { !$0.isWhitespace }
    return Tag(
      name: name, isEmpty: isEmpty, attributes: content[name.endIndex...], text: String(decoding: text, as: UTF8.self))
  }
}
