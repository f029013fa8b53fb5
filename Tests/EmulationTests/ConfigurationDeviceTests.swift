import Devices
import Glibc
import Testing

@testable import Emulation

@Suite struct ConfigurationPresetTests {
  private static let names = DeviceTechnology.all.map(\.name)

  private func load(_ overrides: [String], text: String = minimalExperiment) throws -> ExperimentConfiguration {
    try ExperimentConfiguration.load(text: text, name: "touch.yaml", overrides: overrides)
  }

  /// The keys say everything about a device: a preset taken apart into keys and put together is the same, bit for bit.
  @Test(arguments: names)
  func presetSurvivesItsKeys(name: String) throws {
    let preset = try #require(DeviceTechnology.named(name))
    let configuration = try load(["device.preset=\(name)"])
    #expect(configuration.device.preset == preset)
    #expect(configuration.device.parameters == preset.parameters)
    let again = try load([], text: configuration.resolved.yaml)
    #expect(again == configuration && again.device.parameters == preset.parameters)
    #expect(again.resolved.yaml == configuration.resolved.yaml)
  }

  /// Every default of every preset is a value that a user could write.
  @Test(arguments: names)
  func presetDefaultsAreValid(name: String) throws {
    let resolved = try load(["device.preset=\(name)"]).resolved
    for (key, value) in resolved.entries where key.section == "device" && value != .unused {
      #expect(try key.value(from: value.text, at: .override("x")) == value, "\(key.path)")
    }
  }

  /// The same device in the words of another preset: a resolved file depends on its preset in nothing but the name.
  @Test func keysOverruleThePreset() throws {
    let other = try load(["device.preset=rram-65nm"])
    let device = other.resolved.entries.filter { $0.key.section == "device" && $0.value != .unused }
    let overrides = device.map { "\($0.key.path)=\($0.key.name == "preset" ? "rram-taox-hfox" : $0.value.text)" }
    #expect(try load(overrides).device.parameters == other.device.parameters)
  }

  @Test func modelsAreChosenByWords() throws {
    let table = try load([
      "device.response=table", "device.potentiation_curve=[0, 0.5, 0.75, 1]", "device.depression_curve=[1, 0.2, 0]",
      "device.depression_spacing=4",
    ]).device.parameters
    guard case .tabulated(let pair) = table.response else {
      Issue.record("\(table.response)")
      return
    }
    #expect(pair.potentiation.levels == [0, 0.5, 0.75, 1] && pair.depression.pulsesPerPoint == 4)
    #expect(table.variation.nonlinearitySigma == 0 && table.variation.rangeSigma == 0.07)
    let soft = try load([
      "device.response=steps", "device.potentiation_law=affine", "device.potentiation_step=0.02",
      "device.depression_law=power", "device.depression_step=0.03", "device.depression_exponent=2",
    ]).device.parameters
    #expect(
      soft.response
        == (try .laws(
          potentiation: .affine(stepAtStart: 0.02, stepAtEnd: 0), depression: .power(step: 0.03, exponent: 2))))
    let fast = try load(["device.retention=power-law", "device.drift_exponent_law=fixed", "device.drift_exponent=0.1"])
    #expect(
      fast.device.parameters.retention
        == .powerLaw(PowerLawDrift(exponent: .fixed(mean: 0.1, sigma: 0.004), lowestFraction: 1e-6 / 10e-6)))
    let noisy = try load(["device.read_noise_law=scaled", "device.read_noise=0.02", "device.on_conductance=20 uS"])
    #expect(
      noisy.device.parameters.readNoise == .scaled(relative: 0.02, reference: 20e-6, exponent: 0.5))
    #expect(try load(["device.telegraph_fraction=0.1"]).device.parameters.telegraphNoise == TelegraphNoise())
    #expect(try load(["device.pulse_energy=fixed"]).device.parameters.pulse.energy == .fixed(set: 1e-12, reset: 10e-12))
    #expect(
      try load(["device.window_wear=ferroelectric"]).device.parameters.endurance.window == .ferroelectric())
    #expect(
      try load(["device.retention=relaxation", "device.relaxation_law=polynomial", "device.relaxation_range=39 uS"])
        .device.parameters.retention == .relaxation(.writeVerifiedHafnium))
  }

  /// A response without labels or laws is described by the steps at its ends.
  @Test func responsesWithoutAnOriginBecomeSteps() throws {
    let law = StepLaw.affine(stepAtStart: 0.0125, stepAtEnd: 0.0025)
    let pair = ExponentialPair(
      potentiation: try #require(law.closedForm(.potentiation)), depression: try #require(law.closedForm(.depression)))
    let draft = DeviceDraft(DeviceParameters(off: 1e-6, on: 1e-5, response: .exponential(pair)))
    #expect(draft.response == .steps)
    for numbers in [draft.potentiation, draft.depression] {
      #expect(abs(numbers.step - 0.0125) < 1e-12 && abs(numbers.endStep - 0.0025) < 1e-12)
    }
  }

  /// What an override makes meaningless is left out; what is written beside it is a mistake.
  @Test func overridesTakeMeaningFromTheFile() throws {
    let text = minimalExperiment + "\ndevice: {potentiation_nonlinearity: 2}\nwrites: {threshold: 5}"
    #expect(try load([], text: text).writes.threshold == 5)
    let other = try load(["device.preset=pcm-gst-2018", "writes.policy=direct"], text: text)
    #expect(other.resolved["device.potentiation_nonlinearity"] == .unused)
    #expect(other.resolved["writes.threshold"] == .unused)
    #expect(throws: ConfigurationError.self) {
      try load([], text: text + "\ndevice.response: magnetic")
    }
    let error = #expect(throws: ConfigurationError.self) {
      try load(["writes.policy=direct", "writes.threshold=3"])
    }
    #expect(
      try #require(error).description
        == "--set writes.threshold=3: writes.threshold has no effect here: it is for experiments in which writes.policy is "
        + "accumulate-threshold or ternary, which is direct; remove it")
  }

  @Test func reasonsNameTheKeyThatDecides() throws {
    let error = #expect(throws: ConfigurationError.self) { try load(["device.drift_exponent=0.1"]) }
    #expect(try #require(error).description.contains("device.retention is power-law, which is none"))
  }
}

