import Quantities

extension ExperimentConfiguration {
  /// The learning rule.
  public struct Learning: Sendable, Equatable {
    /// The learning rule.
    public enum Rule: String, ConfigurationChoice {
      /// Eligibility propagation.
      case eProp = "e-prop"
      /// No learning.
      case none
    }

    /// How output errors reach hidden neurons.
    public enum Feedback: String, ConfigurationChoice {
      /// Through fixed random weights.
      case random
      /// Through the output weights.
      case symmetric
    }

    /// What hidden layers are told.
    public enum Teaching: String, ConfigurationChoice {
      /// The errors of the outputs.
      case error
      /// Their signs.
      case sign
      /// The target alone.
      case target
    }

    /// What learning lowers.
    public enum Loss: String, ConfigurationChoice {
      /// Cross-entropy of the softmax of the outputs.
      case crossEntropy = "cross-entropy"
      /// Squared distance of the outputs from the target.
      case squaredError = "squared-error"
    }

    /// The learning rule.
    public let rule: Rule
    /// How output errors reach hidden neurons.
    public let feedback: Feedback
    /// Standard deviation of random feedback weights.
    public let feedbackSigma: Double
    /// Outputs whose feedback reaches a hidden neuron; 0 for all.
    public let feedbackFanIn: Int
    /// What hidden layers are told through the feedback weights.
    public let teaching: Teaching
    /// Error above which its sign is told.
    public let signThreshold: Double
    /// What learning lowers.
    public let loss: Loss
    /// Learning rate of hidden layers.
    public let rate: Double
    /// Learning rate of the output layer.
    public let readoutRate: Double
    /// Factor on both rates after each pass.
    public let rateDecay: Double
    /// Ticks between boundaries; 0 for the end of each sample.
    public let updateTicks: Int
    /// Whether the eligibility keeps the output filter κ.
    public let readoutFilter: Bool
    /// Weight of the pull towards `targetFiringRate`.
    public let firingRatePenalty: Double
    /// Firing rate that the penalty pulls towards.
    public let targetFiringRate: Frequency

    init(_ table: ResolvedConfiguration) {
      rule = table.choice("learning.rule")
      feedback = table.choice("learning.feedback")
      feedbackSigma = table.number("learning.feedback_sigma")
      feedbackFanIn = table.integer("learning.feedback_fan_in")
      teaching = table.choice("learning.teaching")
      signThreshold = table.number("learning.sign_threshold")
      loss = table.choice("learning.loss")
      rate = table.number("learning.rate")
      readoutRate = table.number("learning.readout_rate")
      rateDecay = table.number("learning.rate_decay")
      updateTicks = table.integer("learning.update_ticks")
      readoutFilter = table.boolean("learning.readout_filter")
      firingRatePenalty = table.number("learning.firing_rate_penalty")
      targetFiringRate = table.quantity("learning.target_firing_rate")
    }
  }

  /// When state is saved.
  public struct Checkpoint: Sendable, Equatable {
    /// Wall-clock time between checkpoints; 0 s for none by time.
    public let interval: TimeSpan
    /// Samples between checkpoints; 0 for none by count.
    public let everySamples: Int
    /// Newest checkpoints that are kept.
    public let keep: Int

    init(_ table: ResolvedConfiguration) {
      interval = table.quantity("checkpoint.interval")
      everySamples = table.integer("checkpoint.every_samples")
      keep = table.integer("checkpoint.keep")
    }
  }

  /// Length, seed, threads and measurement of the run.
  public struct Run: Sendable, Equatable {
    /// When the test samples are run.
    public enum Evaluation: String, ConfigurationChoice {
      /// After each pass.
      case eachPass = "each-pass"
      /// After the last pass.
      case end
    }

    /// Times the training samples are streamed.
    public let passes: Int
    /// Seed of all randomness.
    public let seed: UInt64
    /// Threads that share the tiles.
    public let threads: Int
    /// Whether each pass has its own order of samples.
    public let shuffle: Bool
    /// Samples between rows of metrics.
    public let metricsSamples: Int
    /// When the test samples are run.
    public let evaluate: Evaluation

    init(_ table: ResolvedConfiguration) {
      passes = table.integer("run.passes")
      seed = UInt64(table.integer("run.seed"))
      threads = table.integer("run.threads")
      shuffle = table.boolean("run.shuffle")
      metricsSamples = table.integer("run.metrics_samples")
      evaluate = table.choice("run.evaluate")
    }
  }
}
