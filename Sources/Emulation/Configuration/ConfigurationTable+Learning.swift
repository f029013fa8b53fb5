import Quantities

extension ConfigurationTable {
  private typealias Learning = ExperimentConfiguration.Learning

  /// Rules that send errors back through weights of their own.
  private static let hasFeedback: [ConfigurationCondition] = [
    .isOne(of: [Learning.Rule.eProp.rawValue, Learning.Rule.none.rawValue], key: "learning.rule")
  ]
  /// Rules that choose what hidden layers are told.
  private static let teaches: [ConfigurationCondition] = [
    .isOne(
      of: [Learning.Rule.eProp, .decolle, .none].map(\.rawValue), key: "learning.rule")
  ]
  /// Rules that know no boundary inside a sample.
  private static let wholeSampleRules = Learning.Rule.allCases.filter { $0.isSpikeTiming || $0 == .throughTime }
  private static let isTriggered: [ConfigurationCondition] = [
    .isOne(of: [Learning.Teaching.triggered.rawValue], key: "learning.teaching")
  ]

  static let learning: [ConfigurationKey] = [
    ConfigurationKey(
      "learning.rule", .choice(ExperimentConfiguration.Learning.Rule.words), default: .value(.text("e-prop")),
      summary:
        "The learning rule: e-prop sends errors through feedback weights, ottt through the weights of the layers behind within a "
        + "tick, bptt through weights and time (the gradient, for comparison), decolle uses local errors, the others the times "
        + "of spikes; none runs the initial weights.",
      source: "e-prop: \(Citation.eProp); ottt: \(Citation.onlineThroughTime); decolle: \(Citation.decolle)"),
    ConfigurationKey(
      "learning.feedback", .choice(ExperimentConfiguration.Learning.Feedback.words), default: .value(.text("random")),
      when: hasFeedback,
      summary:
        "How output errors reach hidden neurons: fixed random weights, the output weights, or random weights that follow the "
        + "changes of the output weights (the last two with one hidden layer only).",
      source: "\(Citation.eProp): random feedback needs no transposed read."),
    ConfigurationKey(
      "learning.feedback_decay", .number, default: .value(.number(1e-3)), range: .closed(0, 1), unit: "1",
      when: [.isOne(of: [Learning.Feedback.adaptive.rawValue], key: "learning.feedback")],
      summary: "Share of themselves that feedback and output weights lose with every change of their row.",
      source: "Chosen; the same for both as in \(Citation.kolenPollack)."),
    ConfigurationKey(
      "learning.feedback_sigma", .number, default: .value(.number(0.3)), range: .aboveUpTo(0, 1e6), unit: "1",
      when: teaches,
      summary: "Standard deviation of random feedback weights, of the local readouts of decolle.",
      source: "Chosen: random feedback after \(Citation.eProp); scales the hidden learning rate."),
    ConfigurationKey(
      "learning.feedback_fan_in", .integer, default: .value(.integer(0)), range: .closed(0, 65_536), unit: "outputs",
      when: [.isOne(of: [Learning.Feedback.random, .adaptive].map(\.rawValue), key: "learning.feedback")],
      summary: "Outputs whose feedback reaches a hidden neuron, chosen at random; 0 for all, 1 for the sparsest.",
      source: "\(Citation.eProp): all; one is enough in \(Citation.sparseFeedback)."),
    ConfigurationKey(
      "learning.teaching", .choice(ExperimentConfiguration.Learning.Teaching.words), default: .value(.text("error")),
      when: teaches,
      summary:
        "What hidden layers are told through the feedback weights: the errors of the outputs, their signs, the target "
        + "alone, or, like the readout then, errors above a threshold that moves.",
      source: "error: \(Citation.eProp); sign: \(Citation.sparseFeedback); target: \(Citation.targetProjection); "
        + "triggered: \(Citation.errorTriggered)"),
    ConfigurationKey(
      "learning.trigger_threshold", .number, default: .value(.number(0.2)), range: .aboveUpTo(0, 1e6), unit: "error",
      when: isTriggered, summary: "Error above which it teaches, at first.",
      source: "Chosen: a fifth of the largest error of cross-entropy."),
    ConfigurationKey(
      "learning.trigger_share", .number, default: .value(.number(0.05)), range: .closed(0, 1), unit: "1",
      when: isTriggered, summary: "Share of the errors that should teach; thresholds move until they do.",
      source: "\(Citation.errorTriggered): 5 in 100."),
    ConfigurationKey(
      "learning.trigger_gain", .number, default: .value(.number(1)), range: .closed(0, 1e3), unit: "1",
      when: isTriggered,
      summary:
        "How fast thresholds move: change of their logarithm for each unit of the share; 0 for fixed thresholds.",
      source: "Chosen: a threshold halves in 14 samples without an error above it."),
    ConfigurationKey(
      "learning.sign_threshold", .number, default: .value(.number(0.1)), range: .closed(0, 1e6), unit: "error",
      when: [.isOne(of: [ExperimentConfiguration.Learning.Teaching.sign.rawValue], key: "learning.teaching")],
      summary: "Error above which its sign is told, and below which nothing.",
      source: "Chosen: a tenth of the largest error of cross-entropy."),
    ConfigurationKey(
      "learning.loss", .choice(ExperimentConfiguration.Learning.Loss.words), default: .value(.text("cross-entropy")),
      summary: "What learning lowers.", source: Citation.eProp),
    ConfigurationKey(
      "learning.rate", .number, default: .value(.number(3e-5)), range: .closed(0, 1e3),
      unit: "weight per unit gradient",
      when: learnsFromErrors,
      summary: "Learning rate of hidden layers; gradients are sums over ticks.",
      source: "Chosen for samples of some hundred ticks."),
    ConfigurationKey(
      "learning.readout_rate", .number, default: .value(.number(1.5e-5)), range: .closed(0, 1e3),
      unit: "weight per unit gradient", summary: "Learning rate of the output layer.", source: "Chosen: half of rate."),
    ConfigurationKey(
      "learning.rate_schedule", .choice(Learning.RateSchedule.words), default: .value(.text("exponential")),
      summary: "How both rates fall: by a factor after each pass, or along half a cosine to nothing after the last.",
      source: "cosine: \(Citation.cosine)"),
    ConfigurationKey(
      "learning.warmup_samples", .integer, default: .value(.integer(0)), range: .closed(0, 1_000_000_000),
      unit: "samples",
      summary: "Samples over which both rates grow from nothing to their values, at the start of the run.",
      source: "Chosen: none."),
    ConfigurationKey(
      "learning.rate_decay", .number, default: .value(.number(1)), range: .aboveUpTo(0, 1), unit: "factor per pass",
      when: [.isOne(of: [Learning.RateSchedule.exponential.rawValue], key: "learning.rate_schedule")],
      summary: "What both rates are multiplied by after each pass.",
      source: "Constant rates: a device learns all its life."),
    ConfigurationKey(
      "learning.update_ticks", .integer, default: .value(.integer(0)), range: .closed(0, 10_000_000), unit: "ticks",
      when: [.isNone(of: wholeSampleRules.map(\.rawValue), key: "learning.rule")],
      summary: "Ticks between boundaries at which devices may be written; 0 for the end of each sample.",
      source: "Chosen: fewest writes."),
    ConfigurationKey(
      "learning.readout_filter", .boolean, default: .value(.boolean(true)),
      when: hasFeedback,
      summary: "Keeps the output filter κ in the eligibility: exact gradients; without it one number per row suffices.",
      source: "\(Citation.eProp); dropped in \(Citation.reckOn)"),
    ConfigurationKey(
      "learning.firing_rate_penalty", .number, default: .value(.number(0)), range: .closed(0, 1e6), unit: "1",
      when: learnsFromErrors,
      summary: "Weight of the pull of hidden firing rates towards target_firing_rate.",
      source: "\(Citation.eProp); off."),
    ConfigurationKey(
      "learning.target_firing_rate", .quantity(.frequency), default: .value(.of(Frequency.hertz(10))),
      range: .closed(0, 1e6), when: learnsFromErrors, summary: "Firing rate that firing_rate_penalty pulls towards.",
      source: Citation.eProp),
  ]
}
