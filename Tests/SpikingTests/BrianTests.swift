import Foundation
import Kernels
import Spiking
import Testing

/// 100 neurons over 10 000 ticks of random input against Brian2 2.9.0, which integrates the continuous equations exactly in
/// double precision: every spike of every kind of neuron. `Fixtures/brian2_lif.py` made the record.
@Suite struct BrianTests {
  struct Record: Decodable {
    struct Case: Decodable {
      var variant: String
      var seed: UInt64
      /// Smallest distance of any potential from its threshold in any tick, weight units.
      var nearest: Double
      /// Potentials after the last tick `[neurons]`.
      var potentials: [Double]
      /// Ticks from spike to spike of each neuron, the first from tick 0 `[neurons][spikes]`.
      var intervals: [[Int]]
    }

    var rows: Int
    var neurons: Int
    var ticks: Int
    var threshold: Float
    var leak: Double
    var synapse_leak: Double
    var adaptation_decay: Double
    var strength: Float
    var refractory: Int
    var cases: [Case]
  }

  /// The generator of the script: the upper 32 bits of a 64-bit linear congruential generator.
  private struct Congruential {
    var state: UInt64

    mutating func below(_ bound: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 32) % bound)
    }
  }

  private static func record() throws -> Record {
    let url = try #require(
      Bundle.module.url(forResource: "brian2_lif", withExtension: "json", subdirectory: "Fixtures"))
    return try JSONDecoder().decode(Record.self, from: Data(contentsOf: url))
  }

  private static func timeConstant(_ decay: Double) -> Double { -1e-3 / log(decay) }

  private static func neurons(_ record: Record, _ variant: String) -> NeuronRun {
    let adaptation = AdaptiveThreshold(
      strength: record.strength, timeConstant: timeConstant(record.adaptation_decay))
    return NeuronRun(
      columns: record.neurons, leak: record.leak, threshold: record.threshold,
      reset: variant == "zero" ? .zero : .subtractive,
      refractoryTicks: variant == "refractory" ? record.refractory : 0,
      synapseTimeConstant: variant == "filtered" ? timeConstant(record.synapse_leak) : 0,
      adaptation: variant == "adaptive" ? adaptation : nil)
  }

  @Test(arguments: ["subtractive", "zero", "refractory", "filtered", "adaptive", "recurrent"])
  func everySpikeIsTheSame(variant: String) throws {
    let record = try Self.record()
    let expected = try #require(record.cases.first { $0.variant == variant })
    #expect(expected.nearest >= 5e-6)
    var generator = Congruential(state: expected.seed)
    let scale: Float = variant == "filtered" ? 0x1p-10 : 0x1p-8
    let columns = record.neurons
    let weights = (0..<record.rows * columns).map { _ in Float(generator.below(257) - 138) * scale }
    var between = (0..<columns * columns).map { _ in Float(generator.below(65) - 32) * scale }
    for neuron in 0..<columns { between[neuron * columns + neuron] = 0 }
    var run = Self.neurons(record, variant)
    var times = [[Int]](repeating: [], count: columns)
    var spiking: [Int] = []
    for tick in 0..<record.ticks {
      var input = [Float](repeating: 0, count: columns)
      for row in 0..<record.rows where generator.below(32) == 0 {
        for column in 0..<columns { input[column] += weights[row * columns + column] }
      }
      if variant == "recurrent" {
        for row in spiking { for column in 0..<columns { input[column] += between[row * columns + column] } }
      }
      run.step(input)
      spiking = (0..<columns).filter { run.spiked($0) }
      for neuron in spiking { times[neuron].append(tick) }
    }
    for neuron in 0..<columns {
      var tick = 0
      let recorded = expected.intervals[neuron].map { interval in
        tick += interval
        return tick
      }
      #expect(times[neuron] == recorded, "neuron \(neuron)")
    }
    let potentials = run.neurons.state.potentials
    let worst = zip(potentials, expected.potentials).map { abs(Double($0) - $1) }.max() ?? 1
    #expect(worst < 2e-6, "\(worst)")
    #expect(times.joined().count > 5000)
  }
}
