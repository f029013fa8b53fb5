import Glibc

/// Lets an error teach only when it is large, as a whole number of thresholds, and moves the threshold of each output so that
/// a wanted share of its errors does.
///
///     ê_k(t) = θ_k·sign(e_k)·⌊|e_k|/θ_k⌋        after a window:  θ_k ← θ_k·exp(g·(s_k − s*))
///
/// s_k is the share of the ticks of the window in which ê_k was not 0.
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | θ_k | `State.thresholds`, at first `Parameters.threshold` | error | 0.2 | above 0 |
/// | s* | `share` | 1 | 0.05 | 0…1 |
/// | g | `gain`, 0 for fixed thresholds | 1 | 1 | from 0 |
///
/// - Reference: M. Payvand et al., "Error-triggered three-factor learning dynamics for crossbar arrays", AICAS 2020,
///   arXiv:1910.06152. Its controller is linear; this one, in the logarithm, keeps thresholds above 0.
public final class ErrorTrigger: @unchecked Sendable {
  /// What the user sets.
  public struct Parameters: Sendable, Equatable {
    /// Threshold at the start.
    public var threshold: Float
    /// Share of the errors that should teach.
    public var share: Float
    /// How fast thresholds follow; 0 leaves them as they are.
    public var gain: Float

    /// Sets all numbers.
    public init(threshold: Float, share: Float, gain: Float) {
      precondition(threshold > 0 && gain >= 0, "a trigger has a threshold")
      (self.threshold, self.share, self.gain) = (threshold, share, gain)
    }
  }

  private let parameters: Parameters
  private var triggers: [Int]
  private var ticks = 0
  /// Threshold of each output: what a checkpoint holds.
  public var thresholds: [Float]

  /// Triggers of `outputs` outputs.
  public init(outputs: Int, parameters: Parameters) {
    self.parameters = parameters
    thresholds = [Float](repeating: parameters.threshold, count: outputs)
    triggers = [Int](repeating: 0, count: outputs)
  }

  /// Replaces the errors of a tick `[outputs]` by what of them teaches.
  public func apply(_ errors: UnsafeMutablePointer<Float>) {
    ticks += 1
    for output in thresholds.indices {
      let threshold = thresholds[output]
      let steps = (abs(errors[output]) / threshold).rounded(.down)
      if steps >= 1 { triggers[output] += 1 }
      // What is no number stays none, so that it is found where it does harm.
      errors[output] = errors[output] < 0 ? -threshold * steps : threshold * steps
    }
  }

  /// Moves the thresholds at the end of a window.
  public func adapt() {
    guard ticks > 0 else { return }
    for output in thresholds.indices {
      let excess = Float(triggers[output]) / Float(ticks) - parameters.share
      thresholds[output] = min(max(thresholds[output] * expf(parameters.gain * excess), 1e-6), 1e6)
      triggers[output] = 0
    }
    ticks = 0
  }
}
