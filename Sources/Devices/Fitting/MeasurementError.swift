/// Why a file of measured pulse trains cannot be read or fitted. Lines and bytes count from 1 and 0.
public enum MeasurementError: Error, Equatable {
  /// The file cannot be opened or read.
  case unreadable(file: String, reason: String)
  /// More bytes than a file of measurements may have.
  case tooLarge(file: String, limit: Int)
  /// Bytes that are not UTF-8 text.
  case notText(file: String, line: Int, byte: Int)
  /// No line that is neither empty nor a comment.
  case empty(file: String)
  /// A line longer than any row of numbers.
  case longLine(file: String, line: Int, byte: Int, limit: Int)
  /// More cells in one line than any table of this kind has.
  case manyCells(file: String, line: Int, limit: Int)
  /// Quotation marks that do not enclose a whole cell on one line.
  case quotes(file: String, line: Int, byte: Int, problem: String)
  /// A row whose number of cells is not that of the header.
  case cellCount(file: String, line: Int, expected: Int, found: Int)
  /// A column that must be there is not.
  case missingColumn(file: String, line: Int, expected: String, found: [String], hint: String)
  /// Two columns mean the same.
  case repeatedColumn(file: String, line: Int, first: String, second: String)
  /// The column of the state has no unit, or none that is known.
  case unit(file: String, line: Int, column: String, found: String)
  /// A cell does not hold what its column says.
  case cell(file: String, line: Int, column: String, expected: String, found: String)
  /// The same pulse of the same train stands in the file twice.
  case repeatedPulse(file: String, line: Int, train: String, pulse: Int)
  /// More devices, trains or rows than can be fitted.
  case tooMany(file: String, line: Int, what: String, limit: Int)
  /// The rows do not suffice for a fit.
  case tooFew(file: String, what: String, expected: String, found: String)
  /// Trains too long to be written as a table.
  case longTable(file: String, pulses: Int, limit: Int)
  /// No device has a state after potentiation above that before.
  case noWindow(file: String, start: String, end: String)
  /// A curve turns back by more than its noise.
  case notMonotone(file: String, curve: String, polarity: String, pulse: Int, from: String, to: String, hint: String)
}

extension MeasurementError: CustomStringConvertible {
  /// One sentence: the place, what was expected, what was found, what to do.
  public var description: String {
    switch self {
    case .unreadable(let file, let reason): "\(file): cannot be read: \(reason)"
    case .tooLarge(let file, let limit):
      "\(file): larger than \(limit >> 20) MiB, too large for measured pulse trains; cut it to the trains to be fitted"
    case .notText(let file, let line, let byte):
      "\(file):\(line): not UTF-8 text at byte \(byte); save the table as CSV in UTF-8"
    case .empty(let file): "\(file): holds no table; expected a header such as \(MeasurementTable.exampleHeader)"
    case .longLine(let file, let line, let byte, let limit):
      "\(file):\(line): the line from byte \(byte) on is longer than \(limit) bytes; expected one reading per line"
    case .manyCells(let file, let line, let limit):
      "\(file):\(line): more than \(limit) cells; expected one reading per line, in columns such as "
        + MeasurementTable.exampleHeader
    case .quotes(let file, let line, let byte, let problem): "\(file):\(line): \(problem) at byte \(byte)"
    case .cellCount(let file, let line, let expected, let found):
      "\(file):\(line): expected \(expected) cells as in the header, found \(found)"
    case .missingColumn(let file, let line, let expected, let found, let hint):
      "\(file):\(line): expected a column \(expected), found \(Self.list(found)); \(hint)"
    case .repeatedColumn(let file, let line, let first, let second):
      "\(file):\(line): the columns \"\(first)\" and \"\(second)\" mean the same; keep one of them"
    case .unit(let file, let line, let column, let found):
      "\(file):\(line): the column \"\(column)\" \(found.isEmpty ? "has no unit" : "has the unknown unit \"\(found)\""); "
        + "name it with its unit, such as conductance_uS or resistance_kohm, or put a row of units under the header"
    case .cell(let file, let line, let column, let expected, let found):
      "\(file):\(line): \(column): expected \(expected), found \"\(found)\""
    case .repeatedPulse(let file, let line, let train, let pulse):
      "\(file):\(line): \(train) has pulse \(pulse) twice; number repeated trains in a column \"cycle\""
    default: fitDescription
    }
  }

  private var fitDescription: String {
    switch self {
    case .tooMany(let file, let line, let what, let limit):
      "\(file):\(line): more than \(limit) \(what); fit a part of the file"
    case .tooFew(let file, let what, let expected, let found): "\(file): \(what): expected \(expected), found \(found)"
    case .longTable(let file, let pulses, let limit):
      "\(file): a table of \(pulses) pulses is too long for a device file; at most \(limit) fit, so cut the trains or fit a law"
    case .noWindow(let file, let start, let end):
      "\(file): potentiation leads from \(start) to \(end), so Gmin is not below Gmax; potentiation must raise the "
        + "conductance: check the phases and whether the column holds resistances"
    case .notMonotone(let file, let curve, let polarity, let pulse, let from, let to, let hint):
      "\(file): the \(polarity) curve of \(curve) turns back at pulse \(pulse), from \(from) to \(to), by more than its "
        + "noise; \(hint)"
    default: ""
    }
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(8).map { "\"\($0)\"" }.joined(separator: ", ")
    return names.isEmpty ? "none" : shown + (names.count > 8 ? " and \(names.count - 8) more" : "")
  }
}
