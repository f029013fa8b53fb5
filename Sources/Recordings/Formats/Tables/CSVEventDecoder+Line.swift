/// What a line of text says.
extension CSVEventDecoder {
  /// Words for polarities, as ``TextCursor/word()`` gives them.
  private static let on = word("on"), yes = word("true"), off = word("off"), no = word("false")

  private static func word(_ text: StaticString) -> UInt64 {
    text.withUTF8Buffer { $0.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
  }

  /// Writes the event of a line into a slot.
  /// - Returns: `nil`, or the index of the column that is not as it should be, the number of columns where there are more.
  @inline(__always)
  func parse(
    _ line: UnsafeBufferPointer<UInt8>, separator: UInt8, into free: EventBatch.Slots, at index: Int
  ) -> Int? {
    var cursor = TextCursor(line)
    cursor.skipBlanks()
    let columns = layout.columns
    for column in columns.indices {
      if column > 0 {
        let isBlank = cursor.skipBlanks()
        if separator == UInt8(ascii: ",") || separator == UInt8(ascii: ";") {
          guard cursor.skip(separator) else { return column }
          cursor.skipBlanks()
        } else {
          guard isBlank else { return column }
        }
      }
      guard take(columns[column], &cursor, separator, into: free, at: index) else { return column }
    }
    cursor.skipBlanks()
    return cursor.isAtEnd ? nil : columns.count
  }

  @inline(__always)
  private func take(
    _ column: CSVEventLayout.Column, _ cursor: inout TextCursor, _ separator: UInt8, into free: EventBatch.Slots,
    at index: Int
  ) -> Bool {
    switch column {
    case .time:
      guard let number = DecimalNumber(&cursor),
        let time = number.rounded(decimals: layout.timeUnit.decimalsToMicroseconds)
      else { return false }
      free.timestampsInMicroseconds[index] = time
    case .x:
      guard let x = DecimalNumber(&cursor)?.wholeNumber, 0...65_535 ~= x else { return false }
      free.x[index] = UInt16(x)
    case .y:
      guard let y = DecimalNumber(&cursor)?.wholeNumber, 0...65_535 ~= y else { return false }
      free.y[index] = UInt16(y)
    case .polarity:
      guard let polarity = Self.polarity(&cursor) else { return false }
      free.polarities[index] = polarity
    case .ignored:
      while !cursor.isAtEnd, cursor.next.pointee != separator { cursor.next += 1 }
    }
    return true
  }

  @inline(__always)
  private static func polarity(_ cursor: inout TextCursor) -> UInt8? {
    guard cursor.next < cursor.end else { return nil }
    if cursor.next.pointee >= UInt8(ascii: "A") {
      let word = cursor.word()
      if word == on || word == yes { return 1 }
      return word == off || word == no ? 0 : nil
    }
    switch DecimalNumber(&cursor)?.wholeNumber {
    case 1: return 1
    case 0, -1: return 0
    default: return nil
    }
  }

  /// Takes the first line that is no comment, if it is a header.
  mutating func takeHeader(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
    guard !isHeaderRead else { return false }
    isHeaderRead = true
    let separators: [UInt8] = Array(",; \t".utf8)
    let fields = line.split(whereSeparator: { separators.contains($0) }).map { String(decoding: $0, as: UTF8.self) }
    let isSize = fields.count == 2 && layout.columns.count > 2
    if isSize, let width = Int(fields[0]), let height = Int(fields[1]),
      let size = try? SensorSize(width: width, height: height)
    {
      sensor = size
      headerCount += 1
      return true
    }
    guard let time = layout.columns.firstIndex(of: .time), time < fields.count,
      let first = fields[time].utf8.first(where: { $0 != UInt8(ascii: "\"") }),
      (first | 0x20) &- UInt8(ascii: "a") < 26 || first == UInt8(ascii: "_")
    else { return false }
    headerCount += 1
    func extent(_ name: String) -> Int? {
      fields.first { $0.hasPrefix(name + "@") }.flatMap { Int($0.dropFirst(2)) }
    }
    if let width = extent("x"), let height = extent("y") { sensor = try? SensorSize(width: width, height: height) }
    return true
  }

  /// The separator of a line with events.
  static func separator(of line: UnsafeBufferPointer<UInt8>) -> UInt8 {
    let found = CSVEventLayout.Separator.allCases.first { line.contains($0.byte) }
    return (found ?? .comma).byte
  }
}
