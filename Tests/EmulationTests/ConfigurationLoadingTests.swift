import Quantities
import Testing

@testable import Emulation

let minimalExperiment = """
  stream:
    kind: sensor-recording
    path: streams/touch.csv
  """

/// Loads the minimal experiment with overrides.
func loadMinimal(_ overrides: String...) throws -> ExperimentConfiguration {
  try ExperimentConfiguration.load(text: minimalExperiment, name: "touch.yaml", overrides: overrides)
}

@Suite struct ConfigurationLoadingTests {
  @Test func defaultsNeedOnlyTheStream() throws {
    let configuration = try loadMinimal()
    #expect(configuration.name == "touch")
    #expect(configuration.stream.kind == .sensorRecording)
    #expect(configuration.stream.path == "streams/touch.csv")
    #expect(configuration.stream.window == .seconds(4))
    #expect(configuration.network.timeStep == .milliseconds(1))
    #expect(configuration.network.hidden == [256])
    #expect(configuration.device.preset == .rramTaOxHfOx)
    #expect(configuration.device.onConductance == .microsiemens(10))
    #expect(configuration.device.offConductance == .microsiemens(1))
    #expect(configuration.device.depressionNonlinearity == -0.63)
    #expect(configuration.device.endurance == 1e8)
    #expect(configuration.learning.rate == 3e-5)
    #expect(configuration.learning.targetFiringRate == .hertz(10))
    #expect(configuration.writes.policy == .accumulateThreshold)
    #expect(configuration.checkpoint.interval == .seconds(60))
    #expect(configuration.run.seed == 1)
    #expect(
      try ExperimentConfiguration.load(text: minimalExperiment, name: "x", overrides: ["stream.kind=n-mnist"]).stream
        .kind == .nMNIST)
  }

  @Test func presetSetsDefaultsAndKeysReplaceThem() throws {
    let ideal = try loadMinimal("device.preset=ideal", "writes.policy=exact")
    #expect(ideal.device.cycleToCycleSigma == 0 && ideal.device.endurance == 0)
    #expect(ideal.device.onConductance == .microsiemens(10))
    let noisy = try loadMinimal("device.preset=ideal", "device.cycle_to_cycle_sigma=0.02")
    #expect(noisy.device.cycleToCycleSigma == 0.02 && noisy.device.readNoise == 0)
  }

  @Test func lastOverrideWins() throws {
    let configuration = try loadMinimal(
      "crossbar.adc_bits=5", "crossbar.adc_bits=8", "network.hidden=128, 64", "name=a b")
    #expect(configuration.crossbar.adcBits == 8)
    #expect(configuration.network.hidden == [128, 64])
    #expect(configuration.name == "a b")
    #expect(try loadMinimal("network.hidden=[32]").network.hidden == [32])
    #expect(try loadMinimal("network.hidden=32").network.hidden == [32])
    #expect(try loadMinimal("stream.path=a=b").stream.path == "a=b")
  }

  @Test func acceptsEveryWayToWriteTheSame() throws {
    let text = """
      # comment with a *starred* word, and - *another*
      "name": 'quoted name'
      stream: {kind: n-mnist, path: "data/it's #1"}
      network:
        hidden:
          - 100
          - 50
        time_step: 1ms   # unit without a space
      crossbar.adc_bits: 7
      learning:
      """
    let configuration = try ExperimentConfiguration.load(text: text, name: "x.yaml")
    #expect(configuration.name == "quoted name")
    #expect(configuration.stream.path == "data/it's #1")
    #expect(configuration.network.hidden == [100, 50])
    #expect(configuration.crossbar.adcBits == 7)
    let windows = "\u{FEFF}" + text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
    #expect(try ExperimentConfiguration.load(text: windows, name: "x.yaml") == configuration)
  }

  @Test func resolvedYAMLReadsBackToTheSameBits() throws {
    let original = try loadMinimal("learning.rate=0.1234567890123456e-4", "network.time_step=333.3333333333333 us")
    let again = try ExperimentConfiguration.load(text: original.resolved.yaml, name: "other.yaml")
    #expect(again == original)
    #expect(again.resolved.yaml == original.resolved.yaml)
    #expect(again.learning.rate.bitPattern == original.learning.rate.bitPattern)
    #expect(again.differences(from: original).isEmpty)
  }

  @Test(arguments: [
    "a, &b", "x *y*", "- *z", "quote \" and \\", "tab\tline\nfeed", "~", "null", "true", "12", " lead",
    "e\u{301}µ日本\u{1F600}",
    "\u{85}\u{2028}\u{FEFF}\u{7F}\u{A0}", "a: b", "#x", "C:\\dir", "@x", "%y", "`z`", "[a", "{b", "!t x", "!t &x",
  ])
  func anyPathSurvivesTheResolvedFile(path: String) throws {
    let original = try loadMinimal("stream.path=\(path)")
    #expect(original.stream.path == path)
    let again = try ExperimentConfiguration.load(text: original.resolved.yaml, name: "touch.yaml")
    #expect(again.stream.path.unicodeScalars.elementsEqual(path.unicodeScalars))
  }

  /// A value for each key other than its default, as a user would write it.
  static let otherValues: [String: String] = [
    "name": "other", "stream.kind": "n-mnist", "stream.path": "elsewhere", "stream.split": "sample-folds",
    "network.hidden": "[12, 13]", "network.surrogate": "one-sided", "network.threshold": "1.5",
    "crossbar.adc_full_scale": "worst-case", "crossbar.weight_limit": "0.7", "device.preset": "ideal",
    "learning.rule": "none", "learning.feedback": "symmetric", "learning.loss": "squared-error",
    "writes.policy": "stochastic-rounding", "run.evaluate": "end",
  ]

  /// Another valid value of a key: a listed one, or one a little off the default.
  private func otherValue(of key: ConfigurationKey, in table: ResolvedConfiguration) throws -> String {
    if let listed = Self.otherValues[key.path] { return listed }
    switch try #require(table[key.path]) {
    case .boolean(let value): return "\(!value)"
    case .integer(let value): return "\(key.range.contains(Double(value + 1)) ? value + 1 : value - 1)"
    case .number(let value):
      let other = value == 0 ? 0.123456789 : value * 0.9
      return "\(key.range.contains(other) ? other : value * 1.1)"
    case .quantity(let value, let dimension): return QuantityText.format(value * 1.0001, as: dimension)
    case .text, .integers: throw ConfigurationError.malformedOverride(key.path)
    }
  }

  @Test(arguments: ConfigurationTable.keys.map(\.path))
  func everyKeyRoundTripsThroughItsTypedField(path: String) throws {
    let key = try #require(ConfigurationTable.key(path))
    let base = try loadMinimal()
    let changed = try loadMinimal("\(path)=\(try otherValue(of: key, in: base.resolved))")
    #expect(changed.resolved[path] != base.resolved[path])
    let differences = changed.differences(from: base)
    #expect(differences.contains { $0.path == path && $0.changesResult == key.changesResult })
    if path != "device.preset" { #expect(differences.count == 1) }
    #expect(Self.typedDescription(changed) != Self.typedDescription(base), "the typed value does not follow \(path)")
    #expect(try ExperimentConfiguration.load(text: changed.resolved.yaml, name: "touch.yaml") == changed)
  }

  /// All typed values, without the table they were read from.
  private static func typedDescription(_ configuration: ExperimentConfiguration) -> String {
    let parts: [Any] = [
      configuration.name, configuration.stream, configuration.network, configuration.crossbar, configuration.device,
      configuration.learning, configuration.writes, configuration.checkpoint, configuration.run,
    ]
    return "\(parts)"
  }

  @Test func typedFieldsFollowTheirOwnKeys() throws {
    let base = try loadMinimal()
    for key in ConfigurationTable.keys where !key.section.isEmpty && key.path != "device.preset" {
      let changed = try loadMinimal("\(key.path)=\(try otherValue(of: key, in: base.resolved))")
      let camel = key.name.split(separator: "_").enumerated().map {
        $0.offset == 0 ? String($0.element) : $0.element.capitalized
      }
      let expected = camel.joined()
      let before = Self.fields(of: base, section: key.section)
      let after = Self.fields(of: changed, section: key.section)
      let moved = before.keys.filter { before[$0] != after[$0] }
      #expect(moved == [expected], "\(key.path)")
    }
  }

  private static func fields(of configuration: ExperimentConfiguration, section: String) -> [String: String] {
    let struc = Mirror(reflecting: configuration).children.first { $0.label == section }
    let children = struc.map { Mirror(reflecting: $0.value).children } ?? Mirror.Children([])
    return Dictionary(uniqueKeysWithValues: children.map { ($0.label ?? "", "\($0.value)") })
  }

  @Test func differencesNameBothSides() throws {
    let ours = try loadMinimal("crossbar.adc_bits=5", "run.threads=2")
    let differences = ours.differences(from: try loadMinimal())
    #expect(differences.map(\.description) == ["crossbar.adc_bits: 5 here, 6 there", "run.threads: 2 here, 1 there"])
    #expect(differences.map(\.changesResult) == [true, false])
  }

  @Test func plainNumbersReadBackToTheSameBits() throws {
    #expect(ConfigurationValue.plain(1e8) == "1.0e+08" && ConfigurationValue.plain(-12e6) == "-1.2e+07")
    #expect(ConfigurationValue.plain(0) == "0" && ConfigurationValue.plain(3e-5) == "3.0e-05")
    #expect(ConfigurationValue.plain(123456) == "123456" && ConfigurationValue.plain(-0.63) == "-0.63")
    for exponent in -30...30 {
      for mantissa in [1, 12, 123.456, 0.1 + 0.2, -1, -12] {
        let value = try #require(Double("\(mantissa)e\(exponent)"))
        let text = ConfigurationValue.plain(value)
        #expect(QuantityText.plainNumber(text)?.bitPattern == value.bitPattern, "\(text)")
      }
    }
  }

  @Test func jsonHoldsValuesInBaseUnits() throws {
    let json = try loadMinimal("stream.path=a\"b").resolved.json
    #expect(json.contains("\"path\": \"a\\\"b\""))
    #expect(json.contains("\"time_step\": {\n      \"value\": 0.001,\n      \"unit\": \"s\"\n    }"))
    #expect(json.contains("\"hidden\": [\n      256\n    ]"))
  }
}

extension Substring {
  fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}
