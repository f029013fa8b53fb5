import Crossbars
import Devices
import Plasticity
import Testing

@testable import Emulation

@Suite struct ConfigurationWritesTests {
  @Test func policiesCarryTheirNumbers() throws {
    func policy(_ overrides: String...) throws -> WritePolicyChoice {
      try ExperimentConfiguration.load(text: minimalExperiment, name: "x", overrides: overrides).writes.policyChoice
    }
    #expect(try policy() == .accumulateThreshold(threshold: 2, largestTrain: 64))
    #expect(try policy("device.preset=ideal", "writes.policy=exact") == .exact)
    #expect(
      try policy("writes.policy=stochastic-rounding", "writes.largest_train=9") == .stochasticRounding(largestTrain: 9))
    #expect(try policy("writes.policy=direct") == .direct(largestTrain: 64))
    #expect(try policy("writes.policy=sign", "writes.dead_zone=0.25") == .sign(deadZone: 0.25))
    #expect(try policy("writes.policy=ternary", "writes.threshold=4") == .ternary(threshold: 4))
    #expect(
      try policy("writes.policy=probabilistic", "writes.probability_scale=8") == .probabilistic(scale: 8))
    #expect(try policy("writes.policy=coincidence", "writes.bit_length=7") == .coincidence(bitLength: 7))
    #expect(
      try policy("writes.policy=sign", "writes.wear_aware=0.75") == .wearAware(from: 0.75, .sign(deadZone: 0.5)))
  }

  @Test func schemesCarryTheirNumbers() throws {
    func parameters(_ overrides: String...) throws -> WriteParameters {
      try ExperimentConfiguration.load(text: minimalExperiment, name: "x", overrides: overrides).writes.parameters
    }
    #expect(try parameters() == WriteParameters())
    #expect(try parameters("device.preset=ideal") == WriteParameters())
    #expect(
      try parameters("device.preset=pcm-gst-2018", "writes.devices_per_polarity=4")
        == WriteParameters(direction: .oneSided, devicesPerPolarity: 4, refresh: PairRefresh()))
    #expect(try parameters("device.preset=pcm-gst-kuzum").direction == .pushPull)
    #expect(
      try parameters("writes.pair=one-sided", "writes.refresh_saturation=1")
        == WriteParameters(direction: .oneSided, refresh: nil))
    #expect(
      try parameters("writes.scheme=write-verify", "writes.verify_bits=6", "writes.biasing=half-voltage")
        == WriteParameters(scheme: .writeVerify(WriteVerify(verifyBits: 6)), biasing: .halfVoltage))
    let ramp = try parameters("writes.scheme=write-verify", "writes.ramp_step=0.1 V")
    #expect(
      ramp.scheme == .writeVerify(WriteVerify(ramp: AmplitudeRamp(step: 0.1, limit: 1.5 * 1.6))))
    let start = try parameters(
      "writes.scheme=write-verify", "writes.ramp_step=0.1 V", "writes.ramp_start=1.2 V", "writes.ramp_limit=2 V")
    #expect(start.scheme == .writeVerify(WriteVerify(ramp: AmplitudeRamp(start: 1.2, step: 0.1, limit: 2))))
  }

  /// Every preset can be written in its usual way.
  @Test(arguments: DeviceTechnology.all.map(\.name))
  func everyPresetHasAWayToBeWritten(preset: String) throws {
    let configuration = try loadMinimal("device.preset=\(preset)")
    #expect(configuration.device.parameters.isContinuous ? configuration.writes.parameters == WriteParameters() : true)
    #expect(configuration.warnings.isEmpty, "\(configuration.warnings)")
  }

  // MARK: Warnings

  @Test(arguments: [
    (
      ["writes.scheme=write-verify", "writes.tolerance=0.005"],
      "writes.tolerance (0.005 of the range) is below the noise of a verify read (writes.verify_noise 0.01, on "
        + "average 0.0068 of the range): lucky reads end the writes, and an error of about σ = 0.0073 of the range stays"
    ),
    (
      ["writes.scheme=write-verify", "writes.tolerance=0.02"],
      "writes.tolerance (0.02 of the range) is not below the smallest change that writes.policy accumulate-threshold asks of "
        + "a device (0.016 of the range)"
    ),
    (
      ["writes.scheme=write-verify", "writes.tolerance=0.012", "writes.policy=sign"],
      "the smallest change that writes.policy sign asks of a device (0.0079 of the range)"
    ),
    (
      ["writes.scheme=write-verify", "writes.tolerance=0.012", "writes.attempt_limit=50"],
      "writes.attempt_limit (50) is below what a long write takes (about 68 pulses: 64 at most asked for by writes.policy "
        + "accumulate-threshold, and 4 to hit the tolerance)"
    ),
    (["writes.pair=one-sided", "writes.refresh_saturation=1"], "writes.pair one-sided without refresh"),
    (["device.clustered_share=0.3"], "device.clustered_share (0.3) has no effect"),
    (["device.endurance=0", "writes.wear_aware=0.5"], "writes.wear_aware (0.5) has no effect"),
    (
      ["device.endurance=10"],
      "device.endurance (10) lasts about 360 pulses of the typical device: one that is written at every update is worn out "
        + "after 180 samples (6 minutes of recording), less than one pass"
    ),
    (
      ["device.endurance=100", "stream.limit=5000"], "worn out after 1800 samples (60 minutes of recording)"
    ),
    (
      ["device.endurance=100", "learning.update_ticks=40"],
      "worn out after 18 samples (36 s of recording)"
    ),
    (
      ["device.endurance=1"],
      "device.endurance (1) lasts about 36 pulses of the typical device, fewer than one write may send (64)"
    ),
    (["crossbar.wire_model=exact"], "crossbar.wire_staleness 0.01 keeps a solution"),
    (
      ["network.membrane_bits=16", "network.membrane_time_constant=2 s"],
      "network.leak_shift (4) is a time constant of 15.495 ms, and network.membrane_time_constant (2 s) has no effect"
    ),
  ])
  func warningsAreSentences(overrides: [String], sentence: String) throws {
    let warnings = try ExperimentConfiguration.load(text: minimalExperiment, name: "x", overrides: overrides).warnings
    #expect(warnings.count == 1)
    #expect(warnings.first?.contains(sentence) == true, "\(warnings)")
  }

  @Test func soundExperimentsHaveNoWarnings() throws {
    for overrides in [
      [], ["device.preset=ideal", "writes.policy=exact"], ["writes.scheme=write-verify"],
      ["learning.rule=none", "device.endurance=1"], ["device.endurance=100"], ["network.membrane_bits=16"],
    ] {
      let configuration = try ExperimentConfiguration.load(text: minimalExperiment, name: "x", overrides: overrides)
      #expect(configuration.warnings.isEmpty, "\(configuration.warnings)")
    }
  }
}
