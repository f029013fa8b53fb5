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
