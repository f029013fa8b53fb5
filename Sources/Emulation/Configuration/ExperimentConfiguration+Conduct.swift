import Checkpoints
import Quantities

extension ExperimentConfiguration {
  /// The learning rule.
  public struct Learning: Sendable, Equatable {
    /// The learning rule.
    public enum Rule: String, ConfigurationChoice {
      /// Eligibility propagation.
      case eProp = "e-prop"
      /// On-line training through time: signals come back through weights, tick by tick.
      case onlineThroughTime = "ottt"
      /// Errors of local readouts.
      case decolle
      /// Back-propagation through time, which no chip does while it runs.
      case throughTime = "bptt"
      /// STDP of pairs of spikes.
      case pair = "pair-stdp"
      /// STDP of triplets of spikes.
      case triplet = "triplet-stdp"
      /// STDP of memristors, at output spikes.
      case rectangular = "rectangular-stdp"
      /// The same of synapses with two states, by chance.
      case binary = "binary-stdp"
      /// No learning.
      case none

      /// Whether weights change with the times of spikes, without errors.
      var isSpikeTiming: Bool { [.pair, .triplet, .rectangular, .binary].contains(self) }
    }

    /// Which spikes pair.
    public enum Pairing: String, ConfigurationChoice {
      /// All.
      case all
      /// The nearest.
      case nearest
    }

    /// What STDP waits for.
    public enum Reward: String, ConfigurationChoice {
      /// Nothing.
      case none
      /// Whether the decision was right.
      case decision
    }

    /// What shapes wanted changes before they are written.
    public enum Optimiser: String, ConfigurationChoice {
      /// Nothing.
      case gradientDescent = "sgd"
      /// A decaying sum of gradients.
      case momentum
      /// Steps of the size of the rate.
      case adam
    }

    /// How rates fall.
    public enum RateSchedule: String, ConfigurationChoice {
      /// By a factor after each pass.
      case exponential
      /// Along half a cosine.
      case cosine
    }

    /// How output errors reach hidden neurons.
    public enum Feedback: String, ConfigurationChoice {
      /// Through fixed random weights.
      case random
      /// Through the output weights.
      case symmetric
      /// Through random weights that follow the output weights.
      case adaptive
    }

    /// What hidden layers are told.
    public enum Teaching: String, ConfigurationChoice {
      /// The errors of the outputs.
      case error
      /// Their signs.
      case sign
      /// The target alone.
      case target
      /// Errors above a threshold that moves.
      case triggered
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
    /// Share that feedback and output weights lose with every change, where feedback follows.
    public let feedbackDecay: Double
    /// What hidden layers are told through the feedback weights.
    public let teaching: Teaching
    /// Error above which its sign is told.
    public let signThreshold: Double
    /// Error above which it teaches, at first.
    public let triggerThreshold: Double
    /// Share of the errors that should teach.
    public let triggerShare: Double
    /// How fast thresholds of errors move.
    public let triggerGain: Double
    /// What learning lowers.
    public let loss: Loss
    /// Learning rate of hidden layers.
    public let rate: Double
    /// Learning rate of the output layer.
    public let readoutRate: Double
    /// Factor on both rates after each pass.
    public let rateDecay: Double
    /// How rates fall.
    public let rateSchedule: RateSchedule
    /// Samples over which rates grow at first.
    public let warmupSamples: Int
    /// What shapes wanted changes before they are written.
    public let optimiser: Optimiser
    /// Share of its gradients that momentum keeps.
    public let momentum: Double
    /// Decay of the mean of gradients.
    public let adamFirstDecay: Double
    /// Decay of the mean of squared gradients.
    public let adamSecondDecay: Double
    /// Gradient below which steps become small.
    public let adamEpsilon: Double
    /// What the weights of a hidden neuron add up to; 0 where they do not.
    public let columnSum: Double
    /// Ticks between boundaries; 0 for the end of each sample.
    public let updateTicks: Int
    /// Whether the eligibility keeps the output filter κ.
    public let readoutFilter: Bool
    /// Weight of the pull towards `targetFiringRate`.
    public let firingRatePenalty: Double
    /// Firing rate that the penalty pulls towards.
    public let targetFiringRate: Frequency
    /// Growth, fraction of the weight limit, or its probability.
    public let potentiation: Double
    /// Loss, fraction of the weight limit, or its probability.
    public let depression: Double
    /// Time constant of input spikes.
    public let inputTraceTime: TimeSpan
    /// Time constant of output spikes.
    public let outputTraceTime: TimeSpan
    /// Which spikes pair.
    public let pairing: Pairing
    /// How changes shrink towards the bounds.
    public let weightDependence: Double
    /// Growth that an earlier output spike adds.
    public let tripletPotentiation: Double
    /// Loss that an earlier input spike adds.
    public let tripletDepression: Double
    /// Time constant of earlier input spikes.
    public let slowInputTraceTime: TimeSpan
    /// Time constant of earlier output spikes.
    public let slowOutputTraceTime: TimeSpan
    /// Time in which an input counts as a cause.
    public let recentTime: TimeSpan
    /// Softness of the bounds.
    public let softness: Double
    /// What STDP waits for.
    public let reward: Reward
    /// Time constant of what waits for a reward.
    public let rewardTraceTime: TimeSpan

