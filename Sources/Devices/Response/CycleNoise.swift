/// Noise of a pulse from cycle to cycle, and how a train of pulses gathers it.
///
///     additive:  g ← g + Δ(g) + σ·z           σ in fractions of the range
///     relative:  g ← g + Δ(g)·(1 + σ·z)       σ in fractions of the step
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | σ | `sigma`, of one pulse | fraction of range or of step | 0 | ≥ 0 |
///
/// With `.exact` accumulation a train has the law of single pulses: noise of a pulse is carried along, and mostly
/// damped, by the later ones. With `.squareRoot` a train of n pulses has √n times the noise of one, which is larger
/// where the steps shrink towards an end.
/// - Reference: P.-Y. Chen, X. Peng, S. Yu, IEEE TCAD 37, 3067 (2018), doi:10.1109/TCAD.2018.2789723 (additive, √n).
public struct CycleNoise: Sendable, Equatable {
  /// What the noise is a fraction of.
  public enum Kind: String, Sendable, Equatable, CaseIterable {
    /// Of the range.
    case additive
    /// Of the step of the pulse itself.
    case relative
  }

  /// How the noise of single pulses adds up in a train.
  public enum Accumulation: String, Sendable, Equatable, CaseIterable {
    /// As in a loop over the pulses.
    case exact
    /// σ·√n, the way NeuroSim does it.
    case squareRoot
  }

  /// Standard deviation of one pulse.
  public var sigma: Double
  /// What `sigma` is a fraction of.
  public var kind: Kind
  /// How trains gather it.
  public var accumulation: Accumulation

  /// Sets all choices; without arguments pulses have no noise.
  public init(sigma: Double = 0, kind: Kind = .additive, accumulation: Accumulation = .exact) {
    self.sigma = sigma
    self.kind = kind
    self.accumulation = accumulation
  }
}
