import Foundation
import Kernels
import Spiking
import Testing

/// Membranes of whole units against closed forms, loops, and neurons of real numbers.
@Suite struct QuantisedMembraneTests {
  private static func membrane(_ leak: QuantisedMembrane.Leak, bits: Int = 12, scale: Float = 0x1p-10)
    -> QuantisedMembrane
  {
    QuantisedMembrane(bits: bits, scale: scale, leak: leak)
  }

  @Test(arguments: [1, 2, 4, 7, 11])
  func shiftRoundsTheDecayDown(places: Int) {
    let membrane = Self.membrane(.shift(places))
    for units in membrane.range {
      let exact = Double(units) * (1 - pow(2, -Double(places)))
      #expect(Double(membrane.decayed(units)) == exact.rounded(.down))
    }
    #expect(Double(membrane.decay) == 1 - pow(2, -Double(places)))
  }

  /// λ = 1/2 is one arithmetic shift to the right, as in MINT.
  @Test func shiftByOneHalvesAsAnArithmeticShift() {
    let membrane = Self.membrane(.shift(1))
    #expect(membrane.range.allSatisfy { membrane.decayed($0) == $0 >> 1 })
  }

  /// Over all 2¹⁵ draws the sum of the decayed potentials is n·f plus one for each draw that is met by an empty rest.
  @Test(arguments: [Int32(32_751), 30_147, 16_384])
  func stochasticProductHasTheExpectationOfTheProduct(factor: Int32) {
    let membrane = Self.membrane(.product(factor: factor, isStochastic: true), bits: 16)
    for units in [Int32(-32_768), -777, -3, 2, 3, 614, 32_767] {
      let sum = (Int32(0)..<32_768).reduce(Int64(0)) { $0 + Int64(membrane.decayed(units, draw: $1)) }
      let product = Int64(units) * Int64(factor)
      let isGone = product >> 15 == 0
      #expect(sum == (isGone ? 0 : product + 1))
      let down = (Double(product) / 32_768).rounded(.down)
      #expect(Double(membrane.decayed(units)) == down)
    }
    let leastUnit = (Int32(0)..<32_768).map { membrane.decayed(1, draw: $0) }
    #expect(leastUnit.allSatisfy { $0 == 0 })
  }

  /// U ← clip((U >> 1) + Σ w), spike above θ, reset to zero, written out for 2 to 8 bits.
  @Test(arguments: [2, 3, 4, 8])
  func fewBitsFollowThePublishedRecursion(bits: Int) {
    let scale: Float = 0.25
    let above = Int(0.8 * Double((1 << (bits - 1)) - 1))
    let threshold = max(Float(above), 0.5) * scale
    let membrane = Self.membrane(.shift(1), bits: bits, scale: scale)
    var run = NeuronRun(columns: 33, leak: 0.5, threshold: threshold, reset: .zero, membrane: membrane)
    var expected = [Int](repeating: 0, count: 33)
    let (low, high) = (-(1 << (bits - 1)), 1 << (bits - 1))
    #expect(Int(membrane.units(of: threshold)) == above)
    var total = 0
    for tick in 0..<400 {
      let weights = (0..<33).map { (($0 * 7 + tick * 13) % 5 - 1) << max(0, bits - 3) }
      run.step(weights.map { Float($0) * scale })
      for neuron in 0..<33 {
        let rest = expected[neuron] > above ? 0 : expected[neuron]
        expected[neuron] = min(max((rest >> 1) + weights[neuron], low), high - 1)
        #expect(run.spiked(neuron) == (expected[neuron] > above))
        total += expected[neuron] > above ? 1 : 0
      }
      let potentials = expected.map { Float($0) * scale }
      #expect(run.neurons.state.potentials == potentials)
    }
    #expect(total > 100)
  }

  /// The population against `next`, neuron by neuron.
  @Test(arguments: [
    QuantisedMembrane.Leak.shift(3), .product(factor: 30_000, isStochastic: false),
    .product(factor: 30_000, isStochastic: true),
  ])
  func populationIsTheLoopOverNeurons(leak: QuantisedMembrane.Leak) {
    let membrane = Self.membrane(leak, bits: 11, scale: 1.0 / 300)
    var run = NeuronRun(columns: 50, leak: 0.9, threshold: 1, membrane: membrane, seed: 9)
    let stream = RandomStream(seed: 9, purpose: .membraneRounding)
    let threshold = membrane.units(of: 1)
    var expected = [Int32](repeating: 0, count: 50)
    var (random, total) = (SystemRandom(4), 0)
    for tick in 0..<300 {
      let input = (0..<50).map { _ in Float(random.below(1000)) / 1000 - 0.35 }
      run.step(input, tick: tick)
      for neuron in 0..<50 {
        let word = stream.words(array: 0, item: neuron / 4, event: UInt64(tick))[neuron % 4]
        expected[neuron] = membrane.next(
          expected[neuron], input: membrane.units(of: input[neuron]),
          charge: expected[neuron] > threshold ? threshold : 0,
          draw: membrane.isStochastic ? Int32(word >> 17) : 1 << 15)
        #expect(run.spiked(neuron) == (expected[neuron] > threshold))
        total += run.spiked(neuron) ? 1 : 0
      }
      let potentials = expected.map { Float($0) * membrane.scale }
      #expect(run.neurons.state.potentials == potentials)
    }
    #expect(total > 1000)
  }

