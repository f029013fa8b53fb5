import Glibc

/// Lives of one device and of many.
///
///     F(c) = 1 − e^(−(c/η)^β)  or  Φ(ln(c/η) / σ)          share that is dead at wear c
///     first failure of N devices: F(c) = 1 − e^(−1/N), for Weibull c = η·N^(−1/β)
///
/// Where a narrowing window ends a device before its life is over (`WindowWear.lifeShare`), η stands for that share of
/// it.
extension Endurance {
  /// Life of a device from a uniform number in (0, 1], full-cycle equivalents.
  public func life(uniform: Double) -> Double {
    guard isLimited else { return .infinity }
    switch distribution {
    case .weibull: return effectiveScale * pow(-log(uniform), 1 / shape)
    case .logNormal(let sigma): return effectiveScale * exp(-sigma * StandardNormal.quantile(uniform))
    }
  }

  /// Share of devices that have failed after `wear` full-cycle equivalents.
  public func failedFraction(atWear wear: Double) -> Double {
    guard isLimited, wear > 0 else { return 0 }
    let ratio = wear / effectiveScale
    switch distribution {
    case .weibull: return -expm1(-pow(ratio, shape))
    case .logNormal(let sigma):
      guard sigma > 0 else { return ratio < 1 ? 0 : 1 }
      return StandardNormal.cumulative(log(ratio) / sigma)
    }
  }

  /// Wear at which a share `fraction` of the devices, 0…1, has failed.
  public func wear(atFailedFraction fraction: Double) -> Double {
    guard isLimited else { return .infinity }
    switch distribution {
    case .weibull: return effectiveScale * pow(-log1p(-fraction), 1 / shape)
    case .logNormal(let sigma):
      guard sigma > 0 else { return effectiveScale }
      return effectiveScale * exp(sigma * StandardNormal.quantile(fraction))
    }
  }

  /// Wear at which the first of `devices` equally worn devices is expected to fail; η·N^(−1/β) for Weibull lives.
  public func firstFailure(devices: Int) -> Double {
    wear(atFailedFraction: -expm1(-1 / Double(max(devices, 1))))
  }

  /// Own limits of the level of a worn device; see `WindowWear.window(wear:life:low:range:)`.
  ///
  /// - Parameter life: as drawn by `life(uniform:)`.
  public func window(wear: Double, life: Double, low: Double, range: Double) -> (lowest: Double, highest: Double) {
    window.window(wear: wear, life: life, low: low, range: range)
  }

  private var effectiveScale: Double { scale * window.lifeShare }
}

/// The standard normal law.
enum StandardNormal {
  /// Probability of a number up to `z`.
  static func cumulative(_ z: Double) -> Double { 0.5 * erfc(-z * 0.5.squareRoot()) }

  /// Number below which a probability `p` lies; infinite at 0 and 1.
  ///
  /// The rational start of Hastings (Abramowitz and Stegun 26.2.23, error 4.5e-4) and two steps of Halley's method
  /// leave a relative error below 1e-12.
  static func quantile(_ p: Double) -> Double {
    guard p > 0, p < 1 else { return p <= 0 ? -.infinity : .infinity }
    let isUpper = p > 0.5
    let tail = isUpper ? 1 - p : p
    let t = (-2 * log(tail)).squareRoot()
    let numerator = 2.515517 + t * (0.802853 + t * 0.010328)
    var z = numerator / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t
    for _ in 0..<2 {
      let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
      let step = (cumulative(z) - tail) / density
      z -= step / (1 + z * step / 2)
    }
    return isUpper ? -z : z
  }
}
