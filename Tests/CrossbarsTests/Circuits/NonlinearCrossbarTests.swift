import Crossbars
import Testing

/// Cells that are not ohmic.
@Suite struct NonlinearCrossbarTests {
  private func circuit(_ rows: Int = 8, _ columns: Int = 6) throws -> (CrossbarCircuit, [Double]) {
    var numbers = CircuitNumbers(seed: 21)
    let circuit = try CrossbarCircuit(
      rows: rows, columns: columns, conductances: numbers.levels(rows * columns, largest: 1e-3),
      lines: LineResistances(wordLine: 5, bitLine: 8, driver: 50, sense: 30, driven: .right, sensed: .top))
    return (circuit, numbers.uniform(rows * 2, -0.5...0.5))
  }

  static let cells: [NonlinearCell] = [
    .sinh(ratio: 10, voltage: 1), NonlinearCell(law: .polynomial(second: 4e-4, third: 2e-3)),
    NonlinearCell(law: .ohmic, transistor: .init(gain: 1e-3, overdrive: 0.8)),
    NonlinearCell(law: .sinh(scale: 0.2), transistor: .init(gain: 2e-3, overdrive: 0.3)),
  ]

  @Test("ohmic cells take one solution")
  func ohmic() throws {
    let (circuit, voltages) = try circuit()
    let solver = try NonlinearCrossbarSolver(circuit: circuit, cell: NonlinearCell(law: .ohmic))
    let (solution, iterations) = try solver.solve(voltages: voltages, vectors: 2)
    let linear = try circuit.solve(voltages: voltages, vectors: 2)
    #expect(iterations == [0, 0])
    #expect(worstError(solution.currents, linear.currents) < 1e-13)
    #expect(worstError(solution.bitLineVoltages, linear.bitLineVoltages) < 1e-13)
  }

  @Test("the solution is that of a fixed point on the currents of the cells", arguments: cells)
  func fixedPoint(cell: NonlinearCell) throws {
    let (circuit, voltages) = try circuit()
    let solver = try NonlinearCrossbarSolver(circuit: circuit, cell: cell, tolerance: 1e-11)
    let (solution, iterations) = try solver.solve(voltages: voltages, vectors: 2)
    #expect(iterations.allSatisfy { (1...12).contains($0) }, "\(iterations)")
    #expect(solution.kirchhoffResidual < 1e-13)
    for vector in 0..<2 {
      let drives = (0..<circuit.rows).map { voltages[$0 * 2 + vector] }
      let expected = try relaxed(circuit, cell: cell, voltages: drives)
      let found = Array(solution.currents[vector * circuit.columns..<(vector + 1) * circuit.columns])
      #expect(worstError(found, expected) < 1e-8)
    }
  }

  /// Chords: each cell becomes the conductance I/V that it has at its voltage, until nothing moves.
  private func relaxed(_ circuit: CrossbarCircuit, cell: NonlinearCell, voltages: [Double]) throws -> [Double] {
    var conductances = circuit.conductances
    var currents: [Double] = []
    for _ in 0..<400 {
      let linear = try CrossbarCircuit(
        rows: circuit.rows, columns: circuit.columns, conductances: conductances, lines: circuit.lines)
      let solution = try linear.solve(voltages: voltages, vectors: 1)
      currents = solution.currents
      for index in conductances.indices {
        let voltage = solution.wordLineVoltages[index] - solution.bitLineVoltages[index]
        let chord = cell.response(conductance: circuit.conductances[index], voltage: voltage).current / voltage
        conductances[index] += 0.5 * (chord - conductances[index])
      }
    }
    return currents
  }

  @Test("laws, slopes, and the transistor in series")
  func laws() {
    let sinh = NonlinearCell.sinh(ratio: 10, voltage: 1)
    let (full, half) = (sinh.response(conductance: 1e-5, voltage: 1), sinh.response(conductance: 1e-5, voltage: 0.5))
    #expect(abs(full.current / half.current - 10) < 1e-12)
    for cell in Self.cells {
      for voltage in [-0.4, -0.05, 0.02, 0.3] {
        let (low, high) = (voltage - 1e-6, voltage + 1e-6)
        let slope =
          (cell.response(conductance: 1e-3, voltage: high).current
            - cell.response(conductance: 1e-3, voltage: low).current) / 2e-6
        #expect(abs(slope - cell.response(conductance: 1e-3, voltage: voltage).slope) < 1e-8)
      }
      #expect(cell.response(conductance: 0, voltage: 0.3).current == 0)
    }
    // At low voltage the transistor is a resistance of 1 / (k · overdrive).
    let gated = NonlinearCell(law: .ohmic, transistor: .init(gain: 1e-4, overdrive: 1))
    let small = gated.response(conductance: 1e-4, voltage: 1e-6).current
    #expect(abs(small / 1e-6 * 2e4 - 1) < 1e-5)
    // Beyond the overdrive it carries k · overdrive² / 2 and no more.
    let saturated = NonlinearCell(law: .ohmic, transistor: .init(gain: 1e-4, overdrive: 0.1))
    #expect(abs(saturated.response(conductance: 1, voltage: 5).current / 5e-7 - 1) < 1e-9)
  }

  @Test("too few steps are an error")
  func tooFewSteps() throws {
    let (circuit, voltages) = try circuit()
    let solver = try NonlinearCrossbarSolver(
      circuit: circuit, cell: NonlinearCell(law: .sinh(scale: 0.05)), tolerance: 1e-13, iterationLimit: 1)
    let error = #expect(throws: CircuitError.self) { try solver.solve(voltages: voltages, vectors: 2) }
    guard case .notConverged(let vector, let residual, let limit, let iterations) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(vector == 0 && residual > limit && iterations == 1)
  }

  @Test("a law that falls with the voltage ends, one way or the other")
  func fallingLaw() throws {
    let (circuit, voltages) = try circuit()
    let solver = try NonlinearCrossbarSolver(
      circuit: circuit, cell: NonlinearCell(law: .polynomial(second: -5e-3, third: -9e-3)))
    do throws(CircuitError) {
      let solution = try solver.solve(voltages: voltages, vectors: 2).solution
      #expect(solution.kirchhoffResidual < 1e-9)
    } catch {
      guard case .notConverged = error else {
        Issue.record("\(error)")
        return
      }
    }
  }

  @Test func refusals() throws {
    let (circuit, _) = try circuit()
    for cell in [
      NonlinearCell(law: .sinh(scale: 0)), NonlinearCell(law: .polynomial(second: .nan, third: 0)),
      NonlinearCell(law: .ohmic, transistor: .init(gain: 0, overdrive: 1)),
      NonlinearCell(law: .ohmic, transistor: .init(gain: 1e-4, overdrive: -1)),
    ] {
      #expect(throws: CircuitError.self) { try NonlinearCrossbarSolver(circuit: circuit, cell: cell) }
    }
    #expect(throws: CircuitError.self) {
      try NonlinearCrossbarSolver(circuit: circuit, cell: NonlinearCell(law: .ohmic), tolerance: 0)
    }
    #expect(throws: CircuitError.self) {
      try NonlinearCrossbarSolver(circuit: circuit, cell: NonlinearCell(law: .ohmic), iterationLimit: 0)
    }
  }
}
