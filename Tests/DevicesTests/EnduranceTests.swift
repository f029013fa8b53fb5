import Devices
import Foundation
import Testing

@Suite struct EnduranceTests {
  private static func lives(shape: Double, count: Int, share: Double = 0.5) -> [(fullCycles: Double, endsStuckOn: Bool)]
  {
    let endurance = Endurance(scale: 1e8, shape: shape, stuckOnShare: share)
    let factory = DeviceFactory(parameters: .sound(endurance: endurance), seed: 21)
    return (0..<count).map { factory.life(array: 0, device: $0) }
  }

  /// In a million lives the first failure is at η·(E/N)^(1/β) with E exponential of mean 1 (95 %: 0.0253…3.689), and
  /// the time when 1 % have failed is the quantile of the law with the standard error of an order statistic.
  @Test(arguments: [1, 1.5, 2, 3])
  func firstFailureAndOnePercentOfAMillionFollowTheLaw(shape: Double) {
    let count = 1_000_000
    let lives = Self.lives(shape: shape, count: count).map(\.fullCycles).sorted()
    let first = pow(lives[0] / 1e8, shape) * Double(count)
    #expect(first > 0.0253 && first < 3.689)
    let failed = Endurance(scale: 1e8, shape: shape).failedFraction(atWear: lives[count / 100])
    #expect(abs(failed - 0.01) < 1.96 * (0.01 * 0.99 / Double(count)).squareRoot())
  }

  @Test(arguments: [(1.0, 0.0101), (1.5, 0.047), (2, 0.10), (3, 0.22)])
  func onePercentIsDeadAtTheKnownShareOfTheScale(shape: Double, expected: Double) {
    let endurance = Endurance(scale: 1e6, shape: shape)
    #expect(abs(endurance.life(uniform: 0.99) / 1e6 - expected) < 0.006)
    #expect(abs(endurance.failedFraction(atWear: endurance.life(uniform: 0.99)) - 0.01) < 1e-12)
  }

  @Test(arguments: [1, 1.5, 2])
  func livesPassKolmogorovSmirnov(shape: Double) {
    let endurance = Endurance(scale: 1e8, shape: shape)
    let lives = Self.lives(shape: shape, count: 100_000).map(\.fullCycles)
    #expect(kolmogorovSmirnov(lives) { endurance.failedFraction(atWear: $0) } < 1.95)
  }

  /// The shortest lives of a large array are told apart: none is 0, none is repeated.
  @Test func shortestLivesAreDistinct() {
    let shortest = Self.lives(shape: 1, count: 2_000_000).map(\.fullCycles).sorted().prefix(1000)
    #expect(shortest[0] > 0)
    #expect(Set(shortest).count == 1000)
  }

  @Test(arguments: [0.0, 0.3, 1])
  func endsHaveTheirShare(share: Double) {
    let count = 100_000
    let observed = Double(Self.lives(shape: 2, count: count, share: share).count { $0.endsStuckOn }) / Double(count)
    #expect(abs(observed - share) <= 3.29 * (share * (1 - share) / Double(count)).squareRoot())
  }

  @Test func wearIsDisplacementPlusAConstantPerPulse() {
    var endurance = Endurance(scale: 1, shape: 1)
    #expect(abs(endurance.wear(displacement: -0.25, pulses: 3) - 0.31) < 1e-15)
    endurance.displacementExponent = 2
    #expect(abs(endurance.wear(displacement: 0.5, pulses: 1) - 0.27) < 1e-15)
  }

  /// The displacement of a train is shared by its pulses: κ = 2 gives n·(|Δ|/n)², κ = 0 counts pulses.
  @Test func exponentActsOnSinglePulses() {
    var endurance = Endurance(scale: 1, shape: 1, displacementExponent: 2, wearPerPulse: 0)
    #expect(abs(endurance.wear(displacement: -0.6, pulses: 3) - 0.12) < 1e-15)
    endurance.displacementExponent = 0
    #expect(endurance.wear(displacement: 0.5, pulses: 7) == 7)
    #expect(endurance.wear(displacement: 0, pulses: 2.5) == 2.5)
    #expect(endurance.wear(displacement: 0, pulses: 0) == 0)
  }

