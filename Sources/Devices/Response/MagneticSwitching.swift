import Glibc

/// Two states that a pulse switches with some probability: spin-transfer-torque memory (STT-MRAM).
///
///     P(switched after n pulses) = 1 − εⁿ
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | ε | `setError`, `resetError`: failures of one pulse (write error rate) | 1 | 1e-6 | 0…1 |
///
/// The gain of a device multiplies ε, up to 1. A pulse that finds the device in the state it drives to does nothing.
/// - Reference: write error rates are log-normal across devices: arXiv:2209.13828.
public struct MagneticSwitching: Sendable, Equatable {
  /// Probability that a SET pulse does not switch.
  public var setError: Double
  /// Probability that a RESET pulse does not switch.
  public var resetError: Double

  /// Sets both probabilities.
  public init(setError: Double = 1e-6, resetError: Double = 1e-6) {
    self.setError = setError
    self.resetError = resetError
  }

  /// Level after a train, 0 or 1.
  ///
  /// - Parameters:
  ///   - pulses: positive for SET.
  ///   - gain: write error of the device over that of the typical one.
  ///   - uniform: in (0, 1]; of 53 bits where small error rates matter.
  func level(after pulses: Double, from level: Double, gain: Double, uniform: Double) -> Double {
    let failure = pow(min((pulses > 0 ? setError : resetError) * gain, 1), abs(pulses))
    if uniform > failure { return pulses > 0 ? 1 : 0 }
    return level < 0.5 ? 0 : 1
  }

  /// Write error rate below the critical voltage, where heat switches.
  ///
  ///     ε = exp(−(t/τ₀)·exp(−Δ·(1 − V/V_c)))
  ///
  /// With a read voltage and a read time, 1 − ε is the probability that a read disturbs the state.
  /// - Parameters:
  ///   - voltage: V and `critical` V_c in volts, 0 ≤ V < V_c.
  ///   - width: t in seconds.
  ///   - stability: Δ, barrier over kT (60).
  ///   - attemptTime: τ₀ in seconds.
  public static func thermalError(
    voltage: Double, critical: Double, width: Double, stability: Double = 60, attemptTime: Double = 1e-9
  ) -> Double {
    exp(-width / attemptTime * exp(-stability * (1 - voltage / critical)))
  }

  /// Write error rate above the critical voltage, where the spin torque switches.
  ///
  ///     ε = 1 − exp(−π²·Δ·(i − 1) / (4·(i·e^(C(i−1)t) − 1))),  i = V/V_c > 1
  ///
  /// - Parameters:
  ///   - voltage: V and `critical` V_c in volts, V > V_c.
  ///   - width: t in seconds.
  ///   - stability: Δ, barrier over kT (60).
  ///   - rate: C in 1/s; the default is an assumption.
  /// - Reference: W. H. Butler et al., IEEE Trans. Magn. 48, 4684 (2012).
  public static func precessionalError(
    voltage: Double, critical: Double, width: Double, stability: Double = 60, rate: Double = 1 / 1.5e-9
  ) -> Double {
    let overdrive = voltage / critical
    let growth = overdrive * exp(rate * (overdrive - 1) * width) - 1
    return -expm1(-Double.pi * Double.pi * stability * (overdrive - 1) / (4 * growth))
  }
}
