import Quantities

extension ConfigurationTable {
  private typealias Network = ExperimentConfiguration.Network
  private typealias Rule = ExperimentConfiguration.Learning.Rule

  /// Keys of neurons that compete and of who decides.
  static let competition: [ConfigurationKey] = [
    ConfigurationKey(
      "network.inhibition", .choice(Network.Inhibition.words), default: .value(.text("none")),
      summary: "Whether the first neuron of a layer to spike silences all others; for STDP.",
      source: "\(Citation.spikeTimingDigits): winner-take-all."),
    ConfigurationKey(
      "network.inhibition_time", .quantity(.time), default: .value(.of(TimeSpan.seconds(0.01))), range: .closed(0, 10),
      when: [.isOne(of: [Network.Inhibition.winnerTakeAll.rawValue], key: "network.inhibition")],
      summary: "Time after a spike in which all neurons of the layer are silent at rest.",
      source: "\(Citation.spikeTimingDigits): 10 ms."),
    ConfigurationKey(
      "network.homeostasis", .number, default: .value(.number(0)), range: .closed(0, 1e6), unit: "weight",
      summary: "Step of the threshold of a neuron after a sample, for each spike beyond homeostasis_target; for STDP.",
      source: "None; \(Citation.spikeTimingDigits)."),
    ConfigurationKey(
      "network.homeostasis_target", .number, default: .value(.number(0.1)), range: .closed(0, 1e6), unit: "spikes",
      when: [.isPositive(key: "network.homeostasis")],
      summary: "Spikes of a neuron in a sample at which its threshold rests.",
      source: "Chosen: one neuron in ten answers to a sample."),
    ConfigurationKey(
      "network.decision", .choice(Network.Decision.words), default: .value(.text("readout")),
      summary:
        "Who decides for a class: a readout that learns with labels; with STDP also votes of the neurons, each for the classes "
        + "it answered to in training, or a fixed class for each neuron.",
      source: "readout: \(Citation.eProp); votes: \(Citation.votes)"),
    ConfigurationKey(
      "network.vote_memory", .number, default: .value(.number(50)), range: .closed(1, 1e9), unit: "samples",
      when: [.isOne(of: [Network.Decision.votes.rawValue], key: "network.decision")],
      summary: "Samples of a class that a neuron's mean response to it is made of.",
      source: "Chosen: long enough for a mean, short enough to follow learning."),
  ]

  private static let usesTraces: [ConfigurationCondition] = [
    .isOne(of: [Rule.pair.rawValue, Rule.triplet.rawValue], key: "learning.rule")
  ]
  private static let isTriplet: [ConfigurationCondition] = [.isOne(of: [Rule.triplet.rawValue], key: "learning.rule")]
  private static let isRectangular: [ConfigurationCondition] = [
    .isOne(of: [Rule.rectangular.rawValue, Rule.binary.rawValue], key: "learning.rule")
  ]
  static let learnsFromTimes: [ConfigurationCondition] = [
    .isOne(of: Rule.allCases.filter(\.isSpikeTiming).map(\.rawValue), key: "learning.rule")
  ]
  static let learnsFromErrors: [ConfigurationCondition] = [
    .isNone(of: Rule.allCases.filter(\.isSpikeTiming).map(\.rawValue), key: "learning.rule")
  ]

