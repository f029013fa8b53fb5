/// Reads a FlatBuffer that its size precedes, of which perhaps only the beginning is there, with every offset checked.
///
/// Offsets count from the four bytes of the size.
/// - Reference: FlatBuffers, "Internals", flatbuffers.dev/internals
struct FlatBuffer {
  /// Why something could not be read.
  enum Flaw: Error {
    /// More of the beginning is needed, this many bytes in all.
    case needs(byteCount: Int)
    /// An offset or a size leads out of the buffer.
    case wrong(expected: String, found: String)
  }

  /// A table: where it begins, and where its list of fields does.
  struct Table {
    fileprivate var start: Int
    fileprivate var fields: Int
    fileprivate var fieldCount: Int
  }

  /// The beginning of the buffer, or all of it.
  let bytes: UnsafeRawBufferPointer
  /// Bytes of all of it, the size included.
  let count: Int

  /// - Parameter byteCount: Bytes that the size may reach to, itself included.
  init(_ bytes: UnsafeRawBufferPointer, byteCount: Int) throws(Flaw) {
    let size = Int(try FlatBuffer(unchecked: bytes, count: byteCount).load(0, as: UInt32.self))
    guard size >= 8, size + 4 <= byteCount else {
      throw Flaw.wrong(expected: "a FlatBuffer of 8 to \(byteCount - 4) bytes", found: "\(size)")
    }
    self.init(unchecked: bytes, count: size + 4)
  }

  private init(unchecked bytes: UnsafeRawBufferPointer, count: Int) {
    (self.bytes, self.count) = (bytes, count)
  }

  /// The number at an offset.
  func load<Number: FixedWidthInteger>(_ offset: Int, as type: Number.Type) throws(Flaw) -> Number {
    let end = offset + MemoryLayout<Number>.size
    guard offset >= 0, end <= count else {
      throw Flaw.wrong(expected: "an offset within \(count) bytes", found: "\(offset)")
    }
    guard end <= bytes.count else { throw Flaw.needs(byteCount: end) }
    return Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
  }

  /// The four characters that name the kind of the root.
  func identifier() throws(Flaw) -> String {
    _ = try load(8, as: UInt32.self)
    return String(decoding: bytes[8..<12], as: UTF8.self)
  }

  /// The root table.
  func root() throws(Flaw) -> Table {
    let start = 4 + Int(try load(4, as: UInt32.self))
    let fields = start - Int(try load(start, as: Int32.self))
    let size = Int(try load(fields, as: UInt16.self))
    guard size >= 4, size % 2 == 0 else {
      throw Flaw.wrong(expected: "a list of fields of at least 4 bytes", found: "\(size)")
    }
    return Table(start: start, fields: fields, fieldCount: (size - 4) / 2)
  }

  /// Where a field of a table is; `nil` if it has its default.
  func field(_ index: Int, of table: Table) throws(Flaw) -> Int? {
    guard index < table.fieldCount else { return nil }
    let offset = Int(try load(table.fields + 4 + 2 * index, as: UInt16.self))
    return offset == 0 ? nil : table.start + offset
  }

  /// Where the elements of a vector are, that a field refers to, and how many; none if the field has its default.
  func vector(_ index: Int, of table: Table, elementSize: Int) throws(Flaw) -> (start: Int, count: Int) {
    guard let field = try field(index, of: table) else { return (count, 0) }
    let start = field + Int(try load(field, as: UInt32.self))
    let elements = Int(try load(start, as: UInt32.self))
    guard elements <= (count - start - 4) / elementSize else {
      throw Flaw.wrong(expected: "at most \((count - start - 4) / elementSize) elements", found: "\(elements)")
    }
    return (start + 4, elements)
  }
}
