/// Currents and node voltages of a crossbar, in its own order of rows and columns.
public struct CrossbarSolution: Sendable, Equatable {
  /// Rows.
  public let rows: Int
  /// Columns.
  public let columns: Int
  /// Vectors of row voltages.
  public let vectors: Int
  /// Currents into the sense amplifiers `[vectors × columns]`, A.
  public let currents: [Double]
  /// Voltages of the word-line nodes `[vectors × rows × columns]`, V.
  public let wordLineVoltages: [Double]
  /// Voltages of the bit-line nodes `[vectors × rows × columns]`, V.
  public let bitLineVoltages: [Double]
  /// Currents of the cells from word to bit line `[vectors × rows × columns]`, A.
  public let cellCurrents: [Double]
  /// Largest sum of the currents into a node, A; 0 but for rounding. Nodes without a resistance between them count as one.
  public let kirchhoffResidual: Double

  init(_ nodes: CellNodes, _ arrangement: CellArrangement, circuit: CrossbarCircuit, voltages: [Double]) {
    let (word, bit) = (arrangement.restored(nodes.word), arrangement.restored(nodes.bit))
    let cells = circuit.rows * circuit.columns
    let cellCurrents = word.indices.map { circuit.conductances[$0 % cells] * (word[$0] - bit[$0]) }
    self.init(
      nodes, arrangement, word: word, bit: bit, cellCurrents: cellCurrents, lines: circuit.lines, voltages: voltages)
  }

  init(
    _ nodes: CellNodes, _ arrangement: CellArrangement, word: [Double], bit: [Double], cellCurrents: [Double],
    lines: LineResistances, voltages: [Double]
  ) {
    rows = arrangement.order.rows
    columns = arrangement.order.columns
    vectors = arrangement.vectors
    currents = arrangement.restoredCurrents(nodes.currents)
    wordLineVoltages = word
    bitLineVoltages = bit
    self.cellCurrents = cellCurrents
    kirchhoffResidual = KirchhoffCheck(arrangement.order, lines: lines).residual(
      word: word, bit: bit, cells: cellCurrents, voltages: voltages, vectors: vectors)
  }
}

/// Sums the currents into the nodes of every line.
private struct KirchhoffCheck {
  let order: LineOrder
  let lines: LineResistances

  init(_ order: LineOrder, lines: LineResistances) {
    self.order = order
    self.lines = lines
  }

  func residual(word: [Double], bit: [Double], cells: [Double], voltages: [Double], vectors: Int) -> Double {
    let (rows, columns) = (order.rows, order.columns)
    var worst = 0.0
    for vector in 0..<vectors {
      let start = vector * rows * columns
      for row in 0..<rows {
        let nodes = (0..<columns).reversed().map { start + row * columns + (order.isMirrored ? columns - 1 - $0 : $0) }
        worst = max(
          worst,
          residual(
            nodes, voltages: word, currents: cells, sign: -1, segment: lines.wordLine, last: lines.driver,
            end: voltages[row * vectors + vector]))
      }
      for column in 0..<columns {
        let nodes = (0..<rows).map { start + order.row($0) * columns + column }
        worst = max(
          worst,
          residual(nodes, voltages: bit, currents: cells, sign: 1, segment: lines.bitLine, last: lines.sense, end: 0))
      }
    }
    return worst
  }

  /// - Parameters:
  ///   - nodes: from the open end of a line.
  ///   - sign: of the currents of the cells into the line.
  ///   - last: resistance between the last segment and the `end`, V.
  private func residual(
    _ nodes: [Int], voltages: [Double], currents: [Double], sign: Double, segment: Double, last: Double, end: Double
  ) -> Double {
    var (worst, inflow) = (0.0, 0.0)
    for (index, node) in nodes.enumerated() {
      inflow += sign * currents[node]
      let isLast = index == nodes.count - 1
      let resistance = isLast ? segment + last : segment
      guard resistance > 0 else { continue }
      let outflow = (voltages[node] - (isLast ? end : voltages[nodes[index + 1]])) / resistance
      worst = max(worst, abs(inflow - outflow))
      inflow = outflow
    }
    return worst
  }
}
