import Kernels

/// Solves crossbars whose cells are not ohmic, by Newton's method on Kirchhoff's law at all nodes.
///
/// Each step replaces the cells by their tangents, conductances g with companion currents c, and solves that linear circuit
/// (`NodalSolver`). A step that does not bring the currents of the cells closer to those of the circuit is halved. Cells
/// without a positive slope are given a small one, which changes the way but not the solution.
public struct NonlinearCrossbarSolver: Sendable {
  /// The circuit; its conductances are those of the cells at low voltage.
  public let circuit: CrossbarCircuit
  /// The law of all cells.
  public let cell: NonlinearCell
  /// Current left at a node, over the largest current of a cell, at which the solution is taken.
  public let tolerance: Double
  /// Most steps.
  public let iterationLimit: Int

  /// A solver.
  ///
  /// - Parameters:
  ///   - tolerance: 1e-14 to 1.
  ///   - iterationLimit: at least 1.
  /// - Throws: `CircuitError.badCell`.
  public init(
    circuit: CrossbarCircuit, cell: NonlinearCell, tolerance: Double = 1e-10, iterationLimit: Int = 60
  ) throws(CircuitError) {
    try cell.check()
    guard (1e-14...1).contains(tolerance) else {
      throw .badCell(parameter: "tolerance", expected: "a number from 1e-14 to 1", found: tolerance)
    }
    guard iterationLimit > 0 else {
      throw .badCell(parameter: "iteration limit", expected: "at least 1", found: Double(iterationLimit))
    }
    self.circuit = circuit
    self.cell = cell
    self.tolerance = tolerance
    self.iterationLimit = iterationLimit
  }

  /// Currents and node voltages, and how many steps each vector took.
  ///
  /// - Parameter voltages: of the row drivers, `[rows × vectors]`, V.
  /// - Throws: `CircuitError.notConverged` when a vector does not come to rest.
  public func solve(
    voltages: [Double], vectors: Int
  ) throws(CircuitError) -> (solution: CrossbarSolution, iterations: [Int]) {
    let (rows, columns) = (circuit.rows, circuit.columns)
    try CircuitLimits.check(voltages: voltages, rows: rows, vectors: vectors)
    let newton = NewtonIteration(
      self, solver: try NodalSolver(rows: rows, columns: columns, lines: circuit.lines))
    let arrangement = CellArrangement(order: newton.solver.order, vectors: vectors)
    let drives = arrangement.orderedDrives(voltages)
    var nodes = CellNodes(count: arrangement.count, currentCount: vectors * columns)
    var cells = [Double](repeating: 0, count: arrangement.count)
    var iterations: [Int] = []
    for vector in 0..<vectors {
      let state = try newton.run(drives: (0..<rows).map { drives[$0 * vectors + vector] }, vector: vector)
      iterations.append(state.iterations)
      for place in 0..<rows {
        for column in 0..<columns {
          let (source, target) = (place * columns + column, (place * vectors + vector) * columns + column)
          nodes.word[target] = state.nodes.word[source]
          nodes.bit[target] = state.nodes.bit[source]
          cells[target] = state.cells[source]
        }
      }
      for column in 0..<columns { nodes.currents[vector * columns + column] = state.nodes.currents[column] }
    }
    let solution = CrossbarSolution(
      nodes, arrangement, word: arrangement.restored(nodes.word), bit: arrangement.restored(nodes.bit),
      cellCurrents: arrangement.restored(cells), lines: circuit.lines, voltages: voltages)
    return (solution, iterations)
  }
}

/// The steps for one vector, in the order of the elimination.
private struct NewtonIteration {
  let parameters: NonlinearCrossbarSolver
  let solver: NodalSolver
  private let conductances: [Double]

  init(_ parameters: NonlinearCrossbarSolver, solver: NodalSolver) {
    self.parameters = parameters
    self.solver = solver
    conductances = CellArrangement(order: solver.order, vectors: 1).ordered(parameters.circuit.conductances)
  }

