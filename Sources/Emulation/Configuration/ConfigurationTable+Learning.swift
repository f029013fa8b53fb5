import Quantities

extension ConfigurationTable {
  static let learning: [ConfigurationKey] = [
    ConfigurationKey(
      "learning.rule", .choice(ExperimentConfiguration.Learning.Rule.words), default: .value(.text("e-prop")),
      summary: "The learning rule; none runs the initial weights.", source: Citation.eProp),
    ConfigurationKey(
      "learning.feedback", .choice(ExperimentConfiguration.Learning.Feedback.words), default: .value(.text("random")),
      when: learnsFromErrors,
      summary:
        "How output errors reach hidden neurons: fixed random weights, or the output weights (one hidden layer only).",
      source: "\(Citation.eProp): random feedback needs no transposed read."),
    ConfigurationKey(
      "learning.feedback_sigma", .number, default: .value(.number(0.3)), range: .aboveUpTo(0, 1e6), unit: "1",
      when: learnsFromErrors,
      summary: "Standard deviation of random feedback weights.",
      source: "Chosen: random feedback after \(Citation.eProp); scales the hidden learning rate."),
    ConfigurationKey(
      "learning.feedback_fan_in", .integer, default: .value(.integer(0)), range: .closed(0, 65_536), unit: "outputs",
      when: [.isOne(of: [ExperimentConfiguration.Learning.Feedback.random.rawValue], key: "learning.feedback")],
      summary: "Outputs whose feedback reaches a hidden neuron, chosen at random; 0 for all, 1 for the sparsest.",
      source: "\(Citation.eProp): all; one is enough in \(Citation.sparseFeedback)."),
    ConfigurationKey(
      "learning.teaching", .choice(ExperimentConfiguration.Learning.Teaching.words), default: .value(.text("error")),
      when: learnsFromErrors,
      summary:
        "What hidden layers are told through the feedback weights: the errors of the outputs, their signs, or the target "
        + "alone.",
      source: "error: \(Citation.eProp); sign: \(Citation.sparseFeedback); target: \(Citation.targetProjection)"),
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
      "learning.rate_decay", .number, default: .value(.number(1)), range: .aboveUpTo(0, 1), unit: "factor per pass",
      summary: "What both rates are multiplied by after each pass.",
      source: "Constant rates: a device learns all its life."),
    ConfigurationKey(
      "learning.update_ticks", .integer, default: .value(.integer(0)), range: .closed(0, 10_000_000), unit: "ticks",
      when: learnsFromErrors,
      summary: "Ticks between boundaries at which devices may be written; 0 for the end of each sample.",
      source: "Chosen: fewest writes."),
    ConfigurationKey(
      "learning.readout_filter", .boolean, default: .value(.boolean(true)),
      when: learnsFromErrors,
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
