import Crossbars
import Testing

/// What no crossbar can have is refused with a sentence that names the place.
@Suite struct CircuitRefusalTests {
  @Test func sizesAndCounts() {
    #expect(throws: CircuitError.badSize(rows: 0, columns: 4, largest: 8192)) {
      try CrossbarCircuit(rows: 0, columns: 4, conductances: [], lines: LineResistances())
    }
    #expect(throws: CircuitError.wrongCount(what: "conductances", expected: 4, found: 3)) {
      try CrossbarCircuit(rows: 2, columns: 2, conductances: [1, 1, 1], lines: LineResistances())
    }
    #expect(throws: CircuitError.badSize(rows: 4, columns: 9000, largest: 8192)) {
      _ = try TransferSolver(rows: 4, columns: 9000, lines: LineResistances())
    }
    #expect(throws: CircuitError.wrongCount(what: "row voltages", expected: 4, found: 2)) {
      try CrossbarCircuit(rows: 2, columns: 1, conductances: [1e-3, 0], lines: LineResistances())
        .solve(voltages: [1, 2], vectors: 2)
    }
  }

  @Test func values() throws {
    for bad in [-1e-6, .nan, .infinity] {
      let error = #expect(throws: CircuitError.self) {
        try CrossbarCircuit(rows: 2, columns: 2, conductances: [1e-3, 1e-3, bad, 0], lines: LineResistances())
      }
      #expect(error?.description.contains("row 1, column 0") == true)
      let solver = try TransferSolver(rows: 1, columns: 1, lines: LineResistances())
      var transfer = 0.0
      #expect(throws: CircuitError.self) { try solver.solve([bad], into: &transfer) }
    }
    let resistance = #expect(throws: CircuitError.self) {
      _ = try TransferSolver(rows: 1, columns: 1, lines: LineResistances(driver: -5))
    }
    #expect(resistance?.description.contains("driver resistance is -5.0 Ω") == true)
    let voltage = #expect(throws: CircuitError.self) {
      try CrossbarCircuit(rows: 2, columns: 1, conductances: [1e-3, 0], lines: LineResistances())
        .solve(voltages: [1, 2, 3, .nan], vectors: 2)
    }
    #expect(voltage?.description.contains("row 1 of vector 1") == true)
  }

  @Test func moreMemoryThanAllowed() {
    let error = #expect(throws: CircuitError.self) {
      try CrossbarCircuit(
        rows: 1024, columns: 1024, conductances: [Double](repeating: 1e-6, count: 1 << 20), lines: LineResistances()
      ).solve(voltages: [Double](repeating: 0, count: 1024), vectors: 1)
    }
    #expect(error?.description.contains("8192 MiB") == true)
  }
}
