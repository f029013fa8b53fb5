import Devices
import Testing

@Suite struct PulseTrainTests {
  static let branches: [(label: Double, pulses: Double, polarity: ExponentialResponse.Polarity, expected: Double)] = [
    (2.4, 97, .potentiation, 0.4741632), (-4.88, 100, .depression, 0.3101283), (1.46, 32, .depression, 0.1888220),
    (-3, 50, .potentiation, 0.5420531),
  ]

  @Test(arguments: branches)
  func fivePulsesReachTheKnownLevel(
    label: Double, pulses: Double, polarity: ExponentialResponse.Polarity, expected: Double
  ) {
    let response = ExponentialResponse(nonlinearity: label, pulses: pulses, polarity: polarity)
    #expect(abs(response.level(after: 5, from: 0.4) - expected) < 1e-7)
  }

  @Test(arguments: branches + [(0, 40, .potentiation, 0), (0, 40, .depression, 0)])
  func jumpEqualsSinglePulses(label: Double, pulses: Double, polarity: ExponentialResponse.Polarity, expected: Double) {
    let response = ExponentialResponse(nonlinearity: label, pulses: pulses, polarity: polarity)
    for start in [0.1, 0.4, 0.93] {
      var level = start
      for count in 1...20 {
        level = response.level(after: 1, from: level)
        #expect(abs(response.level(after: count, from: start) - level) < 1e-12)
      }
    }
  }

  /// The sample variance of n loops has a standard error of √(2/n): 1e5 loops know it within 1.15 % at 99 % confidence.
  @Test(arguments: branches + [(0, 40, .potentiation, 0)], [1, 5, 30])
  func varianceEqualsALoopPulseByPulse(
    branch: (label: Double, pulses: Double, polarity: ExponentialResponse.Polarity, expected: Double), count: Int
  ) {
    let response = ExponentialResponse(nonlinearity: branch.label, pulses: branch.pulses, polarity: branch.polarity)
    var random = ReferenceRandom(UInt64(count) + UInt64(abs(branch.label) * 100))
    let ends = (0..<100_000).map { _ in
      (0..<count).reduce(0.4) { level, _ in response.level(after: 1, from: level) + 0.02 * random.normal() }
    }
    let observed = moments(ends)
    let variance = response.variance(after: count, sigma: 0.02)
    #expect(abs(observed.variance / variance - 1) < 2.576 * (2 / 1e5).squareRoot())
    #expect(abs(observed.mean - response.level(after: count, from: 0.4)) < 2.576 * (variance / 1e5).squareRoot())
  }

  /// Spread of Ag:a-Si, AlOx/HfO2, EpiRAM and TaOx/HfOx after all their SET pulses, each with its own σ per pulse.
  @Test(arguments: [
    (label: 2.4, pulses: 97, sigma: 0.035, expected: 0.172), (1.94, 40, 0.05, 0.177), (0.5, 64, 0.02, 0.133),
    (0.04, 128, 0.037, 0.412),
  ])
  func spreadAfterAWholeRangeIsTheKnownOne(label: Double, pulses: Int, sigma: Double, expected: Double) {
    let response = ExponentialResponse(nonlinearity: label, pulses: Double(pulses), polarity: .potentiation)
    #expect(abs(response.variance(after: pulses, sigma: sigma).squareRoot() - expected) < 1e-3)
  }

  @Test(arguments: [-9.0, 9.0])
  func endlessTrainStaysANumberInsideTheRange(label: Double) {
    let parameters = DeviceParameters.sound(pulses: (32, 32), nonlinearity: (label, label))
    let device = DeviceFactory(parameters: parameters, seed: 1).instance(array: 0, device: 0)
    for pulses in [-1_000_000, 1_000_000] {
      for noise in [-3.0, 3] {
        let end = device.conductance(after: pulses, from: 5e-6, sigma: 0.05, noise: noise)
        #expect(end >= 1e-6 * (1 - 1e-12) && end <= 1e-5 * (1 + 1e-12))
      }
    }
  }

  @Test func typicalStepsAreOnePulseAtMidRange() {
    let parameters = DeviceParameters.sound(pulses: (50, 20), nonlinearity: (0, 0))
    #expect(abs(parameters.typicalSteps.potentiation - 0.02) < 1e-15)
    #expect(abs(parameters.typicalSteps.depression - 0.05) < 1e-15)
  }
}
