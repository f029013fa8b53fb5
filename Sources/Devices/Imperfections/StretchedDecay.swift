import Glibc

/// Decay of a level towards a resting level: depolarisation of a ferroelectric (β < 1), self-discharge of an ion
/// reservoir (β = 1).
///
///     g(t) = g_∞ + (g₀ − g_∞)·e^(−(t/τ)^β),  τ = τ₀·e^(σ·z)
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | τ₀ | `time`, median over devices | s | 1e4 (FeFET), 1e5 (ECRAM) | > 0 |
/// | β | `exponent` | 1 | 0.3 (FeFET), 1 (ECRAM) | > 0 |
/// | g_∞ | `restLevel` | 1 | 0.5 | 0…1 |
/// | σ | `timeSigma` of ln τ from device to device | 1 | 0.5 (FeFET) | ≥ 0 |
///
/// z is fixed for a device.
/// - Reference: analog FeFET states hold 1e3 to 1e4 s (A. Moitra et al., arXiv:2408.12767, 2024); the shape and the
///   numbers are assumptions to be varied.
public struct StretchedDecay: Sendable, Equatable {
  /// Median time constant in seconds.
  public var time: Double
  /// Exponent β; 1 is a plain exponential.
  public var exponent: Double
  /// Level that the state tends to.
  public var restLevel: Double
  /// Spread of the logarithm of the time constant from device to device.
  public var timeSigma: Double

  /// Sets all numbers; the defaults are those of a ferroelectric transistor.
  public init(time: Double = 1e4, exponent: Double = 0.3, restLevel: Double = 0.5, timeSigma: Double = 0.5) {
    self.time = time
    self.exponent = exponent
    self.restLevel = restLevel
    self.timeSigma = timeSigma
  }

  /// Electrochemical memory: an exponential decay to mid-range.
  public static let ionReservoir = StretchedDecay(time: 1e5, exponent: 1, restLevel: 0.5, timeSigma: 0)

  /// Time constant of a device in seconds.
  public func time(deviceGaussian: Double) -> Double { time * exp(timeSigma * deviceGaussian) }

  /// State at an age of `age` seconds.
  public func state(programmed: Double, age: Double, time: Double, low: Double, range: Double) -> Double {
    let rest = low + restLevel * range
    return rest + (programmed - rest) * exp(-pow(age / time, exponent))
  }

  /// See `Retention.foldInterval(age:errorBound:)`.
  ///
  /// Two bounds hold, and the longer interval is taken. Per unit of ln t the level changes by A·β·y·e^(−y) ≤ A·β/e with
  /// y = (t/τ)^β. And per unit of t it changes at most as the fastest device does where its decay is steepest: for β ≤
  /// 1 right after the write, for β > 1 at y = 1 − 1/β.
  func foldInterval(age: Double, errorBound: Double) -> Double {
    let reach = max(restLevel, 1 - restLevel)
    guard errorBound < reach else { return .infinity }
    let logarithmic = age * expm1(errorBound * exp(1) / (reach * exponent))
    let fastest = time(deviceGaussian: -Retention.coveredDeviations)
    guard exponent > 1 else {
      return max(logarithmic, fastest * pow(-log1p(-errorBound / reach), 1 / exponent))
    }
    let steepest = 1 - 1 / exponent
    let slope = reach * exponent / fastest * pow(steepest, steepest) * exp(-steepest)
    return max(logarithmic, errorBound / slope)
  }
}
