import Devices
import Foundation
import Testing

@Suite struct RetentionTests {
  static let laws: [Retention] = [
    .powerLaw(PowerLawDrift()), .powerLaw(PowerLawDrift(exponent: .fixed(mean: 0.04, sigma: 0.004))),
    .powerLaw(PowerLawDrift(lowestFraction: 1 / 120.0)), .relaxation(.conductiveMetalOxide),
    .relaxation(.writeVerifiedHafnium), .stretched(StretchedDecay()), .stretched(.ionReservoir),
    .stretched(StretchedDecay(time: 100, exponent: 2, restLevel: 0.3, timeSigma: 0.2)),
  ]

  @Test(arguments: laws + [.none], [-5.0, 0])
  func stateIsExactAtTheWrite(law: Retention, age: Double) {
    let coefficient = law.coefficient(level: 0.3, gaussian: 2, deviceGaussian: -2)
    #expect(law.state(programmed: 7.3e-6, age: age, coefficient: coefficient, low: 1e-6, range: 9e-6) == 7.3e-6)
  }

  @Test func nothingChangesWithoutRetention() {
    #expect(Retention.none.state(programmed: 7e-6, age: 1e9, coefficient: 0, low: 1e-6, range: 9e-6) == 7e-6)
    #expect(Retention.none.foldInterval(age: 0, errorBound: 1e-3) == .infinity)
  }

  // MARK: Fold intervals

  /// Greatest change over levels and draws within five deviations, in units of the range, from `age` for `interval`
  /// seconds.
  private static func change(_ law: Retention, from age: Double, for interval: Double, range: Double) -> Double {
    // Drift of the test's laws is on a range from lowestFraction to 1 of Gmax.
    var low = 0.0
    if case .powerLaw(let drift) = law { low = range * drift.lowestFraction / (1 - drift.lowestFraction) }
    var worst = 0.0
    for step in 0...40 {
      let level = Double(step) / 40
      for deviation in stride(from: -5.0, through: 5, by: 0.5) {
        let coefficient = law.coefficient(level: level, gaussian: deviation, deviceGaussian: deviation)
        func state(_ age: Double) -> Double {
          law.state(
            programmed: low + level * range, age: age, coefficient: coefficient, low: low, range: range)
        }
        worst = max(worst, abs(state(age + interval) - state(age)) / range)
      }
    }
    return worst
  }

  private static func range(_ law: Retention) -> Double {
    if case .relaxation(let relaxation) = law { relaxation.range } else { 10e-6 }
  }

