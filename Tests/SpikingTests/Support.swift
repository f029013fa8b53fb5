import Foundation
import Kernels
import Spiking

/// One block of neurons driven tick by tick.
struct NeuronRun {
  let neurons: LeakyIntegrateAndFire
  var psi: [Float]
  var spikes: [UInt8]

  /// - Parameter leak: membrane decay per tick, reached through the time constant.
  init(
    columns: Int, leak: Double, threshold: Float, surrogate: SurrogateDerivative = .init(kind: .triangle, gain: 0.3),
    reset: LeakyIntegrateAndFire.Reset = .subtractive, refractoryTicks: Int = 0, synapseTimeConstant: Double = 0,
    adaptation: AdaptiveThreshold? = nil, membrane: QuantisedMembrane? = nil, seed: UInt64 = 1
  ) {
    let layout = BlockedLayout(rows: 1, columns: columns, tileRows: 64, tileColumns: max(64, columns))
    neurons = LeakyIntegrateAndFire(
      parameters: .init(
        membraneTimeConstant: -1e-3 / log(leak), timeStep: 1e-3, threshold: threshold, surrogate: surrogate,
        reset: reset, refractoryTicks: refractoryTicks, synapseTimeConstant: synapseTimeConstant,
        adaptation: adaptation, membrane: membrane),
      layout: layout, draws: .init(stream: RandomStream(seed: seed, purpose: .membraneRounding), array: 0))
    psi = [Float](repeating: 0, count: layout.blockWidth)
    spikes = [UInt8](repeating: 0, count: layout.blockWidth / 8)
  }

  /// Drives every neuron of the block with its input; returns the number of spikes.
  @discardableResult
  mutating func step(_ input: [Float], tick: Int = 0) -> Int {
    let padded = input + [Float](repeating: 0, count: psi.count - input.count)
    return neurons.step(block: 0, input: padded, psi: &psi, spikes: &spikes, tick: UInt64(tick))
  }

  func spiked(_ column: Int) -> Bool { spikes[column / 8] & (1 << (column % 8)) != 0 }
}
