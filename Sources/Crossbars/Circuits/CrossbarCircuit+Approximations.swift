extension CrossbarCircuit {
  /// The approximation of T by two ladders (`TransferSolver.approximate`), `[rows × columns]`, S.
  public func approximateTransfer() throws(CircuitError) -> [Double] {
    let solver = try TransferSolver(rows: rows, columns: columns, lines: lines)
    var transfer = [Double](repeating: 0, count: rows * columns)
    solver.approximate(conductances, into: &transfer)
    return transfer
  }

  /// Currents by T, `[vectors × columns]`, A.
  /// - Parameters:
  ///   - transfer: `[rows × columns]`, S.
  ///   - voltages: `[rows × vectors]`, V.
  public func currents(transfer: [Double], voltages: [Double], vectors: Int) throws(CircuitError) -> [Double] {
    guard transfer.count == rows * columns else {
      throw .wrongCount(what: "elements of T", expected: rows * columns, found: transfer.count)
    }
    try CircuitLimits.check(voltages: voltages, rows: rows, vectors: vectors)
    return Self.product(transfer, voltages, rows: rows, columns: columns, vectors: vectors)
  }

  /// The currents with the drop along the bit lines as a polynomial of the load of the column, as IBM's analog hardware kit
  /// (aihwkit) has it: it knows no word lines, drivers or amplifiers.
  ///
  /// With n rows, a = n·r_b·Σ_i G_i|V_i| / max|V| and c = a(a(0.05a - 0.2) + 0.5), the current of a column loses
  /// c·Σ_i G_i V_i (1 - (1 - i/n)²), where i counts rows from the amplifier.
  /// - Parameter voltages: `[rows × vectors]`, V.
  /// - Returns: `[vectors × columns]`, A.
  /// - Reference: M. J. Rasch et al., AICAS 2021, doi:10.1109/AICAS51828.2021.9458494.
  public func polynomialDropCurrents(voltages: [Double], vectors: Int) throws(CircuitError) -> [Double] {
    var currents = try idealCurrents(voltages: voltages, vectors: vectors)
    let order = LineOrder(rows: rows, columns: columns, lines: lines)
    for vector in 0..<vectors {
      let drives = (0..<rows).map { voltages[$0 * vectors + vector] }
      let largest = drives.reduce(0) { max($0, abs($1)) }
      guard largest > 0 else { continue }
      for column in 0..<columns {
        var (load, shaped) = (0.0, 0.0)
        for place in 0..<rows {
          let row = order.row(place)
          let current = conductances[row * columns + column] * drives[row]
          let nearness = Double(place) / Double(rows)
          load += abs(current)
          shaped += current * (1 - nearness * nearness)
        }
        let a = Double(rows) * lines.bitLine * load / largest
        currents[vector * columns + column] -= a * (a * (0.05 * a - 0.2) + 0.5) * shaped
      }
    }
    return currents
  }
}
