import Quantities
import Testing

@testable import Emulation

/// What holds for every key, set to something other than its default.
@Suite struct ConfigurationKeyTests {
  /// A value for some keys, as a user would write it.
  private static let otherValues: [String: String] = [
    "name": "other", "stream.path": "elsewhere", "stream.split": "sample-folds", "network.hidden": "[12, 13]",
    "network.features": "4c3",
    "network.feature_weights": "kernels.h5",
    "network.weights_from": "net.nir",
    "network.threshold": "1.5", "crossbar.weight_limit": "0.7", "device.preset": "ideal",
    "writes.policy": "stochastic-rounding", "run.evaluate": "end", "network.membrane_bits": "14",
    "writes.levelling": "row-swap", "stream.sensor": "640x480", "stream.prepare": "downsample 2",
  ]

  /// Another valid value of a key: a listed one, another word, or a number a little off.
  private func otherValue(of key: ConfigurationKey, in table: ResolvedConfiguration) throws -> String {
    if let listed = Self.otherValues[key.path] { return listed }
    let value = try #require(table[key.path])
    if case .choice(let words) = key.kind { return try #require(words.first { $0 != value.text }) }
    switch value {
    case .boolean(let value): return "\(!value)"
    case .integer(let value): return "\(key.range.contains(Double(value + 1)) ? value + 1 : value - 1)"
    case .number(let value):
      let other = value == 0 ? 0.123456789 : value * 0.9
      return "\(key.range.contains(other) ? other : value * 1.1)"
    case .quantity(let value, let dimension):
      return QuantityText.format(value == 0 ? 0.1 : value * 1.0001, as: dimension)
    case .numbers(let values): return ConfigurationValue.numbers(values.map { $0 / 2 }).text
    case .quantities(let values, let dimension):
      return ConfigurationValue.quantities(values.map { $0 / 2 }, dimension).text
    case .text, .integers, .unused: throw ConfigurationError.malformedOverride(key.path)
    }
  }

  /// Overrides that give a key a meaning.
  private static func prerequisites(of key: ConfigurationKey) -> [String] {
    var overrides: [String] = []
    for condition in key.conditions {
      guard let other = ConfigurationTable.key(condition.key) else { continue }
      overrides += prerequisites(of: other)
      switch condition {
      case .either(let conditions):
        switch conditions.first {
        case .isOne(let words, let path): overrides.append("\(path)=\(words[0])")
        case .isNone(_, let path): overrides.append("\(path)=\(otherValues[path] ?? "")")
        default: break
        }
      case .isOne(let words, let path): overrides.append("\(path)=\(words[0])")
      case .isNone(let words, let path):
        if case .text = other.kind { overrides.append("\(path)=\(otherValues[path] ?? "4c3")") }
        guard case .choice(let known) = other.kind, case .value(let value) = other.defaultValue,
          words.contains(value.text), let word = known.first(where: { !words.contains($0) })
        else { break }
        overrides.append("\(path)=\(word)")
      case .isPositive(let path):
        if case .quantity(let dimension) = other.kind {
          overrides.append("\(path)=\(QuantityText.format(0.2, as: dimension))")
        } else if other.kind == .integer {
          overrides.append("\(path)=12")
        } else {
          overrides.append("\(path)=0.2")
        }
      }
    }
    if ConfigurationTable.competition.contains(where: { $0.path == key.path }) {
      overrides.append("learning.rule=pair-stdp")
    }
    if key.path == "crossbar.range_scaling" { overrides.append("learning.rule=none") }
    if overrides.contains("device.response=table") {
      overrides += ["device.potentiation_curve=[0, 0.5, 1]", "device.depression_curve=[1, 0.5, 0]"]
    }
    return overrides
  }

  /// An experiment in which the key has a meaning, and the same with another value of it.
  private func pair(_ path: String) throws -> (base: ExperimentConfiguration, changed: ExperimentConfiguration) {
    let key = try #require(ConfigurationTable.key(path))
    let before = Self.prerequisites(of: key)
    func load(_ overrides: [String]) throws -> ExperimentConfiguration {
      try ExperimentConfiguration.load(text: minimalExperiment, name: "touch.yaml", overrides: overrides)
    }
    let base = try load(before)
    return (base, try load(before + ["\(path)=\(try otherValue(of: key, in: base.resolved))"]))
  }

  /// Keys with a value in an experiment.
  private static let paths = ConfigurationTable.keys.map(\.path).filter { $0 != "device.file" }

  @Test(arguments: paths)
  func everyKeyRoundTripsThroughItsTypedField(path: String) throws {
    let (base, changed) = try pair(path)
    let key = try #require(ConfigurationTable.key(path))
    #expect(changed.resolved[path] != base.resolved[path])
    let differences = changed.differences(from: base)
    #expect(differences.contains { $0.path == path && $0.changesResult == key.changesResult })
    if !ConfigurationTable.decidingKeys.contains(path) { #expect(differences.count == 1) }
    #expect(Self.typedDescription(changed) != Self.typedDescription(base), "the typed value does not follow \(path)")
    #expect(try ExperimentConfiguration.load(text: changed.resolved.yaml, name: "touch.yaml") == changed)
  }

  /// All typed values, without the table they were read from.
  private static func typedDescription(_ configuration: ExperimentConfiguration) -> String {
    let parts: [Any] = [
      configuration.name, configuration.stream, configuration.network, configuration.crossbar, configuration.device,
      configuration.learning, configuration.writes, configuration.checkpoint, configuration.run,
      configuration.hardware,
    ]
    return "\(parts)"
  }

  @Test(arguments: paths.filter { $0.contains(".") && !$0.hasPrefix("device.") })
  func typedFieldsFollowTheirOwnKeys(path: String) throws {
    let (base, changed) = try pair(path)
    let key = try #require(ConfigurationTable.key(path))
    let camel = key.name.split(separator: "_").enumerated().map {
      $0.offset == 0 ? String($0.element) : $0.element.capitalized
    }
    let before = Self.fields(of: base, section: key.section)
    let after = Self.fields(of: changed, section: key.section)
    let moved = Set(before.keys.filter { before[$0] != after[$0] })
    // A choice brings and takes the numbers of its models.
    #expect(ConfigurationTable.decidingKeys.contains(path) ? moved.contains(camel.joined()) : moved == [camel.joined()])
  }

  private static func fields(of configuration: ExperimentConfiguration, section: String) -> [String: String] {
    let struc = Mirror(reflecting: configuration).children.first { $0.label == section }
    let children = struc.map { Mirror(reflecting: $0.value).children } ?? Mirror.Children([])
    return Dictionary(uniqueKeysWithValues: children.map { ($0.label ?? "", "\($0.value)") })
  }

  /// A key without a meaning is refused with the key that decides, and neither written nor compared.
  @Test(arguments: ConfigurationTable.keys.filter { !$0.conditions.isEmpty }.map(\.path))
  func keysWithoutMeaningAreRefused(path: String) throws {
    let key = try #require(ConfigurationTable.key(path))
    let (base, _) = try pair(path)
    let value = try #require(base.resolved[path]).text
    // Each is without a meaning in one of these.
    for overrides in [
      [], ["device.preset=ideal"], ["device.preset=ideal", "writes.policy=exact"], ["device.preset=fcm-hzo"],
      ["device.preset=pcm-gst-2018"], ["writes.policy=sign"], ["device.life_distribution=log-normal"],
      ["crossbar.charge_read=ideal"], ["learning.feedback=symmetric"], ["learning.rule=pair-stdp"],
      ["network.weights_from=net.nir"], ["stream.kind=temporal-xor"], ["learning.rate_schedule=cosine"],
      ["stream.delta_rows=false"],
    ] {
      let other = try ExperimentConfiguration.load(text: minimalExperiment, name: "x", overrides: overrides)
      guard other.resolved[path] == .unused else { continue }
      let section = other.resolved.yaml.split(separator: "\n").drop { $0 != "\(key.section):" }.dropFirst()
      #expect(!section.prefix { $0.hasPrefix("  ") }.contains { $0.hasPrefix("  \(key.name): ") })
      let error = #expect(throws: ConfigurationError.self) {
        try ExperimentConfiguration.load(
          text: minimalExperiment, name: "x", overrides: overrides + ["\(path)=\(value)"])
      }
      guard case .unusedKey(_, path, let reason) = try #require(error) else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(reason.contains("which is") && ConfigurationTable.decidingKeys.contains { reason.contains($0) })
      return
    }
    Issue.record("\(path) has a meaning everywhere")
  }
}

extension Substring {
  fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}
