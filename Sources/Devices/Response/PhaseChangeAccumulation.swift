import Glibc

/// Gradual SET of phase-change memory by accumulation of pulses, and RESET in one shot.
///
///     ΔG = μ + σ·z                                SET pulse number k₀ + 1 since the last RESET, z standard normal
///     μ = m₁·G + c₁ + A₁·q^(k₀+1)
///     σ = m₂·G + c₂ + A₂·q^(k₀+1),  q = e^(−1/κ)
///     G = G_r + σ_r·z, k₀ = 0                     RESET pulse
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | m₁ | `meanSlope` | 1 | −0.084 | > −1 |
/// | c₁ | `meanOffset` | S | 0.88e-6 | |
/// | A₁ | `meanBoost` | S | 1.40e-6 | |
/// | m₂ | `noiseSlope` | 1 | 0.091 | |
/// | c₂ | `noiseOffset` | S | 0.26e-6 | |
/// | A₂ | `noiseBoost` | S | 2.15e-6 | |
/// | κ | `boostPulses` | pulse | 2.6 | > 0 |
/// | G_r | `resetState` | S | 0.1e-6 | |
/// | σ_r | `resetSigma` | S | 0.01e-6 | ≥ 0 |
///
/// n SET pulses, k₀ of them past, with r = 1 + m₁, Q = q^(k₀+1), G∞ = −c₁/m₁, h = A₁·Q/(r − q), ρ = r² + m₂², β = (1,
/// r, q):
///
///     mean = G∞ + (G₀ − G∞ + h)·rⁿ − h·qⁿ
///     var  = Σᵢⱼ aᵢ·aⱼ·(ρⁿ − (βᵢβⱼ)ⁿ) / (ρ − βᵢβⱼ),  a = (m₂G∞ + c₂, m₂(G₀ − G∞ + h), A₂Q − m₂h)
///
/// The model keeps a device in its range (0.1 to 12 µS for the default numbers) at every pulse, the closed form only at
/// the end of a train. Noise is largest right after a RESET, where it would often lead below the range; so the first
/// two pulses of a train are taken one by one, which makes trains of up to three exact. What is left for the default
/// device: up to 5 pulses mean and deviation within 0.1 µS of the loop; at 10 pulses up to 0.2 and 0.3 µS too high; in
/// trains without end, which live at the upper end of the range, up to 0.6 and 0.5 µS too high.
/// - Reference: S. R. Nandakumar et al., J. Appl. Phys. 124, 152135 (2018), doi:10.1063/1.5042408. The closed forms
///   follow from the recursion.
public struct PhaseChangeAccumulation: Sendable, Equatable {
  /// Change of the mean step with the state, m₁.
  public var meanSlope: Double
  /// Mean step of a late pulse at state 0, c₁ (S).
  public var meanOffset: Double
  /// Addition to the mean step of the first pulses, A₁ (S).
  public var meanBoost: Double
  /// Change of the noise with the state, m₂.
  public var noiseSlope: Double
  /// Noise of a late pulse at state 0, c₂ (S).
  public var noiseOffset: Double
  /// Addition to the noise of the first pulses, A₂ (S).
  public var noiseBoost: Double
  /// Pulses in which the additions fall by the factor e, κ.
  public var boostPulses: Double
  /// Mean state after a RESET, G_r (S).
  public var resetState: Double
  /// Standard deviation of the state after a RESET, σ_r (S).
  public var resetSigma: Double

  /// Sets all numbers; the defaults are the published fit.
  public init(
    meanSlope: Double = -0.084, meanOffset: Double = 0.88e-6, meanBoost: Double = 1.40e-6, noiseSlope: Double = 0.091,
    noiseOffset: Double = 0.26e-6, noiseBoost: Double = 2.15e-6, boostPulses: Double = 2.6,
    resetState: Double = 0.1e-6, resetSigma: Double = 0.01e-6
  ) {
    self.meanSlope = meanSlope
    self.meanOffset = meanOffset
    self.meanBoost = meanBoost
    self.noiseSlope = noiseSlope
    self.noiseOffset = noiseOffset
    self.noiseBoost = noiseBoost
    self.boostPulses = boostPulses
    self.resetState = resetState
    self.resetSigma = resetSigma
  }

  /// The same device with all states `factor` times as large.
  public func scaled(by factor: Double) -> PhaseChangeAccumulation {
    var result = self
    result.meanOffset *= factor
    result.meanBoost *= factor
    result.noiseOffset *= factor
    result.noiseBoost *= factor
    result.resetState *= factor
    result.resetSigma *= factor
    return result
  }

  /// The same law for levels on the range from `off` to `on` instead of states.
  func normalised(off: Double, on: Double) -> PhaseChangeAccumulation {
    var result = self
    result.meanOffset += meanSlope * off
    result.noiseOffset += noiseSlope * off
    result.resetState -= off
    return result.scaled(by: 1 / (on - off))
  }

