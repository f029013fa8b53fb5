import Foundation
import Kernels
import Plasticity
import Spiking
import Testing

/// E-prop is the gradient of back-propagation through time wherever its theory says so, and differs as expected elsewhere.
///
/// Networks of 12 inputs, 20 neurons and 3 outputs over 200 ticks, λ = κ = exp(−1/20). Exact are neurons in one layer whose reset
/// and recurrent spikes count as constants, with symmetric feedback and the readout filter kept.
@Suite struct GradientTests {
  struct Kind: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var resetsToZero = false
    var refractoryTicks = 0
    var strength = 0.0
    var synapseLeak = 0.0
    var isRecurrent = false

    static let plain = Kind(testDescription: "subtractive reset")
    static let zero = Kind(testDescription: "reset to zero", resetsToZero: true)
    static let recurrent = Kind(testDescription: "recurrent", isRecurrent: true)
    static let all = [
      plain, zero, recurrent,
      Kind(testDescription: "refractory for 5 ticks", refractoryTicks: 5),
      Kind(testDescription: "adaptive", strength: 0.1),
      Kind(testDescription: "filtered synapses", synapseLeak: 0.6),
      Kind(
        testDescription: "all of it", resetsToZero: true, refractoryTicks: 2, strength: 0.1, synapseLeak: 0.6,
        isRecurrent: true),
    ]
  }

  static let seeds: [UInt64] = [1, 2, 3]

  /// Random weights and input; `Float` and `Double` get the same.
  static func network<Scalar: BinaryFloatingPoint>(
    _ kind: Kind, seed: UInt64, as scalar: Scalar.Type
  ) -> (network: SmallNetwork<Scalar>, input: [[Bool]]) {
    var random = SplitMix64(seed)
    func weights(_ count: Int, _ range: ClosedRange<Float>) -> [Scalar] {
      random.floats(count, in: range).map { Scalar($0) }
    }
    let (inputs, neurons, outputs) = (12, 20, 3)
    let leak = Scalar(Float(exp(-1.0 / 20)))
    var network = SmallNetwork<Scalar>(
      inputs: inputs, neurons: neurons, outputs: outputs,
      inputWeights: weights(inputs * neurons, -0.25...0.4).map { $0 * (kind.synapseLeak > 0 ? 0.5 : 1) },
      recurrentWeights: weights(neurons * neurons, -0.2...0.2).map { kind.isRecurrent ? $0 : 0 },
      outputWeights: weights(neurons * outputs, -0.5...0.5), target: weights(outputs, -1...1), leak: leak, decay: leak,
      synapseLeak: Scalar(Float(kind.synapseLeak)),
      adaptationDecay: kind.strength > 0 ? Scalar(Float(exp(-1.0 / 100))) : 0, strength: Scalar(Float(kind.strength)),
      resetsToZero: kind.resetsToZero, refractoryTicks: kind.refractoryTicks)
    for neuron in 0..<neurons { network.recurrentWeights[neuron * neurons + neuron] = 0 }
    let input = (0..<200).map { _ in (0..<inputs).map { _ in Int.random(in: 0..<10, using: &random) == 0 } }
    return (network, input)
  }

  /// Greatest difference relative to the greatest element.
  private static func difference(_ actual: [Double], _ expected: [Double]) -> Double {
    let worst = zip(actual, expected).map { abs($0 - $1) }.max() ?? .infinity
    return worst / (expected.map { abs($0) }.max() ?? 0)
  }

  // MARK: Exact

  @Test(arguments: Kind.all, seeds)
  func doublePrecisionIsBackPropagationTo1e12(kind: Kind, seed: UInt64) {
    let (network, input) = Self.network(kind, seed: seed, as: Double.self)
    let record = network.run(input)
    let exact = network.backPropagation(record, input: input)
    #expect(record.spikes.joined().reduce(0, +) > 100)
    var worst: [Double] = []
    for (rows, expected) in [(input, exact.input), (network.lateSpikes(record), exact.recurrent)] {
      worst.append(Self.difference(network.reversed(record, rows: rows), expected))
      worst.append(Self.difference(network.eligibility(record, rows: rows), expected))
    }
    worst.append(Self.difference(network.deltaRule(record), exact.output))
    #expect(worst.allSatisfy { $0 < 1e-12 }, "\(worst)")
  }

  // MARK: The emulated rule

  /// What the emulated rule sees of a sample, with ψ of `psi`.
  private static func observation<Scalar: BinaryFloatingPoint>(
    _ network: SmallNetwork<Scalar>, _ record: SmallNetwork<Scalar>.Record, rows: [[Bool]], psi: [[Float]]
  ) -> Observation {
    Observation(
      rows: rows[0].count, columns: network.neurons, outputs: network.outputs, ticks: rows.count, inputs: rows,
      psi: psi, errors: record.errors.map { $0.map { Float($0) } },
      feedback: (0..<network.outputs).map { k in
        (0..<network.neurons).map { Float(network.outputWeights[$0 * network.outputs + k]) }
      },
      spikeCounts: [Int32](repeating: 0, count: network.neurons))
  }

  private static func changes(
    _ observation: Observation, of kind: Kind, network: SmallNetwork<some BinaryFloatingPoint>, spikes: [[Bool]],
    isFiltered: Bool = true
  ) -> [Float] {
    let decay = Float(network.decay)
    let rule = EProp.make(
      for: observation,
      parameters: .init(
        rate: -1, leak: Float(network.leak), decay: isFiltered ? decay : nil,
        synapseLeak: Float(network.synapseLeak), adaptationDecay: Float(network.adaptationDecay),
        adaptationStrengths: kind.strength > 0 ? [Float](repeating: Float(kind.strength), count: 20) : [],
        resetsToZero: kind.resetsToZero),
      largestWindow: observation.ticks, carries: false)
    let stride = rule.layout.blockWidth / 8
    let bits = spikes.flatMap { spikes -> [UInt8] in
      var bytes = [UInt8](repeating: 0, count: stride)
      for (neuron, spike) in spikes.enumerated() where spike { bytes[neuron / 8] |= 1 << UInt8(neuron % 8) }
      return bytes
    }
    return rule.changes(
      of: observation, window: 0..<observation.ticks, decay: decay, spikeBits: bits, spikeStride: stride)
  }

  /// The twin that is exact in double precision is, in single precision, the emulated rule: the same bits.
  @Test(arguments: Kind.all, [true, false])
  func singlePrecisionTwinIsTheEmulatedRule(kind: Kind, isFiltered: Bool) {
    let (network, input) = Self.network(kind, seed: 1, as: Float.self)
    let record = network.run(input)
    let spikes = record.spikes.map { $0.map { $0 > 0 } }
    for rows in [input, network.lateSpikes(record)] {
      let observation = Self.observation(network, record, rows: rows, psi: record.psi)
      let changes = Self.changes(observation, of: kind, network: network, spikes: spikes, isFiltered: isFiltered)
      let twin = network.reversed(record, rows: rows, isFiltered: isFiltered)
      #expect(changes.map(\.bitPattern) == twin.map(\.bitPattern))
      #expect(changes.contains { $0 != 0 })
    }
  }

  /// Emulated neurons, readout and rule in single precision against the gradient in double precision.
  @Test(arguments: Kind.all, seeds)
  func emulatedGradientIsBackPropagationTo1e5(kind: Kind, seed: UInt64) {
    let (network, input) = Self.network(kind, seed: seed, as: Double.self)
    let record = network.run(input)
    let exact = network.backPropagation(record, input: input)
    let (psi, spikes) = Self.emulated(network, kind, input: input)
    #expect(spikes == record.spikes.map { $0.map { $0 > 0 } })
    for (rows, expected) in [(input, exact.input), (network.lateSpikes(record), exact.recurrent)] {
      let observation = Self.observation(network, record, rows: rows, psi: psi)
      let changes = Self.changes(observation, of: kind, network: network, spikes: spikes)
      #expect(relativeError(changes, expected) < 1e-5, "\(relativeError(changes, expected))")
    }
    let observation = Self.observation(network, record, rows: spikes, psi: psi)
    let readout = ReadoutRule(
      layout: BlockedLayout(rows: 20, columns: 3, tileRows: 64, tileColumns: 64), largestWindow: 200, rate: -1,
      decay: Float(network.decay), carriesTraces: false)
    #expect(relativeError(readout.changes(of: observation, window: 0..<200), exact.output) < 1e-5)
  }

  /// ψ and spikes of the emulated neurons `[ticks][neurons]`.
  private static func emulated(
    _ network: SmallNetwork<Double>, _ kind: Kind, input: [[Bool]]
  ) -> (psi: [[Float]], spikes: [[Bool]]) {
    let layout = BlockedLayout(rows: 1, columns: network.neurons, tileRows: 64, tileColumns: 64)
    let neurons = LeakyIntegrateAndFire(
      parameters: .init(
        membraneTimeConstant: 20e-3, timeStep: 1e-3, threshold: 1, surrogate: .init(kind: .triangle, gain: 0.3),
        reset: kind.resetsToZero ? .zero : .subtractive, refractoryTicks: kind.refractoryTicks,
        synapseTimeConstant: kind.synapseLeak > 0 ? -1e-3 / log(kind.synapseLeak) : 0,
        adaptation: kind.strength > 0 ? AdaptiveThreshold(strength: Float(kind.strength), timeConstant: 0.1) : nil),
      layout: layout)
    var (psi, spikes): ([[Float]], [[Bool]]) = ([], [])
    var last = [Bool](repeating: false, count: network.neurons)
    for active in input {
      var sums = [Float](repeating: 0, count: layout.blockWidth)
      for j in 0..<network.neurons {
        for i in active.indices where active[i] { sums[j] += Float(network.inputWeights[i * network.neurons + j]) }
        for m in last.indices where last[m] { sums[j] += Float(network.recurrentWeights[m * network.neurons + j]) }
      }
      var slopes = sums
      var bits = [UInt8](repeating: 0, count: layout.blockWidth / 8)
      neurons.step(block: 0, input: sums, psi: &slopes, spikes: &bits)
      last = last.indices.map { bits[$0 / 8] & 1 << UInt8($0 % 8) != 0 }
      psi.append(Array(slopes[..<network.neurons]))
      spikes.append(last)
    }
    return (psi, spikes)
  }

  // MARK: Not exact

  /// Cosines between a gradient and another, of five networks.
  private static func cosines(
    _ kind: Kind, recurrence: Double = 1,
    _ compare: (SmallNetwork<Double>, SmallNetwork<Double>.Record, [[Bool]]) -> Double
  ) -> [Double] {
    (UInt64(1)...5).map { seed in
      var (network, input) = network(kind, seed: seed, as: Double.self)
      for index in network.recurrentWeights.indices { network.recurrentWeights[index] *= recurrence }
      return compare(network, network.run(input), input)
    }
  }

  /// Without the readout filter one trace a row will do; the direction stays.
  @Test(arguments: Kind.all)
  func withoutTheReadoutFilterTheDirectionStays(kind: Kind) {
    let cosines = Self.cosines(kind) { network, record, input in
      cosine(
        network.reversed(record, rows: input, isFiltered: false),
        network.backPropagation(record, input: input).input)
    }
    #expect(cosines.allSatisfy { 0.95..<0.9999 ~= $0 }, "\(cosines)")
  }

  /// A reset that is differentiated changes little.
  @Test(arguments: [Kind.plain, .zero])
  func aDifferentiatedResetIsNearlyTheSame(kind: Kind) {
    let cosines = Self.cosines(kind) { network, record, input in
      cosine(
        network.reversed(record, rows: input),
        network.backPropagation(record, input: input, detachesReset: false).input)
    }
    #expect(cosines.allSatisfy { 0.97..<0.9999 ~= $0 }, "\(cosines)")
  }

  /// A reset to zero whose gate is left out of the traces costs more.
  @Test func sharedTracesOfAResetToZeroAreOff() {
    let cosines = Self.cosines(.zero) { network, record, input in
      cosine(
        network.eligibility(record, rows: input, sharesTraces: true),
        network.backPropagation(record, input: input).input)
    }
    #expect(cosines.allSatisfy { 0.7..<0.98 ~= $0 }, "\(cosines)")
  }

  /// What comes back through other neurons is not seen: the stronger they are coupled, the less e-prop is the gradient.
  @Test func realRecurrenceIsMissed() {
    let means = [0.25, 0.5, 1].map { recurrence in
      Self.cosines(.recurrent, recurrence: recurrence) { network, record, input in
        cosine(
          network.reversed(record, rows: input),
          network.backPropagation(record, input: input, detachesRecurrence: false).input)
      }.reduce(0, +) / 5
    }
    #expect(0.93..<0.99 ~= means[0] && 0.75..<0.93 ~= means[1] && 0.3..<0.75 ~= means[2], "\(means)")
  }

  // MARK: The oracle itself

  /// Back-propagation with nothing taken as constant against central differences, of a network whose spikes are the integral of
  /// ψ. Steps of 1e-5 leave an error of their square, about 1e-9 of the greatest element.
  @Test(arguments: Kind.all.filter { $0.refractoryTicks == 0 })
  func backPropagationIsTheNumericalGradient(kind: Kind) {
    var (network, input) = Self.network(kind, seed: 5, as: Double.self)
    network.isSmooth = true
    input = Array(input[..<60])
    let gradient = network.backPropagation(
      network.run(input), input: input, detachesReset: false, detachesRecurrence: false)
    func numerical(_ weights: WritableKeyPath<SmallNetwork<Double>, [Double]>, _ index: Int) -> Double {
      var (above, below) = (network, network)
      above[keyPath: weights][index] += 1e-5
      below[keyPath: weights][index] -= 1e-5
      return (above.run(input).loss - below.run(input).loss) / 2e-5
    }
    let some = Array(stride(from: 0, to: 240, by: 7))
    for (weights, expected) in [
      (\SmallNetwork<Double>.inputWeights, gradient.input), (\.recurrentWeights, gradient.recurrent),
    ] {
      let found = some.map { numerical(weights, $0) }
      let scale = expected.map { abs($0) }.max() ?? 0
      let worst = zip(found, some).map { abs($0 - expected[$1]) }.max() ?? 1
      #expect(worst < 1e-8 * scale, "\(worst / scale)")
    }
  }
}
