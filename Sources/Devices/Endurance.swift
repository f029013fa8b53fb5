import Glibc

/// How long a device lives and how a pulse wears it.
///
///     life L = η · (−ln U)^(1/β)                         Weibull, U uniform in (0, 1]
///     wear of a train of n pulses = |ΔG / (Gmax − Gmin)|^κ + c₀ · n
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | η | `scale` | full-cycle equivalents | 1e8 (RRAM) | > 0; infinite: never fails |
/// | β | `shape` | 1 | 1.5 | > 0 |
/// | κ | `displacementExponent` | 1 | 1 | ≥ 0 |
/// | c₀ | `wearPerPulse` | full-cycle equivalents | 0.02 | ≥ 0 |
/// | | `stuckOnShare`: dead devices that end at Gmax | 1 | 0.5 | 0…1 |
///
/// ΔG is the net change of the train. When the wear of a device reaches its life it is stuck at one end of its range.
/// - Reference: reported RRAM endurance 1e6 (four levels) to 1e12 (binary): M. Lanza et al., Adv. Electron. Mater. 5,
///   1800143 (2019). β, κ, c₀ and the share are assumptions to be varied.
public struct Endurance: Sendable, Equatable {
  /// Characteristic life η in full-cycle equivalents; `.infinity` never fails.
  public var scale: Double
  /// Weibull shape β.
  public var shape: Double
  /// Exponent κ of the displacement.
  public var displacementExponent: Double
  /// Wear of a pulse whatever it moves, c₀.
  public var wearPerPulse: Double
  /// Share of the failed devices that end stuck on.
  public var stuckOnShare: Double

  /// Sets all numbers.
  public init(
    scale: Double, shape: Double, displacementExponent: Double = 1, wearPerPulse: Double = 0.02,
    stuckOnShare: Double = 0.5
  ) {
    self.scale = scale
    self.shape = shape
    self.displacementExponent = displacementExponent
    self.wearPerPulse = wearPerPulse
    self.stuckOnShare = stuckOnShare
  }

  /// A device that never wears out.
  public static let unlimited = Endurance(scale: .infinity, shape: 1)

  /// Whether devices can fail at all.
  public var isLimited: Bool { scale.isFinite }

  /// Life of a device from a uniform number in (0, 1], full-cycle equivalents.
  public func life(uniform: Double) -> Double {
    isLimited ? scale * pow(-log(uniform), 1 / shape) : .infinity
  }

  /// Share of devices that have failed after `wear` full-cycle equivalents.
  public func failedFraction(atWear wear: Double) -> Double {
    isLimited ? -expm1(-pow(wear / scale, shape)) : 0
  }

  /// Wear of a train of `pulses` pulses that moved the conductance by `displacement` of its range.
  public func wear(displacement: Double, pulses: Int) -> Double {
    let size = abs(displacement)
    return (displacementExponent == 1 ? size : pow(size, displacementExponent)) + wearPerPulse * Double(pulses)
  }
}
