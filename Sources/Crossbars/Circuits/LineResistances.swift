/// Resistances of the lines of a crossbar, Ω, and the ends at which they are driven and sensed.
///
/// A word line runs along a row, a bit line along a column, one segment from cell to cell. The segment between the driver
/// and the first cell, and the one between the last cell and the sense amplifier, are one segment long as well, in series
/// with driver and amplifier; the other ends are open. Any of the four resistances may be 0.
public struct LineResistances: Sendable, Equatable {
  /// The end of the word lines at which the drivers are.
  public enum WordLineEnd: String, Sendable, CaseIterable {
    /// Before column 0.
    case left
    /// Behind the last column.
    case right
  }

  /// The end of the bit lines at which the sense amplifiers are, virtual grounds of 0 V.
  public enum BitLineEnd: String, Sendable, CaseIterable {
    /// Before row 0.
    case top
    /// Behind the last row.
    case bottom
  }

  /// One segment of a word line, Ω.
  public var wordLine: Double
  /// One segment of a bit line, Ω.
  public var bitLine: Double
  /// Output resistance of a row driver, Ω.
  public var driver: Double
  /// Input resistance of a sense amplifier, Ω.
  public var sense: Double
  /// Where the rows are driven.
  public var driven: WordLineEnd
  /// Where the columns are sensed.
  public var sensed: BitLineEnd

  /// Lines of these resistances; without arguments, ideal ones.
  public init(
    wordLine: Double = 0, bitLine: Double = 0, driver: Double = 0, sense: Double = 0, driven: WordLineEnd = .left,
    sensed: BitLineEnd = .bottom
  ) {
    self.wordLine = wordLine
    self.bitLine = bitLine
    self.driver = driver
    self.sense = sense
    self.driven = driven
    self.sensed = sensed
  }

  /// Whether nothing lies between drivers, cells and amplifiers.
  public var isIdeal: Bool { wordLine == 0 && bitLine == 0 && driver == 0 && sense == 0 }

  /// - Throws: `CircuitError.badResistance` for a resistance that is negative or not finite.
  func check() throws(CircuitError) {
    let all = [("word-line", wordLine), ("bit-line", bitLine), ("driver", driver), ("sense", sense)]
    for (name, ohms) in all where !(ohms >= 0 && ohms <= Self.largest) {
      throw .badResistance(name: name, found: ohms, largest: Self.largest)
    }
  }

  /// Largest resistance, Ω: beyond it a line is no line.
  static let largest = 1e12
}

/// Rows and columns of a crossbar as its elimination meets them: rows from the far end of the bit lines to the sense
/// amplifiers, columns from the drivers outwards.
struct LineOrder: Sendable {
  let rows: Int
  let columns: Int
  private let isUpsideDown: Bool
  let isMirrored: Bool

  init(rows: Int, columns: Int, lines: LineResistances) {
    self.rows = rows
    self.columns = columns
    isUpsideDown = lines.sensed == .top
    isMirrored = lines.driven == .right
  }

  /// The row at a place, or the place of a row.
  func row(_ place: Int) -> Int { isUpsideDown ? rows - 1 - place : place }

  /// Copies one row of the crossbar into the order of its line, or back.
  func copyRow(_ source: UnsafePointer<Double>, into target: UnsafeMutablePointer<Double>) {
    if isMirrored {
      for column in 0..<columns { target[column] = source[columns - 1 - column] }
    } else {
      target.update(from: source, count: columns)
    }
  }
}
