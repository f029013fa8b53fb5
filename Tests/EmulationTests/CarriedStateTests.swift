import Kernels
import Spiking
import Testing

@testable import Emulation

/// Neurons that go on from one sample to the next.
@Suite("State carried between samples")
struct CarriedStateTests {
  private static let ticks = 40
  private let samples = TestSample.random(4, rows: 70, classes: 3, ticks: Self.ticks, seed: 8)

  /// Every kind of dynamics at once, learning nothing.
  private func parameters() throws -> NetworkParameters {
    var parameters = try raggedNetwork()
    parameters.carriesState = true
    (parameters.isRecurrent, parameters.initialRecurrentSigma) = (true, 0.15)
    parameters.neuron.refractoryTicks = 3
    parameters.neuron.synapseTimeConstant = 5e-3
    parameters.neuron.adaptation = AdaptiveThreshold(strength: 0.2, timeConstant: 50e-3, share: 0.5)
    return parameters
  }

  private func joined(_ samples: some Sequence<TestSample>) -> SpikeRaster {
    var raster = SpikeRaster(rowCount: 70)
    for sample in samples {
      for tick in 0..<sample.raster.tickCount {
        for row in sample.raster.activeRows(at: tick) { raster.appendRow(Int(row)) }
        raster.endTick()
      }
    }
    return raster
  }

  @Test("samples one after the other are one long sample")
  func longSample() throws {
    let parameters = try parameters()
    let whole = SpikingNetwork.make(parameters, ticks: 4 * Self.ticks)
    let parts = SpikingNetwork.make(parameters, ticks: Self.ticks)
    let long = whole.present(joined(samples), label: 0, learns: false)
    let outcomes = samples.map { parts.present($0.raster, label: 0, learns: false) }
    for layer in long.spikes.indices { #expect(outcomes.reduce(0) { $0 + $1.spikes[layer] } == long.spikes[layer]) }
    #expect(long.spikes[1] > 100)
    #expect(whole.snapshot == parts.snapshot)
    var restful = parameters
    restful.carriesState = false
    let other = SpikingNetwork.make(restful, ticks: Self.ticks)
    let rested = samples.map { other.present($0.raster, label: 0, learns: false) }
    #expect(rested.map(\.spikes) != outcomes.map(\.spikes), "rest makes a difference")
  }

  @Test("a snapshot between samples has all that goes on, also while learning", arguments: [false, true])
  func snapshots(cutsSamples: Bool) throws {
    var parameters = try parameters()
    if cutsSamples {
      parameters.neuron = try raggedNetwork().neuron
      parameters.updateTicks = 7
    }
    let whole = SpikingNetwork.make(parameters, ticks: Self.ticks)
    let expected = whole.learn(samples)
    let first = SpikingNetwork.make(parameters, ticks: Self.ticks)
    let early = first.learn(samples[..<2])
    let second = SpikingNetwork.make(parameters, ticks: Self.ticks)
    second.snapshot = first.snapshot
    #expect(early + second.learn(samples[2...]) == expected)
    #expect(second.snapshot == whole.snapshot)
  }

  @Test("rest forgets what was carried")
  func rest() throws {
    let network = SpikingNetwork.make(try parameters(), ticks: Self.ticks)
    let first = network.present(samples[0].raster, label: 0, learns: false)
    let second = network.present(samples[0].raster, label: 0, learns: false)
    network.rest()
    let third = network.present(samples[0].raster, label: 0, learns: false)
    #expect(third == first && second != first)
  }
}
