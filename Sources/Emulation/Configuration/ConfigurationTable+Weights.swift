import Quantities

extension ConfigurationTable {
  private typealias Network = ExperimentConfiguration.Network

  /// `network.weights_from` without a file.
  static let noWeights = "none"

  /// What describes the network itself has a meaning only where no file does.
  static let hasOwnNetwork: [ConfigurationCondition] = [.isOne(of: [noWeights], key: "network.weights_from")]
  private static let isImported: [ConfigurationCondition] = [.isNone(of: [noWeights], key: "network.weights_from")]

  /// Keys of the tick and of a network that comes from a file.
  static let origin: [ConfigurationKey] = [
    ConfigurationKey(
      "network.time_step", .quantity(.time), default: .value(.of(TimeSpan.milliseconds(1))), range: .closed(1e-6, 1),
      summary: "Length of one tick.", source: Citation.eProp),
    ConfigurationKey(
      "network.weights_from", .text, default: .value(.text(noWeights)),
      summary:
        "A NIR graph (.nir) that the network begins as: layers, neurons, weights; relative to the experiment file; none for "
        + "the random network that the keys below describe.",
      source: "\(Citation.nir)."),
    ConfigurationKey(
      "network.weights_time_step", .quantity(.time), default: .multiple(1, ofLargest: ["network.time_step"]),
      range: .closed(1e-9, 10), when: isImported,
      summary: "Time of the graph that one tick is: its time constants are taken at this step.",
      source: "The tick itself; graphs of snnTorch assume 0.1 ms."),
    ConfigurationKey(
      "network.weights_decay", .choice(Network.ImportedDecay.words), default: .value(.text("from-file")),
      when: isImported,
      summary:
        "Leak of a tick: exact is λ = exp(−step/τ), euler λ = 1 − step/τ, from-file what the metadata decay of the graph says, "
        + "exact without.",
      source: "\(Citation.nir): equations in continuous time; frameworks that train in ticks use Euler's rule."),
    ConfigurationKey(
      "network.weights_reset", .choice(Network.ImportedReset.words), default: .value(.text("from-file")),
      when: isImported,
      summary:
        "What a spike does to the potential: subtractive takes the threshold off it, zero sets it to v_reset, from-file what the "
        + "metadata reset of the graph says, zero without.",
      source: "\(Citation.nir): v_reset."),
    ConfigurationKey(
      "network.weights_clip", .boolean, default: .value(.boolean(false)), when: isImported,
      summary: "Cuts weights of the graph beyond crossbar.weight_limit; they are refused otherwise.",
      source: "A cut weight is not what was trained."),
  ]
}
