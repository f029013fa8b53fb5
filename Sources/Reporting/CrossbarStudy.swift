import Crossbars
import Foundation
import Recordings

/// A recorded crossbar solved: currents and node voltages, and how long that took.
public struct CrossbarStudy: Sendable {
  /// The circuit.
  public let circuit: CrossbarCircuit
  /// Row voltages `[rows × vectors]`, V.
  public let voltages: [Double]
  /// Its solution.
  public let solution: CrossbarSolution
  /// The currents of ideal lines `[vectors × columns]`, A.
  public let idealCurrents: [Double]
  /// Steps of Newton's method for each vector; empty for ohmic cells, which are solved at once.
  public let iterations: [Int]
  /// Wall time of the solution, s.
  public let seconds: Double
  /// Where the circuit comes from.
  public let source: String

  /// Solves a crossbar, driven at the left and sensed at the bottom.
  /// - Parameter cell: the law of its cells.
  /// - Throws: `CircuitError`, `.notConverged` for cells whose currents do not come to rest.
  public init(
    _ crossbar: RecordedCrossbar, cell: NonlinearCell = NonlinearCell(law: .ohmic), source: String
  ) throws {
    circuit = try CrossbarCircuit(crossbar)
    voltages = crossbar.voltages
    let clock = ContinuousClock()
    let start = clock.now
    if cell == NonlinearCell(law: .ohmic) {
      solution = try circuit.solve(voltages: crossbar.voltages, vectors: crossbar.vectors)
      iterations = []
    } else {
      (solution, iterations) = try NonlinearCrossbarSolver(circuit: circuit, cell: cell).solve(
        voltages: crossbar.voltages, vectors: crossbar.vectors)
    }
    seconds = (clock.now - start) / .seconds(1)
    idealCurrents = try circuit.idealCurrents(voltages: crossbar.voltages, vectors: crossbar.vectors)
    self.source = source
  }

  /// What to print of it.
  public func report(files: [String] = []) -> CrossbarReport { CrossbarReport(self, files: files) }
}

extension CrossbarCircuit {
  /// The circuit that a file describes.
  init(_ crossbar: RecordedCrossbar) throws(CircuitError) {
    try self.init(
      rows: crossbar.rows, columns: crossbar.columns, conductances: crossbar.conductances,
      lines: LineResistances(
        wordLine: crossbar.wordLineResistance, bitLine: crossbar.bitLineResistance, driver: crossbar.driverResistance,
        sense: crossbar.senseResistance))
  }
}

/// Mean and largest relative difference of currents; those next to nothing in their vector are left out.
public struct CurrentError: Encodable, Equatable, Sendable {
  /// Mean of |I - I_ref| / |I_ref|.
  public let mean: Double
  /// The largest.
  public let largest: Double

  /// Share of the largest current of a vector below which a current counts for nothing.
  private static let leastShare = 1e-6

  /// Compares currents `[vectors × columns]`.
  init(_ found: [Double], to reference: [Double], columns: Int) {
    var (sum, worst, count) = (0.0, 0.0, 0)
    for start in stride(from: 0, to: reference.count, by: columns) {
      let vector = start..<start + columns
      let least = Self.leastShare * vector.reduce(0) { max($0, abs(reference[$1])) }
      for index in vector where abs(reference[index]) > least {
        let error = abs(found[index] - reference[index]) / abs(reference[index])
        (sum, worst, count) = (sum + error, max(worst, error), count + 1)
      }
    }
    mean = sum / Double(max(count, 1))
    largest = worst
  }
}

/// What `crosspoint crossbar solve` prints.
public struct CrossbarReport: Encodable, Sendable {
  /// Where the circuit comes from.
  public let source: String
  /// Rows, columns, vectors.
  public let shape: [Int]
  /// Ω per segment.
  public let wordLineResistance: Double
  /// Ω per segment.
  public let bitLineResistance: Double
  /// Ω.
  public let driverResistance: Double
  /// Ω.
  public let senseResistance: Double
  /// |1 - I / I_ideal| of the columns.
  public let columnLoss: CurrentError
  /// Largest current into an amplifier, A.
  public let largestCurrent: Double
  /// Most steps of Newton's method for a vector; 0 for ohmic cells.
  public let iterations: Int
  /// Largest sum of currents into a node, A.
  public let kirchhoffResidual: Double
  /// Wall time of the solution, s.
  public let seconds: Double
  /// Files written.
  public let files: [String]

  init(_ study: CrossbarStudy, files: [String]) {
    let (circuit, solution) = (study.circuit, study.solution)
    source = study.source
    shape = [circuit.rows, circuit.columns, solution.vectors]
    wordLineResistance = circuit.lines.wordLine
    bitLineResistance = circuit.lines.bitLine
    driverResistance = circuit.lines.driver
    senseResistance = circuit.lines.sense
    columnLoss = CurrentError(solution.currents, to: study.idealCurrents, columns: circuit.columns)
    largestCurrent = solution.currents.reduce(0) { max($0, abs($1)) }
    iterations = study.iterations.max() ?? 0
    kirchhoffResidual = solution.kirchhoffResidual
    seconds = study.seconds
    self.files = files
  }

  /// For a terminal.
  public var text: String {
    func number(_ value: Double) -> String { NumberText.compact(value, digits: 4) }
    var table = TextTable(header: ["quantity", "value", "unit"])
    table.append(["rows", "\(shape[0])", ""])
    table.append(["columns", "\(shape[1])", ""])
    table.append(["vectors of row voltages", "\(shape[2])", ""])
    table.append(["word-line segment", number(wordLineResistance), "Ω"])
    table.append(["bit-line segment", number(bitLineResistance), "Ω"])
    table.append(["driver", number(driverResistance), "Ω"])
    table.append(["sense amplifier", number(senseResistance), "Ω"])
    table.append(["mean loss of a column", number(columnLoss.mean), "of the ideal current"])
    table.append(["largest loss of a column", number(columnLoss.largest), "of the ideal current"])
    table.append(["largest current", number(largestCurrent), "A"])
    if iterations > 0 { table.append(["steps of Newton's method, at most", "\(iterations)", ""]) }
    table.append(["left at a node", number(kirchhoffResidual), "A"])
    table.append(["time to solve", number(seconds), "s"])
    return "\(source)\n\n" + table.rendered() + (files.isEmpty ? "" : "\n" + files.map { "wrote \($0)\n" }.joined())
  }
}
