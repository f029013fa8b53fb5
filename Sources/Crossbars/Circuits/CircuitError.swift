/// Why a crossbar circuit cannot be solved; each description is one sentence to act on. Rows, columns and vectors count
/// from 0.
public enum CircuitError: Error, Equatable, Sendable {
  /// No crossbar has this many rows or columns.
  case badSize(rows: Int, columns: Int, largest: Int)
  /// The node voltages of a crossbar of this size would take too much memory.
  case tooLarge(rows: Int, columns: Int, bytes: Int, limit: Int)
  /// An array does not have one value for each thing.
  case wrongCount(what: String, expected: Int, found: Int)
  /// A resistance that is negative, not finite, or far too large, Ω.
  case badResistance(name: String, found: Double, largest: Double)
  /// A conductance that is negative, not finite, or far too large, S.
  case badConductance(row: Int, column: Int, found: Double, largest: Double)
  /// A voltage that is not finite, or far too large, V.
  case badVoltage(row: Int, vector: Int, found: Double, largest: Double)
  /// Active rows that are not ascending rows of the crossbar.
  case badActiveRows(found: Int, rows: Int)
  /// A parameter of a cell that cannot be.
  case badCell(parameter: String, expected: String, found: Double)
  /// The equations have no solution to working precision, first seen at this row.
  case singular(row: Int)
  /// Newton's method did not come to rest; residual and limit in A.
  case notConverged(vector: Int, residual: Double, limit: Double, iterations: Int)
}

extension CircuitError: CustomStringConvertible {
  /// One sentence a user can act on.
  public var description: String {
    switch self {
    case .badSize(let rows, let columns, let largest):
      "a crossbar of \(rows) x \(columns) cells cannot be solved; give 1 to \(largest) rows and columns"
    case .tooLarge(let rows, let columns, let bytes, let limit):
      "the node voltages of \(rows) x \(columns) cells need \(bytes >> 20) MiB, more than the limit of \(limit >> 20) MiB; "
        + "solve the crossbar in tiles"
    case .wrongCount(let what, let expected, let found):
      "expected \(expected) \(what), found \(found); give one value for each"
    case .badResistance(let name, let found, let largest):
      "the \(name) resistance is \(found) Ω; give a finite one between 0 and \(largest) Ω"
    case .badConductance(let row, let column, let found, let largest):
      "the conductance in row \(row), column \(column) is \(found) S; give a finite one between 0 (no cell) and "
        + "\(largest) S"
    case .badVoltage(let row, let vector, let found, let largest):
      "the voltage on row \(row) of vector \(vector) is \(found) V; give a finite one between -\(largest) and \(largest) V"
    case .badActiveRows(let found, let rows):
      "active row \(found) is out of place; name rows between 0 and \(rows - 1) in ascending order, each once"
    case .badCell(let parameter, let expected, let found):
      "the cell's \(parameter) is \(found); give \(expected)"
    case .singular(let row):
      "the circuit has no solution to working precision at row \(row); give conductances and resistances whose products "
        + "are less extreme"
    case .notConverged(let vector, let residual, let limit, let iterations):
      "the circuit of vector \(vector) did not come to rest in \(iterations) iterations: \(residual) A are left at a node, "
        + "more than the limit of \(limit) A; allow more iterations, or lower the voltages"
    }
  }
}

/// Limits on what is solved, and their checks.
enum CircuitLimits {
  static let largestSize = 8192
  static let largestConductance = 1e3
  static let largestVoltage = 1e6
  /// For the factors of all rows.
  static let largestBytes = 2 << 30

  static func check(rows: Int, columns: Int) throws(CircuitError) {
    guard (1...largestSize).contains(rows), (1...largestSize).contains(columns) else {
      throw .badSize(rows: rows, columns: columns, largest: largestSize)
    }
  }

  static func check(_ conductances: UnsafePointer<Double>, rows: Int, columns: Int) throws(CircuitError) {
    for cell in 0..<rows * columns where !(conductances[cell] >= 0 && conductances[cell] <= largestConductance) {
      throw .badConductance(
        row: cell / columns, column: cell % columns, found: conductances[cell], largest: largestConductance)
    }
  }

  static func check(voltages: [Double], rows: Int, vectors: Int) throws(CircuitError) {
    guard vectors >= 0, voltages.count == rows * vectors else {
      throw .wrongCount(what: "row voltages", expected: rows * max(vectors, 0), found: voltages.count)
    }
    for index in voltages.indices where !(abs(voltages[index]) <= largestVoltage) {
      throw .badVoltage(
        row: index / vectors, vector: index % vectors, found: voltages[index], largest: largestVoltage)
    }
  }
}
