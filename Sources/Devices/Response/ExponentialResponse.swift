import Glibc

/// How the normalised conductance g of a device answers n equal pulses of one polarity, in closed form.
///
///     g(n) = α + (g − α) · rⁿ            mean, before clipping to [0, 1]
///     Var(n) = σ² · (1 − r²ⁿ) / (1 − r²)  of noise σ entering after each pulse and carried along by the later ones
///
/// | symbol | name | unit | range |
/// | --- | --- | --- | --- |
/// | g | normalised conductance (G − Gmin) / (Gmax − Gmin) | 1 | 0…1 |
/// | α | `asymptote`, outside [0, 1] | 1 | α ≤ 0 or α ≥ 1 |
/// | ln r | `logRatio` per pulse; 0 marks the linear device | 1 | real |
/// | s | `step` of the linear device, with sign | 1 | −1…1 |
///
/// One kernel covers the exponential model of NeuroSim, soft bounds, linear and constant steps. n may be any number ≥
/// 0.
/// - Reference: P.-Y. Chen, X. Peng, S. Yu, IEEE TCAD 37, 3067 (2018), doi:10.1109/TCAD.2018.2789723 (exponential
///   model); the closed forms for n pulses follow from it by iteration.
public struct ExponentialResponse: Sendable, Equatable {
  /// Level that the response tends to or comes from.
  public var asymptote: Double
  /// Natural logarithm of the ratio of the distances to the asymptote after and before one pulse.
  public var logRatio: Double
  /// Change per pulse of a linear device; used where `logRatio` is 0.
  public var step: Double

  /// Direction of the pulses.
  public enum Polarity: Sendable {
    /// SET pulses: conductance up.
    case potentiation
    /// RESET pulses: conductance down.
    case depression
  }

  /// The response to pulses of `polarity` of a device that crosses its range in `pulses` pulses.
  ///
  /// - Parameters:
  ///   - nonlinearity: label as used by NeuroSim, |label| ≤ 9; 0 is a straight line. For depression a negative label is
  ///     the mirrored curve (fast first), a positive one retraces the potentiation curve.
  ///   - pulses: pulses from one end of the range to the other, at least 1.
  public init(nonlinearity: Double, pulses: Double, polarity: Polarity) {
    self.init(
      shape: Nonlinearity.shape(label: nonlinearity), isConcave: nonlinearity > 0, pulses: pulses, polarity: polarity)
  }

  /// The response of a curve of given shape (`nil`: straight line), concave or convex seen from Gmin.
  init(shape: Double?, isConcave: Bool, pulses: Double, polarity: Polarity) {
    guard let shape else {
      self.init(asymptote: 0, logRatio: 0, step: (polarity == .potentiation ? 1 : -1) / pulses)
      return
    }
    let asymptote = isConcave ? 1 / -expm1(-1 / shape) : -1 / expm1(1 / shape)
    let approaches = (polarity == .potentiation) == isConcave
    self.init(asymptote: asymptote, logRatio: (approaches ? -1 : 1) / (shape * pulses), step: 0)
  }

  /// A response given by its numbers.
  public init(asymptote: Double, logRatio: Double, step: Double) {
    self.asymptote = asymptote
    self.logRatio = logRatio
    self.step = step
  }

  /// Mean level after `pulses` pulses from level `level`, not clipped. O(1).
  public func level(after pulses: Int, from level: Double) -> Double {
    self.level(after: Double(pulses), from: level)
  }

  /// Mean level after a real number of pulses: a pulse of other amplitude is a fraction or a multiple of one. O(1).
  public func level(after pulses: Double, from level: Double) -> Double {
    if logRatio == 0 { return level + pulses * step }
    return asymptote + (level - asymptote) * exp(exponent(after: pulses))
  }

  /// Variance after `pulses` pulses when noise of standard deviation `sigma` enters after each. O(1).
  public func variance(after pulses: Int, sigma: Double) -> Double {
    variance(after: Double(pulses), sigma: sigma)
  }

  /// Variance after a real number of pulses when noise of standard deviation `sigma` enters after each. O(1).
  public func variance(after pulses: Double, sigma: Double) -> Double {
    if logRatio == 0 { return pulses * sigma * sigma }
    return sigma * sigma * expm1(2 * exponent(after: pulses)) / expm1(2 * logRatio)
  }

  /// Level after a train whose pulses vary by `sigma` relative to their own step, for one standard normal number. O(1).
  ///
  /// The distance D to the asymptote is multiplied by 1 − k·(1 + σz) at each pulse, k = 1 − r, so that
  ///
  ///     E[Dₙ] = D₀·rⁿ,  E[Dₙ²] = D₀²·(r² + k²σ²)ⁿ
  ///
  /// Both moments are kept exactly by a log-normal Dₙ, which also keeps its sign: no device jumps over its asymptote.
  /// The linear device gets normal noise of variance n·σ²·s².
  public func level(after pulses: Double, from level: Double, relativeSigma sigma: Double, gaussian: Double) -> Double {
    if logRatio == 0 { return level + step * (pulses + sigma * pulses.squareRoot() * gaussian) }
    let spread = sigma * expm1(-logRatio)
    let variance = min(pulses * log1p(spread * spread), Self.largestExponent)
    return asymptote + (level - asymptote)
      * exp(exponent(after: pulses) - variance / 2 + variance.squareRoot() * gaussian)
  }

  /// The response with steps `gain` times as large. A pulse never carries a device past its asymptote.
  func scaled(by gain: Double) -> ExponentialResponse {
    guard gain != 1 else { return self }
    let ratio = logRatio == 0 ? 0 : log1p(max(gain * expm1(logRatio), Self.largestApproach))
    return ExponentialResponse(asymptote: asymptote, logRatio: ratio, step: step * gain)
  }

  /// n·ln r, bounded so that a long train away from the asymptote leaves the range by far and still is a number.
  private func exponent(after pulses: Double) -> Double {
    min(pulses * logRatio, Self.largestExponent)
  }

  private static let largestExponent = 300.0
  /// r − 1 of a pulse that covers all but a millionth of the way to the asymptote.
  private static let largestApproach = -1 + 1e-6
}
