import Crossbars
import Testing

/// Crossbars with wire resistance, exactly.
@Suite struct CrossbarCircuitTests {
  /// Every way lines can be: resistances that are there or not, and all four pairs of ends.
  static let variants: [LineResistances] = (0..<16).flatMap { (bits: Int) -> [LineResistances] in
    LineResistances.WordLineEnd.allCases.flatMap { driven in
      LineResistances.BitLineEnd.allCases.map { sensed in
        LineResistances(
          wordLine: bits & 1 != 0 ? 3 : 0, bitLine: bits & 2 != 0 ? 7 : 0, driver: bits & 4 != 0 ? 200 : 0,
          sense: bits & 8 != 0 ? 60 : 0, driven: driven, sensed: sensed)
      }
    }
  }

  @Test("the published example of 3 x 5 cells")
  func publishedExample() throws {
    let ohms: [Double] = [345, 903, 755, 257, 646, 652, 401, 508, 166, 454, 442, 874, 190, 244, 635]
    let circuit = try CrossbarCircuit(
      rows: 3, columns: 5, conductances: ohms.map { 1 / $0 }, lines: LineResistances(wordLine: 0.5, bitLine: 0.5))
    let solution = try circuit.solve(voltages: [1.5, 2.6, 2.3, 1.1, 1.7, 3.3], vectors: 2)
    let published = [0.011585, 0.009191, 0.015116, 0.025833, 0.009812]
    for (found, expected) in zip(solution.currents, published) { #expect(abs(found - expected) < 5.1e-7) }
    #expect(abs(solution.cellCurrents[15 + 3] - 0.009856) < 5.1e-7)
    let ideal = try circuit.idealCurrents(voltages: [1.5, 2.3, 1.7], vectors: 1)
    for (found, expected) in zip(ideal, [0.011722, 0.009342, 0.015462, 0.026659, 0.010065]) {
      #expect(abs(found - expected) < 5.1e-7)
    }
  }

  @Test("any resistance may be zero, and lines may end at either side", arguments: variants)
  func againstDense(lines: LineResistances) throws {
    var numbers = CircuitNumbers(seed: 7)
    for (rows, columns) in [(4, 3), (1, 5), (5, 1), (1, 1)] {
      var conductances = numbers.uniform(rows * columns, 1e-4...5e-3)
      if conductances.count > 4 { conductances[2] = 0 }
      let circuit = try CrossbarCircuit(rows: rows, columns: columns, conductances: conductances, lines: lines)
      let voltages = numbers.uniform(rows, -1...1)
      let solution = try circuit.solve(voltages: voltages, vectors: 1)
      let oracle = DenseNodalOracle(circuit, voltages: voltages)
      #expect(worstError(solution.currents, oracle.currents) < 1e-12)
      #expect(worstError(solution.wordLineVoltages, oracle.word) < 1e-12)
      #expect(zip(solution.bitLineVoltages, oracle.bit).allSatisfy { abs($0 - $1) < 1e-13 })
      let transfer = try circuit.transfer()
      #expect(
        worstError(try circuit.currents(transfer: transfer, voltages: voltages, vectors: 1), oracle.currents) < 1e-12)
      #expect(solution.kirchhoffResidual < 1e-14)
    }
  }

  @Test("currents are linear in the voltages, and nothing is left at a node", arguments: [0.0, 100, 50_000])
  func linearity(sense: Double) throws {
    var numbers = CircuitNumbers(seed: 3)
    let lines = LineResistances(wordLine: 2, bitLine: 2, driver: 150, sense: sense)
    let circuit = try CrossbarCircuit(
      rows: 48, columns: 40, conductances: numbers.levels(48 * 40, largest: 5e-5), lines: lines)
    let voltages = numbers.uniform(48 * 3, 0...0.2)
    let solution = try circuit.solve(voltages: voltages, vectors: 3)
    let linear = try circuit.currents(transfer: try circuit.transfer(), voltages: voltages, vectors: 3)
    #expect(worstError(linear, solution.currents) < 1e-13)
    #expect(solution.kirchhoffResidual < 1e-9 * solution.currents.max()!)
  }

