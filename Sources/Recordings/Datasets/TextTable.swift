/// The rows of a small text file of a data set, as fields without blanks around them; empty lines are passed over.
struct TextTable {
  private var lines: TextLineReader
  private let separator: UInt8
  private let header: [String]
  private var isHeaderRead: Bool

  /// Opens a file.
  /// - Parameters:
  ///   - path: Where it is.
  ///   - separator: What is between fields; where it is a blank, any number of blanks.
  ///   - header: Fields that the first row must have; none where there is no such row.
  /// - Throws: `RecordingError.unreadable`.
  init(path: String, separator: UInt8, header: [String] = []) throws(RecordingError) {
    lines = TextLineReader(file: try SizedFile(path: path))
    (self.separator, self.header, isHeaderRead) = (separator, header, header.isEmpty)
  }

  /// The fields of the next row; `nil` at the end.
  /// - Throws: `RecordingError.corrupt` where the first row is another one.
  mutating func next() throws(RecordingError) -> [String]? {
    while let line = try lines.next() {
      let fields = line.split(separator: separator, omittingEmptySubsequences: separator <= UInt8(ascii: " "))
        .map { Self.text($0) }
      guard fields.contains(where: { !$0.isEmpty }) else { continue }
      guard isHeaderRead else {
        guard fields == header else {
          throw corrupt("'\(header.joined(separator: ","))'", "'\(fields.joined(separator: ","))'")
        }
        isHeaderRead = true
        continue
      }
      return fields
    }
    return nil
  }

  private static func text(_ field: ArraySlice<UInt8>) -> String {
    let isInside = { (byte: UInt8) in byte > UInt8(ascii: " ") }
    guard let first = field.firstIndex(where: isInside), let last = field.lastIndex(where: isInside) else { return "" }
    return String(decoding: field[first...last], as: UTF8.self)
  }

  /// The error at the row last read.
  func corrupt(_ expected: String, _ found: String) -> RecordingError {
    .corrupt(
      file: lines.file.path, byte: lines.lineOffset, expected: expected,
      found: "line \(lines.lineNumber): \(found.prefix(80))")
  }
}

extension String {
  /// What comes before an ending; `nil` where there is another.
  func removingSuffix(_ suffix: String) -> String? {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : nil
  }
}
