import Foundation
import Kernels
import Spiking
import Testing

@Suite struct LeakyIntegrateAndFireTests {
  /// Constant drive c, λ = 0.95, θ = 1: rates of an independent double-precision run, and in steady state
  /// (c − (1 − λ)·mean U)/θ.
  @Test(arguments: [
    (Float(0.08), 0.0500), (0.10, 0.07042), (0.15, 0.11859), (0.30, 0.26152), (0.70, 0.64291), (1.2, 1.0),
  ])
  func rateOfConstantDriveIsTheKnownOne(drive: Float, expected: Double) {
    var run = NeuronRun(columns: 1, leak: 0.95, threshold: 1)
    for _ in 0..<2_000 { run.step([drive]) }
    var total = 0
    let ticks = 60_000
    var potentials = 0.0
    for _ in 0..<ticks {
      total += run.step([drive])
      potentials += Double(run.neurons.state.potentials[0])
    }
    let rate = Double(total) / Double(ticks)
    #expect(abs(rate - expected) < 2e-4)
    let identity = Double(drive) - 0.05 * potentials / Double(ticks)
    #expect(abs(rate - identity) < 1e-3)
  }

  @Test func driveBelowTheLeakNeverFires() {
    var run = NeuronRun(columns: 1, leak: 0.95, threshold: 1)
    let total = (0..<5_000).reduce(0) { sum, _ in sum + run.step([0.0499]) }
    #expect(total == 0)
  }

  /// Without a spike the potential is λⁿ·w, to the rounding of n products.
  @Test func impulseResponseIsAPowerOfTheLeak() {
    var run = NeuronRun(columns: 1, leak: 0.9, threshold: 1)
    run.step([0.75])
    for tick in 1...100 {
      run.step([0])
      let expected = 0.75 * pow(Double(run.neurons.parameters.leak), Double(tick))
      #expect(abs(Double(run.neurons.state.potentials[0]) / expected - 1) < Double(tick + 1) * 6e-8)
    }
  }

  @Test func thresholdIsStrict() {
    var run = NeuronRun(columns: 3, leak: 0.5, threshold: 1)
    #expect(run.step([1, Float(1).nextUp, Float(1).nextDown]) == 1)
    #expect([0, 1, 2].map { run.spiked($0) } == [false, true, false])
  }

  @Test func resetSubtractsTheThresholdAfterTheLeakOfTheNextTick() {
    var run = NeuronRun(columns: 1, leak: 0.5, threshold: 1)
    let leak = run.neurons.parameters.leak
    #expect(run.step([1.6]) == 1)
    #expect(run.step([0.1]) == 0)
    #expect(run.neurons.state.potentials == [(1.6 * leak + 0.1) - 1])
  }

  @Test(arguments: [1, 7, 17, 33, 63])
  func paddingColumnsNeverSpike(columns: Int) {
    var run = NeuronRun(columns: columns, leak: 0.9, threshold: 1)
    // Input everywhere, also behind the last neuron: a converter offset may leave it there.
    let input = [Float](repeating: 5, count: run.psi.count)
    for _ in 0..<10 {
      #expect(run.step(input) == columns)
      for column in 0..<run.psi.count { #expect(run.spiked(column) == (column < columns)) }
    }
  }

  @Test func stateIsPutBackAndRestForgetsIt() {
    let parameters = LeakyIntegrateAndFire.Parameters(
      membraneTimeConstant: 20e-3, timeStep: 1e-3, threshold: 1, surrogate: .init(kind: .triangle, gain: 0.3))
    let layout = BlockedLayout(rows: 1, columns: 37, tileRows: 8, tileColumns: 10)
    let neurons = LeakyIntegrateAndFire(parameters: parameters, layout: layout)
    let state = LeakyIntegrateAndFire.State.values((0..<37).map { Float($0) / 10 })
    neurons.state = state
    #expect(neurons.state == state)
    #expect(neurons.count == 37)
    neurons.rest()
    #expect(neurons.state.potentials.allSatisfy { $0 == 0 })
  }
}

extension LeakyIntegrateAndFire.State {
  /// A state taken from a population, with other potentials.
  static func values(_ potentials: [Float]) -> Self {
    let layout = BlockedLayout(rows: 1, columns: potentials.count, tileRows: 1, tileColumns: 64)
    let parameters = LeakyIntegrateAndFire.Parameters(
      membraneTimeConstant: 1, timeStep: 1, threshold: 1, surrogate: .init(kind: .triangle, gain: 1))
    var state = LeakyIntegrateAndFire(parameters: parameters, layout: layout).state
    state.potentials = potentials
    return state
  }
}
