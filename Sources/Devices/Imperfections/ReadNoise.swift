import Glibc

/// Gaussian noise of one read of one device: a fresh draw for each read, of standard deviation σ.
///
///     relative      σ = s·G
///     scaled        σ = min(s·(G_ref / G)^γ, 0.3)·G              relative noise falls as the conductance grows
///     affine        σ = a·G + b
///     flicker       see `FlickerNoise`
///     logarithmic   σ = K·max(log₁₀(G / µS), 0)·√ln((t + t_r) / (2 t_r))
///
/// | symbol | name | unit | default | source |
/// | --- | --- | --- | --- | --- |
/// | s | `relative` | 1 | 0.01 quiet, 0.1 stress | A. Moitra et al., arXiv:2408.12767 (2024) |
/// | G_ref, γ | `reference`, `exponent` | S, 1 | Gmax, 0.5 | assumed |
/// | a, b | `slope`, `offset` | 1, S | 0.03, 0.13e-6 (PCM) | S. R. Nandakumar et al., JAP 124, 152135 (2018) |
/// | K | `coefficient` | S | 0.02773e-6 (CMO/HfOx) | D. F. Falcone et al., arXiv:2502.04524 (2025), as in aihwkit |
/// | t_r | `readTime` | s | 1e-6 | same |
///
/// t is the age of the state. The base of the logarithm of G is 10 as in the code of aihwkit; the law holds above 1 µS.
public enum ReadNoise: Sendable, Equatable {
  /// Reads without noise.
  case none
  /// The same relative noise in every state.
  case relative(Double)
  /// Relative noise `relative` at the state `reference`, elsewhere by a power law.
  case scaled(relative: Double, reference: Double, exponent: Double)
  /// A part that grows with the state and a constant part.
  case affine(slope: Double, offset: Double)
  /// Noise with a 1/f spectrum.
  case flicker(FlickerNoise)
  /// Noise that grows with the logarithm of state and age.
  case logarithmic(coefficient: Double, readTime: Double)

  /// Largest relative noise of the scaled law.
  public static let largestScaledNoise = 0.3

  /// Noise in training on the phase-change devices of Nandakumar 2018.
  public static let phaseChangeTraining = ReadNoise.affine(slope: 0.03, offset: 0.13e-6)

  /// Noise of the analog CMO/HfOx devices of Falcone 2025.
  public static let conductiveMetalOxide = ReadNoise.logarithmic(coefficient: 0.02773e-6, readTime: 1e-6)

  /// Whether reads are exact.
  public var isNone: Bool { self == .none || self == .relative(0) }

  /// Whether the noise of a state changes with its age.
  public var dependsOnAge: Bool {
    switch self {
    case .none, .relative, .scaled, .affine: false
    case .flicker, .logarithmic: true
    }
  }

  /// Standard deviation of one read, in the unit of `state`.
  ///
  /// - Parameters:
  ///   - state: as it is now, siemens or farad.
  ///   - programmed: as it was written, for laws that ask for it; `nil`: `state`.
  ///   - age: seconds since the write.
  ///   - on: fully SET state of the typical device.
  public func sigma(state: Double, programmed: Double? = nil, age: Double, on: Double) -> Double {
    switch self {
    case .none: return 0
    case .relative(let relative): return relative * state
    case .scaled(let relative, let reference, let exponent):
      guard state > 0 else { return 0 }
      return min(relative * pow(reference / state, exponent), Self.largestScaledNoise) * state
    case .affine(let slope, let offset): return slope * state + offset
    case .flicker(let flicker):
      return flicker.sigma(state: state, programmed: programmed ?? state, age: age, on: on)
    case .logarithmic(let coefficient, let readTime):
      guard state > 1e-6, age > readTime else { return 0 }
      return coefficient * log10(state * 1e6) * log((age + readTime) / (2 * readTime)).squareRoot()
    }
  }
}

/// Read noise of a 1/f spectrum: it grows with the age of the state, since ever slower fluctuations come into play.
///
///     Q = min(c / max(x^p, 0.001), Q_max),  x = G_P / Gmax
///     σ = G·Q·√ln((t + t₀ + t_r) / (2 t_r))
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | c | `coefficient` | 1 | 0.0088 | ≥ 0 |
/// | p | `exponent` | 1 | 0.65 | ≥ 0 |
/// | Q_max | `largest` | 1 | 0.2 | ≥ 0 |
/// | t₀ | `startTime`: programming to first read | s | 20 | ≥ 0 |
/// | t_r | `readTime` | s | 250e-9 | > 0 |
///
/// G_P is the programmed state, t its age. Every read draws all of it anew, as the published model does; true 1/f noise
/// is slow, so the mean of many reads is here better than it would be.
/// - Reference: S. R. Nandakumar et al., ICECS 2019, and V. Joshi et al., Nat. Commun. 11, 2473 (2020), as in IBM's
///   aihwkit.
public struct FlickerNoise: Sendable, Equatable {
  /// Relative strength at x = 1.
  public var coefficient: Double
  /// Exponent of the state.
  public var exponent: Double
  /// Largest relative strength.
  public var largest: Double
  /// Time from programming to the first read, seconds.
  public var startTime: Double
  /// Time of one read, seconds.
  public var readTime: Double

  /// Sets all numbers; the defaults are those of phase-change memory.
  public init(
    coefficient: Double = 0.0088, exponent: Double = 0.65, largest: Double = 0.2, startTime: Double = 20,
    readTime: Double = 250e-9
  ) {
    self.coefficient = coefficient
    self.exponent = exponent
    self.largest = largest
    self.startTime = startTime
    self.readTime = readTime
  }

  /// Standard deviation of one read, in the unit of `state`.
  public func sigma(state: Double, programmed: Double, age: Double, on: Double) -> Double {
    let strength = min(coefficient / max(pow(max(programmed / on, 0), exponent), 1e-3), largest)
    let spectrum = log((max(age, 0) + startTime + readTime) / (2 * readTime))
    return state * strength * max(spectrum, 0).squareRoot()
  }
}
