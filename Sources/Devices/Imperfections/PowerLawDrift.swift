import Glibc

/// Drift of phase-change memory: the amorphous part relaxes and the conductance falls with a power of time.
///
///     G(t) = G_P·((t + t₀) / t₀)^(−ν),  ν = |μ + σ·z|
///     fixed            μ and σ given
///     state-dependent  μ = clip(a_μ·ln x + b_μ),  σ = clip(a_σ·ln x + b_σ),  x = max(G_P / Gmax, 1e-7)
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | t₀ | `startTime`: programming to first read | s | 20 | > 0 |
/// | a_μ, b_μ | mean exponent, clipped to 0.049…0.1 | 1 | −0.0155, 0.0244 | |
/// | a_σ, b_σ | spread of the exponent, clipped to 0.008…0.045 | 1 | −0.0125, −0.0059 | |
/// | μ | fixed mean | 1 | 0.04 (training) | ≥ 0 |
/// | | `lowestFraction`: Gmin / Gmax, to get x from a level | 1 | 0 | 0…1 |
///
/// z is drawn at each write. The state is not clipped: a device drifts below its Gmin.
/// - Reference: S. R. Nandakumar et al., ICECS 2019, and V. Joshi et al., Nat. Commun. 11, 2473 (2020), as in IBM's
///   aihwkit (state-dependent); S. R. Nandakumar et al., J. Appl. Phys. 124, 152135 (2018) (fixed).
public struct PowerLawDrift: Sendable, Equatable {
  /// Mean and spread of the exponent ν.
  public enum Exponent: Sendable, Equatable {
    /// The same for all states.
    case fixed(mean: Double, sigma: Double)
    /// By the state that was written.
    case stateDependent(mean: ClippedLine, sigma: ClippedLine)
  }

  /// A line over ln x, clipped.
  public struct ClippedLine: Sendable, Equatable {
    /// Slope over ln x.
    public var slope: Double
    /// Value at x = 1, before clipping.
    public var offset: Double
    /// Lowest value.
    public var lowest: Double
    /// Highest value.
    public var highest: Double

    /// Sets all numbers.
    public init(slope: Double, offset: Double, lowest: Double, highest: Double) {
      self.slope = slope
      self.offset = offset
      self.lowest = lowest
      self.highest = highest
    }

    /// Value at a fraction `x` of Gmax.
    public func value(_ x: Double) -> Double { min(max(slope * log(x) + offset, lowest), highest) }
  }

  /// Mean and spread of the exponent.
  public var exponent: Exponent
  /// Time from programming to the first read, seconds.
  public var startTime: Double
  /// Gmin / Gmax of the typical device.
  public var lowestFraction: Double

  /// Sets all numbers.
  public init(exponent: Exponent = .inference, startTime: Double = 20, lowestFraction: Double = 0) {
    self.exponent = exponent
    self.startTime = startTime
    self.lowestFraction = lowestFraction
  }

  /// Mean and standard deviation of ν before the absolute value, for a device written to `level`.
  public func moments(level: Double) -> (mean: Double, sigma: Double) {
    switch exponent {
    case .fixed(let mean, let sigma): return (mean, sigma)
    case .stateDependent(let mean, let sigma):
      let x = max(lowestFraction + (1 - lowestFraction) * level, 1e-7)
      return (mean.value(x), sigma.value(x))
    }
  }

  /// Exponent ν of a write to `level`.
  public func exponent(level: Double, gaussian: Double) -> Double {
    let (mean, sigma) = moments(level: level)
    return abs(mean + sigma * gaussian)
  }

  /// State at an age of `age` seconds.
  public func state(programmed: Double, age: Double, exponent: Double) -> Double {
    programmed * pow((age + startTime) / startTime, -exponent)
  }

  /// See `Retention.foldInterval(age:errorBound:)`.
  ///
  /// With L = ln((t + t₀)/t₀) a state changes by ν·e^(−νL) of itself per unit of L. The greatest rate over states and
  /// exponents, which falls with L, bounds the change of all older states too.
  func foldInterval(age: Double, errorBound: Double) -> Double {
    let elapsed = log((age + startTime) / startTime)
    var fastest = 0.0
    for index in 0...Self.levels {
      let level = Double(index) / Double(Self.levels)
      let (mean, sigma) = moments(level: level)
      let exponent = mean + Retention.coveredDeviations * sigma
      let rate = exponent * elapsed < 1 ? exponent * exp(-exponent * elapsed) : exp(-1) / elapsed
      fastest = max(fastest, rate * (lowestFraction + (1 - lowestFraction) * level))
    }
    guard fastest > 0 else { return .infinity }
    return (age + startTime) * expm1(errorBound * (1 - lowestFraction) / fastest)
  }

  /// Grid of levels of the greatest rate.
  private static let levels = 64
}

extension PowerLawDrift.Exponent {
  /// The state-dependent exponents of the inference model of phase-change memory.
  public static let inference = PowerLawDrift.Exponent.stateDependent(
    mean: .init(slope: -0.0155, offset: 0.0244, lowest: 0.049, highest: 0.1),
    sigma: .init(slope: -0.0125, offset: -0.0059, lowest: 0.008, highest: 0.045))
}
