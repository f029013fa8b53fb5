import Glibc

/// The step of one pulse as a function of the level g, for one polarity; all numbers are fractions of the range.
///
///     constant       f = s
///     affine         f = s₀ + (s₁ − s₀)·u                    u: way from the start of the polarity, 0…1
///     power          f = s·(1 − u)^γ
///     exponential    f = s·max(0, 1 − A·e^(±λ·(a·g + b)))    + for SET, − for RESET
///     piecewise      f = s·(factors over g at equal distances, linear in between)
///
/// u is g for SET and 1 − g for RESET. The first two have closed forms for n pulses. The others become a table of the
/// discrete law, pulse by pulse from the start of the polarity, so they are exact on that curve; a device between two
/// of its points is taken along between them.
///
/// | law of aihwkit | here, with R = w_max − w_min and levels g = (w − w_min)/R |
/// | --- | --- |
/// | constant step | constant, s = Δw_min/R |
/// | linear step with slope γ | affine, the step at both ends over R |
/// | soft bounds | affine, s₁ = 0 |
/// | power step | power, s = Δw_min/R |
/// | exponential step | exponential, s = Δw_min/R, λ = γ, a = 2a, b = b + 2a·w_min/R |
/// | piecewise step | piecewise |
/// - Reference: M. J. Rasch et al., IEEE AICAS 2021, doi:10.1109/AICAS51828.2021.9458494 (the laws and their names).
public enum StepLaw: Sendable, Equatable {
  /// The same step everywhere.
  case constant(step: Double)
  /// A step that changes linearly from one end of the range to the other.
  case affine(stepAtStart: Double, stepAtEnd: Double)
  /// A step that falls as a power of the way left.
  case power(step: Double, exponent: Double)
  /// A step with an exponential part.
  case exponential(step: Double, amplitude: Double, rate: Double, slope: Double, offset: Double)
  /// A step that follows given factors at equal distances over the range, from Gmin to Gmax.
  case piecewise(step: Double, factors: [Double])

  /// Change of one pulse at `level` in the direction of the polarity, ≥ 0 for sensible numbers.
  public func step(at level: Double, polarity: ExponentialResponse.Polarity) -> Double {
    let way = polarity == .potentiation ? level : 1 - level
    switch self {
    case .constant(let step): return step
    case .affine(let first, let last): return first + (last - first) * way
    case .power(let step, let exponent): return step * pow(max(1 - way, 0), exponent)
    case .exponential(let step, let amplitude, let rate, let slope, let offset):
      let argument = rate * (slope * level + offset)
      return step * max(0, 1 - amplitude * exp(polarity == .potentiation ? argument : -argument))
    case .piecewise(let step, let factors):
      guard let last = factors.indices.last, last > 0 else { return step * (factors.first ?? 1) }
      let place = min(max(level, 0), 1) * Double(last)
      let knot = min(Int(place), last - 1)
      return step * (factors[knot] + (place - Double(knot)) * (factors[knot + 1] - factors[knot]))
    }
  }

  /// Kernel of a law.
  public enum Kernel: Sendable, Equatable {
    /// Closed form.
    case exponential(ExponentialResponse)
    /// Table of the discrete law.
    case tabulated(TabulatedResponse)
  }

  /// The kernel for pulses of one polarity.
  /// - Throws: `PulseCurveError` where the law does not move a device from the start of its polarity.
  public func response(_ polarity: ExponentialResponse.Polarity) throws(PulseCurveError) -> Kernel {
    if let closed = closedForm(polarity) { return .exponential(closed) }
    return .tabulated(try table(polarity))
  }

  /// The closed form of a constant or affine law, `nil` for the others.
  public func closedForm(_ polarity: ExponentialResponse.Polarity) -> ExponentialResponse? {
    let sign: Double = polarity == .potentiation ? 1 : -1
    switch self {
    case .constant(let step): return ExponentialResponse(asymptote: 0, logRatio: 0, step: sign * step)
    case .affine(let first, let last) where first == last:
      return ExponentialResponse(asymptote: 0, logRatio: 0, step: sign * first)
    case .affine(let first, let last):
      let way = first / (first - last)
      return ExponentialResponse(
        asymptote: polarity == .potentiation ? way : 1 - way, logRatio: log1p(max(last - first, -1 + 1e-6)), step: 0)
    case .power, .exponential, .piecewise: return nil
    }
  }

  /// The curve of the law from the start of the polarity until it meets the end of the range or all but stands still.
  ///
  /// Where more than 65 536 pulses are needed, every second point is left out until they fit.
  /// - Throws: `PulseCurveError` where the law does not move a device from the start of its polarity.
  public func table(_ polarity: ExponentialResponse.Polarity) throws(PulseCurveError) -> TabulatedResponse {
    let sign: Double = polarity == .potentiation ? 1 : -1
    var level: Double = polarity == .potentiation ? 0 : 1
    var levels = [level]
    var (stride, pulses) = (1, 0)
    while level >= 0 && level <= 1 && pulses < Self.mostPulses {
      let step = step(at: level, polarity: polarity)
      guard step >= Self.smallestStep else { break }
      level += sign * step
      pulses += 1
      guard pulses % stride == 0 else { continue }
      levels.append(level)
      if levels.count == TabulatedResponse.largestCount {
        levels = Swift.stride(from: 0, to: levels.count, by: 2).map { levels[$0] }
        stride *= 2
        pulses = (levels.count - 1) * stride
        level = levels[levels.count - 1]
      }
    }
    return try TabulatedResponse(levels: levels, pulsesPerPoint: stride)
  }

  /// Fraction of the range below which a device counts as standing still.
  private static let smallestStep = 1e-7
  private static let mostPulses = 20_000_000
}

extension PulseResponse {
  /// The response of a device with the given laws: in closed form if both have one, else from tables.
  /// - Throws: `PulseCurveError` where a law does not move a device from the start of its polarity.
  public static func laws(
    potentiation: StepLaw, depression: StepLaw
  ) throws(PulseCurveError) -> PulseResponse {
    let laws = StepLaws(potentiation: potentiation, depression: depression)
    if let up = potentiation.closedForm(.potentiation), let down = depression.closedForm(.depression) {
      return .exponential(ExponentialPair(potentiation: up, depression: down, laws: laws))
    }
    return .tabulated(
      TabulatedPair(
        potentiation: try potentiation.table(.potentiation), depression: try depression.table(.depression), laws: laws))
  }
}
