import Devices
import Foundation
import Testing

@Suite struct MagneticSwitchingTests {
  /// Shares of 2e5 devices within the 99.9 % interval of the binomial law.
  @Test(arguments: [(1, 0.3, 1), (4, 0.6, 1), (2, 0.2, 1.5), (3, 0.5, 8)] as [(Double, Double, Float)])
  func trainsFailWithThePowerOfOneFailure(pulses: Double, error: Double, gain: Float) {
    let model = DeviceModel(parameters: .bare(.magnetic(MagneticSwitching(setError: error, resetError: error / 2))))
    var random = ReferenceRandom(6)
    for (sign, start, failure) in [(1.0, 0.0, error), (-1, 1, error / 2)] {
      let stayed = (0..<200_000).count { _ in
        model.level(
          after: sign * pulses, from: start, uniform: Double.random(in: 1e-16...1, using: &random), gain: gain) == start
      }
      let share = pow(min(failure * Double(gain), 1), pulses)
      let doubt = 3.29 * (share * (1 - share) / 2e5).squareRoot()
      #expect(abs(Double(stayed) / 2e5 - share) <= doubt)
    }
  }

  @Test func rareFailuresAreResolved() {
    let model = DeviceModel(parameters: .bare(.magnetic(MagneticSwitching())))
    #expect(model.level(after: 1, from: 0, uniform: 0.99e-6) == 0)
    #expect(model.level(after: 1, from: 0, uniform: 1.01e-6) == 1)
    #expect(model.level(after: 2, from: 0, uniform: 1.01e-12) == 1)
    #expect(model.level(after: -1, from: 1, uniform: 1.01e-6) == 0)
  }

  @Test func statesAreTheTwoEnds() {
    let model = DeviceModel(parameters: .bare(.magnetic(MagneticSwitching(setError: 0.5))))
    for (level, uniform, expected) in [(0.3, 0.4, 0.0), (0.7, 0.4, 1), (0.3, 0.6, 1), (1, 0.4, 1), (1, 0.6, 1)] {
      #expect(model.level(after: 1, from: level, uniform: uniform) == expected)
    }
  }

  /// Figures computed apart from the program from the published formulas.
  @Test func errorRatesFollowTheFormulas() {
    #expect(
      abs(MagneticSwitching.thermalError(voltage: 0.9, critical: 1, width: 1e-7, stability: 60) - 0.780457) < 1e-6)
    let read = 1 - MagneticSwitching.thermalError(voltage: 0.1, critical: 1, width: 5e-9, stability: 60)
    #expect(read < 1e-15)
    let slow = MagneticSwitching.precessionalError(voltage: 2, critical: 1, width: 10e-9, stability: 60)
    #expect(abs(slow - 0.089957) < 1e-6)
    #expect(MagneticSwitching.precessionalError(voltage: 2, critical: 1, width: 20e-9) < slow)
    #expect(MagneticSwitching.precessionalError(voltage: 3, critical: 1, width: 10e-9) < slow)
  }
}
