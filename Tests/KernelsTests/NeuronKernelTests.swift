import CKernels
import Testing

@Suite struct NeuronKernelTests {
  @Test(arguments: blockShapes, [Int32(0), 1])
  func neuronsEqualTheScalarTwinOverManyTicks(shape: (width: Int, columns: Int), kind: Int32) {
    var random = SplitMix64(UInt64(shape.width * 1000 + shape.columns))
    let twin = NeuronTwin(leak: 0.951, threshold: 0.7, gain: 0.3 / 0.7, kind: kind, columns: shape.columns)
    var neuron = cpk_lif(
      leak: twin.leak, threshold: twin.threshold, inverse_threshold: twin.inverseThreshold, gain: twin.gain, kind: kind,
      columns: shape.columns)
    var expected = [Float](repeating: 0, count: shape.width)
    var potentials = expected
    var total = 0
    for _ in 0..<50 {
      let input = random.floats(shape.width, in: -0.3...0.6)
      var psi = [Float](repeating: 0, count: shape.width)
      var expectedPsi = psi
      var spikes = [UInt8](repeating: 0xFF, count: shape.width / 8)
      let fired = cpk_lif_step(&neuron, &potentials, input, &psi, &spikes, shape.width)
      let expectedSpikes = twin.step(potentials: &expected, input: input, psi: &expectedPsi)
      #expect(setBits(of: spikes) == expectedSpikes)
      #expect(fired == expectedSpikes.count)
      #expect(potentials.bits == expected.bits)
      #expect(psi.bits == expectedPsi.bits)
      total += fired
    }
    #expect(total > 2 * shape.columns)
  }

  @Test(arguments: blockShapes)
  func competingNeuronsEqualTheScalarTwin(shape: (width: Int, columns: Int)) {
    var random = SplitMix64(UInt64(shape.width))
    var potentials = random.floats(shape.width, in: -1...1)
    var expected = potentials
    let thresholds = random.floats(shape.width, in: 0.5...1.5)
    for _ in 0..<20 {
      let input = random.floats(shape.width, in: -0.3...0.6)
      var bits = [UInt8](repeating: 0xFF, count: shape.width / 8)
      let count = cpk_compete(&potentials, input, thresholds, 0.951, &bits, shape.width)
      for lane in 0..<shape.width { expected[lane] = expected[lane] * 0.951 + input[lane] }
      let above = (0..<shape.width).filter { expected[$0] > thresholds[$0] }
      #expect(potentials.bits == expected.bits)
      #expect(setBits(of: bits) == above && count == above.count)
    }
  }

  @Test(arguments: blockShapes, [0, 1, 2, 3])
  func generalNeuronsEqualTheScalarTwinOverManyTicks(shape: (width: Int, columns: Int), kinds: Int) {
    var random = SplitMix64(UInt64(shape.width * 1000 + shape.columns + kinds))
    let width = shape.width
    let plain = NeuronTwin(
      leak: 0.951, threshold: 0.7, gain: 0.3 / 0.7, kind: kinds % 2 == 0 ? 0 : 1, columns: shape.columns)
    var twin = GeneralNeuronTwin(plain: plain, strengths: [Float](repeating: 0, count: width))
    // Nothing special; adaptation; refractory with a filter; all with a reset to zero.
    if kinds == 1 || kinds == 3 {
      (twin.strengths, twin.adaptationDecay) = (random.floats(width, in: 0...0.5), 0.97)
    }
    if kinds >= 2 { (twin.refractory, twin.synapseLeak) = (3, 0.6) }
    twin.resetsToZero = kinds == 3
    var expected = GeneralNeuronTwin.State(width: width)
    var actual = expected
    var total = 0
    for _ in 0..<60 {
      let input = random.floats(width, in: -0.3...0.6)
      var psi = [Float](repeating: 0, count: width)
      var expectedPsi = psi
      var spikes = [UInt8](repeating: 0xFF, count: width / 8)
      let fired = twin.strengths.withUnsafeBufferPointer { strengths in
        actual.adaptations.withUnsafeMutableBufferPointer { adaptations in
          actual.currents.withUnsafeMutableBufferPointer { currents in
            actual.left.withUnsafeMutableBufferPointer { left in
              var neuron = cpk_neuron()
              neuron.lif = cpk_lif(
                leak: plain.leak, threshold: plain.threshold, inverse_threshold: plain.inverseThreshold,
                gain: plain.gain, kind: plain.kind, columns: shape.columns)
              neuron.zero_reset = twin.resetsToZero ? 1 : 0
              neuron.adaptation_decay = twin.adaptationDecay
              if twin.adaptationDecay > 0 {
                (neuron.strengths, neuron.adaptations) = (strengths.baseAddress, adaptations.baseAddress)
              }
              (neuron.synapse_leak, neuron.refractory) = (twin.synapseLeak, twin.refractory)
              if twin.synapseLeak > 0 { neuron.currents = currents.baseAddress }
              if twin.refractory > 0 { neuron.left = left.baseAddress }
              return cpk_neuron_step(&neuron, &actual.potentials, input, &psi, &spikes, width)
            }
          }
        }
      }
      let expectedSpikes = twin.step(&expected, input: input, psi: &expectedPsi)
      #expect(setBits(of: spikes) == expectedSpikes && fired == expectedSpikes.count)
      #expect(actual.potentials.bits == expected.potentials.bits && psi.bits == expectedPsi.bits)
      total += fired
    }
    #expect(total > shape.columns)
  }

