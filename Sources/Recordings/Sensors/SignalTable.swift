import Glibc

/// Reads the chosen columns of a table of numbers in text, row by row.
///
/// Lines that begin with `#` are comments. The first other line names the columns unless all it holds are numbers; then columns
/// are called by their numbers, from 1. A field that is empty or `nan` is a missing sample, NaN.
struct SignalTable {
  /// Names of the columns of samples.
  let names: [String]
  /// Where the row last read is, for errors.
  var byteOffset: Int { lines.lineOffset }
  /// Number of its line.
  var lineNumber: Int { lines.lineNumber }

  private let path: String
  private var lines: TextLineReader
  private let separator: UInt8
  private let timeIndex: Int?
  private let indices: [Int]
  /// The first row, where it was read to find the names.
  private var firstRow: [ArraySlice<UInt8>]?

  init(file: SizedFile, layout: SignalTableLayout) throws(RecordingError) {
    path = file.path
    lines = TextLineReader(file: file)
    var first: ArraySlice<UInt8>?
    while let line = try lines.next() {
      guard !Self.isComment(line) else { continue }
      first = line
      break
    }
    guard let first else {
      throw RecordingError.truncated(file: path, byte: 0, expected: "a line with numbers", found: "none")
    }
    let known = layout.separator?.byte
    separator = known ?? CSVEventLayout.Separator.allCases.first { first.contains($0.byte) }?.byte ?? UInt8(ascii: ",")
    let fields = Self.fields(of: first, separator)
    let isHeader = !fields.allSatisfy { $0.isEmpty || Self.number($0) != nil }
    firstRow = isHeader ? nil : fields
    let all = isHeader ? fields.map(Self.text) : fields.indices.map { "\($0 + 1)" }
    func index(_ name: String) throws(RecordingError) -> Int {
      if let index = all.firstIndex(of: name) { return index }
      if let number = Int(name), 1...all.count ~= number { return number - 1 }
      throw RecordingError.setting(
        name: "column of \(file.path)", expected: "one of \(all.prefix(24).joined(separator: ", "))", found: "'\(name)'"
      )
    }
    timeIndex = try layout.timeColumn.map(index)
    var indices: [Int] = []
    if let columns = layout.columns {
      for column in columns { indices.append(try index(column)) }
    } else {
      indices = all.indices.filter { [timeIndex] in $0 != timeIndex }
    }
    self.indices = indices
    names = indices.map { all[$0] }
  }

  /// Reads the next row; the time is NaN where there is no such column.
  /// - Returns: `nil` at the end.
  mutating func next() throws(RecordingError) -> (time: Double, values: [Float])? {
    guard let fields = try nextFields() else { return nil }
    var values: [Float] = []
    values.reserveCapacity(indices.count)
    for index in indices { values.append(Float(try number(index, of: fields))) }
    guard let timeIndex else { return (.nan, values) }
    let time = try number(timeIndex, of: fields)
    guard time.isFinite else { throw corrupt("a time", "none") }
    return (time, values)
  }

  private mutating func nextFields() throws(RecordingError) -> [ArraySlice<UInt8>]? {
    if let row = firstRow {
      firstRow = nil
      return row
    }
    while let line = try lines.next() {
      if !Self.isComment(line) { return Self.fields(of: line, separator) }
    }
    return nil
  }

  private func number(_ index: Int, of fields: [ArraySlice<UInt8>]) throws(RecordingError) -> Double {
    guard index < fields.count else { throw corrupt("\(index + 1) columns or more", "\(fields.count)") }
    guard !fields[index].isEmpty else { return .nan }
    guard let number = Self.number(fields[index]) else {
      throw corrupt("a number in column \(index + 1)", "'\(Self.text(fields[index].prefix(40)))'")
    }
    return number
  }

  /// The error at the row last read.
  func corrupt(_ expected: String, _ found: String) -> RecordingError {
    .corrupt(file: path, byte: byteOffset, expected: expected, found: "line \(lineNumber): \(found)")
  }

  /// Whether a line is empty or begins with `#`.
  private static func isComment(_ line: ArraySlice<UInt8>) -> Bool {
    guard let first = line.first(where: { $0 > UInt8(ascii: " ") }) else { return true }
    return first == UInt8(ascii: "#")
  }

  private static func fields(of line: ArraySlice<UInt8>, _ separator: UInt8) -> [ArraySlice<UInt8>] {
    let isBlank = separator <= UInt8(ascii: " ")
    let parts = line.split(separator: separator, omittingEmptySubsequences: isBlank)
    // Blanks and quotation marks around a field are not of it.
    func isOutside(_ byte: UInt8) -> Bool { byte <= UInt8(ascii: " ") || byte == UInt8(ascii: "\"") }
    return parts.map { part in
      guard let first = part.firstIndex(where: { !isOutside($0) }), let last = part.lastIndex(where: { !isOutside($0) })
      else { return part[part.startIndex..<part.startIndex] }
      return part[first...last]
    }
  }

  private static func text(_ field: ArraySlice<UInt8>) -> String { String(decoding: field, as: UTF8.self) }

  /// The number a field is, as the C library would read it; `nil` where it is none.
  static func number(_ field: ArraySlice<UInt8>) -> Double? {
    if let number = field.withUnsafeBufferPointer({ exactNumber($0) }) { return number }
    // Numbers with many digits, infinities and NaN are left to the C library.
    guard field.count < 64 else { return nil }
    return (field.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { text in
      var end: UnsafeMutablePointer<CChar>?
      let number = strtod(text.baseAddress!, &end)
      return end == UnsafeMutablePointer(mutating: text.baseAddress! + field.count) ? number : nil
    }
  }

  /// A number whose digits and power of ten have exact twins in a Double, so that one division or multiplication is exact.
  private static func exactNumber(_ field: UnsafeBufferPointer<UInt8>) -> Double? {
    var cursor = TextCursor(field)
    guard let number = DecimalNumber(&cursor), cursor.isAtEnd, number.magnitude < 1 << 53, abs(number.exponent) <= 22
    else { return nil }
    let magnitude = Double(number.magnitude)
    let value = number.exponent < 0 ? magnitude / powers[-number.exponent] : magnitude * powers[number.exponent]
    return number.isNegative ? -value : value
  }

  private static let powers: [Double] = (0...22).map { index in (0..<index).reduce(1.0) { power, _ in power * 10 } }
}
