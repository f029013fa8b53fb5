import Devices
import Glibc

/// When devices will fail if each goes on wearing as it did.
///
/// With the wear rate rᵢ of device i per sample, cᵢ spent so far and Lᵢ its own life, it fails after (Lᵢ − cᵢ)/rᵢ more samples.
/// For chips like this one, whose lives are drawn anew from F, all of whose devices are fresh,
///
///     P(no failure up to n samples) = Πᵢ (1 − F(rᵢ n)),      share that has failed = mean of F(rᵢ n)
///
/// which for Weibull lives makes the median of the first failure n = η·(ln 2/Σ rᵢ^β)^(1/β), and η·(ln 2/N)^(1/β)/r for equal rates.
/// Rates stay as they were: nothing is said of what failures do to the others, which `DeploymentRun` finds out.
public struct WearProjection: Sendable {
  /// Samples until so many more devices have failed, ascending; devices that do not wear are left out.
  private let times: [Double]
  /// Wear of each device per sample, full-cycle equivalents.
  private let rates: [Double]
  private let endurance: Endurance
  /// Devices that have failed already.
  private let failed: Int

  /// A projection.
  /// - Parameters:
  ///   - wear: spent by each device, full-cycle equivalents.
  ///   - lifeFractions: the same as shares of its own life.
  ///   - hasFailed: whether it has failed.
  ///   - samples: in which that was spent.
  ///   - endurance: of the devices.
  public init(wear: [Double], lifeFractions: [Float], hasFailed: [Bool], samples: Double, endurance: Endurance) {
    precondition(samples > 0, "wear is spent over samples")
    rates = wear.map { $0 / samples }
    self.endurance = endurance
    failed = hasFailed.count { $0 }
    times = wear.indices.compactMap { index in
      let fraction = Double(lifeFractions[index])
      guard !hasFailed[index], fraction > 0 else { return nil }
      return max(1 - fraction, 0) / fraction * samples
    }.sorted()
  }

  /// Devices.
  public var deviceCount: Int { rates.count }
  /// Whether a device has failed already.
  public var hasFailures: Bool { failed > 0 }

  /// Samples from now on until this chip has its first failed device; `nil` where it has one already or will have none.
  public var firstFailure: Double? { failed > 0 ? nil : times.first }

  /// Samples from now on until a share of the devices of this chip has failed: 0 where it has; `nil` where it never will.
  public func samples(untilFailed share: Double) -> Double? {
    let wanted = max(Int((share * Double(rates.count)).rounded(.up)), 1)
    guard wanted > failed else { return 0 }
    let index = wanted - failed - 1
    return index < times.count ? times[index] : nil
  }

  /// Samples within which, of fresh chips with these rates, a share `probability` has its first failed device; `nil` where none
  /// ever has.
  public func firstFailure(probability: Double) -> Double? {
    guard endurance.isLimited, rates.contains(where: { $0 > 0 }) else { return nil }
    return solve { samples in
      -expm1(rates.reduce(0) { $0 + log1p(-min(endurance.failedFraction(atWear: $1 * samples), 1 - 1e-16)) })
    } equals: {
      probability
    }
  }

  /// Samples within which a share of the devices of fresh chips with these rates fails, in the mean; `nil` where it never does.
  public func meanSamples(untilFailed share: Double) -> Double? {
    guard endurance.isLimited, Double(rates.count { $0 > 0 }) > share * Double(rates.count) else { return nil }
    return solve { samples in
      rates.reduce(0) { $0 + endurance.failedFraction(atWear: $1 * samples) } / Double(rates.count)
    } equals: {
      share
    }
  }

  /// Where a function that grows from 0 has a value, by halving in the logarithm to 1e-6.
  private func solve(_ function: (Double) -> Double, equals wanted: () -> Double) -> Double {
    var (low, high) = (-30.0, 120.0)
    while high - low > 1e-6 {
      let middle = (low + high) / 2
      if function(exp(middle)) < wanted() { low = middle } else { high = middle }
    }
    return exp((low + high) / 2)
  }
}