  /// Keys of rules that learn from spike times.
  static let spikeTiming: [ConfigurationKey] = [
    ConfigurationKey(
      "learning.potentiation", .number, default: .value(.number(0.01)), range: .closed(0, 1),
      unit: "fraction of weight_limit", when: learnsFromTimes,
      summary: "Growth of a weight when its input comes before an output spike; of binary synapses its probability.",
      source: "\(Citation.spikeTiming), \(Citation.spikeTimingDigits): 0.01."),
    ConfigurationKey(
      "learning.depression", .number, default: .value(.number(0.005)), range: .closed(0, 1),
      unit: "fraction of weight_limit", when: learnsFromTimes,
      summary:
        "Loss of a weight when its input comes after an output spike (pairs and triplets) or not at all before it.",
      source: "\(Citation.spikeTimingDigits): 0.005; pairs need about as much as potentiation, \(Citation.spikeTiming)."
    ),
    ConfigurationKey(
      "learning.input_trace_time", .quantity(.time), default: .value(.of(TimeSpan.seconds(0.02))),
      range: .aboveUpTo(0, 1000), when: usesTraces, summary: "Time constant in which an input spike is forgotten.",
      source: "\(Citation.spikeTiming): 20 ms."),
    ConfigurationKey(
      "learning.output_trace_time", .quantity(.time), default: .value(.of(TimeSpan.seconds(0.02))),
      range: .aboveUpTo(0, 1000), when: usesTraces, summary: "Time constant in which an output spike is forgotten.",
      source: "\(Citation.spikeTiming): 20 ms."),
    ConfigurationKey(
      "learning.pairing", .choice(ExperimentConfiguration.Learning.Pairing.words), default: .value(.text("all")),
      when: usesTraces, summary: "Whether a spike pairs with all earlier ones or with the nearest only.",
      source: Citation.spikeTiming),
    ConfigurationKey(
      "learning.weight_dependence", .number, default: .value(.number(0)), range: .closed(0, 10), unit: "exponent",
      when: usesTraces, summary: "How changes shrink towards the bounds: 0 not at all (additive), 1 in proportion.",
      source: "0: \(Citation.spikeTiming); R. Gütig et al., J. Neurosci. 23, 3697 (2003)."),
    ConfigurationKey(
      "learning.triplet_potentiation", .number, default: .value(.number(0.0065)), range: .closed(0, 1),
      unit: "fraction of weight_limit", when: isTriplet, summary: "Growth that an earlier output spike adds.",
      source: "\(Citation.triplets), minimal set of the visual cortex."),
    ConfigurationKey(
      "learning.triplet_depression", .number, default: .value(.number(0)), range: .closed(0, 1),
      unit: "fraction of weight_limit", when: isTriplet, summary: "Loss that an earlier input spike adds.",
      source: "\(Citation.triplets), minimal set of the visual cortex."),
    ConfigurationKey(
      "learning.slow_input_trace_time", .quantity(.time), default: .value(.of(TimeSpan.seconds(0.101))),
      range: .aboveUpTo(0, 1000), when: isTriplet, summary: "Time constant of earlier input spikes.",
      source: Citation.triplets),
    ConfigurationKey(
      "learning.slow_output_trace_time", .quantity(.time), default: .value(.of(TimeSpan.seconds(0.125))),
      range: .aboveUpTo(0, 1000), when: isTriplet, summary: "Time constant of earlier output spikes.",
      source: Citation.triplets),
    ConfigurationKey(
      "learning.recent_time", .quantity(.time), default: .value(.of(TimeSpan.seconds(0.01))),
      range: .aboveUpTo(0, 1000), when: isRectangular,
      summary: "Time before an output spike in which an input counts as its cause.",
      source: "Chosen: the length of a stroke or an edge that passes."),
    ConfigurationKey(
      "learning.softness", .number, default: .value(.number(3)), range: .closed(0, 100), unit: "1",
      when: [.isOne(of: [Rule.rectangular.rawValue], key: "learning.rule")],
      summary: "How changes shrink towards the bounds: by exp(-softness) at the end they lead to.",
      source: "\(Citation.spikeTimingDigits): 3."),
    ConfigurationKey(
      "learning.reward", .choice(ExperimentConfiguration.Learning.Reward.words), default: .value(.text("none")),
      when: learnsFromTimes,
      summary:
        "What STDP waits for: nothing, or whether the decision was right, when its changes are kept or turned round.",
      source: Citation.reward),
    ConfigurationKey(
      "learning.reward_trace_time", .quantity(.time), default: .value(.of(TimeSpan.seconds(0.5))),
      range: .aboveUpTo(0, 10_000),
      when: [.isOne(of: [ExperimentConfiguration.Learning.Reward.decision.rawValue], key: "learning.reward")],
      summary: "Time constant in which changes that wait for a reward are forgotten.",
      source: "\(Citation.reward): 1 s; chosen: of the order of a sample."),
  ]
}
