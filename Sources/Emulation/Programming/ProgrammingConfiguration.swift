import Devices
import Recordings

/// The part of an experiment that programming an array needs: the sections `device`, `writes` and `crossbar`, with the checks,
/// presets, device files and warnings of experiments.
public struct ProgrammingConfiguration: Sendable {
  private let experiment: ExperimentConfiguration

  /// Keys that change what is programmed; those beside them steer learning or reading.
  private static let usedKeys: [String] =
    ["crossbar.tile_rows", "crossbar.tile_columns", "crossbar.weight_limit"]
    + ["mapping", "weight_bits", "device_bits", "slice_signs", "store_complements", "range_scaling", "reference_error"]
    .map {
      "crossbar.\($0)"
    } + ["device.", "writes.pair"]
    + ["devices_per_polarity", "biasing", "scheme", "tolerance", "verify_", "attempt_limit", "ramp_"].map {
      "writes.\($0)"
    }

  /// Takes the sections from an experiment file, or the defaults.
  ///
  /// - Parameters:
  ///   - experiment: path of an experiment, whose `crossbar.weight_limit` and `run.seed` hold too.
  ///   - overrides: each `key=value`, keys of the three sections.
  ///   - seed: seed of all randomness; `nil`: that of the experiment.
  ///   - weights: what will be programmed; without an experiment their largest magnitude is the weight limit, and verified
  ///     writes may take four times the pulses of the whole range, unless overrides say otherwise.
  /// - Throws: `ConfigurationError`.
  public init(
    experiment path: String?, overrides: [String], seed: UInt64?, weights: WeightMatrix
  ) throws(ConfigurationError) {
    if let error = ConfigurationError(overrides.compactMap(Self.objection)) { throw error }
    var all = overrides + (seed.map { ["run.seed=\($0)"] } ?? [])
    if let path {
      experiment = try ExperimentConfiguration.load(path: path, overrides: all)
      return
    }
    let limit = weights.largestMagnitude
    all.insert("crossbar.weight_limit=\(limit > 0 ? limit : 1)", at: 0)
    let defaults = try Self.load(all)
    experiment =
      defaults.writes.scheme == .writeVerify
      ? try Self.load(["writes.attempt_limit=\(Self.attemptLimit(of: defaults.device.parameters))"] + all) : defaults
  }

  private static func load(_ overrides: [String]) throws(ConfigurationError) -> ExperimentConfiguration {
    try ExperimentConfiguration.load(
      text: "stream: {kind: n-mnist, path: unused}\nlearning: {rule: none}\n", name: "program", overrides: overrides)
  }

  /// Pulses of four ways through the range of the typical device. Writes of learning are small and may give up early; a first
  /// programming leads devices through their whole range and back where a noisy pulse went too far.
  private static func attemptLimit(of device: DeviceParameters) -> Int {
    let steps = device.typicalSteps
    return Int(min(max((4 / min(steps.potentiation, steps.depression)).rounded(.up), 100), 65_535))
  }

  /// What is wrong with an override of a key that programming does not look at.
  private static func objection(to override: String) -> ConfigurationError? {
    let key = String(override.prefix { $0 != "=" }.filter { $0 != " " })
    guard ConfigurationTable.key(key) != nil, !usedKeys.contains(where: key.hasPrefix) else { return nil }
    return .unusedKey(
      .override(override), key: key,
      reason:
        "programming takes keys of device, the tiles, weight_limit and mapping of crossbar, and how writes are done, not when"
    )
  }

  /// The override that a device named on the command line stands for: a known technology, else a device file.
  public static func override(device name: String, folder: String) -> String {
    if DeviceTechnology.named(name) != nil { return "device.preset=\(name)" }
    return "device.file=\(name.hasPrefix("/") ? name : "\(folder)/\(name)")"
  }

  /// What will likely not do what was meant, one sentence each, without what concerns learning.
  public var warnings: [String] {
    experiment.warnings.filter { !$0.contains("writes.policy") && !$0.contains("wire_model") }
  }

  /// The keys that count, as YAML, defaults written out.
  public var yaml: String {
    var section = ""
    var text = ""
    for line in experiment.resolved.yaml.split(separator: "\n") {
      let key = String(line.drop { $0 == " " }.prefix { $0 != ":" })
      if line.first == " " {
        if Self.usedKeys.contains(where: "\(section).\(key)".hasPrefix) { text += "\(line)\n" }
      } else {
        section = key
        if ["crossbar", "device", "writes"].contains(key) { text += "\(line)\n" }
      }
    }
    return text
  }

  /// Name of the device that the defaults are of.
  public var deviceName: String { experiment.device.preset.name }
  /// Works to cite for the device.
  public var citations: [String] { experiment.device.preset.citations }

  /// What programming wants to know.
  /// - Parameters:
  ///   - rounds: times the whole matrix is programmed.
  ///   - ages: times after programming at which the array is looked at again.
  ///   - start: what the array holds before.
  public func parameters(
    rounds: Int = 1, ages: ElapsedTimes? = nil, start: ArrayProgramming.Start = .erased
  ) -> ArrayProgramming.Parameters {
    ArrayProgramming.Parameters(
      device: experiment.device.parameters, writing: experiment.writes.parameters,
      tileRows: experiment.crossbar.tileRows, tileColumns: experiment.crossbar.tileColumns,
      mapping: experiment.crossbar.weightMapping,
      weightLimit: Float(experiment.crossbar.weightLimit), tolerance: experiment.writes.tolerance, rounds: rounds,
      ages: ages?.spans ?? [], start: start, seed: experiment.run.seed)
  }
}
