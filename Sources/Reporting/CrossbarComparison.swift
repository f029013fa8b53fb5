import Crossbars
import Foundation
import Recordings

/// Ways of computing the currents of a crossbar, each against the exact solution of the same circuit.
public struct CrossbarComparison: Encodable, Sendable {
  /// One way.
  public struct Method: Encodable, Sendable {
    /// Its name.
    public let name: String
    /// What it leaves out, if anything.
    public let premise: String
    /// Its errors.
    public let error: CurrentError
    /// Time over that of the exact T, all vectors included.
    public let relativeTime: Double
    /// Its currents `[vectors × columns]`, A.
    let currents: [Double]

    private enum CodingKeys: CodingKey { case name, premise, error, relativeTime }
  }

  /// Where the circuit comes from.
  public let source: String
  /// Rows, columns, vectors.
  public let shape: [Int]
  /// Loss of the columns against ideal lines.
  public let columnLoss: CurrentError
  /// Time of the exact T and its product with all vectors, s.
  public let seconds: Double
  /// The ways, the exact one first.
  public let methods: [Method]

  /// Compares on a recorded crossbar.
  /// - Throws: `CircuitError`.
  public init(_ crossbar: RecordedCrossbar, source: String) throws {
    let circuit = try CrossbarCircuit(crossbar)
    let (voltages, vectors) = (crossbar.voltages, crossbar.vectors)
    let solver = try TransferSolver(rows: circuit.rows, columns: circuit.columns, lines: circuit.lines)
    func byTransfer(_ fill: (UnsafeMutablePointer<Double>) throws -> Void) throws -> [Double] {
      var transfer = [Double](repeating: 0, count: circuit.rows * circuit.columns)
      try fill(&transfer)
      return try circuit.currents(transfer: transfer, voltages: voltages, vectors: vectors)
    }
    let ways: [(name: String, premise: String, run: () throws -> [Double])] = [
      ("exact T", "", { try byTransfer { try solver.solve(circuit.conductances, into: $0) } }),
      ("all nodes", "", { try circuit.solve(voltages: voltages, vectors: vectors).currents }),
      (
        "two ladders", "lines of one kind do not see the other",
        { try byTransfer { solver.approximate(circuit.conductances, into: $0) } }
      ),
      (
        "polynomial drop", "bit lines only, by the load of the column",
        { try circuit.polynomialDropCurrents(voltages: voltages, vectors: vectors) }
      ),
      (
        "gated ladder", "another circuit: rows at 0 V open, bit lines only",
        { try Self.gatedCurrents(circuit, voltages: voltages, vectors: vectors) }
      ),
      ("ideal lines", "no resistance", { try circuit.idealCurrents(voltages: voltages, vectors: vectors) }),
    ]
    let runs = try ways.map { try Self.timed($0.run) }
    let exact = runs[0]
    self.source = source
    shape = [circuit.rows, circuit.columns, vectors]
    seconds = exact.seconds
    columnLoss = CurrentError(
      exact.result, to: try circuit.idealCurrents(voltages: voltages, vectors: vectors), columns: circuit.columns)
    methods = zip(ways, runs).map { way, run in
      Method(
        name: way.name, premise: way.premise,
        error: CurrentError(run.result, to: exact.result, columns: circuit.columns),
        relativeTime: run.seconds / exact.seconds, currents: run.result)
    }
  }

  private static func gatedCurrents(
    _ circuit: CrossbarCircuit, voltages: [Double], vectors: Int
  ) throws(CircuitError) -> [Double] {
    let ladder = try GatedColumnLadder(rows: circuit.rows, columns: circuit.columns, lines: circuit.lines)
    var currents: [Double] = []
    for vector in 0..<vectors {
      let drives = (0..<circuit.rows).map { voltages[$0 * vectors + vector] }
      currents += try ladder.currents(
        conductances: circuit.conductances, voltages: drives, activeRows: drives.indices.filter { drives[$0] != 0 })
    }
    return currents
  }

  /// The result, and the shortest time of some runs: at least three, and more of a quick one.
  private static func timed(_ body: () throws -> [Double]) throws -> (result: [Double], seconds: Double) {
    let clock = ContinuousClock()
    var (best, spent, runs) = (Double.infinity, 0.0, 0)
    var result: [Double] = []
    repeat {
      let start = clock.now
      result = try body()
      let seconds = max((clock.now - start) / .seconds(1), 1e-9)
      (best, spent, runs) = (min(best, seconds), spent + seconds, runs + 1)
    } while spent < 10 && (runs < 3 || spent < 0.02)
    return (result, best)
  }

  /// For a terminal.
  public var text: String {
    var table = TextTable(header: ["method", "mean error", "largest error", "time", "premise"])
    for method in methods {
      table.append([
        method.name, NumberText.compact(method.error.mean), NumberText.compact(method.error.largest),
        NumberText.compact(method.relativeTime), method.premise,
      ])
    }
    return "\(source): \(shape[0]) rows x \(shape[1]) columns, \(shape[2]) vectors; loss of a column: mean "
      + "\(NumberText.compact(columnLoss.mean)), largest \(NumberText.compact(columnLoss.largest))\n"
      + "Errors are relative to the exact current; time is relative to \(NumberText.compact(seconds)) s.\n\n"
      + table.rendered()
  }
}
