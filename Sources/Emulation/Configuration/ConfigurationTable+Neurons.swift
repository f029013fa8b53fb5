import Quantities
import Spiking

extension ConfigurationTable {
  private typealias Network = ExperimentConfiguration.Network

  private static let isRecurrent: [ConfigurationCondition] = [.isOne(of: ["true"], key: "network.recurrent")]
  private static let adapts: [ConfigurationCondition] = [.isPositive(key: "network.adaptation")]

  private static let isQuantised: [ConfigurationCondition] = [.isPositive(key: "network.membrane_bits")]
  private static let isShifted: [ConfigurationCondition] = [
    .isOne(of: [Network.MembraneLeak.shift.rawValue], key: "network.membrane_leak")
  ]

  /// Keys of what hidden neurons do beside leaking and spiking.
  static let neurons: [ConfigurationKey] = [
    ConfigurationKey(
      "network.recurrent", .boolean, default: .value(.boolean(false)),
      when: hasOwnNetwork,
      summary: "Feeds the spikes of each hidden layer back to its own neurons, one tick later.",
      source: "Feed-forward unless a task needs memory; \(Citation.eProp)."),
    ConfigurationKey(
      "network.initial_recurrent_sigma", .number, default: .value(.number(0.02)), range: .closed(0, 1e6),
      unit: "weight", when: isRecurrent,
      summary: "Standard deviation of the initial weights inside a recurrent layer; a neuron does not feed itself.",
      source: "Chosen: half of initial_weight_sigma."),
    ConfigurationKey(
      "network.state", .choice(Network.Between.words), default: .value(.text("reset")),
      summary:
        "What becomes of potentials, filtered input, thresholds, refractory times and spikes under way between two samples: reset "
        + "to rest, or carried into the next; passes and tests begin at rest. Eligibility reaches over the boundary where "
        + "learning.update_ticks carries it.",
      source: "Samples are independent."),
    ConfigurationKey(
      "network.bias", .boolean, default: .value(.boolean(false)), when: hasOwnNetwork,
      summary:
        "Gives each layer one more row that is driven in every tick: biases on the crossbar, which learn from 0.",
      source: "\(Citation.eProp): biases of the readout only; each read of the row costs energy."),
    ConfigurationKey(
      "network.reset", .choice(Network.Reset.words), default: .value(.text("subtractive")),
      when: hasOwnNetwork,
      summary: "What a spike does to the potential: takes the threshold off it, or sets it to zero.",
      source: "\(Citation.eProp), \(Citation.review)"),
    ConfigurationKey(
      "network.refractory_time", .quantity(.time), default: .value(.of(TimeSpan.seconds(0))), range: .closed(0, 10),
      when: hasOwnNetwork,
      summary: "Time after a spike in which a hidden neuron does not spike again.", source: "\(Citation.review): none."),
    ConfigurationKey(
      "network.synapse_time_constant", .quantity(.time), default: .value(.of(TimeSpan.seconds(0))),
      range: .closed(0, 1000),
      when: hasOwnNetwork,
      summary: "Time constant of the filter between the columns and the potentials of hidden neurons; 0 s for none.",
      source: "\(Citation.review): none."),
    ConfigurationKey(
      "network.adaptation", .number, default: .value(.number(0)), range: .closed(0, 1e6), unit: "weight",
      when: hasOwnNetwork,
      summary: "Rise of the threshold of a hidden neuron with each of its spikes; 0 for fixed thresholds.",
      source: "None; \(Citation.eProp): 0.0174 of the threshold for 2 s."),
    ConfigurationKey(
      "network.adaptation_time_constant", .quantity(.time), default: .value(.of(TimeSpan.seconds(2))),
      range: .aboveUpTo(0, 10_000), when: adapts, summary: "Time constant in which the threshold falls back.",
      source: "\(Citation.eProp): about as long as the task has to remember."),
    ConfigurationKey(
      "network.adaptive_share", .number, default: .value(.number(0.5)), range: .closed(0, 1), unit: "1", when: adapts,
      summary: "Share of the neurons of each hidden layer that adapt, its last ones.",
      source: "\(Citation.eProp): half."),
    ConfigurationKey(
      "network.membrane_bits", .integer, default: .value(.integer(0)),
      range: .closed(0, Double(QuantisedMembrane.mostBits)), unit: "bits", when: hasOwnNetwork,
      summary: "Bits of the potential of a neuron, sign included; 0 for real numbers, else at least 3.",
      source: "Real numbers; \(Citation.reckOn): 16."),
    ConfigurationKey(
      "network.membrane_scale", .number, default: .value(.number(0x1p-10)), range: .closed(1e-9, 1e6), unit: "weight",
      when: isQuantised,
      summary: "Weight of one unit of the potential: thresholds and what columns sum to are rounded to whole units.",
      source: "Chosen: 1024 units to a threshold of 1, \(Citation.reckOn) has 614."),
    ConfigurationKey(
      "network.membrane_leak", .choice(Network.MembraneLeak.words),
      default: .value(.text(Network.MembraneLeak.shift.rawValue)), when: isQuantised,
      summary:
        "How a potential of whole units leaks: by its share 2^-leak_shift, rounded down, or by the factor of "
        + "membrane_time_constant in 15 bits, rounded stochastically.",
      source: "shift: \(Citation.mint); stochastic: \(Citation.reckOn)"),
    ConfigurationKey(
      "network.leak_shift", .integer, default: .value(.integer(4)),
      range: .closed(1, Double(QuantisedMembrane.mostBits - 1)), unit: "bits", when: isShifted,
      summary:
        "Leak of a potential of whole units, λ = 1 − 2^-leak_shift in a tick; takes the place of membrane_time_constant.",
      source: "Chosen: a time constant of 15.5 ticks; \(Citation.mint): 1."),
  ]
}
