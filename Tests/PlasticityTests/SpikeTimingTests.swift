import Foundation
import Kernels
import Testing

@testable import Plasticity

/// STDP with exponential traces against sums over all pairs and triplets of spikes, written out in double precision.
@Suite struct SpikeTimingTests {
  /// What one synapse with given spikes comes to.
  private struct Synapse {
    var parameters = ExponentialSpikeTiming.Parameters(potentiation: 0.01, depression: 0.012)
    var start: Float = 0.5
    var bound: Float = 1

    /// Weight after all ticks, by the rule.
    func weight(inputs: Set<Int>, outputs: Set<Int>, ticks: Int) -> Float {
      let rule = ExponentialSpikeTiming(parameters: parameters, rows: 1, columns: 1, bound: bound, timeStep: 1e-3)
      var weight = start
      var change: Float = 0
      for tick in 0..<ticks {
        rule.advance()
        let rows: [Int32] = inputs.contains(tick) ? [0] : []
        if rule.changesRows && !rows.isEmpty {
          rule.rowChanges(row: 0, columns: 0..<1, weights: [weight], into: &change)
          weight += change
        }
        rows.withUnsafeBufferPointer { rule.noteInputs($0) }
        guard outputs.contains(tick) else { continue }
        rule.columnChanges(neuron: 0, weights: [weight], stride: 1, event: 0, into: &change)
        weight += change
        rule.noteSpike(0)
      }
      return weight
    }

    /// The same by its definition; `isAdditive` rules only.
    func sum(inputs: Set<Int>, outputs: Set<Int>) -> Double {
      let p = parameters
      func trace(_ spikes: [Int], _ now: Int, _ tau: Double, includesNow: Bool) -> Double {
        let earlier = spikes.filter { $0 < now || includesNow && $0 == now }
        let counted = p.isNearestOnly ? earlier.suffix(1) : earlier[...]
        return counted.reduce(0) { $0 + exp(-Double(now - $1) * 1e-3 / tau) }
      }
      let (before, after) = (inputs.sorted(), outputs.sorted())
      var weight = Double(start)
      for input in before {
        let slow = trace(before, input, p.slowInputTimeConstant, includesNow: false)
        weight -=
          trace(after, input, p.outputTimeConstant, includesNow: false)
          * (Double(p.depression) + Double(p.tripletDepression) * slow) * Double(bound)
      }
      for output in after {
        let slow = trace(after, output, p.slowOutputTimeConstant, includesNow: false)
        weight +=
          trace(before, output, p.inputTimeConstant, includesNow: true)
          * (Double(p.potentiation) + Double(p.tripletPotentiation) * slow) * Double(bound)
      }
      return weight
    }
  }

  @Test("One pair leaves A+ exp(-dt/tau) or -A- exp(dt/tau); spikes of one tick count as input first")
  func window() {
    let synapse = Synapse()
    for difference in -100...100 {
      let change = Double(
        synapse.weight(inputs: [100], outputs: [100 + difference], ticks: 301) - synapse.start)
      let expected =
        difference >= 0 ? 0.01 * exp(-Double(difference) / 20) : -0.012 * exp(Double(difference) / 20)
      #expect(abs(change - expected) < 2e-7, "\(difference) ms")
    }
  }

  @Test("Sixty pairs at 50 Hz tell all pairs from the nearest", arguments: [false, true], [10, -10])
  func pairings(isNearestOnly: Bool, lag: Int) {
    var synapse = Synapse()
    synapse.parameters.potentiation = 0.002
    synapse.parameters.depression = 0.0024
    synapse.parameters.isNearestOnly = isNearestOnly
    let inputs = Set((0..<60).map { 100 + 20 * $0 })
    let outputs = Set(inputs.map { $0 + lag })
    let weight = Double(synapse.weight(inputs: inputs, outputs: outputs, ticks: 1500))
    #expect(abs(weight - synapse.sum(inputs: inputs, outputs: outputs)) < 2e-5)
    synapse.parameters.isNearestOnly.toggle()
    #expect(abs(weight - synapse.sum(inputs: inputs, outputs: outputs)) > 5e-3)
  }

  @Test("Triplets are sums over triplets, for random spikes", arguments: 1...5)
  func triplets(seed: UInt64) {
    var random = SplitMix64(seed)
    var synapse = Synapse()
    synapse.parameters = .init(
      potentiation: 0.0004, depression: 0.0007, tripletPotentiation: 0.00065, tripletDepression: 0.0003,
      inputTimeConstant: 0.0168, outputTimeConstant: 0.0337)
    let spikes = (0..<2).map { _ in Set((0..<1000).filter { _ in Float.random(in: 0...1, using: &random) < 0.03 }) }
    let weight = Double(synapse.weight(inputs: spikes[0], outputs: spikes[1], ticks: 1000))
    let expected = synapse.sum(inputs: spikes[0], outputs: spikes[1])
    #expect(abs(weight - expected) < 2e-5 && abs(expected - 0.5) > 1e-3)
    var pairsOnly = synapse
    pairsOnly.parameters.tripletPotentiation = 0
    pairsOnly.parameters.tripletDepression = 0
    #expect(abs(pairsOnly.sum(inputs: spikes[0], outputs: spikes[1]) - expected) > 1e-3)
  }

