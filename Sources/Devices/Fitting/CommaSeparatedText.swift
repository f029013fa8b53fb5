/// Reads comma-separated text record by record (RFC 4180), strictly and with places.
///
/// Lines end with LF, CRLF or CR. Empty lines and lines that begin with `#` are skipped. A cell may stand in double
/// quotes, a quote inside it doubled; it ends on its own line. Spaces around a cell do not count. A UTF-8 byte order mark
/// is skipped. Memory and time per record are bounded whatever the bytes are.
struct CommaSeparatedText {
  /// One line with its cells.
  struct Record: Equatable {
    /// Number of the line, from 1.
    var line: Int
    /// Cells from left to right.
    var cells: [String]
  }

  static let longestLine = 65_536
  static let mostCells = 256

  private let bytes: [UInt8]
  private let file: String
  private var position: Int
  private var line = 0

  /// Prepares to read `bytes`; `file` is what messages call them.
  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// The next record, or nothing at the end.
  mutating func next() throws(MeasurementError) -> Record? {
    while position < bytes.count {
      let start = position
      let end = try endOfLine(from: start)
      line += 1
      position = end
      if position < bytes.count, bytes[position] == UInt8(ascii: "\r") { position += 1 }
      if position < bytes.count, bytes[position] == UInt8(ascii: "\n") { position += 1 }
      let content = trimmed(start..<end)
      if content.isEmpty || bytes[content.lowerBound] == UInt8(ascii: "#") { continue }
      return Record(line: line, cells: try cells(in: start..<end))
    }
    return nil
  }

  private func endOfLine(from start: Int) throws(MeasurementError) -> Int {
    let limit = min(bytes.count, start + Self.longestLine + 1)
    for index in start..<limit where bytes[index] == 0x0A || bytes[index] == 0x0D { return index }
    guard limit == bytes.count, limit - start <= Self.longestLine else {
      throw .longLine(file: file, line: line + 1, byte: start, limit: Self.longestLine)
    }
    return limit
  }

  private func cells(in range: Range<Int>) throws(MeasurementError) -> [String] {
    var cells: [String] = []
    var start = range.lowerBound
    while true {
      guard cells.count < Self.mostCells else { throw .manyCells(file: file, line: line, limit: Self.mostCells) }
      let (text, end) = try cell(from: start, before: range.upperBound)
      cells.append(text)
      if end >= range.upperBound { return cells }
      start = end + 1
    }
  }

  /// The cell that begins at `start`, and where the comma or the line end after it stands.
  private func cell(from start: Int, before limit: Int) throws(MeasurementError) -> (text: String, end: Int) {
    var index = start
    while index < limit, Self.isBlank(bytes[index]) { index += 1 }
    if index < limit, bytes[index] == UInt8(ascii: "\"") { return try quotedCell(from: index, before: limit) }
    let end = bytes[index..<limit].firstIndex(of: UInt8(ascii: ",")) ?? limit
    if let quote = bytes[index..<end].firstIndex(of: UInt8(ascii: "\"")) {
      throw .quotes(file: file, line: line, byte: quote, problem: "a quotation mark inside a cell that is not quoted")
    }
    return (try text(trimmed(index..<end)), end)
  }

  private func quotedCell(from quote: Int, before limit: Int) throws(MeasurementError) -> (text: String, end: Int) {
    var content: [UInt8] = []
    var index = quote + 1
    while index < limit {
      if bytes[index] == UInt8(ascii: "\"") {
        guard index + 1 < limit, bytes[index + 1] == UInt8(ascii: "\"") else { break }
        index += 1
      }
      content.append(bytes[index])
      index += 1
    }
    guard index < limit else {
      throw .quotes(file: file, line: line, byte: quote, problem: "a quoted cell that does not end on its line")
    }
    index += 1
    while index < limit, Self.isBlank(bytes[index]) { index += 1 }
    guard index == limit || bytes[index] == UInt8(ascii: ",") else {
      throw .quotes(file: file, line: line, byte: index, problem: "text behind a quoted cell")
    }
    guard let text = String(validating: content, as: UTF8.self), !content.contains(0) else {
      throw .notText(file: file, line: line, byte: quote)
    }
    return (text, index)
  }

  private func text(_ range: Range<Int>) throws(MeasurementError) -> String {
    guard let text = String(validating: bytes[range], as: UTF8.self), !bytes[range].contains(0) else {
      throw .notText(file: file, line: line, byte: range.lowerBound)
    }
    return text
  }

  private func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, Self.isBlank(bytes[start]) { start += 1 }
    while end > start, Self.isBlank(bytes[end - 1]) { end -= 1 }
    return start..<end
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