  /// The law of a device whose SET steps and their noise are `gain` times as large.
  func amplified(by gain: Double) -> PhaseChangeAccumulation {
    guard gain != 1 else { return self }
    var result = self
    result.meanSlope = max(meanSlope * gain, -0.99)
    result.meanOffset *= gain
    result.meanBoost *= gain
    result.noiseSlope *= gain
    result.noiseOffset *= gain
    result.noiseBoost *= gain
    return result
  }

  /// Mean state after `pulses` SET pulses from `state`, `sets` of them since the last RESET, in the unit of the
  /// offsets. O(1).
  public func mean(after pulses: Double, from state: Double, setsSinceReset sets: Int) -> Double {
    Train(self, state: state, sets: sets).mean(after: pulses)
  }

  /// Variance of the state after `pulses` SET pulses, without bounds. O(1).
  public func variance(after pulses: Double, from state: Double, setsSinceReset sets: Int) -> Double {
    Train(self, state: state, sets: sets).variance(after: pulses)
  }

  /// Level after `pulses` SET pulses of a law for levels, inside 0…1 at the end.
  ///
  /// - Parameters:
  ///   - gaussian: standard normal, for all pulses but the first two.
  ///   - early: two standard normal numbers for the first two pulses of a train of three or more; of a shorter train
  ///     the
  ///     last pulse takes `gaussian`.
  func level(
    after pulses: Double, from level: Double, setsSinceReset sets: Int, gaussian: Double, early: () -> (Float, Float)
  ) -> Double {
    var (level, left, sets) = (level, pulses, sets)
    if pulses > 1 {
      let numbers = early()
      for index in 0..<2 where left > 1 {
        let (mean, deviation) = onePulse(at: level, setsSinceReset: sets)
        level = min(max(level + mean + deviation * Double(index == 0 ? numbers.0 : numbers.1), 0), 1)
        left -= 1
        sets += 1
      }
    }
    let train = Train(self, state: level, sets: sets)
    let deviation = max(train.variance(after: left), 0).squareRoot()
    return min(max(train.mean(after: left) + deviation * gaussian, 0), 1)
  }

  /// Mean and standard deviation of the step of one SET pulse.
  private func onePulse(at state: Double, setsSinceReset sets: Int) -> (mean: Double, deviation: Double) {
    let boost = exp(-Double(sets + 1) / boostPulses)
    return (
      meanSlope * state + meanOffset + meanBoost * boost, noiseSlope * state + noiseOffset + noiseBoost * boost
    )
  }
}

extension PhaseChangeAccumulation {
  /// The coefficients of the closed forms for trains from one state.
  private struct Train {
    private let rest: Double
    private let slow: Double
    private let fast: Double
    private let logRatio: Double
    private let logDecay: Double
    private let growth: Double
    private let noise: (Double, Double, Double)

    init(_ law: PhaseChangeAccumulation, state: Double, sets: Int) {
      // A slope of 0 or a decay equal to the ratio would divide by zero; a shift of 1e-6 of either is not seen.
      let slope = abs(law.meanSlope) < 1e-6 ? -1e-6 : law.meanSlope
      let ratio = 1 + slope
      logRatio = log(ratio)
      let decay = -1 / law.boostPulses
      logDecay = abs(exp(decay) - ratio) < 1e-6 ? decay - 2e-6 : decay
      let boost = exp(logDecay * Double(sets + 1))
      rest = -law.meanOffset / slope
      fast = law.meanBoost * boost / (ratio - exp(logDecay))
      slow = state - rest + fast
      growth = ratio * ratio + law.noiseSlope * law.noiseSlope
      noise = (
        law.noiseSlope * rest + law.noiseOffset, law.noiseSlope * slow,
        law.noiseBoost * boost - law.noiseSlope * fast
      )
    }

    func mean(after pulses: Double) -> Double {
      rest + slow * exp(logRatio * pulses) - fast * exp(logDecay * pulses)
    }

    func variance(after pulses: Double) -> Double {
      let grown = exp(log(growth) * pulses)
      /// (ρⁿ − xⁿ) / (ρ − x) for x = e^logX.
      func term(_ logX: Double) -> Double {
        let difference = growth - exp(logX)
        if abs(difference) < 1e-9 { return pulses * exp(log(growth) * (pulses - 1)) }
        return (grown - exp(logX * pulses)) / difference
      }
      let (a, b, c) = noise
      let squares = a * a * term(0) + b * b * term(2 * logRatio) + c * c * term(2 * logDecay)
      return squares + 2 * (a * b * term(logRatio) + a * c * term(logDecay) + b * c * term(logRatio + logDecay))
    }
  }
}
