/// A mapping in the making. Only places with stuck devices cost anything.
struct FaultAwareSearch {
  private let tile: FaultyTile
  private let activity: [Double]
  private let inputs: Int
  private let outputs: Int
  /// Clipped to the weight limit: that a weight is too large for sound devices is not the fault of stuck ones.
  private let targets: [Float]

  private(set) var rowOfInput: [Int]
  private(set) var columnOfOutput: [Int]
  private(set) var isFlipped: [Bool]
  /// −1 for columns without output.
  private var outputOfColumn: [Int]
  private(set) var cost: Double = 0

  /// Turns of rows and columns; a handful is usual.
  private static let mostTurns = 32

  /// - Precondition: checked counts and finite numbers.
  init(targets: [Float], tile: FaultyTile, activity: [Double], outputs: Int) {
    self.tile = tile
    self.activity = activity
    self.outputs = outputs
    inputs = tile.rows
    let limit = tile.weightLimit
    self.targets = targets.map { min(max($0, -limit), limit) }
    rowOfInput = Array(0..<inputs)
    columnOfOutput = Array(0..<outputs)
    isFlipped = [Bool](repeating: false, count: inputs)
    outputOfColumn = (0..<tile.columns).map { $0 < outputs ? $0 : -1 }
    cost = presentCost
  }

  /// Cost when the devices are set as if all were sound.
  var uncompensatedCost: Double {
    (0..<inputs).reduce(0) { sum, input in
      let errors = tile.faultyColumns[input].filter { $0 < outputs }.reduce(0.0) { sum, column in
        let target = targets[input * outputs + column]
        let error = Double(target - tile.realised(target, row: input, column: column, compensated: false))
        return sum + error * error
      }
      return sum + activity[input] * errors
    }
  }

  private var presentCost: Double {
    (0..<inputs).reduce(0) { $0 + rowCost(input: $1, row: rowOfInput[$1], flipped: isFlipped[$1]) }
  }

  /// Squared error of a weight at a place of the tile.
  private func squaredError(_ input: Int, _ output: Int, row: Int, column: Int, flipped: Bool) -> Double {
    let target = targets[input * outputs + output]
    let stored = flipped ? -target : target
    let error = Double(stored - tile.realised(stored, row: row, column: column))
    return error * error
  }

  private func rowCost(input: Int, row: Int, flipped: Bool) -> Double {
    let sum = tile.faultyColumns[row].reduce(0.0) { sum, column in
      let output = outputOfColumn[column]
      guard output >= 0 else { return sum }
      return sum + squaredError(input, output, row: row, column: column, flipped: flipped)
    }
    return activity[input] * sum
  }

  // MARK: Remedies

  /// Stores each input in the better sign.
  mutating func flipRows() {
    for input in 0..<inputs { isFlipped[input] = bestFlip(input: input, row: rowOfInput[input]).flipped }
    cost = presentCost
  }

  private func bestFlip(input: Int, row: Int) -> (flipped: Bool, cost: Double) {
    let plain = rowCost(input: input, row: row, flipped: false)
    guard plain > 0 else { return (false, 0) }
    let flipped = rowCost(input: input, row: row, flipped: true)
    return flipped < plain ? (true, flipped) : (false, plain)
  }

  /// Gives inputs the best word lines, each with its better sign; keeps what is there if nothing is gained.
  mutating func permuteRows() {
    guard cost > 0 else { return }
    var costs: [Double] = []
    costs.reserveCapacity(inputs * inputs)
    for input in 0..<inputs {
      for row in 0..<inputs { costs.append(bestFlip(input: input, row: row).cost) }
    }
    var changed = self
    changed.rowOfInput = OptimalAssignment.columns(costs: costs, rows: inputs, columns: inputs)
    changed.flipRows()
    accept(changed)
  }

  /// Gives outputs the best of the first `columns` bit lines; keeps what is there if nothing is gained.
  private mutating func permuteColumns(among columns: Int) {
    guard cost > 0 else { return }
    var inputOfRow = rowOfInput
    for (input, row) in rowOfInput.enumerated() { inputOfRow[row] = input }
    var costs: [Double] = []
    costs.reserveCapacity(outputs * columns)
    for output in 0..<outputs {
      for column in 0..<columns {
        costs.append(
          tile.faultyRows[column].reduce(0.0) { sum, row in
            let input = inputOfRow[row]
            return sum + activity[input]
              * squaredError(input, output, row: row, column: column, flipped: isFlipped[input])
          })
      }
    }
    var changed = self
    changed.columnOfOutput = OptimalAssignment.columns(costs: costs, rows: outputs, columns: columns)
    changed.outputOfColumn = [Int](repeating: -1, count: tile.columns)
    for (output, column) in changed.columnOfOutput.enumerated() { changed.outputOfColumn[column] = output }
    changed.cost = changed.presentCost
    accept(changed)
  }

  /// Permutes columns, among the first `columns`, and rows in turn until neither gains: from here and, since that ends where
  /// no single permutation gains, also from lines in their first order. Keeps the better.
  mutating func alternate(columns: Int) {
    guard cost > 0 else { return }
    var other = FaultAwareSearch(
      targets: targets, tile: tile, activity: activity, outputs: outputs)
    other.flipRows()
    other.takeTurns(columns: columns)
    takeTurns(columns: columns)
    accept(other)
  }

  private mutating func takeTurns(columns: Int) {
    for _ in 0..<Self.mostTurns {
      let before = cost
      permuteColumns(among: columns)
      permuteRows()
      guard cost < before else { return }
    }
  }

  /// Keeps a change only when it gains more than rounding does.
  private mutating func accept(_ changed: FaultAwareSearch) {
    if changed.cost < cost * (1 - 1e-9) { self = changed }
  }
}