  @Test("a crossbar turned over has its currents turned over")
  func mirrors() throws {
    var numbers = CircuitNumbers(seed: 11)
    let (rows, columns) = (9, 7)
    let conductances = numbers.uniform(rows * columns, 1e-5...1e-3)
    let turned = (0..<rows * columns).map { cell in
      conductances[(rows - 1 - cell / columns) * columns + columns - 1 - cell % columns]
    }
    let lines = LineResistances(wordLine: 4, bitLine: 9, driver: 30, sense: 80)
    var turnedLines = lines
    (turnedLines.driven, turnedLines.sensed) = (.right, .top)
    let plain = try CrossbarCircuit(rows: rows, columns: columns, conductances: conductances, lines: lines)
    let other = try CrossbarCircuit(rows: rows, columns: columns, conductances: turned, lines: turnedLines)
    #expect(worstError(try other.transfer().reversed(), try plain.transfer()) < 1e-14)
    #expect(worstError(try other.approximateTransfer().reversed(), try plain.approximateTransfer()) < 1e-14)
  }

  /// Mean losses found by an independent nodal solver, with a tenth of the rows active on random cells, and with all rows
  /// active on cells of the largest conductance, 1 / `ohms`.
  static let losses: [(n: Int, segment: Double, ohms: Double, sparse: Double, all: Double)] = [
    (16, 1, 20e3, 0.0046, 0.0093), (16, 5, 20e3, 0.0222, 0.0445), (16, 1, 100e3, 0.0009, 0.0019),
    (32, 1, 20e3, 0.0192, 0.0344), (32, 5, 20e3, 0.0884, 0.1498), (32, 5, 100e3, 0.0192, 0.0344),
    (64, 1, 20e3, 0.0726, 0.1213), (64, 5, 20e3, 0.2758, 0.3996), (64, 1, 100e3, 0.0155, 0.0271),
    (64, 5, 100e3, 0.0726, 0.1213),
  ]

  @Test("mean losses of columns", arguments: losses)
  func columnLosses(_ row: (n: Int, segment: Double, ohms: Double, sparse: Double, all: Double)) throws {
    let n = row.n
    let lines = LineResistances(wordLine: row.segment, bitLine: row.segment)
    func meanLoss(_ conductances: [Double], _ voltages: [Double]) throws -> Double {
      let circuit = try CrossbarCircuit(rows: n, columns: n, conductances: conductances, lines: lines)
      let ideal = try circuit.idealCurrents(voltages: voltages, vectors: 1)
      let found = try circuit.solve(voltages: voltages, vectors: 1).currents
      return zip(ideal, found).reduce(0) { $0 + (1 - $1.1 / $1.0) } / Double(n)
    }
    let all = try meanLoss([Double](repeating: 1 / row.ohms, count: n * n), [Double](repeating: 0.2, count: n))
    #expect(abs(all - row.all) < 6e-5)
    // Which rows are active weighs with their distance from the amplifiers: the mean of many draws settles.
    var numbers = CircuitNumbers(seed: 5)
    var mean = 0.0
    for _ in 0..<24 {
      let conductances = numbers.levels(n * n, largest: 1 / row.ohms)
      var voltages = [Double](repeating: 0, count: n)
      var active = 0
      while active < max(1, Int((0.1 * Double(n)).rounded())) {
        let place = Int(numbers.next() * Double(n))
        if voltages[place] == 0 { (voltages[place], active) = (0.2, active + 1) }
      }
      mean += try meanLoss(conductances, voltages) / 24
    }
    // Few rows, and few digits of the losses found, at the smallest size.
    #expect(abs(mean / row.sparse - 1) < (n == 16 ? 0.1 : 0.05))
  }
}
