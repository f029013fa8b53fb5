import Foundation
import Kernels
import Plasticity
import Testing

@Suite("Optimisers")
struct OptimiserTests {
  private static let layout = BlockedLayout(rows: 7, columns: 37, tileRows: 7, tileColumns: 20)

  /// A synapse by itself, as the papers state it, in double precision.
  private struct Reference {
    var choice: OptimiserChoice
    private var (first, second, count) = (0.0, 0.0, 0.0)

    init(_ choice: OptimiserChoice) { self.choice = choice }

    mutating func step(gradient g: Double, rate: Double) -> Double {
      switch choice {
      case .gradientDescent: return -rate * g
      case .momentum(let decay):
        first = Double(decay) * first + g
        return -rate * first
      case .adam(let adam):
        let (beta1, beta2) = (Double(adam.firstDecay), Double(adam.secondDecay))
        count += 1
        first = beta1 * first + (1 - beta1) * g
        second = beta2 * second + (1 - beta2) * g * g
        let (m, v) = (first / (1 - pow(beta1, count)), second / (1 - pow(beta2, count)))
        return -rate * m / (v.squareRoot() + Double(adam.epsilon))
      }
    }
  }

  /// Rows that change at random boundaries, with a rate that falls; returns what the optimiser made of them.
  private func run(
    _ optimiser: any Optimiser, boundaries: Range<Int>,
    check: (_ row: Int, _ column: Int, _ gradient: Double, _ rate: Double, _ change: Float) -> Void
  ) {
    let layout = Self.layout
    for boundary in boundaries {
      var random = SplitMix64(UInt64(boundary))
      let rate = 0.1 / Float(boundary + 1)
      for row in 0..<layout.rows where Int.random(in: 0..<3, using: &random) > 0 {
        let gradients = random.floats(layout.columns, in: -2...2)
        for block in 0..<layout.blockCount {
          let columns = layout.columns(inBlock: block)
          var changes = [Float](repeating: 0, count: layout.blockWidth)
          for (lane, column) in columns.enumerated() { changes[lane] = -rate * gradients[column] }
          let result = optimiser.advance(block: block, row: row, changes: changes, rate: rate)
          for (lane, column) in columns.enumerated() {
            check(row, column, Double(gradients[column]), Double(rate), result[lane])
          }
        }
      }
    }
  }

  private static let choices: [OptimiserChoice] = [
    .momentum(decay: 0.9), .adam(.init()), .adam(.init(firstDecay: 0, secondDecay: 0.5, epsilon: 0.1)),
  ]

  @Test("steps are those of the papers, synapse by synapse", arguments: choices)
  func reference(choice: OptimiserChoice) throws {
    let optimiser = try #require(choice.makeOptimiser(layout: Self.layout))
    var references = [[Reference]](
      repeating: [Reference](repeating: Reference(choice), count: Self.layout.columns), count: Self.layout.rows)
    var largest = 0.0
    run(optimiser, boundaries: 0..<60) { row, column, gradient, rate, change in
      let expected = references[row][column].step(gradient: gradient, rate: rate)
      largest = max(largest, abs(Double(change) - expected) / rate)
    }
    #expect(largest < 2e-5, "\(largest)")
  }

  @Test("a state put back continues bit for bit", arguments: choices)
  func state(choice: OptimiserChoice) throws {
    let whole = try #require(choice.makeOptimiser(layout: Self.layout))
    run(whole, boundaries: 0..<10) { _, _, _, _, _ in }
    let second = try #require(choice.makeOptimiser(layout: Self.layout))
    second.state = whole.state
    var (expected, found): ([Float], [Float]) = ([], [])
    run(whole, boundaries: 10..<20) { expected.append($4) }
    run(second, boundaries: 10..<20) { found.append($4) }
    #expect(found == expected && second.state == whole.state)
    #expect(found.contains { $0 != 0 })
  }

  @Test("a rate of nothing changes nothing, and is not remembered", arguments: choices)
  func noRate(choice: OptimiserChoice) throws {
    let optimiser = try #require(choice.makeOptimiser(layout: Self.layout))
    let before = optimiser.state
    let none = [Float](repeating: 0, count: Self.layout.blockWidth)
    let result = optimiser.advance(block: 0, row: 0, changes: none, rate: 0)
    #expect((0..<Self.layout.blockWidth).allSatisfy { result[$0] == 0 })
    #expect(optimiser.state == before)
  }

  @Test("without an optimiser nothing is kept")
  func none() {
    #expect(OptimiserChoice.gradientDescent.makeOptimiser(layout: Self.layout) == nil)
    #expect(OptimiserChoice.gradientDescent.wordsPerSynapse == 0)
    #expect(OptimiserChoice.momentum(decay: 0.9).wordsPerSynapse == 1)
    #expect(OptimiserChoice.adam(.init()).wordsPerSynapse == 2)
  }
}
