import Plasticity
import Spiking

/// What a network that learns from spike times has in place of errors.
public struct CompetitionParameters: Sendable, Equatable {
  /// The family of the learning rule.
  public enum Rule: Sendable, Equatable {
    /// Pairs or triplets of spikes with exponential traces.
    case exponential(ExponentialSpikeTiming.Parameters)
    /// Rows that spiked lately against all others, at an output spike.
    case rectangular(RectangularSpikeTiming.Parameters)
  }

  /// Who decides for a class.
  public enum Decision: Sendable, Equatable {
    /// The readout, which learns with labels.
    case readout
    /// Each neuron for the classes it answered to in training; a mean response is that of about so many samples of a class.
    case votes(memory: Double)
    /// Neuron j for class j modulo the number of classes.
    case assigned
  }

  /// The learning rule.
  public var rule: Rule
  /// Ticks of silence of all neurons after a spike; `nil` without winner-take-all.
  public var inhibitionTicks: Int?
  /// Step of a threshold for each spike beyond the target, weight units.
  public var homeostasis: Float = 0
  /// Spikes of a neuron in a sample at which its threshold rests.
  public var targetSpikes: Float = 0
  /// Who decides.
  public var decision: Decision
  /// Decay per tick of what waits for a reward; `nil`: STDP writes at once.
  public var rewardDecay: Float?

  /// Sets rule, inhibition and decision.
  public init(rule: Rule, inhibitionTicks: Int?, decision: Decision) {
    self.rule = rule
    self.inhibitionTicks = inhibitionTicks
    self.decision = decision
  }
}
