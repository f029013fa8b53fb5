import Foundation
import Spiking
import Testing

/// Neurons that do more than leak and subtract their threshold, against closed forms.
@Suite struct NeuronKindTests {
  /// Period of a neuron of constant drive that resets to zero: ⌊ln(1 − θ(1 − λ)/c)/ln λ⌋ + 1, at λ = 0.95 and θ = 1.
  @Test(arguments: [(Float(0.08), 20), (0.10, 14), (0.15, 8), (0.30, 4), (0.70, 2), (1.2, 1)], [0, 3])
  func periodOfAResetToZeroIsTheClosedForm(drive: (strength: Float, period: Int), refractoryTicks: Int) {
    var run = NeuronRun(columns: 1, leak: 0.95, threshold: 1, reset: .zero)
    var spikes: [Int] = []
    for tick in 0..<400 where run.step([drive.strength]) == 1 { spikes.append(tick) }
    #expect(zip(spikes, spikes.dropFirst()).allSatisfy { $1 - $0 == drive.period })
    #expect(spikes.first == drive.period - 1)
    var slow = NeuronRun(columns: 1, leak: 0.95, threshold: 1, reset: .zero, refractoryTicks: refractoryTicks)
    var last = -1
    for tick in 0..<400 where slow.step([drive.strength]) == 1 {
      #expect(last < 0 || tick - last > refractoryTicks)
      last = tick
    }
    #expect(last > 0)
  }

  /// A refractory neuron is silent for n ticks, learns nothing in them, and spikes at once if it is still above.
  @Test(arguments: [1, 2, 5])
  func aRefractoryNeuronWaits(ticks: Int) {
    var run = NeuronRun(columns: 1, leak: 0.9, threshold: 1, refractoryTicks: ticks)
    #expect(run.step([50]) == 1)
    for _ in 0..<ticks {
      #expect(run.step([0]) == 0 && run.psi[0] == 0)
      #expect(run.neurons.state.potentials[0] > 1)
    }
    #expect(run.step([0]) == 1)
  }

  /// Through a filter of λs an impulse raises the potential by w·(λⁿ⁺¹ − λsⁿ⁺¹)/(λ − λs).
  @Test func impulseResponseOfAFilteredSynapseIsTheDifferenceOfPowers() {
    let (leak, synapse) = (0.95, exp(-1.0 / 4))
    var run = NeuronRun(columns: 1, leak: leak, threshold: 10, synapseTimeConstant: 4e-3)
    for tick in 0..<80 {
      run.step([tick == 0 ? 0.5 : 0])
      let power = Double(tick + 1)
      let expected = 0.5 * (pow(leak, power) - pow(synapse, power)) / (leak - synapse)
      #expect(abs(Double(run.neurons.state.potentials[0]) - expected) < 2e-6)
    }
  }

  /// With β every spike is harder to make: intervals grow to those of a threshold θ + β·a, where a neuron that spikes every n
  /// ticks has an adaptation near 1/(n·(1 − ρ)): 4 ticks would make it 25, so n has to be far longer.
  @Test func adaptationSlowsTheLastNeuronsOnly() {
    var run = NeuronRun(
      columns: 4, leak: 0.95, threshold: 1,
      adaptation: AdaptiveThreshold(strength: 0.3, timeConstant: 100e-3, share: 0.5))
    #expect(run.neurons.parameters.adaptationStrengths(count: 4) == [0, 0, 0.3, 0.3])
    var intervals: [[Int]] = [[], [], [], []]
    var last = [Int](repeating: -1, count: 4)
    for tick in 0..<300 {
      run.step([0.3, 0.3, 0.3, 0.3])
      for neuron in 0..<4 where run.spiked(neuron) {
        if last[neuron] >= 0 { intervals[neuron].append(tick - last[neuron]) }
        last[neuron] = tick
      }
    }
    #expect(intervals[0] == intervals[1] && intervals[2] == intervals[3])
    #expect(intervals[0].max() == 4 && intervals[0].count > 70)
    let (early, late) = (intervals[2][0], intervals[2][intervals[2].count - 1])
    #expect(early <= 5 && late >= early + 2, "\(intervals[2])")
  }

  /// An adaptation of strength 0 is none, to the last bit.
  @Test func noAdaptationIsThePlainNeuron() {
    var plain = NeuronRun(columns: 21, leak: 0.9, threshold: 0.7)
    var general = NeuronRun(
      columns: 21, leak: 0.9, threshold: 0.7, adaptation: AdaptiveThreshold(strength: 0, timeConstant: 1))
    for tick in 0..<200 {
      let input = (0..<21).map { Float(($0 * 7 + tick * 13) % 11) / 15 }
      #expect(plain.step(input) == general.step(input))
      #expect(plain.spikes == general.spikes && plain.neurons.state == general.neurons.state)
      #expect(Array(plain.psi[..<21]) == Array(general.psi[..<21]))
    }
  }
}