  @Test func polaritiesWearByTheirWeights() {
    let endurance = Endurance(scale: 1, shape: 1, setWeight: 0.05, resetWeight: 1)
    #expect(abs(endurance.wear(displacement: 0.5, pulses: 10) - 0.05 * 0.7) < 1e-15)
    #expect(abs(endurance.wear(displacement: -0.5, pulses: 10) - 0.7) < 1e-15)
    // Pulses that move nothing still have a polarity.
    #expect(abs(endurance.wear(displacement: 0, pulses: 1, polarity: .potentiation) - 0.001) < 1e-15)
    #expect(abs(endurance.wear(displacement: 0, pulses: 1, polarity: .depression) - 0.02) < 1e-15)
  }

  // MARK: Populations

  /// Weibull: the first failure of N devices is expected at η·N^(−1/β), the first hundredth at the known share of η.
  @Test(arguments: [(1.0, 1e-6, 0.0101), (1.5, 1e-4, 0.0466), (2, 1e-3, 0.1003), (3, 1e-2, 0.2158)])
  func firstFailureAndFirstHundredthScale(shape: Double, first: Double, hundredth: Double) {
    let endurance = Endurance(scale: 1e8, shape: shape)
    #expect(abs(endurance.firstFailure(devices: 1_000_000) / (1e8 * first) - 1) < 1e-6)
    #expect(abs(endurance.wear(atFailedFraction: 0.01) / (1e8 * hundredth) - 1) < 1e-2)
    #expect(abs(endurance.failedFraction(atWear: endurance.wear(atFailedFraction: 0.37)) - 0.37) < 1e-12)
    #expect(endurance.firstFailure(devices: 1) == endurance.firstFailure(devices: 0))
  }

  /// The shortest of N Weibull lives is Weibull of the scale η·N^(−1/β): Kolmogorov-Smirnov over 1000 arrays at 99.9 %.
  @Test(arguments: [100, 3000], [1.0, 2])
  func firstFailuresOfArraysFollowTheScalingLaw(devices: Int, shape: Double) {
    var random = ReferenceRandom(UInt64(devices) + UInt64(shape))
    let endurance = Endurance(scale: 1e8, shape: shape)
    let shortest = (0..<1000).map { _ in
      (0..<devices).map { _ in
        endurance.life(uniform: Double.random(in: Double.leastNonzeroMagnitude...1, using: &random))
      }.min()!
    }
    let scale = endurance.firstFailure(devices: devices)
    #expect(kolmogorovSmirnov(shortest) { -expm1(-pow($0 / scale, shape)) } < 1.95)
  }

  @Test func logNormalLivesPassKolmogorovSmirnov() {
    let endurance = Endurance(scale: 1e6, shape: 1.5, distribution: .logNormal(sigma: 0.7))
    var random = ReferenceRandom(4)
    let lives = (0..<100_000).map { _ in
      endurance.life(uniform: Double.random(in: Double.leastNonzeroMagnitude...1, using: &random))
    }
    #expect(kolmogorovSmirnov(lives) { normalCumulative(log($0 / 1e6) / 0.7) } < 1.95)
    #expect(kolmogorovSmirnov(lives) { endurance.failedFraction(atWear: $0) } < 1.95)
  }

  /// Quantiles of the normal law known to seven digits.
  @Test(arguments: [(0.5, 0.0), (0.1586552539, -1), (0.001349898032, -3), (0.9772498681, 2), (2.866515719e-7, -5)])
  func logNormalQuantilesAreTheKnownOnes(fraction: Double, deviations: Double) {
    let endurance = Endurance(scale: 1e6, shape: 1, distribution: .logNormal(sigma: 0.5))
    #expect(abs(log(endurance.wear(atFailedFraction: fraction) / 1e6) / 0.5 - deviations) < 1e-8)
    #expect(abs(endurance.failedFraction(atWear: 1e6 * exp(0.5 * deviations)) / fraction - 1) < 1e-9)
  }

  @Test func failureModesHaveTheirShares() {
    #expect(Endurance(scale: 1, shape: 1).stuckOnShare == 0.5)
    #expect(Endurance(scale: 1, shape: 1, stuckOnShare: 0.2).failure == .stuckAtEnds(onShare: 0.2))
    #expect(Endurance(scale: 1, shape: 1, failure: .stuckInPlace).stuckOnShare == 0)
  }

  @Test func unlimitedDevicesNeverFail() {
    #expect(Endurance.unlimited.life(uniform: 1) == .infinity)
    #expect(Endurance.unlimited.firstFailure(devices: 1_000_000) == .infinity)
    #expect(Endurance.unlimited.failedFraction(atWear: 1e30) == 0)
    #expect(!Endurance.unlimited.isLimited)
  }
}
