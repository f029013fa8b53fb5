import Quantities

extension ConfigurationTable {
  private typealias Learning = ExperimentConfiguration.Learning

  private static let isMomentum: [ConfigurationCondition] = [
    .isOne(of: [Learning.Optimiser.momentum.rawValue], key: "learning.optimiser")
  ]
  private static let isAdam: [ConfigurationCondition] = [
    .isOne(of: [Learning.Optimiser.adam.rawValue], key: "learning.optimiser")
  ]

  /// Keys of what lies between a rule and the writes.
  static let optimising: [ConfigurationKey] = [
    ConfigurationKey(
      "learning.optimiser", .choice(Learning.Optimiser.words), default: .value(.text("sgd")), when: learnsFromErrors,
      summary:
        "What shapes wanted changes before they are written: nothing, momentum, or steps of the size of the rate. The last two "
        + "keep one and two numbers a synapse beside the array.",
      source: "sgd needs no memory; adam: \(Citation.adam)"),
    ConfigurationKey(
      "learning.momentum", .number, default: .value(.number(0.9)), range: .closed(0, 1), unit: "1", when: isMomentum,
      summary: "Share of its sum of gradients that a synapse keeps at each change of its row.",
      source: Citation.momentum),
    ConfigurationKey(
      "learning.adam_first_decay", .number, default: .value(.number(0.9)), range: .closed(0, 1), unit: "1",
      when: isAdam,
      summary: "Decay of the running mean of gradients.", source: Citation.adam),
    ConfigurationKey(
      "learning.adam_second_decay", .number, default: .value(.number(0.999)), range: .closed(0, 1), unit: "1",
      when: isAdam, summary: "Decay of the running mean of squared gradients.", source: Citation.adam),
    ConfigurationKey(
      "learning.adam_epsilon", .number, default: .value(.number(1e-8)), range: .aboveUpTo(0, 1e6), unit: "gradient",
      when: isAdam, summary: "Gradient below which steps become smaller than the rate.", source: Citation.adam),
    ConfigurationKey(
      "learning.column_sum", .number, default: .value(.number(0)), range: .closed(0, 1e9), unit: "weight",
      summary:
        "What the magnitudes of the weights of a hidden neuron are scaled to add up to after each sample, through the same "
        + "writes as learning; 0 for no scaling. Biases and recurrent weights are left alone.",
      source: "None; 78 for 784 inputs in \(Citation.votes)."),
  ]
}
