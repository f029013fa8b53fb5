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
/// One kernel covers the exponential model of NeuroSim, soft bounds, linear and constant steps.
/// - Reference: P.-Y. Chen, X. Peng, S. Yu, IEEE TCAD 37, 3067 (2018), doi:10.1109/TCAD.2018.2789723 (exponential model);
///   the closed forms for n pulses follow from it by iteration.
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
    if logRatio == 0 { return level + Double(pulses) * step }
    return asymptote + (level - asymptote) * exp(exponent(after: pulses))
  }

  /// Variance after `pulses` pulses when noise of standard deviation `sigma` enters after each. O(1).
  public func variance(after pulses: Int, sigma: Double) -> Double {
    if logRatio == 0 { return Double(pulses) * sigma * sigma }
    return sigma * sigma * expm1(2 * exponent(after: pulses)) / expm1(2 * logRatio)
  }

  /// n·ln r, bounded so that a long train away from the asymptote leaves the range by far and still is a number.
  private func exponent(after pulses: Int) -> Double {
    min(Double(pulses) * logRatio, 300)
  }
}

/// The shape of NeuroSim's exponential model from its nonlinearity label.
///
/// With shape a (time constant in units of the whole pulse range) and b = 1/(1 − e^(−1/a)), the curve deviates from the
/// straight line by at most d(a) = b − a + a·ln(a/b), and the label is defined by d = 0.07·√2·|label|.
public enum Nonlinearity {
  /// Largest label that has a shape.
  public static let largestLabel = 9.0
  /// Below this the curve is a straight line for every purpose.
  public static let smallestLabel = 0.005

  /// Greatest deviation of the curve of shape `a` from the straight line.
  static func deviation(shape a: Double) -> Double {
    let b = -1 / expm1(-1 / a)
    return b - a + a * log(a / b)
  }

  /// Shape for a label, or `nil` for a straight line. Solved by bisection on ln a; about 60 evaluations.
  public static func shape(label: Double) -> Double? {
    let size = min(abs(label), largestLabel)
    guard size >= smallestLabel else { return nil }
    let wanted = 0.07 * 2.0.squareRoot() * size
    var low = log(1e-3)
    var high = log(1e3)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if deviation(shape: exp(middle)) > wanted { low = middle } else { high = middle }
    }
    return exp((low + high) / 2)
  }
}
