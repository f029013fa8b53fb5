import Kernels

/// The linear map of a crossbar with wire resistance: `I_j = Σ_i T[i,j] V_i`, in siemens.
///
/// As long as the cells are ohmic and every row is driven, at 0 V too, T holds for all inputs, and depends on the
/// conductances alone: one solution serves all reads until the next write. The nodes of each word line are eliminated in
/// closed form, those of the bit lines by blocks of one row, so that T is exact to rounding.
///
/// It owns the scratch for one shape; give each thread one of its own.
/// - Complexity: O(rows · columns³ + rows² · columns²) for `solve`, O(rows · columns) for `approximate`.
public final class TransferSolver {
  /// Rows.
  public let rows: Int
  /// Columns.
  public let columns: Int
  /// The resistances.
  public let lines: LineResistances
  private let order: LineOrder
  private let ladder: LineLadder
  private let bitLine: LineLadder
  private let elimination: BitLineElimination
  private let currents: AlignedBuffer<Double>
  private let carried: AlignedBuffer<Double>

  /// Scratch for crossbars of this shape.
  /// - Throws: `CircuitError` for a size or a resistance that cannot be.
  public init(rows: Int, columns: Int, lines: LineResistances) throws(CircuitError) {
    try CircuitLimits.check(rows: rows, columns: columns)
    try lines.check()
    self.rows = rows
    self.columns = columns
    self.lines = lines
    order = LineOrder(rows: rows, columns: columns, lines: lines)
    ladder = LineLadder(count: columns, near: lines.driver + lines.wordLine, segment: lines.wordLine)
    bitLine = LineLadder(count: rows, near: lines.sense + lines.bitLine, segment: lines.bitLine)
    elimination = BitLineElimination(columns: columns, lines: lines)
    currents = AlignedBuffer(count: rows * columns)
    carried = AlignedBuffer(count: rows * columns)
  }

  /// Solves for T exactly.
  ///
  /// - Parameters:
  ///   - conductances: row-major `[rows × columns]`, S; 0 where there is no cell.
  ///   - transfer: row-major `[rows × columns]`, S.
  /// - Throws: `CircuitError.badConductance`, `.singular`.
  public func solve(
    _ conductances: UnsafePointer<Double>, into transfer: UnsafeMutablePointer<Double>
  ) throws(CircuitError) {
    try CircuitLimits.check(conductances, rows: rows, columns: columns)
    elimination.reset()
    var (now, next) = (currents.base, carried.base)
    for place in 0..<rows {
      order.copyRow(conductances + order.row(place) * columns, into: ladder.conductances.base)
      ladder.update()
      let source = now + place * columns
      for column in 0..<columns { source[column] = ladder.conductances.base[column] * ladder.gains.base[column] }
      let isLast = place == rows - 1
      guard elimination.take(ladder, isLast: isLast) else { throw .singular(row: order.row(place)) }
      guard elimination.resistance(isLast: isLast) > 0 else { continue }
      DenseBlock.multiply(elimination.inverse.base, size: columns, by: now, columns: place + 1, into: next)
      swap(&now, &next)
    }
    for place in 0..<rows { order.copyRow(now + place * columns, into: transfer + order.row(place) * columns) }
  }

  /// Approximates T by T ≈ g·u·v: u is the voltage that reaches the cell along its word line with all bit lines at 0 V, v
  /// the share of its current that reaches the amplifier along its bit line with all word lines at their drivers.
  ///
  /// - Precondition: conductances finite and not negative.
  public func approximate(
    _ conductances: UnsafePointer<Double>, into transfer: UnsafeMutablePointer<Double>
  ) {
    for row in 0..<rows {
      order.copyRow(conductances + row * columns, into: ladder.conductances.base)
      ladder.updateGains()
      let gains = ladder.gains.base
      order.copyRow(gains, into: transfer + row * columns)
    }
    for column in 0..<columns {
      for place in 0..<rows {
        bitLine.conductances.base[rows - 1 - place] = conductances[order.row(place) * columns + column]
      }
      bitLine.updateGains()
      for place in 0..<rows {
        let cell = order.row(place) * columns + column
        transfer[cell] *= conductances[cell] * bitLine.gains.base[rows - 1 - place]
      }
    }
  }
}
