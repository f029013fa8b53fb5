/// What the columns of a table of events in text are.
public struct CSVEventLayout: Sendable, Equatable {
  /// A column.
  public enum Column: String, Sendable {
    /// Time of the event.
    case time = "t"
    /// Column of the pixel.
    case x
    /// Row of the pixel.
    case y
    /// Polarity.
    case polarity = "p"
    /// Anything else, which is passed over.
    case ignored = "-"

    /// What a value must be.
    var expectation: String {
      switch self {
      case .time: "a time t in decimal digits"
      case .x: "a column x from 0 to 65535"
      case .y: "a row y from 0 to 65535"
      case .polarity: "a polarity p of 0, 1, -1, true, false, on or off"
      case .ignored: "a column that is passed over"
      }
    }
  }

  /// What stands between two columns.
  public enum Separator: String, Sendable, CaseIterable {
    /// A comma, with or without blanks around it.
    case comma = ","
    /// A semicolon, with or without blanks around it.
    case semicolon = ";"
    /// A tab.
    case tab = "\t"
    /// Any number of spaces.
    case space = " "

    var byte: UInt8 { rawValue.utf8.first! }
  }

  /// The columns in their order; time, x, y and polarity once each.
  public let columns: [Column]
  /// The unit of the time. Decimals are read exactly and rounded to the nearest µs.
  public let timeUnit: TimeUnit
  /// What separates columns; `nil` to take the first of comma, semicolon, tab and space that the first line with events has.
  public let separator: Separator?

  /// The order that most tools write: time in µs, x, y, polarity.
  public static let standard = CSVEventLayout(
    checked: [.time, .x, .y, .polarity], timeUnit: .microseconds, separator: nil)

  private init(checked columns: [Column], timeUnit: TimeUnit, separator: Separator?) {
    (self.columns, self.timeUnit, self.separator) = (columns, timeUnit, separator)
  }

  /// Reads an order such as "x,y,p,t" or "t,x,y,-,p", where "-" is a column to pass over.
  /// - Throws: `RecordingError.setting` unless t, x, y and p are there once each.
  public init(
    columns order: String, timeUnit: TimeUnit = .microseconds, separator: Separator? = nil
  ) throws(RecordingError) {
    let names = order.split(separator: ",", omittingEmptySubsequences: false)
    let columns = names.compactMap { Column(rawValue: $0.filter { $0 != " " }.lowercased()) }
    let needed: [Column] = [.time, .x, .y, .polarity]
    guard columns.count == names.count, columns.count <= 64,
      needed.allSatisfy({ column in columns.count { $0 == column } == 1 })
    else {
      throw RecordingError.setting(
        name: "order of the columns", expected: "t, x, y and p once each, such as 'x,y,p,t'; '-' passes one over",
        found: "'\(order)'")
    }
    self.init(checked: columns, timeUnit: timeUnit, separator: separator)
  }
}