  /// Each tick rounds the input by at most half a unit and the leak by less than one: without spikes potentials stay within
  /// 1.5·s/(1 − λ) of those of real numbers.
  @Test(arguments: [2, 4, 6])
  func manyBitsStayNearRealNumbers(places: Int) {
    let membrane = Self.membrane(.shift(places), bits: 16, scale: 0x1p-10)
    var quantised = NeuronRun(columns: 40, leak: 0.9, threshold: 20, membrane: membrane)
    var real = NeuronRun(columns: 40, leak: Double(membrane.decay), threshold: 20)
    var random = SystemRandom(1)
    let bound: Float = 1.5 * membrane.scale / (1 - membrane.decay)
    var worst: Float = 0
    for _ in 0..<2000 {
      let input = (0..<40).map { _ in Float(random.below(1000)) / 1000 - 0.5 }
      quantised.step(input)
      real.step(input)
      for (a, b) in zip(quantised.neurons.state.potentials, real.neurons.state.potentials) {
        worst = max(worst, abs(a - b))
      }
    }
    #expect(worst < bound && worst > 0)
  }

  /// A stochastic leak is λⁿ on average, also where rounding down would hold potentials up: 20 000 neurons from 300 units,
  /// λ = 1 − 17/2¹⁵. A tick adds at most a variance of 1/4, so after 1000 ticks the mean is known to √250/√20 000 = 0.11
  /// units, and 2⁻¹⁵ units a tick are added by the comparison.
  @Test func stochasticLeakDecaysOnAverage() {
    let membrane = Self.membrane(.product(factor: 0x7FEF, isStochastic: true), bits: 16)
    let columns = 20_000
    let layout = BlockedLayout(rows: 1, columns: columns, tileRows: 1, tileColumns: 64)
    let neurons = LeakyIntegrateAndFire(
      parameters: .init(
        membraneTimeConstant: 1, timeStep: 1e-3, threshold: 10, surrogate: .init(kind: .triangle, gain: 0.3),
        membrane: membrane),
      layout: layout, draws: .init(stream: RandomStream(seed: 3, purpose: .membraneRounding), array: 0))
    neurons.state = .init(potentials: [Float](repeating: 300 * membrane.scale, count: columns))
    let silence = [Float](repeating: 0, count: layout.blockWidth)
    var bits = [UInt8](repeating: 0, count: layout.blockWidth / 8)
    for tick in 0..<1000 {
      for block in 0..<layout.blockCount {
        neurons.step(block: block, input: silence, psi: nil, spikes: &bits, tick: UInt64(tick))
      }
    }
    let mean = neurons.state.potentials.reduce(0.0) { $0 + Double($1) } / Double(columns) / Double(membrane.scale)
    let expected = 300 * pow(Double(0x7FEF) / 32_768, 1000)
    let tolerance = 5 * 0.11 + 1000.0 / 32_768
    #expect(abs(mean - expected) < tolerance, "\(mean) for \(expected)")
  }

  @Test func sumsBeyondTheMembraneAreCut() {
    let membrane = Self.membrane(.shift(4), bits: 8, scale: 0.125)
    var run = NeuronRun(columns: 4, leak: 0.9, threshold: 15, membrane: membrane)
    run.step([1e9, -1e9, .infinity, .nan])
    let ends: [Float] = [15.875, -16, 15.875, 15.875]
    #expect(run.neurons.state.potentials == ends)
    let weights: [Float] = [0.0624, 0.0625, 0.0626, 0.1875]
    #expect(weights.map { membrane.units(of: $0) } == [0, 0, 1, 2])
  }

  @Test func aQuantisedNeuronHasTheLeakOfItsMembrane() {
    var parameters = LeakyIntegrateAndFire.Parameters(
      membraneTimeConstant: 20e-3, timeStep: 1e-3, threshold: 1.0004, surrogate: .init(kind: .triangle, gain: 0.3))
    #expect(parameters.effectiveThreshold == 1.0004 && parameters.isPlain)
    parameters.membrane = Self.membrane(.shift(5))
    #expect(parameters.leak == 0.96875 && parameters.effectiveThreshold == 1 && !parameters.isPlain)
    parameters.membrane?.leak = .product(factor: 0x7FEF, isStochastic: true)
    #expect(parameters.leak == Float(0x7FEF) / 32_768)
  }
}

/// SplitMix64.
private struct SystemRandom {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func below(_ bound: UInt64) -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return (z ^ (z >> 31)) % bound
  }
}
