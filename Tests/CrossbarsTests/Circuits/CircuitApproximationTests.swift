import Crossbars
import Testing

/// Approximations and ladders.
@Suite struct CircuitApproximationTests {
  @Test("where one kind of line is ideal, the two ladders are exact", arguments: [(0.0, 6.0), (6.0, 0.0)])
  func exactLadders(word: Double, bit: Double) throws {
    var numbers = CircuitNumbers(seed: 2)
    let circuit = try CrossbarCircuit(
      rows: 20, columns: 13, conductances: numbers.uniform(260, 0...1e-3),
      lines: LineResistances(wordLine: word, bitLine: bit))
    #expect(worstError(try circuit.approximateTransfer(), try circuit.transfer()) < 1e-12)
  }

  @Test("the error of the ladders falls with the square of the resistance")
  func order() throws {
    var numbers = CircuitNumbers(seed: 4)
    let conductances = numbers.levels(32 * 32, largest: 5e-5)
    func error(_ ohms: Double) throws -> Double {
      let circuit = try CrossbarCircuit(
        rows: 32, columns: 32, conductances: conductances, lines: LineResistances(wordLine: ohms, bitLine: ohms))
      return worstError(try circuit.approximateTransfer(), try circuit.transfer())
    }
    let (coarse, fine) = (try error(0.2), try error(0.1))
    #expect((3.5...4.5).contains(coarse / fine))
  }

  @Test("the polynomial drop is that of the bit lines for small loads")
  func polynomialDrop() throws {
    let rows = 64
    let circuit = try CrossbarCircuit(
      rows: rows, columns: 3, conductances: [Double](repeating: 1e-6, count: rows * 3),
      lines: LineResistances(bitLine: 0.5))
    let voltages = [Double](repeating: 0.2, count: rows)
    let ideal = try circuit.idealCurrents(voltages: voltages, vectors: 1)
    let exact = try circuit.solve(voltages: voltages, vectors: 1).currents
    let drop = try circuit.polynomialDropCurrents(voltages: voltages, vectors: 1)
    for column in 0..<3 {
      let share = (ideal[column] - drop[column]) / (ideal[column] - exact[column])
      #expect((0.95...1.05).contains(share), "\(share)")
    }
    #expect(try circuit.polynomialDropCurrents(voltages: [Double](repeating: 0, count: rows), vectors: 1) == [0, 0, 0])
  }

  @Test("a gated column is a circuit in which the other cells are open", arguments: LineResistances.BitLineEnd.allCases)
  func gatedLadder(sensed: LineResistances.BitLineEnd) throws {
    var numbers = CircuitNumbers(seed: 8)
    let (rows, columns) = (10, 4)
    let conductances = numbers.uniform(rows * columns, 1e-4...5e-3)
    let voltages = numbers.uniform(rows, -1...1)
    let lines = LineResistances(bitLine: 5, sense: 40, sensed: sensed)
    let ladder = try GatedColumnLadder(rows: rows, columns: columns, lines: lines)
    for active in [[], [0], [9], [0, 3, 4, 9], Array(0..<10)] {
      var gated = conductances
      for row in 0..<rows where !active.contains(row) {
        for column in 0..<columns { gated[row * columns + column] = 0 }
      }
      let circuit = try CrossbarCircuit(rows: rows, columns: columns, conductances: gated, lines: lines)
      let found = try ladder.currents(conductances: conductances, voltages: voltages, activeRows: active)
      guard !active.isEmpty else {
        #expect(found == [0, 0, 0, 0])
        continue
      }
      #expect(worstError(found, DenseNodalOracle(circuit, voltages: voltages).currents) < 1e-13)
    }
    for active in [[3, 2], [1, 1], [10], [-1]] {
      #expect(throws: CircuitError.self) {
        try ladder.currents(conductances: conductances, voltages: voltages, activeRows: active)
      }
    }
  }
}