  /// No state of that age or older moves by more than the bound, and some state of that age soon does.
  @Test(arguments: laws, [0.0, 0.5, 30, 1e4])
  func foldIntervalIsSafeAndNotWasteful(law: Retention, age: Double) {
    let bound = 1e-3
    let range = Self.range(law)
    let interval = law.foldInterval(age: age, errorBound: bound)
    if case .relaxation = law, age == 0 {
      #expect(interval == 0)
      return
    }
    #expect(interval > 0)
    for older in [age, age * 2 + 1e-6, age * 30 + 3, age * 1e3 + 1e3] {
      #expect(Self.change(law, from: older, for: interval, range: range) < bound * 1.001)
    }
    // A stretched law is at its steepest at one age only, so its bound for all ages is slack at others.
    if case .stretched = law { return }
    // Relaxation begins at 1 s.
    var start = age
    if case .relaxation = law { start = max(age, 1) }
    if interval.isFinite { #expect(Self.change(law, from: start, for: 3 * interval, range: range) > bound) }
  }

  @Test func freshStretchedStatesAreFoldedJustInTime() {
    let law = Retention.stretched(StretchedDecay())
    let interval = law.foldInterval(age: 0, errorBound: 1e-3)
    #expect(abs(Self.change(law, from: 0, for: interval, range: 1e-5) / 1e-3 - 1) < 0.01)
  }

  // MARK: Power-law drift

  @Test(arguments: [(x: 1.0, mean: 0.049, sigma: 0.008), (0.1, 0.06009, 0.02288), (0, 0.1, 0.045)])
  func driftMomentsAreTheKnownOnes(x: Double, mean: Double, sigma: Double) {
    let moments = PowerLawDrift().moments(level: x)
    #expect(abs(moments.mean - mean) < 1e-5)
    #expect(abs(moments.sigma - sigma) < 1e-5)
    let onRange = PowerLawDrift(lowestFraction: 0.01).moments(level: (x - 0.01) / 0.99)
    if x > 0 { #expect(abs(onRange.mean - moments.mean) < 1e-12) }
  }

  /// Moments of 1e5 exponents at x = 1 and x = 0.1 against the folded normal law at 99.9 %.
  @Test(arguments: [(x: 1.0, mean: 0.049, sigma: 0.008), (0.1, 0.0600901, 0.0228823)])
  func drawnExponentsHaveTheMomentsOfTheFoldedLaw(x: Double, mean: Double, sigma: Double) {
    var random = ReferenceRandom(11)
    let law = Retention.powerLaw(PowerLawDrift())
    let draws = (0..<100_000).map { _ in
      Double(law.coefficient(level: x, gaussian: random.normal(), deviceGaussian: 0))
    }
    let ratio = mean / sigma
    let folded = sigma * (2 / Double.pi).squareRoot() * exp(-ratio * ratio / 2) + mean * erf(ratio / 2.0.squareRoot())
    let variance = mean * mean + sigma * sigma - folded * folded
    let observed = moments(draws)
    #expect(draws.allSatisfy { $0 >= 0 })
    #expect(abs(observed.mean - folded) < 3.29 * (variance / 1e5).squareRoot())
    #expect(abs(observed.variance / variance - 1) < 3.29 * (2 / 1e5).squareRoot())
  }

  /// Exponents of states spread evenly over 0.05…1 of Gmax: mean 0.0504, all within 0…0.3.
  @Test func exponentsOfAnInferenceArrayHaveTheKnownHistogram() {
    var random = ReferenceRandom(5)
    let drift = PowerLawDrift()
    let draws = (0..<200_000).map { _ in
      drift.exponent(level: Double.random(in: 0.05...1, using: &random), gaussian: random.normal())
    }
    #expect(draws.allSatisfy { $0 >= 0 && $0 <= 0.3 })
    let observed = moments(draws)
    #expect(abs(observed.mean - 0.0504) < 3.29 * (observed.variance / 2e5).squareRoot() + 5e-5)
  }

  @Test func driftFallsWithAPowerOfTime() {
    let law = Retention.powerLaw(PowerLawDrift(exponent: .fixed(mean: 0.04, sigma: 0.004), startTime: 20))
    let coefficient = law.coefficient(level: 0.5, gaussian: 2.5, deviceGaussian: 9)
    #expect(abs(coefficient - 0.05) < 1e-8)
    // (19 980 + 20) / 20 = 1000.
    let state = law.state(programmed: 8e-6, age: 19_980, coefficient: coefficient, low: 1e-7, range: 1.19e-5)
    #expect(abs(state / (8e-6 * pow(1000, -0.05)) - 1) < 1e-8)
    let negative = law.coefficient(level: 0.5, gaussian: -15, deviceGaussian: 0)
    #expect(abs(negative - 0.02) < 1e-8)
  }

  // MARK: Relaxation

  /// Mean and spread of 1e5 devices in µS at 99.9 %: −0.089·ln t and 0.04201·ln t + 0.41183.
  @Test(arguments: [(age: 1.0, mean: 0.0, sigma: 0.41183), (1e-3, 0, 0.41183), (1e4, -0.819721, 0.798757)])
  func metalOxideRelaxes(age: Double, mean: Double, sigma: Double) {
    var random = ReferenceRandom(3)
    let law = Retention.relaxation(.conductiveMetalOxide)
    let shifts = (0..<100_000).map { _ in
      let coefficient = law.coefficient(level: 0.5, gaussian: random.normal(), deviceGaussian: 0)
      return law.state(programmed: 49e-6, age: age, coefficient: coefficient, low: 8e-6, range: 82e-6) - 49e-6
    }
    let observed = moments(shifts)
    #expect(abs(observed.mean * 1e6 - mean) < 3.29 * sigma / 1e5.squareRoot())
    #expect(abs(observed.variance.squareRoot() * 1e6 / sigma - 1) < 3.29 / 2e5.squareRoot())
  }

  @Test func relaxationStaysInTheOwnRangeAndScalesWithIt() {
    let law = Retention.relaxation(.conductiveMetalOxide)
    func shift(_ programmed: Double, z: Float, low: Double, range: Double) -> Double {
      law.state(programmed: programmed, age: 1, coefficient: z, low: low, range: range) - programmed
    }
    #expect(shift(90e-6, z: 3, low: 8e-6, range: 82e-6) == 0)
    #expect(abs(shift(8.2e-6, z: -3, low: 8e-6, range: 82e-6) + 0.2e-6) < 1e-18)
    #expect(abs(shift(30e-6, z: 1, low: 4e-6, range: 41e-6) - 0.41183e-6 / 2) < 1e-15)
  }

  /// σ at x = 0.5 computed apart from the program: 2.0229 µS at 1 s, 3.9090 at a day, half-way between in ln t, and
  /// from two days on as there.
  @Test(arguments: [(age: 1.0, expected: 2.0229375), (86_400, 3.909), (293.93876913, 2.96596875), (1e9, 3.929125)])
  func hafniumSpreadIsInterpolatedInTime(age: Double, expected: Double) {
    let moments = Relaxation.writeVerifiedHafnium.moments(x: 0.5, age: age)
    #expect(moments.mean == 0)
    #expect(abs(moments.sigma * 1e6 / expected - 1) < 1e-5)
  }

  // MARK: Stretched decay

  @Test func stretchedDecayTendsToItsRestLevel() {
    let law = Retention.stretched(StretchedDecay())
    let tau = law.coefficient(level: 1, gaussian: 7, deviceGaussian: 0)
    #expect(tau == 1e4)
    func level(_ start: Double, _ age: Double) -> Double {
      (law.state(programmed: 1e-6 + start * 9e-6, age: age, coefficient: tau, low: 1e-6, range: 9e-6) - 1e-6) / 9e-6
    }
    #expect(abs(level(1, 1e4) - (0.5 + 0.5 * exp(-1))) < 1e-12)
    #expect(abs(level(0, 1e4) - (0.5 - 0.5 * exp(-1))) < 1e-12)
    #expect(abs(level(0.9, 1) - (0.5 + 0.4 * exp(-pow(1e-4, 0.3)))) < 1e-12)
    #expect(abs(level(0.5, 1e3) - 0.5) < 1e-12)
    #expect(abs(level(1, 1e30) - 0.5) < 1e-12)
  }

  @Test func timeConstantsSpreadLogNormally() {
    let decay = StretchedDecay()
    #expect(abs(decay.time(deviceGaussian: 1) / decay.time(deviceGaussian: -1) - exp(1)) < 1e-12)
    #expect(StretchedDecay.ionReservoir.time(deviceGaussian: 3) == 1e5)
  }
}
