import Glibc

/// Thresholds that rise with every spike of a neuron and fall back slowly: θ + β·a, a(t) = ρ·a(t−1) + z(t−1).
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | β | `strength`: rise for each spike | weight | | ≥ 0 |
/// | τa, ρ = exp(−Δt/τa) | `timeConstant` | s | | > 0 |
/// | | `share` of the neurons, the last ones, that adapt | 1 | 1 | 0…1 |
///
/// - Reference: G. Bellec et al., Nat. Commun. 11, 3625 (2020), doi:10.1038/s41467-020-17236-y.
public struct AdaptiveThreshold: Sendable, Equatable {
  /// Rise β of the threshold with each spike.
  public var strength: Float
  /// Time constant τa of its fall, seconds.
  public var timeConstant: Double
  /// Share of the neurons that adapt.
  public var share: Double

  /// Sets all numbers.
  public init(strength: Float, timeConstant: Double, share: Double = 1) {
    self.strength = strength
    self.timeConstant = timeConstant
    self.share = share
  }
}
