/// The elements of a MATLAB level 5 file: tagged runs of bytes, some of which are arrays made of further elements.
///
/// - Reference: MathWorks, "MAT-File Format", sections "Level 5 MAT-File Format" and "Level 5 MAT-File Data Elements".
struct MATElementReader {
  let path: String
  let bytes: [UInt8]
  let isBigEndian: Bool
  /// Where the elements begin that are read next, and where they end.
  private(set) var next: Int
  let end: Int
  /// Byte of the file, or of what was compressed there, for errors.
  let origin: Int

  static let matrix = 14
  static let compressed = 15

  init(path: String, bytes: [UInt8], range: Range<Int>? = nil, isBigEndian: Bool, origin: Int) {
    (self.path, self.bytes, self.isBigEndian, self.origin) = (path, bytes, isBigEndian, origin)
    (next, end) = (range?.lowerBound ?? 0, range?.upperBound ?? bytes.count)
  }

  var isAtEnd: Bool { next >= end }

  /// A number of the file's byte order.
  /// - Precondition: The bytes are there.
  func number(at offset: Int, bytes count: Int) -> Int {
    guard isBigEndian else { return bytes.number(at: offset, bytes: count) }
    return bytes[offset..<offset + count].reduce(0) { $0 << 8 | Int($1) }
  }

  /// The next element: its type and where its data is.
  mutating func element() throws(RecordingError) -> (type: Int, data: Range<Int>) {
    guard next + 8 <= end else { throw flaw("an element of 8 bytes or more", "\(max(end - next, 0))") }
    let tag = number(at: next, bytes: 4)
    // Up to four bytes of data may share the eight of the tag.
    if tag >> 16 != 0 {
      guard tag >> 16 <= 4 else { throw flaw("a small element of at most 4 bytes", "\(tag >> 16)") }
      let start = next + 4
      next += 8
      return (tag & 0xFFFF, start..<start + tag >> 16)
    }
    let (start, size) = (next + 8, number(at: next + 4, bytes: 4))
    guard size <= end - start else { throw flaw("an element of \(size) bytes", "\(end - start)") }
    next = min(start + (size + 7) / 8 * 8, end)
    return (tag, start..<start + size)
  }

  /// The next element, which must be an array.
  mutating func array() throws(RecordingError) -> MATMatrix {
    let (type, data) = try element()
    guard type == Self.matrix else { throw flaw("an array", "an element of type \(type)") }
    return try MATMatrix(
      MATElementReader(path: path, bytes: bytes, range: data, isBigEndian: isBigEndian, origin: origin))
  }

  /// Numbers of an element as they are stored, as Double.
  func numbers(type: Int, _ data: Range<Int>) throws(RecordingError) -> [Double] {
    let sizes = [1: 1, 2: 1, 3: 2, 4: 2, 5: 4, 6: 4, 7: 4, 9: 8, 12: 8, 13: 8]
    guard let size = sizes[type], data.count % size == 0 else { throw flaw("numbers", "an element of type \(type)") }
    return stride(from: data.lowerBound, to: data.upperBound, by: size).map { at in
      let bits = number(at: at, bytes: size)
      switch type {
      case 1: return Double(Int8(truncatingIfNeeded: bits))
      case 3: return Double(Int16(truncatingIfNeeded: bits))
      case 5: return Double(Int32(truncatingIfNeeded: bits))
      case 7: return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
      case 9: return Double(bitPattern: UInt64(bitPattern: Int64(bits)))
      case 13: return Double(UInt64(bitPattern: Int64(bits)))
      default: return Double(bits)
      }
    }
  }

  func flaw(_ expected: String, _ found: String) -> RecordingError {
    .corrupt(file: path, byte: origin + next, expected: expected, found: found)
  }
}

/// An array of a MATLAB level 5 file, its parts found but not yet read.
struct MATMatrix {
  let name: String
  let shape: [Int]
  private let kind: Int
  private let isComplex: Bool
  private var parts: MATElementReader

  private static let structKind = 2
  private static let numberKinds = 6...15
  private static let mostDimensions = 32

  init(_ elements: MATElementReader) throws(RecordingError) {
    parts = elements
    let (_, flags) = try parts.element()
    guard flags.count >= 4 else { throw parts.flaw("the flags of an array", "\(flags.count) bytes") }
    let word = parts.number(at: flags.lowerBound, bytes: 4)
    (kind, isComplex) = (word & 0xFF, word & 0x800 != 0)
    let (type, extents) = try parts.element()
    let numbers = try parts.numbers(type: type, extents)
    guard 2...Self.mostDimensions ~= numbers.count, numbers.allSatisfy({ $0 >= 0 && $0 < 0x1p31 }) else {
      throw parts.flaw("the extents of an array", "\(numbers.prefix(8))")
    }
    shape = numbers.map { Int($0) }
    let (_, letters) = try parts.element()
    name = String(decoding: parts.bytes[letters], as: UTF8.self)
  }

  /// Number of elements; `nil` beyond the range of `Int`.
  private var count: Int? {
    shape.reduce(1) { count, extent in
      count.flatMap {
        let (product, overflow) = $0.multipliedReportingOverflow(by: extent)
        return overflow ? nil : product
      }
    }
  }

  /// The numbers, the first index running fastest.
  func values() throws(RecordingError) -> [Double] {
    guard Self.numberKinds ~= kind, !isComplex else {
      throw parts.flaw(
        "'\(name)' to be an array of real numbers", isComplex ? "complex ones" : "an array of class \(kind)")
    }
    var parts = parts
    let (type, data) = try parts.element()
    let values = try parts.numbers(type: type, data)
    guard values.count == count else { throw parts.flaw("\(shape) numbers of '\(name)'", "\(values.count)") }
    return values
  }

  /// The array in a field of a struct of one element.
  func field(_ wanted: String) throws(RecordingError) -> MATMatrix {
    guard kind == Self.structKind, count == 1 else {
      throw parts.flaw("'\(name)' to be a struct with '\(wanted)'", "an array of class \(kind) and shape \(shape)")
    }
    var parts = parts
    let (type, length) = try parts.element()
    let (_, letters) = try parts.element()
    guard let width = try parts.numbers(type: type, length).first, width >= 1, width <= 1024 else {
      throw parts.flaw("the length of the names of fields", "none")
    }
    let names = stride(from: letters.lowerBound, to: letters.upperBound, by: Int(width)).map { at in
      String(decoding: parts.bytes[at..<min(at + Int(width), letters.upperBound)].prefix { $0 != 0 }, as: UTF8.self)
    }
    for name in names {
      if name == wanted { return try parts.array() }
      _ = try parts.element()
    }
    throw parts.flaw("a field '\(wanted)'", "only \(names.prefix(16).joined(separator: ", "))")
  }
}
