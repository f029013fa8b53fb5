import Glibc

/// Switching of a ferroelectric by a pulse of any amplitude and width, limited by nucleation.
///
///     f(V, t) = 1 − exp(−(t/τ(V))^β),  τ(V) = τ∞·exp((V_a/|V|)²)        share of the domains left that switch
///     p ← p + (sign(V) − p)·f                                          polarisation, −1…1
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | τ∞ | `attemptTime` | s | 1e-9 | > 0 |
/// | β | `exponent` | 1 | 1.5 | > 0 |
/// | V_a | `activationUp`, `activationDown` | V | 9.4, 7.6 | > 0 |
///
/// The level is (p + 1)/2. Equal pulses count as independent trials, which overstates the last switching events of a
/// long train. In a narrow window the drive is far from even: the middle of an amplitude ramp moves most.
/// - Reference: form of the nucleation-limited model, A. K. Tagantsev et al., Phys. Rev. B 66, 214109 (2002). The
///   numbers are an assumption, set so that 3.65 V (SET) and 2.95 V (RESET) of 75 ns move 1/32 of the polarisation, as
///   in the HZO transistor of M. Jerry et al., IEDM 2017.
public struct PolarisationKinetics: Sendable, Equatable {
  /// Time of an attempt at very high field, τ∞ in seconds.
  public var attemptTime: Double
  /// Exponent β of time.
  public var exponent: Double
  /// Activation voltage for SET.
  public var activationUp: Double
  /// Activation voltage for RESET.
  public var activationDown: Double

  /// Sets all numbers.
  public init(
    attemptTime: Double = 1e-9, exponent: Double = 1.5, activationUp: Double = 9.4, activationDown: Double = 7.6
  ) {
    self.attemptTime = attemptTime
    self.exponent = exponent
    self.activationUp = activationUp
    self.activationDown = activationDown
  }

  /// Share of the domains not yet switched that a pulse of `voltage` (positive: SET) and `width` seconds switches.
  public func switchedFraction(voltage: Double, width: Double) -> Double {
    -expm1(-exp(logDose(voltage: voltage, width: width)))
  }

  /// Polarisation in −1…1 after a pulse.
  public func polarisation(_ polarisation: Double, after voltage: Double, width: Double) -> Double {
    polarisation + ((voltage > 0 ? 1 : -1) - polarisation) * switchedFraction(voltage: voltage, width: width)
  }

  /// How many pulses of a nominal voltage and width a pulse of the same sign is worth: as many independent trials leave
  /// the same share of domains unswitched.
  public func equivalentPulses(
    voltage: Double, width: Double, nominalVoltage: Double, nominalWidth: Double
  ) -> Double {
    exp(
      logDose(voltage: voltage, width: width)
        - logDose(voltage: copysign(nominalVoltage, voltage), width: nominalWidth))
  }

  /// ln (t/τ(V))^β.
  private func logDose(voltage: Double, width: Double) -> Double {
    guard voltage != 0 else { return -.infinity }
    let reach = (voltage > 0 ? activationUp : activationDown) / voltage
    return exponent * (log(width / attemptTime) - reach * reach)
  }
}
