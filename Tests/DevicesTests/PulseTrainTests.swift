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

  /// A fraction of a pulse is a part of it: two halves are one, and so for any division of a train.
  @Test(arguments: branches + [(0, 40, .potentiation, 0)])
  func fractionsOfPulsesCompose(label: Double, pulses: Double, polarity: ExponentialResponse.Polarity, expected: Double)
  {
    let response = ExponentialResponse(nonlinearity: label, pulses: pulses, polarity: polarity)
    let whole = response.level(after: 3, from: 0.4)
    let parts = [0.25, 1.5, 1.25].reduce(0.4) { response.level(after: $1, from: $0) }
    #expect(abs(parts - whole) < 1e-12)
    #expect(abs(response.variance(after: 3.0, sigma: 0.1) - response.variance(after: 3, sigma: 0.1)) < 1e-15)
  }

  @Test(arguments: [-9.0, 9.0])
  func endlessTrainStaysANumberInsideTheRange(label: Double) {
    for kind in CycleNoise.Kind.allCases {
      var parameters = DeviceParameters.sound(pulses: (32, 32), nonlinearity: (label, label))
      parameters.cycleNoise = CycleNoise(sigma: 0.05, kind: kind)
      let model = DeviceModel(parameters: parameters)
      for pulses in [-1e6, 1e6] {
        for noise in [-3.0, 3] {
          let end = model.level(after: pulses, from: 0.4, gaussian: noise)
          #expect(end >= 0 && end <= 1)
        }
      }
    }
  }

  @Test func typicalStepsAreOnePulseAtMidRange() throws {
    let linear = DeviceParameters.sound(pulses: (50, 20), nonlinearity: (0, 0)).typicalSteps
    #expect(abs(linear.potentiation - 0.02) < 1e-15 && abs(linear.depression - 0.05) < 1e-15)
    let law = StepLaw.power(step: 0.02, exponent: 2)
    let power = DeviceParameters.bare(try .laws(potentiation: law, depression: law)).typicalSteps
    #expect(abs(power.potentiation - 0.005) < 1e-5 && abs(power.depression - 0.005) < 1e-5)
    let magnetic = DeviceParameters.bare(.magnetic(MagneticSwitching(setError: 0.25, resetError: 0))).typicalSteps
    #expect(magnetic == (0.75, 1))
    let accumulation = DeviceParameters(off: 1e-7, on: 12e-6, response: .phaseChange(PhaseChangeAccumulation()))
    #expect(abs(accumulation.typicalSteps.potentiation - (0.88 - 0.084 * 6.05) / 11.9) < 1e-12)
    #expect(abs(accumulation.typicalSteps.depression - 0.5) < 1e-12)
  }
}
