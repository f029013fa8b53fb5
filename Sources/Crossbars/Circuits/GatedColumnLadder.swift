/// Columns of cells with access transistors, of which only the active rows conduct: unselected cells are open, and each bit
/// line is a ladder of its own.
///
/// From the far end, the part of a column seen so far is a current I beside a conductance G (Norton). A wire of resistance R
/// divides both by 1 + R·G; a cell g at voltage V adds g·V and g. What arrives behind the last wire and the amplifier is the
/// current of the column. The row voltages reach their cells as they are.
/// - Complexity: O(active rows · columns).
public struct GatedColumnLadder: Sendable, Equatable {
  /// Rows.
  public let rows: Int
  /// Columns.
  public let columns: Int
  /// The resistances; those of the word lines, which only carry gate voltages, play no part.
  public let lines: LineResistances

  /// Columns of this shape.
  /// - Throws: `CircuitError` for a size or a resistance that cannot be.
  public init(rows: Int, columns: Int, lines: LineResistances) throws(CircuitError) {
    try CircuitLimits.check(rows: rows, columns: columns)
    try lines.check()
    self.rows = rows
    self.columns = columns
    self.lines = lines
  }

  /// The currents of all columns, `[columns]`, A.
  ///
  /// - Parameters:
  ///   - conductances: row-major `[rows × columns]`, S.
  ///   - voltages: of all rows, V; those of rows that are not active are not looked at.
  ///   - activeRows: ascending.
  /// - Throws: `CircuitError`.
  public func currents(
    conductances: [Double], voltages: [Double], activeRows: [Int]
  ) throws(CircuitError) -> [Double] {
    guard conductances.count == rows * columns else {
      throw .wrongCount(what: "conductances", expected: rows * columns, found: conductances.count)
    }
    try CircuitLimits.check(conductances, rows: rows, columns: columns)
    try CircuitLimits.check(voltages: voltages, rows: rows, vectors: 1)
    var previous = -1
    for row in activeRows {
      guard row > previous, row < rows else { throw .badActiveRows(found: row, rows: rows) }
      previous = row
    }
    return (0..<columns).map { column in
      current(ofColumn: column, conductances: conductances, voltages: voltages, activeRows: activeRows)
    }
  }

  private func current(ofColumn column: Int, conductances: [Double], voltages: [Double], activeRows: [Int]) -> Double {
    let isDownwards = lines.sensed == .bottom
    var (current, admittance) = (0.0, 0.0)
    var place = 0
    func pass(_ resistance: Double) {
      let share = 1 / (1 + resistance * admittance)
      current *= share
      admittance *= share
    }
    for index in activeRows.indices {
      let row = activeRows[isDownwards ? index : activeRows.count - 1 - index]
      let next = isDownwards ? row : rows - 1 - row
      pass(Double(next - place) * lines.bitLine)
      place = next
      let conductance = conductances[row * columns + column]
      current += conductance * voltages[row]
      admittance += conductance
    }
    pass(Double(rows - place) * lines.bitLine + lines.sense)
    return current
  }
}
