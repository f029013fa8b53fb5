import Kernels
import Testing

@testable import Spiking

/// Neurons that inhibit each other: who wins, for how long, and how thresholds follow.
@Suite struct CompetitiveNeuronsTests {
  private let layout = BlockedLayout(rows: 1, columns: 20, tileRows: 1, tileColumns: 16)

  private func step(_ neurons: CompetitiveNeurons, _ input: [Int: Float]) -> [Int32] {
    guard !neurons.isInhibited else {
      neurons.skip()
      return neurons.spikes
    }
    for block in 0..<layout.blockCount {
      var sums = [Float](repeating: 0, count: layout.blockWidth)
      for (neuron, value) in input where neuron / 16 == block { sums[neuron % 16] = value }
      neurons.integrate(block: block, input: sums)
    }
    neurons.decide()
    return neurons.spikes
  }

  @Test("The neuron furthest above its threshold wins, and all rest at zero for the inhibition")
  func winner() {
    let neurons = CompetitiveNeurons(
      parameters: .init(leak: 0.9, threshold: 1, inhibitionTicks: 3), layout: layout)
    #expect(step(neurons, [2: 0.5, 17: 0.9]) == [])
    #expect(step(neurons, [2: 1, 17: 0.8]) == [17])
    #expect(neurons.state.potentials.allSatisfy { $0 == 0 })
    for _ in 0..<3 { #expect(step(neurons, [2: 5]) == []) }
    #expect(neurons.state.potentials.allSatisfy { $0 == 0 })
    // Equals: the first. At the threshold: none.
    #expect(step(neurons, [3: 2, 18: 2]) == [3])
    neurons.rest()
    #expect(step(neurons, [3: 1]) == [])
    var state = neurons.state
    state.thresholds[5] = 0.2
    neurons.state = state
    #expect(step(neurons, [3: 0.5, 5: 0.8]) == [5])
  }

  @Test("Without inhibition each neuron is an integrate-and-fire neuron of its own", arguments: [true, false])
  func independent(resetsToZero: Bool) {
    let neurons = CompetitiveNeurons(
      parameters: .init(leak: 0.9, threshold: 0.7, inhibitionTicks: nil, resetsToZero: resetsToZero), layout: layout)
    let single = LeakyIntegrateAndFire(
      parameters: .init(
        membraneTimeConstant: 0.0094912215810299, timeStep: 0.001, threshold: 0.7,
        surrogate: SurrogateDerivative(kind: .triangle, gain: 0.3), reset: resetsToZero ? .zero : .subtractive),
      layout: layout)
    #expect(single.parameters.leak == 0.9)
    let stream = RandomStream(key: 9)
    var total = 0
    for tick in 0..<500 {
      let input = (0..<20).map {
        0.6 * RandomStream.uniform(stream.words(array: 0, item: $0, event: UInt64(tick))[0]) - 0.1
      }
      let found = step(neurons, Dictionary(uniqueKeysWithValues: input.enumerated().map { ($0, $1) }))
      var expected: [Int32] = []
      for block in 0..<layout.blockCount {
        var sums = [Float](repeating: 0, count: layout.blockWidth)
        var bits = [UInt8](repeating: 0, count: layout.blockWidth / 8)
        for lane in 0..<layout.columns(inBlock: block).count { sums[lane] = input[16 * block + lane] }
        single.step(block: block, input: sums, psi: nil, spikes: &bits)
        expected += (0..<16).filter { bits[$0 / 8] & 1 << UInt8($0 % 8) != 0 }.map { Int32(16 * block + $0) }
      }
      #expect(found == expected)
      total += found.count
    }
    #expect(total > 500)
  }

  @Test("A refractory neuron is silent at zero, its neighbours are not")
  func refractory() {
    let neurons = CompetitiveNeurons(
      parameters: .init(leak: 1, threshold: 1, inhibitionTicks: nil, refractoryTicks: 2), layout: layout)
    #expect(step(neurons, [0: 2]) == [0])
    #expect(step(neurons, [0: 2, 1: 2]) == [1])
    #expect(step(neurons, [0: 2, 1: 2]) == [])
    #expect(step(neurons, [0: 2, 1: 2]) == [0])
    #expect(step(neurons, [1: 2]) == [1])
  }

  @Test("Thresholds follow the spikes beyond the target, and never go below zero")
  func homeostasis() {
    let neurons = CompetitiveNeurons(
      parameters: .init(leak: 1, threshold: 1, inhibitionTicks: 0, homeostasis: 0.5, targetSpikes: 0.25), layout: layout
    )
    var counts = [Int32](repeating: 0, count: 20)
    counts[4] = 3
    neurons.adjustThresholds(spikeCounts: counts)
    #expect(neurons.state.thresholds[4] == 2.375 && neurons.state.thresholds[5] == 0.875)
    counts[4] = 0
    for _ in 0..<100 { neurons.adjustThresholds(spikeCounts: counts) }
    #expect(neurons.state.thresholds.allSatisfy { $0 == 0 })
    neurons.rest()
    #expect(neurons.state.thresholds.allSatisfy { $0 == 0 })
  }
}
