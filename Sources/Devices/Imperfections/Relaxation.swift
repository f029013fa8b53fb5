import Glibc

/// Relaxation of filamentary RRAM: after a write the states spread and move a little, without a power-law drift.
///
///     G(t) = clip(G_P + (μ(t) + σ(x, t)·z)·(range / range₀)),  clipped to the own range
///     logarithmic  μ = m·ln t,  σ = max(s·ln t + s₀, 0)                   the same in all states
///     polynomial   μ = 0,  σ = max(Σ cᵢ(t)·xⁱ, 0),  x = G_P / Gmax        cᵢ linear in ln t between given times
///
/// | symbol | name | unit | default (CMO/HfOx) | range |
/// | --- | --- | --- | --- | --- |
/// | m | `meanSlope` | S | −0.08900e-6 | |
/// | s | `sigmaSlope` | S | 0.04201e-6 | |
/// | s₀ | `sigmaOffset` | S | 0.41183e-6 | ≥ 0 |
/// | range₀ | `range` of the devices that were measured | S | 82e-6 | > 0 |
///
/// t is the age in seconds; ages below 1 s count as 1 s, where the measurements begin, so a state jumps right after its
/// write. z is drawn at each write and then stays: repeated reads agree. Devices of another range relax in proportion
/// to it.
/// - Reference: D. F. Falcone et al., arXiv:2502.04524 (2025) (logarithmic, 8 to 90 µS); W. Wan et al., Nature 608, 504
///   (2022) (polynomial, up to 40 µS); both as fitted in IBM's aihwkit. The interpolation in time is an assumption.
public struct Relaxation: Sendable, Equatable {
  /// How mean and spread depend on time and state.
  public enum Law: Sendable, Equatable {
    /// Both move with the logarithm of time.
    case logarithmic(meanSlope: Double, sigmaSlope: Double, sigmaOffset: Double)
    /// The spread is a polynomial of the state at each of some times, in order of time.
    case polynomial([Spread])
  }

  /// Spread over the states at one time.
  public struct Spread: Sendable, Equatable {
    /// Age in seconds.
    public var time: Double
    /// Coefficients c₀…c₄ in siemens.
    public var coefficients: [Double]

    /// Sets both.
    public init(time: Double, coefficients: [Double]) {
      self.time = time
      self.coefficients = coefficients
    }

    func sigma(_ x: Double) -> Double { coefficients.reversed().reduce(0) { $0 * x + $1 } }
  }

  /// How mean and spread depend on time and state.
  public var law: Law
  /// Gmax − Gmin of the devices that were measured, siemens.
  public var range: Double

  /// Sets both.
  public init(law: Law, range: Double) {
    self.law = law
    self.range = range
  }

  /// Analog CMO/HfOx devices, 8 to 90 µS.
  public static let conductiveMetalOxide = Relaxation(
    law: .logarithmic(meanSlope: -0.089e-6, sigmaSlope: 0.04201e-6, sigmaOffset: 0.41183e-6), range: 82e-6)

  /// HfOx arrays programmed with write-verify, 1 to 40 µS: the spread includes what the verification accepted.
  public static let writeVerifiedHafnium = Relaxation(
    law: .polynomial([
      Spread(time: 1, coefficients: [0.348e-6, 16.030e-6, -43.853e-6, 45.393e-6, -16.815e-6]),
      Spread(time: 86_400, coefficients: [0.701e-6, 22.086e-6, -50.773e-6, 47.095e-6, -16.458e-6]),
      Spread(time: 172_800, coefficients: [0.782e-6, 20.274e-6, -43.507e-6, 37.062e-6, -11.934e-6]),
    ]), range: 39e-6)

  /// Mean shift and spread in siemens at an age, for a device of the measured range.
  ///
  /// - Parameter x: written state as a fraction of Gmax.
  public func moments(x: Double, age: Double) -> (mean: Double, sigma: Double) {
    let time = max(age, 1)
    switch law {
    case .logarithmic(let meanSlope, let sigmaSlope, let sigmaOffset):
      return (meanSlope * log(time), max(sigmaSlope * log(time) + sigmaOffset, 0))
    case .polynomial(let spreads):
      guard let last = spreads.last else { return (0, 0) }
      guard let next = spreads.firstIndex(where: { $0.time > time }) else { return (0, max(last.sigma(x), 0)) }
      guard next > 0 else { return (0, max(spreads[0].sigma(x), 0)) }
      let (before, after) = (spreads[next - 1], spreads[next])
      let share = log(time / before.time) / log(after.time / before.time)
      return (0, max(before.sigma(x) * (1 - share) + after.sigma(x) * share, 0))
    }
  }

  /// State at an age of `age` seconds, greater than 0.
  public func state(programmed: Double, age: Double, z: Double, low: Double, range ownRange: Double) -> Double {
    let (mean, sigma) = moments(x: programmed / (low + ownRange), age: age)
    return min(max(programmed + (mean + sigma * z) * (ownRange / range), low), low + ownRange)
  }

  /// See `Retention.foldInterval(age:errorBound:)`.
  func foldInterval(age: Double, errorBound: Double) -> Double {
    guard age > 0 else { return 0 }
    let slope = fastestSlope(from: max(age, 1))
    guard slope > 0 else { return .infinity }
    // States younger than 1 s stand still, but older ones may be just past it.
    return max(age, 1) * expm1(errorBound * range / slope)
  }

  /// Greatest change, in siemens per unit of ln t, of any state at the age `time` or older.
  private func fastestSlope(from time: Double) -> Double {
    switch law {
    case .logarithmic(let meanSlope, let sigmaSlope, _):
      return abs(meanSlope) + Retention.coveredDeviations * abs(sigmaSlope)
    case .polynomial(let spreads):
      var fastest = 0.0
      for (before, after) in zip(spreads, spreads.dropFirst()) where after.time > time {
        let span = log(after.time / before.time)
        for index in 0...64 {
          let x = Double(index) / 64
          fastest = max(fastest, abs(after.sigma(x) - before.sigma(x)) / span)
        }
      }
      return Retention.coveredDeviations * fastest
    }
  }
}
