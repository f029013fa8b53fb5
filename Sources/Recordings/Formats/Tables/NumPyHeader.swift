/// What the header of a NumPy array says.
///
/// - Reference: NumPy documentation, "numpy.lib.format", versions 1.0 to 3.0.
struct NumPyHeader {
  /// A number in an element.
  struct Field: Equatable {
    /// Empty where elements are single numbers.
    var name: String
    /// First byte of it in an element.
    var offset: Int
    var size: Int
    var isBigEndian: Bool
    var kind: EventColumns.Kind
  }

  let fields: [Field]
  /// Bytes of an element.
  let elementBytes: Int
  let isFortranOrder: Bool
  let shape: [Int]
  /// Bytes of the header with all that comes before it.
  let byteCount: Int

  static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]
  /// Most bytes of a header.
  private static let limit = 1 << 20
  /// Most bytes of an element, far more than any record of an event takes.
  private static let elementLimit = 4096

  /// Reads the header at the beginning of an array.
  /// - Parameter read: gives that many bytes, one call after another.
  init(file: String, read: (Int) throws(RecordingError) -> [UInt8]) throws(RecordingError) {
    func refuse(_ byte: Int, _ expected: String, _ found: String) -> RecordingError {
      .corrupt(file: file, byte: byte, expected: expected, found: found)
    }
    let start = try read(8)
    guard start.starts(with: Self.magic) else {
      throw refuse(0, "the first bytes of a NumPy array, \\x93NUMPY", "\(start.prefix(6).map { Int($0) })")
    }
    guard 1...3 ~= start[6] else { throw refuse(6, "version 1, 2 or 3 of the NumPy format", "version \(start[6])") }
    let lengthBytes = start[6] == 1 ? 2 : 4
    let length = try read(lengthBytes).number(at: 0, bytes: lengthBytes)
    guard length <= Self.limit else { throw refuse(8, "a header of at most \(Self.limit) bytes", "\(length)") }
    byteCount = 8 + lengthBytes + length
    let text = try read(length)
    var parser = PythonLiteralParser(text)
    guard let literal = parser.value(), case .dictionary(let entries) = literal, let type = entries["descr"],
      case .name(let order)? = entries["fortran_order"], case .list(let extents)? = entries["shape"]
    else {
      let found = String(decoding: text.prefix(80), as: UTF8.self)
      throw refuse(8, "a header that names descr, fortran_order and shape", "'\(found)'")
    }
    isFortranOrder = order == "True"
    var shape: [Int] = []
    for case .number(let extent) in extents where extent >= 0 { shape.append(extent) }
    guard shape.count == extents.count else { throw refuse(8, "a shape of whole numbers", "\(extents)") }
    self.shape = shape
    guard let element = Self.element(type) else {
      throw refuse(8, "elements of whole or fractional numbers of at most 8 bytes", "\(type)")
    }
    (fields, elementBytes) = element
  }

  /// Number of elements; `nil` beyond the range of `Int`.
  var elementCount: Int? {
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow else { return nil }
      count = product
    }
    return count
  }

  private static func element(_ type: PythonLiteral) -> (fields: [Field], bytes: Int)? {
    if case .text(let code) = type {
      guard let (field, size) = number(code, name: "", offset: 0), let field else { return nil }
      return ([field], size)
    }
    guard case .list(let members) = type, members.count <= 64 else { return nil }
    var fields: [Field] = []
    var offset = 0
    for member in members {
      guard case .list(let parts) = member, parts.count == 2, case .text(let code) = parts[1],
        let name = name(parts[0]), let (field, size) = number(code, name: name, offset: offset)
      else { return nil }
      if let field { fields.append(field) }
      offset += size
    }
    return 1...elementLimit ~= offset ? (fields, offset) : nil
  }

  /// The name of a field, which may come with a title before it.
  private static func name(_ literal: PythonLiteral) -> String? {
    switch literal {
    case .text(let name): name
    case .list(let parts): parts.count == 2 ? name(parts[1]) : nil
    default: nil
    }
  }

  /// Reads a type such as "<i8"; bytes that are no number are passed over.
  private static func number(_ code: String, name: String, offset: Int) -> (field: Field?, size: Int)? {
    let characters = Array(code.utf8)
    guard characters.count >= 3, let size = Int(String(decoding: characters[2...], as: UTF8.self)),
      (1...(1 << 16)).contains(size)
    else { return nil }
    let kind: EventColumns.Kind
    switch characters[1] {
    case UInt8(ascii: "i"): kind = .signed
    case UInt8(ascii: "u"), UInt8(ascii: "b"): kind = .unsigned
    case UInt8(ascii: "f"): kind = .floating
    case UInt8(ascii: "V"), UInt8(ascii: "S"): return (nil, size)
    case UInt8(ascii: "U"): return (nil, 4 * size)
    default: return nil
    }
    guard (kind == .floating ? [4, 8] : [1, 2, 4, 8]).contains(size) else { return nil }
    let isBigEndian = characters[0] == UInt8(ascii: ">")
    return (Field(name: name, offset: offset, size: size, isBigEndian: isBigEndian, kind: kind), size)
  }
}

extension NumPyHeader.Field {
  /// Reads this field of elements that lie side by side into numbers of eight bytes.
  func read(
    _ elements: UnsafeRawBufferPointer, elementBytes: Int, count: Int,
    into numbers: UnsafeMutableBufferPointer<UInt64>, column: EventColumns.Column
  ) {
    switch (kind, size) {
    case (.signed, 1):
      fill(elements, elementBytes, count, numbers, column) { (v: Int8) in UInt64(bitPattern: Int64(v)) }
    case (.signed, 2):
      fill(elements, elementBytes, count, numbers, column) { (v: Int16) in UInt64(bitPattern: Int64(v)) }
    case (.signed, 4):
      fill(elements, elementBytes, count, numbers, column) { (v: Int32) in UInt64(bitPattern: Int64(v)) }
    case (.unsigned, 1): fill(elements, elementBytes, count, numbers, column) { (v: UInt8) in UInt64(v) }
    case (.unsigned, 2): fill(elements, elementBytes, count, numbers, column) { (v: UInt16) in UInt64(v) }
    case (.unsigned, 4): fill(elements, elementBytes, count, numbers, column) { (v: UInt32) in UInt64(v) }
    case (.floating, 4):
      fill(elements, elementBytes, count, numbers, column) { (v: UInt32) in Double(Float(bitPattern: v)).bitPattern }
    default: fill(elements, elementBytes, count, numbers, column) { (v: UInt64) in v }
    }
  }

  @inline(__always)
  private func fill<Stored: FixedWidthInteger & BitwiseCopyable>(
    _ elements: UnsafeRawBufferPointer, _ elementBytes: Int, _ count: Int,
    _ numbers: UnsafeMutableBufferPointer<UInt64>, _ column: EventColumns.Column, _ widen: (Stored) -> UInt64
  ) {
    precondition(elements.count >= count * elementBytes && offset + size <= elementBytes, "elements outside the bytes")
    for index in 0..<count {
      let stored = elements.loadUnaligned(fromByteOffset: index * elementBytes + offset, as: Stored.self)
      numbers[column.start + index * column.stride] = widen(isBigEndian ? stored.byteSwapped : stored)
    }
  }
}
