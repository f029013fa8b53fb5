import Crossbars
import Testing

@testable import Emulation

/// Without its hardware the emulator is an ordinary spiking network.
@Suite("Neutrality")
struct NeutralityTests {
  private static let ticks = 50

  private func samples(_ count: Int, seed: UInt64) -> [TestSample] {
    TestSample.random(count, rows: 70, classes: 3, ticks: Self.ticks, seed: seed)
  }

  @Test("an ideal array without converters spikes like a plain float network, tick for tick")
  func forward() throws {
    let network = SpikingNetwork.make(try raggedNetwork(), ticks: Self.ticks)
    var reference = ReferenceNetwork(network)
    var spikeCount = 0
    for sample in samples(24, seed: 1) {
      let outcome = network.present(sample.raster, label: sample.label, learns: false)
      let expected = reference.present(sample.flags, label: sample.label, learns: false)
      #expect(network.hidden.map(\.output.flags) == expected.spikes)
      #expect(outcome.decision == expected.decision)
      spikeCount += network.hidden[1].output.spikeCount
    }
    #expect(network.ticksRead == 1200)
    #expect(spikeCount > 1000, "the last layer must have something to get wrong")
  }

  @Test("learning is e-prop as the equations state it", arguments: Array(NetworkCase.all[..<3]))
  func learning(_ network: NetworkCase) throws {
    let emulated = SpikingNetwork.make(network.parameters, ticks: Self.ticks)
    var reference = ReferenceNetwork(emulated)
    let before = emulated.arrays.map(\.array.effectiveWeights)
    for sample in samples(12, seed: 2) {
      let outcome = emulated.present(sample.raster, label: sample.label, learns: true)
      let expected = reference.present(sample.flags, label: sample.label, learns: true)
      #expect(outcome.decision == expected.decision)
      for (layer, spikes) in expected.spikes.enumerated() {
        #expect(outcome.spikes[layer + 1] == UInt64(spikes.joined().count { $0 }))
      }
    }
    for (index, layer) in (reference.hidden + [reference.readout]).enumerated() {
      let weights = emulated.arrays[index].array.effectiveWeights
      #expect(greatestDifference(weights, layer.weights) < 1e-5)
      #expect(greatestDifference(weights, before[index]) > 1e-3, "it must have learned")
    }
  }

  @Test("a 16-bit converter decides the same and moves hardly a spike")
  func converter() throws {
    var parameters = try raggedNetwork()
    let exact = SpikingNetwork.make(parameters, ticks: Self.ticks)
    parameters.converter = Converter(bits: 16, fullScale: .worstCase, offsetSigma: 0)
    let converted = SpikingNetwork.make(parameters, ticks: Self.ticks)
    var (spikes, moved) = (0, 0)
    for sample in samples(24, seed: 3) {
      let outcomes = [exact, converted].map { $0.present(sample.raster, label: sample.label, learns: false) }
      #expect(outcomes[0].decision == outcomes[1].decision)
      for (own, other) in zip(exact.hidden, converted.hidden) {
        spikes += own.output.spikeCount
        for (a, b) in zip(own.output.flags.joined(), other.output.flags.joined()) where a != b { moved += 1 }
      }
    }
    #expect(moved * 100 < spikes, "\(moved) of \(spikes)")
  }

  @Test("a converter whose step divides every weight changes nothing at all")
  func fittingConverter() throws {
    var parameters = try raggedNetwork()
    // Steps of 2⁻¹⁰ are exact in floats, and so are their sums.
    parameters.weightLimit = 32767.0 / 1024 / 24
    let exact = SpikingNetwork.make(parameters, ticks: Self.ticks)
    parameters.converter = Converter(bits: 16, fullScale: .worstCase, offsetSigma: 0)
    let converted = SpikingNetwork.make(parameters, ticks: Self.ticks)
    var state = exact.snapshot
    for layer in state.layers.indices {
      state.layers[layer].array.weights = state.layers[layer].array.weights.map { ($0 * 1024).rounded() / 1024 }
    }
    exact.snapshot = state
    converted.snapshot = state
    for sample in samples(24, seed: 4) {
      let outcomes = [exact, converted].map { $0.present(sample.raster, label: sample.label, learns: false) }
      #expect(outcomes[0] == outcomes[1])
      #expect(exact.hidden[0].output == converted.hidden[0].output)
    }
    #expect(converted.readActivity.conversions > 10_000)
  }

  private func greatestDifference(_ a: [Float], _ b: [Float]) -> Float {
    a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
  }
}
