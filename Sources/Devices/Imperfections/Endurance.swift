import Glibc

/// How long a device lives, how a pulse wears it, and what wear does to it before and at the end.
///
///     life L = η · (−ln U)^(1/β)                         Weibull, U uniform in (0, 1]
///     life L = η · e^(−σ·Φ⁻¹(U))                         log-normal, η the median
///     wear of a train of n pulses = q · n · (|Δg / n|^κ + c₀),  Δg = ΔG / (Gmax − Gmin)
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | η | `scale` | full-cycle equivalents | 1e8 (RRAM) | > 0; infinite: never fails |
/// | β | `shape` | 1 | 1.5 | > 0 |
/// | σ | `distribution`: spread of ln L if log-normal | 1 | – | ≥ 0 |
/// | κ | `displacementExponent` | 1 | 1 | ≥ 0 |
/// | c₀ | `wearPerPulse` | full-cycle equivalents | 0.02 | ≥ 0 |
/// | q | `setWeight`, `resetWeight` | 1 | 1, 1 (PCM: 0.05, 1) | ≥ 0 |
/// | | `failure`: where a dead device stays | | stuck on with 0.5 | |
/// | | `window`: how wear narrows the range | | none | |
///
/// ΔG is the net change of the train, shared equally by its pulses: κ = 1 counts displacement, κ = 0 counts pulses. A
/// device is dead once its wear reaches its life.
/// - Reference: reported RRAM endurance 1e6 (four levels) to 1e12 (binary): M. Lanza et al., Adv. Electron. Mater. 5,
///   1800143 (2019). β, σ, κ, c₀, the weights and the shares are assumptions to be varied.
public struct Endurance: Sendable, Equatable {
  /// Distribution of the lives of the devices.
  public enum Distribution: Sendable, Equatable {
    /// Weibull of scale η and shape β.
    case weibull
    /// Log-normal of median η; `sigma` of ln L.
    case logNormal(sigma: Double)
  }

  /// What is left of a dead device.
  public enum FailureMode: Sendable, Equatable {
    /// It stays at an end of its range: at Gmax with probability `onShare`, else at Gmin.
    case stuckAtEnds(onShare: Double)
    /// It stays where it was, as a ferroelectric without contrast does.
    case stuckInPlace
  }

  /// Characteristic life η in full-cycle equivalents; `.infinity` never fails.
  public var scale: Double
  /// Weibull shape β.
  public var shape: Double
  /// Distribution of the lives.
  public var distribution: Distribution
  /// Exponent κ of the displacement.
  public var displacementExponent: Double
  /// Wear of a pulse whatever it moves, c₀.
  public var wearPerPulse: Double
  /// Factor of the wear of SET pulses.
  public var setWeight: Double
  /// Factor of the wear of RESET pulses.
  public var resetWeight: Double
  /// How wear narrows the range.
  public var window: WindowWear
  /// What is left of a dead device.
  public var failure: FailureMode

  /// Sets all numbers.
  public init(
    scale: Double, shape: Double, distribution: Distribution = .weibull, displacementExponent: Double = 1,
    wearPerPulse: Double = 0.02, setWeight: Double = 1, resetWeight: Double = 1, window: WindowWear = .none,
    failure: FailureMode = .stuckAtEnds(onShare: 0.5)
  ) {
    self.scale = scale
    self.shape = shape
    self.distribution = distribution
    self.displacementExponent = displacementExponent
    self.wearPerPulse = wearPerPulse
    self.setWeight = setWeight
    self.resetWeight = resetWeight
    self.window = window
    self.failure = failure
  }

  /// Devices whose dead ones stay at the ends of their range, on with probability `stuckOnShare`.
  public init(
    scale: Double, shape: Double, displacementExponent: Double = 1, wearPerPulse: Double = 0.02, stuckOnShare: Double
  ) {
    self.init(
      scale: scale, shape: shape, displacementExponent: displacementExponent, wearPerPulse: wearPerPulse,
      failure: .stuckAtEnds(onShare: stuckOnShare))
  }

  /// A device that never wears out.
  public static let unlimited = Endurance(scale: .infinity, shape: 1)

  /// Whether devices can fail at all.
  public var isLimited: Bool { scale.isFinite }

  /// Share of the dead devices that stay at Gmax; 0 for those that stay where they were.
  public var stuckOnShare: Double {
    if case .stuckAtEnds(let share) = failure { share } else { 0 }
  }

  /// Wear of a train of `pulses` pulses that moved the state by `displacement` of its range.
  ///
  /// - Parameters:
  ///   - pulses: number of pulses, not negative.
  ///   - polarity: of the pulses; `nil` takes it from the sign of the displacement.
  public func wear(
    displacement: Double, pulses: Double, polarity: ExponentialResponse.Polarity? = nil
  ) -> Double {
    guard pulses > 0 else { return 0 }
    let size = abs(displacement)
    let isSet = polarity.map { $0 == .potentiation } ?? (displacement > 0)
    let moved = displacementExponent == 1 ? size : pulses * pow(size / pulses, displacementExponent)
    return (isSet ? setWeight : resetWeight) * (moved + wearPerPulse * pulses)
  }

  /// As `wear(displacement:pulses:polarity:)`, for a whole number of pulses.
  public func wear(displacement: Double, pulses: Int, polarity: ExponentialResponse.Polarity? = nil) -> Double {
    wear(displacement: displacement, pulses: Double(pulses), polarity: polarity)
  }
}
