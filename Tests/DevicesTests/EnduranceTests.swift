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

  /// In a million lives the first failure is at η·(E/N)^(1/β) with E exponential of mean 1 (95 %: 0.0253…3.689), and the time
  /// when 1 % have failed is the quantile of the law with the standard error of an order statistic.
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
    endurance.displacementExponent = 0
    endurance.wearPerPulse = 0
    #expect(endurance.wear(displacement: 0.5, pulses: 7) == 1)
  }

  @Test func unlimitedDevicesNeverFail() {
    #expect(Endurance.unlimited.life(uniform: 1) == .infinity)
    #expect(Endurance.unlimited.failedFraction(atWear: 1e30) == 0)
    #expect(!Endurance.unlimited.isLimited)
  }
}
