/// What stands for the derivative of the threshold in the learning rule.
///
/// | kind | ψ(U) |
/// | --- | --- |
/// | triangle | (γ/θ) · max(0, 1 − \|U − θ\|/θ) |
/// | one-sided step | γ/θ where U ≥ θ/3, else 0 |
///
/// γ is dimensionless, default 0.3.
/// - Reference: triangle: G. Bellec et al., Nat. Commun. 11, 3625 (2020), doi:10.1038/s41467-020-17236-y; one-sided step:
///   C. Frenkel, G. Indiveri, ISSCC 2022, doi:10.1109/ISSCC42614.2022.9731734.
public struct SurrogateDerivative: Sendable, Equatable {
  /// Form of the curve.
  public enum Kind: Int, Sendable {
    /// Symmetric triangle around the threshold.
    case triangle = 0
    /// Constant above a third of the threshold: never blind far above it.
    case oneSidedStep = 1
  }

  /// Form of the curve.
  public var kind: Kind
  /// Height γ before division by the threshold.
  public var gain: Float

  /// A curve of given form and height.
  public init(kind: Kind, gain: Float) {
    self.kind = kind
    self.gain = gain
  }
}
