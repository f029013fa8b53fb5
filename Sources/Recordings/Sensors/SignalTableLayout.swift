/// What the columns of a table of samples in text are.
public struct SignalTableLayout: Sendable, Equatable {
  /// Name or number, from 1, of the column with the time; `nil` where there is none.
  public var timeColumn: String?
  /// Unit of the time.
  public var timeUnit: TimeUnit
  /// Names or numbers of the columns with samples, in the order wanted; `nil` for all but the time.
  public var columns: [String]?
  /// The unit of all samples, or one for each column; "1" where they have none.
  public var units: [String]
  /// What separates columns; `nil` to take the first of comma, semicolon, tab and space that the first line has.
  public var separator: CSVEventLayout.Separator?

  /// Sets all.
  public init(
    timeColumn: String?, timeUnit: TimeUnit = .seconds, columns: [String]? = nil, units: [String] = ["1"],
    separator: CSVEventLayout.Separator? = nil
  ) {
    (self.timeColumn, self.timeUnit, self.columns, self.units) = (timeColumn, timeUnit, columns, units)
    self.separator = separator
  }
}
