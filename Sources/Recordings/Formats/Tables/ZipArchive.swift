/// The table of contents of a ZIP archive: as much as NumPy's `.npz` files use.
///
/// - Reference: PKWARE, "APPNOTE.TXT - .ZIP File Format Specification", 4.3 and 4.5.3 (ZIP64).
struct ZipArchive {
  /// A file in the archive.
  struct Entry {
    var name: String
    var method: InflatingReader.Method
    /// Byte at which its local header begins.
    var header: Int
    var storedBytes: Int
    var bytes: Int
  }

  let file: SizedFile
  let entries: [Entry]

  private static let directoryLimit = 16 << 20
  private static let endBytes = 22

  init(file: SizedFile) throws(RecordingError) {
    self.file = file
    let (offset, size) = try Self.directory(of: file)
    guard size <= Self.directoryLimit else {
      throw RecordingError.corrupt(
        file: file.path, byte: file.clamped(offset), expected: "a table of contents of at most 16 MiB",
        found: "\(size) bytes")
    }
    let directory = try file.bytes(at: offset, count: size, of: "a table of contents")
    var entries: [Entry] = []
    var at = 0
    while at + 46 <= directory.count {
      guard directory.number(at: at, bytes: 4) == 0x0201_4B50 else {
        throw RecordingError.corrupt(
          file: file.path, byte: offset + at, expected: "an entry of a ZIP archive", found: "other bytes")
      }
      let (name, extra, comment) = (
        directory.number(at: at + 28, bytes: 2), directory.number(at: at + 30, bytes: 2),
        directory.number(at: at + 32, bytes: 2)
      )
      guard at + 46 + name + extra + comment <= directory.count else { break }
      entries.append(try Self.entry(Array(directory[at..<at + 46 + name + extra]), file, at: offset + at))
      at += 46 + name + extra + comment
    }
    self.entries = entries
  }

  /// A reader of the bytes of an entry.
  func reader(of entry: Entry) throws(RecordingError) -> InflatingReader {
    let head = try file.bytes(at: entry.header, count: 30, of: "the header of '\(entry.name)'")
    guard head.number(at: 0, bytes: 4) == 0x0403_4B50 else {
      throw RecordingError.corrupt(
        file: file.path, byte: entry.header, expected: "the header of '\(entry.name)'", found: "other bytes")
    }
    let start = entry.header + 30 + head.number(at: 26, bytes: 2) + head.number(at: 28, bytes: 2)
    return try InflatingReader(file: file, part: start..<start + entry.storedBytes, method: entry.method)
  }

  private static func entry(_ record: [UInt8], _ file: SizedFile, at byte: Int) throws(RecordingError) -> Entry {
    let nameBytes = record.number(at: 28, bytes: 2)
    let name = String(decoding: record[46..<46 + nameBytes], as: UTF8.self)
    func refuse(_ expected: String, _ found: String) -> RecordingError {
      .corrupt(file: file.path, byte: byte, expected: expected, found: found)
    }
    guard record.number(at: 8, bytes: 2) & 1 == 0 else {
      throw refuse("'\(name)' without encryption", "an encrypted entry")
    }
    let method: InflatingReader.Method
    switch record.number(at: 10, bytes: 2) {
    case 0: method = .stored
    case 8: method = .deflate
    case let other: throw refuse("'\(name)' stored or deflated", "compression method \(other)")
    }
    var sizes = [
      record.number(at: 24, bytes: 4), record.number(at: 20, bytes: 4), record.number(at: 42, bytes: 4),
    ]
    var wide = wideNumbers(record[(46 + nameBytes)...])
    for index in sizes.indices where sizes[index] == 0xFFFF_FFFF {
      guard !wide.isEmpty else { throw refuse("the 64-bit sizes of '\(name)'", "none") }
      sizes[index] = wide.removeFirst()
    }
    guard sizes.allSatisfy({ $0 >= 0 && $0 < 1 << 56 }) else { throw refuse("sizes of '\(name)'", "\(sizes)") }
    return Entry(name: name, method: method, header: sizes[2], storedBytes: sizes[1], bytes: sizes[0])
  }

  /// The numbers of the ZIP64 field among extra fields.
  private static func wideNumbers(_ extra: ArraySlice<UInt8>) -> [Int] {
    let extra = Array(extra)
    var at = 0
    while at + 4 <= extra.count {
      let size = extra.number(at: at + 2, bytes: 2)
      guard at + 4 + size <= extra.count else { break }
      if extra.number(at: at, bytes: 2) == 1 {
        return (0..<size / 8).map { extra.number(at: at + 4 + 8 * $0, bytes: 8) }
      }
      at += 4 + size
    }
    return []
  }

  /// Where the table of contents lies, from the record at the end of the file.
  private static func directory(of file: SizedFile) throws(RecordingError) -> (offset: Int, size: Int) {
    // A comment of at most 65535 bytes may follow the record.
    let tailStart = max(0, file.size - endBytes - 65_535)
    let tail = try file.bytes(at: tailStart, count: file.size - tailStart, of: "the end of a ZIP archive")
    var at = tail.count - endBytes
    while at >= 0, tail.number(at: at, bytes: 4) != 0x0605_4B50 { at -= 1 }
    guard at >= 0 else {
      throw RecordingError.truncated(
        file: file.path, byte: 0, expected: "the end record of a ZIP archive", found: "none")
    }
    let (size, offset) = (tail.number(at: at + 12, bytes: 4), tail.number(at: at + 16, bytes: 4))
    // The place of the ZIP64 record is in 20 bytes just before.
    guard size == 0xFFFF_FFFF || offset == 0xFFFF_FFFF, at >= 20, tail.number(at: at - 20, bytes: 4) == 0x0706_4B50
    else {
      return (offset, size)
    }
    let record = try file.bytes(at: tail.number(at: at - 12, bytes: 8), count: 56, of: "the ZIP64 end record")
    return (record.number(at: 48, bytes: 8), max(record.number(at: 40, bytes: 8), 0))
  }
}
