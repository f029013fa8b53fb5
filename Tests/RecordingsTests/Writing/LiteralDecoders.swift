import CLZ4
import CZstd

/// Reads whole files word by word as their specifications say, with no regard to speed: what the writers are held to.
enum LiteralDecoder {
  struct Failure: Error { var place: Int }

  static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Behind the lines that begin with a per cent sign.
  private static func body(afterLinesOf file: [UInt8]) -> ArraySlice<UInt8> {
    var rest = file[...]
    while rest.first == UInt8(ascii: "%"), let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      rest = rest[(end + 1)...]
    }
    return rest
  }

  private static func words(_ bytes: ArraySlice<UInt8>, size: Int) throws -> [UInt64] {
    guard bytes.count % size == 0 else { throw Failure(place: bytes.endIndex) }
    return stride(from: bytes.startIndex, to: bytes.endIndex, by: size).map {
      number(bytes[$0..<$0 + size])
    }
  }

  static func csv(_ file: [UInt8]) throws -> [TestEvent] {
    let lines = String(decoding: file, as: UTF8.self).split(
      separator: "\n", omittingEmptySubsequences: false)
    guard lines.first == "t,x,y,p", lines.last == "" else { throw Failure(place: 0) }
    return try lines.dropFirst().dropLast().enumerated().map { index, line in
      let fields = line.split(separator: ",")
      guard fields.count == 4, let time = Int64(fields[0]), let x = UInt16(fields[1]),
        let y = UInt16(fields[2]),
        let polarity = UInt8(fields[3])
      else { throw Failure(place: index) }
      return TestEvent(x: x, y: y, polarity: polarity, timestamp: time)
    }
  }

  static func eventStream(_ file: [UInt8]) throws -> [TestEvent] {
    guard file.starts(with: Array("Event Stream".utf8) + [2, 0, 0, 1]), file.count >= 20 else {
      throw Failure(place: 0)
    }
    let height = UInt16(number(file[18..<20]))
    var (place, time, events) = (20, Int64(0), [TestEvent]())
    while place < file.count {
      if file[place] == 0xFF {
        time += 127
        place += 1
        continue
      }
      guard file[place] != 0xFE, file.count - place >= 5 else { throw Failure(place: place) }
      time += Int64(file[place] >> 1)
      events.append(
        TestEvent(
          x: UInt16(number(file[place + 1..<place + 3])),
          y: height - 1 - UInt16(number(file[place + 3..<place + 5])),
          polarity: file[place] & 1, timestamp: time))
      place += 5
    }
    return events
  }

  static func dat(_ file: [UInt8]) throws -> [TestEvent] {
    let body = body(afterLinesOf: file)
    guard body.starts(with: [12, 8]) else { throw Failure(place: body.startIndex) }
    return try words(body.dropFirst(2), size: 8).map { word in
      TestEvent(
        x: UInt16(word >> 32 & 0x3FFF), y: UInt16(word >> 46 & 0x3FFF), polarity: UInt8(word >> 60),
        timestamp: Int64(word & 0xFFFF_FFFF))
    }
  }

  static func evt2(_ file: [UInt8]) throws -> [TestEvent] {
    var (high, wraps, events) = (UInt64(0), UInt64(0), [TestEvent]())
    for (index, word) in try words(body(afterLinesOf: file), size: 4).enumerated() {
      switch word >> 28 {
      case 8:
        if word & 0xFFF_FFFF < high { wraps += 1 }
        high = word & 0xFFF_FFFF
      case 0, 1:
        events.append(
          TestEvent(
            x: UInt16(word >> 11 & 0x7FF), y: UInt16(word & 0x7FF), polarity: UInt8(word >> 28),
            timestamp: Int64(wraps << 34 | high << 6 | word >> 22 & 63)))
      default: throw Failure(place: index)
      }
    }
    return events
  }

  /// - Returns: The events, and how many of them came in vectors.
  static func evt3(_ file: [UInt8]) throws -> (events: [TestEvent], inVectors: Int) {
    var (high, low, wraps, y, base, polarity) = (
      UInt64(0), UInt64(0), UInt64(0), UInt16(0), UInt64(0), UInt8(0)
    )
    var (events, inVectors) = ([TestEvent](), 0)
    func add(_ x: UInt64, _ polarity: UInt8) {
      let time = Int64(wraps << 24 | high << 12 | low)
      events.append(TestEvent(x: UInt16(x), y: y, polarity: polarity, timestamp: time))
    }
    for (index, word) in try words(body(afterLinesOf: file), size: 2).enumerated() {
      let value = word & 0xFFF
      switch word >> 12 {
      case 0: y = UInt16(word & 0x7FF)
      case 2: add(word & 0x7FF, UInt8(value >> 11))
      case 3: (base, polarity) = (word & 0x7FF, UInt8(value >> 11))
      case 4:
        for bit in 0..<UInt64(12) where value >> bit & 1 == 1 {
          add(base + bit, polarity)
          inVectors += 1
        }
        base += 12
      case 6: low = value
      case 8:
        if value < high { wraps += 1 }
        high = value
      default: throw Failure(place: index)
      }
    }
    return (events, inVectors)
  }

  static func npy(_ file: [UInt8]) throws -> [TestEvent] {
    guard file.starts(with: [0x93] + Array("NUMPY".utf8) + [1, 0]) else { throw Failure(place: 0) }
    let start = 10 + Int(number(file[8..<10]))
    let header = String(decoding: file[10..<start], as: UTF8.self)
    guard start % 64 == 0, header.hasSuffix("\n"), (file.count - start) % 13 == 0,
      header.contains("'shape': (\((file.count - start) / 13),)"),
      header.contains("'descr': [('t', '<i8'), ('x', '<u2'), ('y', '<u2'), ('p', '|u1')]")
    else { throw Failure(place: 10) }
    return stride(from: start, to: file.count, by: 13).map { place in
      TestEvent(
        x: UInt16(number(file[place + 8..<place + 10])),
        y: UInt16(number(file[place + 10..<place + 12])),
        polarity: file[place + 12], timestamp: Int64(bitPattern: number(file[place..<place + 8])))
    }
  }

  /// A position in a FlatBuffer is followed through offsets and tables of fields, as a reader of any schema would.
  struct FlatBuffer {
    let bytes: [UInt8]

    func number(_ place: Int, _ size: Int) -> Int {
      Int(truncatingIfNeeded: LiteralDecoder.number(bytes[place..<place + size]))
    }
    /// Where the offset at a place leads.
    func target(_ place: Int) -> Int { place + number(place, 4) }
    /// Where a field of a table stands; nil where it is left out.
    func field(_ index: Int, of table: Int) -> Int? {
      let fields = table - Int(Int32(truncatingIfNeeded: number(table, 4)))
      guard 4 + 2 * index < number(fields, 2) else { return nil }
      let offset = number(fields + 4 + 2 * index, 2)
      return offset == 0 ? nil : table + offset
    }
  }

  static func aedat4(_ file: [UInt8]) throws -> (events: [TestEvent], info: String) {
    guard file.starts(with: Array("#!AER-DAT4.0\r\n".utf8)) else { throw Failure(place: 0) }
    let end = 18 + Int(number(file[14..<18]))
    let header = FlatBuffer(bytes: Array(file[18..<end]))
    guard Array(header.bytes[4..<8]) == Array("IOHE".utf8) else { throw Failure(place: 22) }
    let root = header.target(0)
    let compression = header.field(0, of: root).map { header.number($0, 4) } ?? 0
    guard header.field(1, of: root).map({ header.number($0, 8) }) ?? -1 == -1,
      let text = header.field(2, of: root)
    else {
      throw Failure(place: 18)
    }
    let info = header.target(text)
    var (place, events) = (end, [TestEvent]())
    while place < file.count {
      let size = Int(number(file[place + 4..<place + 8]))
      guard number(file[place..<place + 4]) == 0, size <= file.count - place - 8 else {
        throw Failure(place: place)
      }
      events += try packet(
        Array(file[place + 8..<place + 8 + size]), compression: compression, place: place)
      place += 8 + size
    }
    return (
      events,
      String(decoding: header.bytes[info + 4..<info + 4 + header.number(info, 4)], as: UTF8.self)
    )
  }

  private static func packet(_ stored: [UInt8], compression: Int, place: Int) throws -> [TestEvent] {
    let bytes = try decompressed(stored, compression: compression, place: place)
    let packet = FlatBuffer(bytes: Array(bytes.dropFirst(4)))
    guard Int(number(bytes[0..<4])) == packet.bytes.count,
      Array(packet.bytes[4..<8]) == Array("EVTS".utf8),
      let list = packet.field(0, of: packet.target(0)).map(packet.target)
    else { throw Failure(place: place) }
    // Numbers of 8 bytes stand at multiples of 8, counted from the size in front.
    guard (list + 8) % 8 == 0 else { throw Failure(place: place) }
    return (0..<packet.number(list, 4)).map { index in
      let start = list + 4 + 16 * index
      return TestEvent(
        x: UInt16(packet.number(start + 8, 2)), y: UInt16(packet.number(start + 10, 2)),
        polarity: UInt8(packet.number(start + 12, 1)), timestamp: Int64(packet.number(start, 8)))
    }
  }

  private static func decompressed(_ stored: [UInt8], compression: Int, place: Int) throws
    -> [UInt8]
  {
    var bytes = [UInt8](repeating: 0, count: 1 << 20)
    switch compression {
    case 0: return stored
    case 1:
      var context: OpaquePointer?
      LZ4F_createDecompressionContext(&context, UInt32(LZ4F_VERSION))
      defer { LZ4F_freeDecompressionContext(context) }
      var (room, count) = (bytes.count, stored.count)
      guard LZ4F_decompress(context, &bytes, &room, stored, &count, nil) == 0, count == stored.count
      else {
        throw Failure(place: place)
      }
      return Array(bytes[..<room])
    case 3:
      let count = ZSTD_decompress(&bytes, bytes.count, stored, stored.count)
      guard ZSTD_isError(count) == 0 else { throw Failure(place: place) }
      return Array(bytes[..<count])
    default: throw Failure(place: place)
    }
  }
}
