/// Where the weights of a tile go, and in which sign, so that stuck devices do the least harm.
///
///     J = Σ_i a_i Σ_j (w_ij − ŵ_ij)²,    ŵ_ij = r_i · clamp(r_i w_ij; attainable at (p(i), q(j)))
///
/// | symbol | name | unit | range |
/// | --- | --- | --- | --- |
/// | w_ij | target of input i and output j, clipped to the weight limit | weight | |
/// | a_i | activity of an input, such as its spikes | any | ≥ 0 |
/// | r_i | sign in which the weights of an input are stored; the word line is then read negated | 1 | ±1 |
/// | p(i), q(j) | word line of an input, bit line of an output | | permutations |
///
/// The remedies come one on top of the other, from cheap to costly:
/// partner devices compensate; rows are flipped; word lines are permuted (with the best flips, exactly); bit lines are
/// permuted, then both in turn until nothing is gained; outputs also move to spare columns. A permutation is an optimal
/// assignment on the costs of each line at each place, and no stage is worse than the one before. Rows and columns together
/// are not sure to be optimal: the turns end where neither alone gains. Nothing is random.
/// - Reference: B. Zhang et al., ASP-DAC 2019 (row flips and permutations against stuck-at faults); I. Yeo et al., IEEE Trans.
///   Electron Devices 66, 2937 (2019) (compensation within the pair).
/// - Complexity: O(rows · stuck devices + rows³ + columns³) for each turn.
public struct FaultAwareMapping: Sendable, Equatable {
  /// What is done about stuck devices, each on top of those before.
  public enum Remedy: String, Sendable, CaseIterable {
    /// Devices are set as if all were sound.
    case none
    /// Sound devices make up for the stuck ones of their synapse.
    case compensation
    /// Inputs may be stored negated.
    case rowFlips = "row-flips"
    /// Inputs take other word lines.
    case rowPermutation = "row-permutation"
    /// Outputs take other bit lines, in turn with inputs.
    case columnPermutation = "column-permutation"
    /// Outputs may take spare bit lines.
    case spareColumns = "spare-columns"
  }

  /// Cost J after a remedy.
  public struct Stage: Sendable, Equatable {
    /// The last remedy.
    public let remedy: Remedy
    /// Cost with it.
    public let cost: Double
  }

  /// Cost of each stage, the first without any remedy.
  public let stages: [Stage]
  /// Word line of each input.
  public let rowOfInput: [Int]
  /// Bit line of each output.
  public let columnOfOutput: [Int]
  /// Whether an input is stored negated.
  public let isFlipped: [Bool]

  /// Share of the cost without remedies that the remedies take away; 1 where there was none.
  public var recoveredFraction: Double {
    guard let first = stages.first?.cost, let last = stages.last?.cost, first > 0 else { return 1 }
    return 1 - last / first
  }

  /// Finds a mapping.
  ///
  /// - Parameters:
  ///   - targets: weights, row-major `[tile.rows × (tile.columns − spareColumns)]`.
  ///   - activity: of each input; `nil` counts all alike.
  ///   - spareColumns: how many of the tile's last columns are spare.
  /// - Throws: `MappingError.wrongCount`, `.badValue`.
  public init(
    targets: [Float], tile: FaultyTile, activity: [Double]? = nil, spareColumns: Int = 0
  ) throws(MappingError) {
    guard (0..<tile.columns).contains(spareColumns) else {
      throw .badLayer(
        name: "tile", what: "spare columns", expected: 0...tile.columns - 1, found: spareColumns)
    }
    let outputs = tile.columns - spareColumns
    let activity = activity ?? [Double](repeating: 1, count: tile.rows)
    try Self.check(targets: targets, activity: activity, inputs: tile.rows, outputs: outputs)
    var search = FaultAwareSearch(targets: targets, tile: tile, activity: activity, outputs: outputs)
    var stages = [Stage(remedy: .none, cost: search.uncompensatedCost)]
    func note(_ remedy: Remedy) { stages.append(Stage(remedy: remedy, cost: search.cost)) }
    note(.compensation)
    search.flipRows()
    note(.rowFlips)
    search.permuteRows()
    note(.rowPermutation)
    search.alternate(columns: outputs)
    note(.columnPermutation)
    if spareColumns > 0 {
      search.alternate(columns: tile.columns)
      note(.spareColumns)
    }
    self.stages = stages
    rowOfInput = search.rowOfInput
    columnOfOutput = search.columnOfOutput
    isFlipped = search.isFlipped
  }

  private static func check(
    targets: [Float], activity: [Double], inputs: Int, outputs: Int
  ) throws(MappingError) {
    guard targets.count == inputs * outputs else {
      throw .wrongCount(values: "weights", expected: inputs * outputs, found: targets.count)
    }
    guard activity.count == inputs else {
      throw .wrongCount(values: "activities of inputs", expected: inputs, found: activity.count)
    }
    if let bad = targets.firstIndex(where: { !$0.isFinite }) {
      throw .badValue(values: "weights", index: bad, expected: "a finite number", found: Double(targets[bad]))
    }
    if let bad = activity.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw .badValue(
        values: "activities of inputs", index: bad, expected: "a finite number of 0 or more", found: activity[bad])
    }
  }

  /// What the tile gives back for `targets` in this mapping, row-major `[inputs × outputs]`.
  /// - Precondition: targets and tile of the same shape as those that the mapping was found for.
  public func realised(_ targets: [Float], on tile: FaultyTile) -> [Float] {
    let outputs = columnOfOutput.count
    precondition(targets.count == rowOfInput.count * outputs && tile.rows == rowOfInput.count, "the same shape")
    return targets.indices.map { index in
      let input = index / outputs
      let sign: Float = isFlipped[input] ? -1 : 1
      let weight = min(max(targets[index], -tile.weightLimit), tile.weightLimit)
      return sign
        * tile.realised(sign * weight, row: rowOfInput[input], column: columnOfOutput[index % outputs])
    }
  }
}
