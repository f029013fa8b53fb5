import Glibc

/// How devices of one technology differ from each other; every number 0 is off.
///
///     Gmin·(1 + σ_R·z₀),  Gmax·(1 + σ_R·z₁)              drawn again while the range is empty
///     label_SET + σ_N·z₂,  label_RESET + σ_N·z₃          exponential model with labels only
///     step gain: SET  q + σ_A·z₅,  RESET  q − σ_A·z₅     q = 1 + σ_S·z₄ (normal) or exp(σ_S·z₄) (log-normal)
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | σ_N | `nonlinearitySigma` | label steps | 0 | ≥ 0 |
/// | σ_R | `rangeSigma`, relative | 1 | 0 | ≥ 0 |
/// | σ_S | `stepSigma`, relative | 1 | 0 | ≥ 0 |
/// | σ_A | `asymmetrySigma`, of SET against RESET, relative | 1 | 0 | ≥ 0 |
///
/// z₀…z₅ are independent standard normal numbers of the device. Gains below 0.01 are taken as 0.01: a device keeps its
/// direction.
/// - Reference: P.-Y. Chen, X. Peng, S. Yu, IEEE TCAD 37, 3067 (2018) (labels); T. Gokmen, Y. Vlasov, Front. Neurosci.
///   10, 333 (2016) (range, step and asymmetry).
public struct DeviceVariation: Sendable, Equatable {
  /// Distribution of the step gain.
  public enum StepDistribution: String, Sendable, Equatable, CaseIterable {
    /// 1 + σ·z.
    case normal
    /// exp(σ·z): median 1.
    case logNormal
  }

  /// Spread of the nonlinearity labels, in label steps.
  public var nonlinearitySigma: Double
  /// Spread of Gmin and of Gmax, relative.
  public var rangeSigma: Double
  /// Spread of the step size, common to both polarities, relative.
  public var stepSigma: Double
  /// Distribution of the common step gain.
  public var stepDistribution: StepDistribution
  /// Spread of the difference between SET and RESET steps, relative.
  public var asymmetrySigma: Double

  /// Sets all numbers; without arguments there is no spread.
  public init(
    nonlinearitySigma: Double = 0, rangeSigma: Double = 0, stepSigma: Double = 0,
    stepDistribution: StepDistribution = .normal, asymmetrySigma: Double = 0
  ) {
    self.nonlinearitySigma = nonlinearitySigma
    self.rangeSigma = rangeSigma
    self.stepSigma = stepSigma
    self.stepDistribution = stepDistribution
    self.asymmetrySigma = asymmetrySigma
  }

  /// Whether all devices are equal.
  public var isNone: Bool {
    nonlinearitySigma == 0 && rangeSigma == 0 && stepSigma == 0 && asymmetrySigma == 0
  }

  /// Gains of SET and RESET steps from two standard normal numbers.
  func gains(common: Double, difference: Double) -> (up: Double, down: Double) {
    let gain =
      switch stepDistribution {
      case .normal: 1 + stepSigma * common
      case .logNormal: exp(stepSigma * common)
      }
    let shift = asymmetrySigma * difference
    return (max(gain + shift, Self.smallestGain), max(gain - shift, Self.smallestGain))
  }

  static let smallestGain = 0.01
}
