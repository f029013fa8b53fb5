/// Writes AEDAT 4.0 files for tests: the format's own description in reverse, independent of the decoder.
struct AEDAT4Draft {
  enum Compression: Int32, CaseIterable {
    case none = 0
    case lz4, lz4High, zstd, zstdHigh
  }

  /// Where the list of fields of a packet is: at the beginning, as builders put it, or after the vector.
  enum Layout {
    case fieldsFirst, fieldsLast
  }

  var compression = Compression.none
  var hasTable = true
  /// Type and size of streams, by number.
  var streams: [(number: Int32, type: String, size: (Int, Int)?)] = [(0, "EVTS", (320, 240))]
  private(set) var packets: [[UInt8]] = []

  static func little(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }

  static func bytes(_ event: TestEvent) -> [UInt8] {
    little(event.timestamp) + little(event.x) + little(event.y) + [event.polarity, 0, 0, 0]
  }

  /// A FlatBuffer with its size before it, whose root has one field, a vector.
  static func flatBuffer(_ identifier: String, count: Int, elements: [UInt8], layout: Layout = .fieldsFirst) -> [UInt8]
  {
    let vector = little(UInt32(count)) + elements
    // List of fields: its size, that of the table, where the field is; the table: how far back the list is, the field.
    let fields = little(UInt16(6)) + little(UInt16(8)) + little(UInt16(4))
    var body: [UInt8]
    switch layout {
    case .fieldsFirst:
      // Root 16 bytes after its own offset, after two bytes of padding and the list of fields.
      body = little(UInt32(16)) + Array(identifier.utf8) + [0, 0] + fields
      body += little(Int32(6)) + little(UInt32(4)) + vector
    case .fieldsLast:
      let end = 8 + 8 + vector.count
      body = little(UInt32(8)) + Array(identifier.utf8)
      body += little(Int32(8 - end)) + little(UInt32(4)) + vector + fields
    }
    return little(UInt32(body.count)) + body
  }

  mutating func add(_ events: [TestEvent], stream: Int32 = 0, layout: Layout = .fieldsFirst) {
    add(
      Self.flatBuffer("EVTS", count: events.count, elements: events.flatMap(Self.bytes), layout: layout),
      stream: stream)
  }

  /// Adds a packet with a content that is a FlatBuffer with its size, or should be.
  mutating func add(_ content: [UInt8], stream: Int32) {
    addRaw(compressed(content), stream: stream)
  }

  mutating func addRaw(_ bytes: [UInt8], stream: Int32) {
    packets.append(Self.little(stream) + Self.little(Int32(bytes.count)) + bytes)
  }

  /// Bytes before the first packet.
  var headerBytes: [UInt8] {
    // The length of the header does not depend on the position.
    let length = header(tablePosition: 0).count
    let end = length + packets.reduce(0) { $0 + $1.count }
    return header(tablePosition: hasTable ? Int64(end) : -1)
  }

  var fileBytes: [UInt8] {
    headerBytes + packets.joined() + (hasTable ? [12, 0, 0, 0] + [UInt8](repeating: 7, count: 12) : [])
  }

  private func header(tablePosition: Int64) -> [UInt8] {
    let text = Array(information.utf8)
    // List of fields with three of them; table: list, compression, position, text.
    let fields = [10, 20, 4, 8, 16].flatMap { Self.little(UInt16($0)) }
    var body = Self.little(UInt32(20)) + Array("IOHE".utf8) + [0, 0] + fields
    body += Self.little(Int32(10)) + Self.little(compression.rawValue) + Self.little(tablePosition)
    body += Self.little(UInt32(4)) + Self.little(UInt32(text.count)) + text
    return Array("#!AER-DAT4.0\r\n".utf8) + Self.little(UInt32(body.count)) + body
  }

  private var information: String {
    let nodes = streams.map { stream in
      let size = stream.size.map { "<attr key=\"sizeX\" type=\"int\">\($0.0)</attr><attr key='sizeY'>\($0.1)</attr>" }
      return """
        <node name="\(stream.number)" path="/outInfo/\(stream.number)/">
          <attr key="typeIdentifier" type="string">\(stream.type)</attr>
          <node name="info">\(size ?? "")<node name="empty"/></node>
        </node>
        """
    }
    return "<dv version=\"2.0\"><node name=\"outInfo\">\(nodes.joined())</node></dv>"
  }

  /// One frame whose blocks hold the bytes as they are.
  private func compressed(_ bytes: [UInt8]) -> [UInt8] {
    switch compression {
    case .none:
      return bytes
    case .lz4, .lz4High:
      // Magic number, version 1 with independent blocks of at most 64 KiB, and the check of these two bytes.
      return [0x04, 0x22, 0x4D, 0x18, 0x60, 0x40, 0x82] + Self.little(UInt32(bytes.count) | 1 << 31) + bytes
        + Self.little(UInt32(0))
    case .zstd, .zstdHigh:
      // Magic number, a single segment with a size of four bytes, one block, the last.
      let block = UInt32(bytes.count) << 3 | 1
      return [0x28, 0xB5, 0x2F, 0xFD, 0xA0] + Self.little(UInt32(bytes.count)) + Self.little(block)[..<3] + bytes
    }
  }
}
