import Devices
import Kernels
import Plasticity

/// A small ragged array, 3 × 21 on blocks of 10 columns, and what tests of write policies do with it.
enum PolicyBench {
  static let layout = BlockedLayout(rows: 3, columns: 21, tileRows: 8, tileColumns: 10)
  static let step: Float = 0.01

  /// Every policy with plain numbers, by name.
  static let choices: [(name: String, choice: WritePolicyChoice)] = [
    ("accumulate-threshold", .accumulateThreshold(threshold: 2, largestTrain: 100)),
    ("stochastic-rounding", .stochasticRounding(largestTrain: 100)), ("direct", .direct(largestTrain: 100)),
    ("sign", .sign(deadZone: 0.5)), ("ternary", .ternary(threshold: 2)), ("probabilistic", .probabilistic(scale: 1)),
    ("coincidence", .coincidence(bitLength: 31)),
    ("wear-aware", .wearAware(from: 0.2, .accumulateThreshold(threshold: 2, largestTrain: 100))),
  ]

  /// The policy of an array whose wear grows with the position.
  static func make(
    _ choice: WritePolicyChoice, layout: BlockedLayout = layout, array: Int = 0, seed: UInt64 = 5
  ) -> any WritePolicy {
    let count = Float(layout.storageCount)
    return choice.makePolicy(layout: layout, step: step, array: array, seed: seed) { Float($0) / count }!
  }

  /// Lets a policy absorb one row of changes `[21]`.
  static func absorb(
    _ policy: any WritePolicy, row: Int, changes: [Float], boundary: UInt64 = 0
  ) -> [PulseRequest] {
    var requests: [PulseRequest] = []
    for block in 0..<layout.blockCount {
      let columns = layout.columns(inBlock: block)
      let own = Array(changes[columns]) + [Float](repeating: 0, count: layout.blockWidth - columns.count)
      policy.absorb(block: block, row: row, changes: own, boundary: boundary, into: &requests)
    }
    return requests
  }

  static func place(_ position: Int32) -> (row: Int, column: Int) {
    let block = Int(position) / layout.blockElements
    let inside = Int(position) % layout.blockElements
    return (inside / layout.blockWidth, layout.columns(inBlock: block).lowerBound + inside % layout.blockWidth)
  }

  /// Mean and variance of the pulses of each column over many boundaries of the same wanted changes.
  static func moments(
    _ policy: any WritePolicy, row: Int = 2, changes: [Float], boundaries: Int
  ) -> [(mean: Double, variance: Double)] {
    var sums = [Double](repeating: 0, count: changes.count)
    var squares = sums
    for boundary in 0..<boundaries {
      for request in absorb(policy, row: row, changes: changes, boundary: UInt64(boundary)) {
        let column = place(request.position).column
        sums[column] += Double(request.pulses)
        squares[column] += Double(request.pulses) * Double(request.pulses)
      }
    }
    let count = Double(boundaries)
    return zip(sums, squares).map { ($0 / count, $1 / count - $0 / count * ($0 / count)) }
  }
}
