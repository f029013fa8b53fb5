/// A crossbar of ohmic cells with its lines.
///
/// Cell (i, j) lies between node (i, j) of word line i, at voltage U, and node (i, j) of bit line j, at voltage W; it carries
/// G·(U - W). Kirchhoff's law holds at each node.
public struct CrossbarCircuit: Sendable, Equatable {
  /// Rows.
  public let rows: Int
  /// Columns.
  public let columns: Int
  /// Conductances of the cells, row-major `[rows × columns]`, S; 0 where there is no cell.
  public let conductances: [Double]
  /// The resistances of the lines.
  public let lines: LineResistances

  /// A circuit.
  /// - Throws: `CircuitError` for sizes, counts, conductances or resistances that cannot be.
  public init(rows: Int, columns: Int, conductances: [Double], lines: LineResistances) throws(CircuitError) {
    try CircuitLimits.check(rows: rows, columns: columns)
    try lines.check()
    guard conductances.count == rows * columns else {
      throw .wrongCount(what: "conductances", expected: rows * columns, found: conductances.count)
    }
    try CircuitLimits.check(conductances, rows: rows, columns: columns)
    self.rows = rows
    self.columns = columns
    self.conductances = conductances
    self.lines = lines
  }

  /// The currents without lines: `Σ_i G[i,j] V_i`.
  /// - Parameter voltages: of the rows, `[rows × vectors]`, V.
  /// - Returns: `[vectors × columns]`, A.
  public func idealCurrents(voltages: [Double], vectors: Int) throws(CircuitError) -> [Double] {
    try CircuitLimits.check(voltages: voltages, rows: rows, vectors: vectors)
    return Self.product(conductances, voltages, rows: rows, columns: columns, vectors: vectors)
  }

  /// T of `TransferSolver`, `[rows × columns]`, S.
  public func transfer() throws(CircuitError) -> [Double] {
    let solver = try TransferSolver(rows: rows, columns: columns, lines: lines)
    var transfer = [Double](repeating: 0, count: rows * columns)
    try solver.solve(conductances, into: &transfer)
    return transfer
  }

  /// Currents and all node voltages for some vectors of row voltages.
  ///
  /// - Parameters:
  ///   - voltages: of the row drivers, `[rows × vectors]`, V.
  ///   - vectors: how many.
  /// - Throws: `CircuitError`.
  public func solve(voltages: [Double], vectors: Int) throws(CircuitError) -> CrossbarSolution {
    try CircuitLimits.check(voltages: voltages, rows: rows, vectors: vectors)
    let solver = try NodalSolver(rows: rows, columns: columns, lines: lines)
    let arrangement = CellArrangement(order: solver.order, vectors: vectors)
    try solver.factor(arrangement.ordered(conductances))
    var nodes = CellNodes(count: arrangement.count, currentCount: vectors * columns)
    guard vectors > 0 else { return CrossbarSolution(nodes, arrangement, circuit: self, voltages: voltages) }
    solver.solve(
      drives: arrangement.orderedDrives(voltages), companions: nil, vectors: vectors, word: &nodes.word,
      bit: &nodes.bit,
      currents: &nodes.currents)
    return CrossbarSolution(nodes, arrangement, circuit: self, voltages: voltages)
  }

  /// matrix `[rows × columns]`, transposed, times voltages `[rows × vectors]`.
  static func product(_ matrix: [Double], _ voltages: [Double], rows: Int, columns: Int, vectors: Int) -> [Double] {
    var currents = [Double](repeating: 0, count: vectors * columns)
    currents.withUnsafeMutableBufferPointer { currents in
      matrix.withUnsafeBufferPointer { matrix in
        for row in 0..<rows {
          for vector in 0..<vectors {
            let voltage = voltages[row * vectors + vector]
            for column in 0..<columns {
              currents[vector * columns + column] += matrix[row * columns + column] * voltage
            }
          }
        }
      }
    }
    return currents
  }
}

/// Node voltages and currents in the order of the elimination: cells `[rows × vectors × columns]`, currents
/// `[vectors × columns]`.
struct CellNodes {
  var word: [Double]
  var bit: [Double]
  var currents: [Double]

  init(count: Int, currentCount: Int) {
    word = [Double](repeating: 0, count: count)
    bit = word
    currents = [Double](repeating: 0, count: currentCount)
  }
}

/// Takes arrays of a crossbar into the order of the elimination and back.
struct CellArrangement {
  let order: LineOrder
  let vectors: Int

  var count: Int { order.rows * vectors * order.columns }

  /// `[rows × columns]` into the order.
  func ordered(_ values: [Double]) -> [Double] {
    filled(order.rows * order.columns) { result in
      values.withUnsafeBufferPointer { values in
        guard let source = values.baseAddress else { return }
        for place in 0..<order.rows {
          order.copyRow(source + order.row(place) * order.columns, into: result + place * order.columns)
        }
      }
    }
  }

  /// Row voltages `[rows × vectors]` into the order.
  func orderedDrives(_ voltages: [Double]) -> [Double] {
    (0..<order.rows).flatMap { voltages[order.row($0) * vectors..<(order.row($0) + 1) * vectors] }
  }

  /// Cells out of the order, `[vectors × rows × columns]`.
  func restored(_ cells: [Double]) -> [Double] {
    filled(count) { result in
      cells.withUnsafeBufferPointer { cells in
        guard let source = cells.baseAddress else { return }
        for place in 0..<order.rows {
          for vector in 0..<vectors {
            order.copyRow(
              source + (place * vectors + vector) * order.columns,
              into: result + (vector * order.rows + order.row(place)) * order.columns)
          }
        }
      }
    }
  }

  /// Currents `[vectors × columns]` out of the order.
  func restoredCurrents(_ currents: [Double]) -> [Double] {
    filled(vectors * order.columns) { result in
      currents.withUnsafeBufferPointer { currents in
        guard let source = currents.baseAddress else { return }
        for vector in 0..<vectors {
          order.copyRow(source + vector * order.columns, into: result + vector * order.columns)
        }
      }
    }
  }

  private func filled(_ count: Int, _ body: (UnsafeMutablePointer<Double>) -> Void) -> [Double] {
    [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
      if let base = buffer.baseAddress, count > 0 { body(base) }
      initialized = count
    }
  }
}