@Suite struct DeviceFileTests {
  /// Writes files into a folder of its own and loads the experiment among them.
  private func load(
    _ files: [String: String], overrides: [String] = []
  ) throws -> ExperimentConfiguration {
    var template = Array("/tmp/crosspoint-XXXXXX".utf8CString)
    let folder = try #require(
      template.withUnsafeMutableBufferPointer { mkdtemp($0.baseAddress!).map { String(cString: $0) } })
    defer {
      for name in files.keys { unlink("\(folder)/\(name)") }
      rmdir(folder)
    }
    for (name, text) in files {
      let file = try #require(fopen("\(folder)/\(name)", "w"))
      fputs(text, file)
      fclose(file)
    }
    return try ExperimentConfiguration.load(path: "\(folder)/x.yaml", overrides: overrides)
  }

  private let experiment = minimalExperiment + "\ndevice: {file: my.yaml}"
  private let fitted = """
    # as made by a fit
    device:
      on_conductance: 42 uS
      off_conductance: 2 uS
      response: table
      potentiation_curve: [0, 0.4, 0.7, 1]
      depression_curve: [1, 0.5, 0.2, 0]
      cycle_to_cycle_kind: relative
      cycle_to_cycle_sigma: 0.3
    """

  @Test func deviceFileGivesTheDefaults() throws {
    let configuration = try load(["x.yaml": experiment, "my.yaml": fitted])
    let parameters = configuration.device.parameters
    #expect(parameters.on == 42e-6 && parameters.off == 2e-6)
    #expect(parameters.cycleNoise == CycleNoise(sigma: 0.3, kind: .relative))
    #expect(parameters.endurance.scale == 1e8, "what the file does not say is that of the preset")
    let replaced = try load(["x.yaml": experiment, "my.yaml": fitted], overrides: ["device.on_conductance=30 uS"])
    #expect(replaced.device.parameters.on == 30e-6)
    let simple = try load(["x.yaml": experiment, "my.yaml": fitted], overrides: ["device.response=steps"])
    #expect(simple.resolved["device.potentiation_curve"] == .unused)
  }

  /// A resolved experiment stands alone: no file, all values.
  @Test func resolvedExperimentHoldsTheValues() throws {
    let configuration = try load(["x.yaml": experiment, "my.yaml": fitted])
    #expect(!configuration.resolved.yaml.contains("my.yaml"))
    let again = try ExperimentConfiguration.load(text: configuration.resolved.yaml, name: "x.yaml")
    #expect(again == configuration)
    #expect(again.device.parameters == configuration.device.parameters)
  }

  @Test func measuredCurvesMayBeLong() throws {
    let count = TabulatedResponse.largestCount
    let levels = (0..<count).map { Double($0) / Double(count - 1) }
    func list(_ values: [Double]) -> String { "[" + values.map { "\($0)" }.joined(separator: ", ") + "]" }
    let file = """
      device:
        response: table
        potentiation_curve: \(list(levels))
        depression_curve: \(list(levels.reversed()))
      """
    let configuration = try load(["x.yaml": experiment, "my.yaml": file])
    guard case .tabulated(let pair) = configuration.device.parameters.response else {
      Issue.record("no table")
      return
    }
    #expect(pair.potentiation.levels == levels)
    let again = try ExperimentConfiguration.load(text: configuration.resolved.yaml, name: "x.yaml")
    #expect(again.device.parameters == configuration.device.parameters)
  }

  @Test(arguments: [
    ("network: {hidden: [3]}", "my.yaml:1: network.hidden has no effect here"),
    ("device: {file: other.yaml}", "my.yaml:1: device.file has no effect here"),
    ("device: {on_conductanse: 3 uS}", "my.yaml:1: unknown key device.on_conductanse"),
    ("device: {on_conductance: 3 V}", "my.yaml:1: device.on_conductance"),
    ("device: {preset: pcm-gst-2018, set_error: 0.1}", "device.set_error has no effect here"),
    ("", "my.yaml: holds no keys"), ("device: [", "my.yaml:2: is not valid YAML"),
    ("device: {response: &a x}", "anchor"),
  ])
  func problemsOfTheFileHaveItsPlace(file: String, sentence: String) throws {
    let error = #expect(throws: ConfigurationError.self) { try load(["x.yaml": experiment, "my.yaml": file]) }
    #expect(try #require(error).description.contains(sentence), "\(String(describing: error))")
  }

  @Test func missingFilesAndOtherPresetsAreNamed() throws {
    let missing = #expect(throws: ConfigurationError.self) { try load(["x.yaml": experiment]) }
    #expect(try #require(missing).description.contains("my.yaml: cannot be read: No such file"))
    let files = ["x.yaml": experiment, "my.yaml": "device: {preset: stt-mram}"]
    #expect(try load(files).device.preset.name == "stt-mram")
    let error = #expect(throws: ConfigurationError.self) { try load(files, overrides: ["device.preset=ideal"]) }
    #expect(try #require(error).description.contains("says stt-mram"))
  }
}
