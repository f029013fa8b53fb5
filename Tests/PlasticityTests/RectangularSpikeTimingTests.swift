import Foundation
import Kernels
import Testing

@testable import Plasticity

/// STDP of memristors: who is potentiated, by how much, and where weights come to rest.
@Suite struct RectangularSpikeTimingTests {
  private func rule(
    rows: Int, softness: Float?, window: Int = 3, up: Float = 0.01, down: Float = 0.005, bound: Float = 1
  ) -> RectangularSpikeTiming {
    RectangularSpikeTiming(
      parameters: .init(potentiation: up, depression: down, softness: softness, window: window), rows: rows, columns: 4,
      bound: bound, array: 0, seed: 3)
  }

  @Test("Rows of the last ticks grow and all others shrink, by the exponential of the way left")
  func changes() {
    let rule = rule(rows: 4, softness: 3, bound: 2)
    // Rows 0, 1 and 2 spike 3, 2 and 0 ticks before the output spike; row 3 never does.
    for spiking in [[Int32(0)], [1], [], [2]] {
      rule.advance()
      spiking.withUnsafeBufferPointer { rule.noteInputs($0) }
    }
    let weights: [Float] = [0.5, 0.5, 1.5, 2]
    var changes = [Float](repeating: 0, count: 4)
    rule.columnChanges(neuron: 2, weights: weights, stride: 1, event: 0, into: &changes)
    let expected = [
      -0.01 * exp(-3 * 0.75), 0.02 * exp(-3 * 0.25), 0.02 * exp(-3 * 0.75), -0.01,
    ]
    for row in 0..<4 { #expect(abs(Double(changes[row]) - expected[row]) < 1e-8) }
    rule.rest()
    rule.advance()
    rule.columnChanges(neuron: 2, weights: weights, stride: 1, event: 1, into: &changes)
    #expect(changes.allSatisfy { $0 < 0 })
  }

  @Test("Weights rest where growth and loss are equal on average", arguments: [0.2, 0.5, 0.8])
  func fixedPoint(recent: Double) {
    // The fixed point of u: up e^-bu p = down e^-b(1-u) (1-p).
    let expected = 0.5 + log(0.01 * recent / (0.005 * (1 - recent))) / 6
    let rule = rule(rows: 400, softness: 3, window: 1)
    var random = SplitMix64(UInt64(100 * recent))
    var weights = [Float](repeating: 0.5, count: 400)
    var changes = weights
    for event in 0..<10_000 {
      rule.advance()
      let active = (0..<Int32(400)).filter { _ in Double.random(in: 0..<1, using: &random) < recent }
      active.withUnsafeBufferPointer { rule.noteInputs($0) }
      rule.columnChanges(neuron: 0, weights: weights, stride: 1, event: UInt64(event), into: &changes)
      for row in weights.indices { weights[row] += changes[row] }
    }
    let mean = weights.reduce(0, +) / 400
    #expect(abs(Double(mean) - expected) < 0.02 * expected, "\(mean), expected \(expected)")
  }

  @Test("Binary synapses flip with their probabilities, each column and event anew")
  func binary() {
    let rows = 4001
    let rule = rule(rows: rows, softness: nil, up: 0.1, down: 0.04)
    var random = SplitMix64(5)
    let weights = (0..<rows).map { _ in Float(Int.random(in: 0...1, using: &random)) }
    let recent = (0..<Int32(rows)).filter { $0 % 2 == 0 }
    rule.advance()
    recent.withUnsafeBufferPointer { rule.noteInputs($0) }
    var seen: Set<[Float]> = []
    var flips = (up: 0, down: 0, chances: 0)
    for event in 0..<20 {
      var changes = [Float](repeating: 0, count: rows)
      rule.columnChanges(neuron: event % 4, weights: weights, stride: 1, event: UInt64(event), into: &changes)
      seen.insert(changes)
      for row in 0..<rows {
        #expect([0, row % 2 == 0 ? 1 - weights[row] : -weights[row]].contains(changes[row]))
        flips.up += changes[row] > 0 ? 1 : 0
        flips.down += changes[row] < 0 ? 1 : 0
      }
    }
    #expect(seen.count == 20)
    let places = (0..<rows).filter { $0 % 2 == 0 ? weights[$0] == 0 : weights[$0] == 1 }
    let (low, high) = (places.count { $0 % 2 == 0 } * 20, places.count { $0 % 2 == 1 } * 20)
    // Four standard deviations.
    #expect(abs(Double(flips.up) - 0.1 * Double(low)) < 4 * sqrt(0.09 * Double(low)))
    #expect(abs(Double(flips.down) - 0.04 * Double(high)) < 4 * sqrt(0.0384 * Double(high)))
  }

  @Test("What waits for a reward decays tick by tick, over any number of ticks")
  func reward() {
    let layout = BlockedLayout(rows: 3, columns: 20, tileRows: 3, tileColumns: 16)
    for ticks in [10, 5000] {
      let trace = RewardTrace(layout: layout, decay: 0.98)
      var expected: [Int: Double] = [:]
      var random = SplitMix64(UInt64(ticks))
      for _ in 0..<ticks {
        trace.advance()
        for key in expected.keys { expected[key]? *= 0.98 }
        let (row, column) = (Int.random(in: 0..<3, using: &random), Int.random(in: 0..<20, using: &random))
        let change = Float.random(in: -1...1, using: &random)
        trace.add(change, row: row, column: column)
        expected[row * 20 + column, default: 0] += Double(change)
      }
      trace.forEachChange(reward: -0.5) { block, row, changes in
        for column in layout.columns(inBlock: block) {
          let found = Double(changes[column - 16 * block])
          #expect(abs(found + 0.5 * (expected[row * 20 + column] ?? 0)) < 2e-6)
          expected[row * 20 + column] = nil
        }
      }
      #expect(expected.isEmpty)
      trace.rest()
      trace.forEachChange(reward: 1) { _, _, _ in Issue.record("nothing waits") }
    }
  }
}
