/// A table for people: aligned columns in a terminal, and the same rows in a report.
public struct TextTable: Equatable, Sendable {
  /// Column names; units belong here.
  public let header: [String]
  /// Cells by row; short rows are filled with empty cells, cells beyond the header are not shown.
  public private(set) var rows: [[String]] = []

  /// An empty table with these columns.
  public init(header: [String]) {
    self.header = header
  }

  /// Adds one row below the others.
  public mutating func append(_ cells: [String]) {
    let shown = cells.prefix(header.count).map { Markup.singleLine($0) }
    rows.append(shown + Array(repeating: "", count: header.count - shown.count))
  }

  /// True for the columns whose every filled cell is a number (a unit or SI prefix may follow): they align right.
  var isNumeric: [Bool] {
    header.indices.map { column in
      let filled = rows.map { $0[column] }.filter { !$0.isEmpty && $0 != "–" }
      return !filled.isEmpty && filled.allSatisfy(Self.startsWithNumber)
    }
  }

  /// The table with two spaces between columns and a rule under the header, each line ended by a line feed.
  public func rendered() -> String {
    let names = header.map { Markup.singleLine($0) }
    let widths = names.indices.map { column in rows.reduce(names[column].count) { max($0, $1[column].count) } }
    let numeric = isNumeric
    func line(_ cells: [String]) -> String {
      var text = ""
      for (column, cell) in cells.enumerated() {
        let blanks = String(repeating: " ", count: widths[column] - cell.count)
        text += (column > 0 ? "  " : "") + (numeric[column] ? blanks + cell : cell + blanks)
      }
      while text.last == " " { text.removeLast() }
      return text + "\n"
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    return line(names) + rule + "\n" + rows.map(line).joined()
  }

  private static func startsWithNumber(_ cell: String) -> Bool {
    var rest = Substring(cell)
    while let sign = rest.first, "+-−±~<>≤≥".contains(sign) { rest.removeFirst() }
    return rest.first.map { $0.isASCII && $0.isNumber } ?? false
  }
}