  @Test("Triplets potentiate with the rate of pairs, pairs alone do not")
  func rateDependence() {
    var synapse = Synapse()
    func change(everyTicks period: Int) -> Float {
      let inputs = Set((0..<20).map { 200 + period * $0 })
      return synapse.weight(inputs: inputs, outputs: Set(inputs.map { $0 + 10 }), ticks: 200 + 21 * period) - 0.5
    }
    synapse.parameters = .init(
      potentiation: 0, depression: 0.00071, tripletPotentiation: 0.0065, inputTimeConstant: 0.0168,
      outputTimeConstant: 0.0337)
    #expect(change(everyTicks: 20) > 0.05 && abs(change(everyTicks: 1000)) < 1e-4)
  }

  @Test("Changes that depend on the weight shrink towards the bounds as a power", arguments: [Float(0.5), 1, 2])
  func weightDependence(exponent: Float) {
    for start in [Float(0.1), 0.25, 0.5, 0.9] {
      var synapse = Synapse(start: start * 3, bound: 3)
      synapse.parameters.weightDependence = exponent
      let up = synapse.weight(inputs: [5], outputs: [5], ticks: 6) - synapse.start
      let down = synapse.weight(inputs: [6], outputs: [5], ticks: 7) - synapse.start
      #expect(abs(up - 0.03 * powf(1 - start, exponent)) < 1e-6)
      #expect(abs(down + 0.036 * expf(-0.05) * powf(start, exponent)) < 1e-6)
    }
  }

  @Test("No change leads beyond the bounds, and weights that noise took there may come back")
  func bounds() {
    var synapse = Synapse(parameters: .init(potentiation: 0.4, depression: 0.4), start: 0.9)
    #expect(synapse.weight(inputs: [1], outputs: [1, 2, 3], ticks: 4) == 1)
    synapse.start = 0.1
    #expect(synapse.weight(inputs: [2], outputs: [1], ticks: 3) == 0)
    synapse.start = 1.05
    #expect(synapse.weight(inputs: [1], outputs: [1], ticks: 2) == 1.05)
    #expect(synapse.weight(inputs: [2], outputs: [1], ticks: 3) < 0.7)
    synapse.start = -0.05
    #expect(synapse.weight(inputs: [2], outputs: [1], ticks: 3) == -0.05)
    #expect(synapse.weight(inputs: [1], outputs: [1], ticks: 2) > 0.3)
  }

  /// Song, Miller and Abbott: uncorrelated inputs compete until most weights are near a bound.
  @Test("Weights under additive STDP become bimodal")
  func bimodality() {
    let inputs = 1000
    let rule = ExponentialSpikeTiming(
      parameters: .init(potentiation: 0.02, depression: 0.022), rows: inputs, columns: 1, bound: 1, timeStep: 1e-3)
    var random = SplitMix64(1)
    var weights = random.floats(inputs, in: 0...1)
    var changes = [Float](repeating: 0, count: inputs)
    // 15 Hz on each input; 10 ms membrane; the threshold is crossed about as often when weights are in balance.
    let (silence, leak) = (logf(1 - 0.015), expf(-0.1))
    var potential: Float = 0
    var spikes = 0
    for _ in 0..<300_000 {
      var active: [Int32] = []
      var row = -1
      while true {
        row += 1 + Int(logf(Float.random(in: 0x1p-24...1, using: &random)) / silence)
        guard row < inputs else { break }
        active.append(Int32(row))
      }
      rule.advance()
      potential = potential * leak + active.reduce(0) { $0 + weights[Int($1)] }
      if rule.changesRows {
        var change: Float = 0
        for row in active {
          rule.rowChanges(row: Int(row), columns: 0..<1, weights: [weights[Int(row)]], into: &change)
          weights[Int(row)] += change
        }
      }
      active.withUnsafeBufferPointer { rule.noteInputs($0) }
      guard potential > 85 else { continue }
      potential = 0
      spikes += 1
      weights.withUnsafeBufferPointer {
        rule.columnChanges(neuron: 0, weights: $0.baseAddress!, stride: 1, event: 0, into: &changes)
      }
      for row in 0..<inputs { weights[row] += changes[row] }
      rule.noteSpike(0)
    }
    let tenths = (0..<10).map { tenth in weights.count { min(Int($0 * 10), 9) == tenth } }
    let middle = tenths[3...6].max() ?? 0
    #expect(tenths[0] > 2 * middle && tenths[9] > 2 * middle, "\(tenths)")
    // Growth and loss hold the output at some ten hertz.
    #expect(2000...10_000 ~= spikes, "\(spikes) spikes in 300 s")
  }
}