  /// Whole units, with leaks by shift, by product and with draws; subtractive resets and resets to zero; sums that are no
  /// number of units, that are too large, and that are no numbers.
  @Test(arguments: blockShapes, [0, 1, 2, 3, 4, 5])
  func quantisedMembranesEqualTheScalarTwin(shape: (width: Int, columns: Int), kinds: Int) {
    var random = SplitMix64(UInt64(shape.width * 1000 + shape.columns + kinds))
    let width = shape.width
    // A scale that is no power of two: potentials are rounded to floats and back.
    var membrane = MembraneTwin(scale: 0.7 / 600, bits: 12, threshold: 600)
    if kinds < 2 { membrane.shift = 4 } else { membrane.factor = 30_147 }
    let plain = NeuronTwin(
      leak: 0, threshold: 600 * membrane.scale, gain: 0.3 / 0.7, kind: 0, columns: shape.columns)
    var twin = GeneralNeuronTwin(plain: plain, strengths: [Float](repeating: 0, count: width), membrane: membrane)
    twin.resetsToZero = kinds % 2 == 1
    var expected = GeneralNeuronTwin.State(width: width)
    var actual = expected
    var total = 0
    for tick in 0..<60 {
      var input = random.floats(width, in: -0.3...0.6)
      if tick % 20 == 19 { (input[0], input[3], input[width - 1]) = (1e6, -1e30, .infinity) }
      var psi = [Float](repeating: 0, count: width)
      var expectedPsi = psi
      var spikes = [UInt8](repeating: 0xFF, count: width / 8)
      let draws = (0..<width).map { _ in Int32.random(in: 0..<32_768, using: &random) }
      twin.membrane?.draws = kinds >= 4 ? draws : nil
      var state = cpk_membrane(
        scale: membrane.scale, inverse_scale: 1 / membrane.scale, smallest: -2048, largest: 2047, threshold: 600,
        shift: Int32(membrane.shift), factor: membrane.factor)
      let fired = draws.withUnsafeBufferPointer { draws in
        withUnsafePointer(to: &state) { state in
          var neuron = cpk_neuron()
          neuron.lif = cpk_lif(
            leak: 0, threshold: plain.threshold, inverse_threshold: plain.inverseThreshold, gain: plain.gain, kind: 0,
            columns: shape.columns)
          neuron.zero_reset = twin.resetsToZero ? 1 : 0
          (neuron.membrane, neuron.draws) = (state, kinds >= 4 ? draws.baseAddress : nil)
          return cpk_neuron_step(&neuron, &actual.potentials, input, &psi, &spikes, width)
        }
      }
      let expectedSpikes = twin.step(&expected, input: input, psi: &expectedPsi)
      #expect(setBits(of: spikes) == expectedSpikes && fired == expectedSpikes.count)
      #expect(actual.potentials.bits == expected.potentials.bits && psi.bits == expectedPsi.bits)
      total += fired
    }
    #expect(total > shape.columns)
  }

  @Test func neuronsWithoutPseudoDerivativeMoveTheSame() {
    var neuron = cpk_lif(leak: 0.9, threshold: 1, inverse_threshold: 1, gain: 0.3, kind: 0, columns: 16)
    var random = SplitMix64(3)
    let input = random.floats(16, in: 0...3)
    var first = [Float](repeating: 0, count: 16)
    var second = first
    var psi = first
    var bits: [UInt8] = [0, 0]
    var otherBits = bits
    cpk_lif_step(&neuron, &first, input, nil, &bits, 16)
    cpk_lif_step(&neuron, &second, input, &psi, &otherBits, 16)
    #expect(first == second)
    #expect(bits == otherBits)
  }

  @Test(arguments: [(16, 1), (16, 10), (48, 33), (64, 64), (128, 100)])
  func softmaxErrorEqualsTheScalarTwin(width: Int, count: Int) {
    var random = SplitMix64(UInt64(width + count))
    for scale in [Float(0.01), 1, 30, 300] {
      let values = random.floats(count, in: -scale...scale) + [Float](repeating: 0, count: width - count)
      let target = Int.random(in: 0..<count, using: &random)
      var error = [Float](repeating: .nan, count: width)
      cpk_softmax_error(values, count, Int32(target), &error, width)
      #expect(error.bits == softmaxErrorTwin(values, count: count, target: target).bits)
    }
  }

  /// Against the definition in double precision: the errors of all outputs sum to 0 and each is within 1e-6.
  @Test func softmaxErrorIsTheDefinition() {
    var random = SplitMix64(11)
    let values = random.floats(16, in: -8...8)
    var error = [Float](repeating: 0, count: 16)
    cpk_softmax_error(values, 16, 3, &error, 16)
    let exact = softmax(values.map(Double.init))
    for output in 0..<16 {
      let expected: Double = exact[output] - (output == 3 ? 1 : 0)
      #expect(abs(Double(error[output]) - expected) < 1e-6)
    }
    #expect(abs(error.reduce(0, +)) < 1e-6)
  }
}