    init(_ table: ResolvedConfiguration) {
      rule = table.choice("learning.rule")
      feedback = table.choice("learning.feedback")
      feedbackSigma = table.number("learning.feedback_sigma")
      feedbackFanIn = table.integer("learning.feedback_fan_in")
      feedbackDecay = table.number("learning.feedback_decay")
      triggerThreshold = table.number("learning.trigger_threshold")
      triggerShare = table.number("learning.trigger_share")
      triggerGain = table.number("learning.trigger_gain")
      teaching = table.choice("learning.teaching")
      signThreshold = table.number("learning.sign_threshold")
      loss = table.choice("learning.loss")
      rate = table.number("learning.rate")
      readoutRate = table.number("learning.readout_rate")
      rateDecay = table.number("learning.rate_decay")
      rateSchedule = table.choice("learning.rate_schedule")
      warmupSamples = table.integer("learning.warmup_samples")
      optimiser = table.choice("learning.optimiser")
      momentum = table.number("learning.momentum")
      adamFirstDecay = table.number("learning.adam_first_decay")
      adamSecondDecay = table.number("learning.adam_second_decay")
      adamEpsilon = table.number("learning.adam_epsilon")
      columnSum = table.number("learning.column_sum")
      updateTicks = table.integer("learning.update_ticks")
      readoutFilter = table.boolean("learning.readout_filter")
      firingRatePenalty = table.number("learning.firing_rate_penalty")
      targetFiringRate = table.quantity("learning.target_firing_rate")
      potentiation = table.number("learning.potentiation")
      depression = table.number("learning.depression")
      inputTraceTime = table.quantity("learning.input_trace_time")
      outputTraceTime = table.quantity("learning.output_trace_time")
      pairing = table.choice("learning.pairing")
      weightDependence = table.number("learning.weight_dependence")
      tripletPotentiation = table.number("learning.triplet_potentiation")
      tripletDepression = table.number("learning.triplet_depression")
      slowInputTraceTime = table.quantity("learning.slow_input_trace_time")
      slowOutputTraceTime = table.quantity("learning.slow_output_trace_time")
      recentTime = table.quantity("learning.recent_time")
      softness = table.number("learning.softness")
      reward = table.choice("learning.reward")
      rewardTraceTime = table.quantity("learning.reward_trace_time")
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
    /// Time of computing of which each begun one keeps its first checkpoint; 0 s for none.
    public let keepInterval: TimeSpan
    /// Whether the checkpoint with the best test accuracy is kept.
    public let keepBest: Bool
    /// How much large arrays are compressed, 0 to 9.
    public let compression: Int
    /// Each so many checkpoints one is full, the others hold what has changed since.
    public let fullEvery: Int
    /// What becomes of a run whose checkpoint cannot be saved.
    public let whenFailing: FailedSave

    /// What becomes of a run whose checkpoint cannot be saved.
    public enum FailedSave: String, ConfigurationChoice {
      /// It stops with an error; it can be resumed from the last checkpoint that was saved.
      case stop
      /// It goes on and tries again at the next; rows of metrics wait in memory. The checkpoint of the end must succeed.
      case carryOn = "continue"
    }

    init(_ table: ResolvedConfiguration) {
      interval = table.quantity("checkpoint.interval")
      everySamples = table.integer("checkpoint.every_samples")
      keep = table.integer("checkpoint.keep")
      keepInterval = table.quantity("checkpoint.keep_interval")
      keepBest = table.boolean("checkpoint.keep_best")
      compression = table.integer("checkpoint.compression")
      fullEvery = table.integer("checkpoint.full_every")
      whenFailing = table.choice("checkpoint.when_failing")
    }

    /// Which checkpoints stay.
    public var retention: CheckpointRetention {
      CheckpointRetention(newest: keep, interval: keepInterval.seconds, keepsBest: keepBest)
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
    /// Seed of what happens by chance while the network runs: noise of reads and writes, order of the samples; 0 for `seed`.
    public let noiseSeed: UInt64
    /// Threads that share the tiles.
    public let threads: Int
    /// Whether each pass has its own order of samples.
    public let shuffle: Bool
    /// Classes that come together before the next ones; 0 for all.
    public let classesPerTask: Int
    /// Samples between rows of metrics.
    public let metricsSamples: Int
    /// When the test samples are run.
    public let evaluate: Evaluation

    init(_ table: ResolvedConfiguration) {
      passes = table.integer("run.passes")
      seed = UInt64(table.integer("run.seed"))
      noiseSeed = UInt64(table.integer("run.noise_seed"))
      threads = table.integer("run.threads")
      shuffle = table.boolean("run.shuffle")
      classesPerTask = table.integer("run.classes_per_task")
      metricsSamples = table.integer("run.metrics_samples")
      evaluate = table.choice("run.evaluate")
    }

    /// The seed of what happens while the network runs.
    var futureSeed: UInt64 { noiseSeed > 0 ? noiseSeed : seed }
  }
}
