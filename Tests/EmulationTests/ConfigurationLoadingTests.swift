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
    #expect(configuration.device.preset.name == "rram-taox-hfox")
    #expect(configuration.device.parameters == configuration.device.preset.parameters)
    #expect(configuration.device.parameters.on == 10e-6 && configuration.device.parameters.endurance.scale == 1e8)
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
    let ideal = try loadMinimal("device.preset=ideal", "writes.policy=exact").device.parameters
    #expect(ideal.cycleNoise.sigma == 0 && !ideal.endurance.isLimited && ideal.isContinuous)
    #expect(ideal.on == 10e-6)
    let noisy = try loadMinimal("device.preset=ideal", "device.cycle_to_cycle_sigma=0.02").device.parameters
    #expect(noisy.cycleNoise.sigma == 0.02 && noisy.readNoise == .none)
    #expect(try loadMinimal("device.endurance=0").device.parameters.endurance.scale == .infinity)
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