  struct State {
    var nodes: CellNodes
    /// Currents that the circuit takes from each cell, with which Kirchhoff's law holds at these voltages.
    var taken: [Double]
    /// Currents of the cells at these voltages, and their slopes.
    var cells: [Double] = []
    var slopes: [Double] = []
    var iterations = 0

    var voltages: [Double] { zip(nodes.word, nodes.bit).map { $0 - $1 } }
    /// What is left at each node.
    var residual: Double { zip(cells, taken).reduce(0) { max($0, abs($1.0 - $1.1)) } }
    var squares: Double { zip(cells, taken).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
    var largestCurrent: Double { cells.reduce(0) { max($0, abs($1)) } }
  }

  func run(drives: [Double], vector: Int) throws(CircuitError) -> State {
    var state = evaluated(try step(conductances, companions: nil, drives: drives))
    while true {
      // A residual that is not a number is never small enough.
      let limit = parameters.tolerance * state.largestCurrent
      if state.residual <= limit { return state }
      guard state.iterations < parameters.iterationLimit else {
        throw .notConverged(vector: vector, residual: state.residual, limit: limit, iterations: state.iterations)
      }
      let target = try linearised(state, drives: drives)
      guard let next = damped(from: state, to: target) else {
        throw .notConverged(vector: vector, residual: state.residual, limit: limit, iterations: state.iterations)
      }
      state = next
    }
  }

  /// The circuit with the cells replaced by their tangents.
  private func linearised(_ state: State, drives: [Double]) throws(CircuitError) -> State {
    let voltages = state.voltages
    // The smallest slope keeps the circuit passive where the current falls with the voltage.
    let slopes = zip(state.slopes, conductances).map { max($0, 1e-3 * $1) }
    guard slopes.allSatisfy({ $0 <= 1e100 }) else { return state }
    let companions = voltages.indices.map { state.cells[$0] - slopes[$0] * voltages[$0] }
    var next = try step(slopes, companions: companions, drives: drives)
    next.iterations = state.iterations + 1
    return next
  }

  private func step(
    _ slopes: [Double], companions: [Double]?, drives: [Double]
  ) throws(CircuitError) -> State {
    try solver.factor(slopes)
    var nodes = CellNodes(count: slopes.count, currentCount: solver.columns)
    if let companions {
      solver.solve(
        drives: drives, companions: companions, vectors: 1, word: &nodes.word, bit: &nodes.bit,
        currents: &nodes.currents)
    } else {
      solver.solve(
        drives: drives, companions: nil, vectors: 1, word: &nodes.word, bit: &nodes.bit, currents: &nodes.currents)
    }
    let taken = slopes.indices.map { slopes[$0] * (nodes.word[$0] - nodes.bit[$0]) + (companions?[$0] ?? 0) }
    return State(nodes: nodes, taken: taken)
  }

  private func evaluated(_ state: State) -> State {
    var state = state
    let responses = zip(conductances, state.voltages).map {
      parameters.cell.response(conductance: $0, voltage: $1)
    }
    state.cells = responses.map(\.current)
    state.slopes = responses.map(\.slope)
    return state
  }

  /// The whole step, or the largest halving of it that leaves less at the nodes; `nil` when none does.
  private func damped(from old: State, to new: State) -> State? {
    let before = old.squares
    var share = 1.0
    for _ in 0..<30 {
      let trial = evaluated(mixed(old, new, share: share))
      let left = trial.squares
      if left.isFinite, left < before || !before.isFinite { return trial }
      share /= 2
    }
    return nil
  }

  private func mixed(_ old: State, _ new: State, share: Double) -> State {
    guard share < 1 else { return new }
    func mix(_ from: [Double], _ to: [Double]) -> [Double] { zip(from, to).map { $0 + share * ($1 - $0) } }
    var state = new
    state.nodes.word = mix(old.nodes.word, new.nodes.word)
    state.nodes.bit = mix(old.nodes.bit, new.nodes.bit)
    state.nodes.currents = mix(old.nodes.currents, new.nodes.currents)
    state.taken = mix(old.taken, new.taken)
    return state
  }
}
