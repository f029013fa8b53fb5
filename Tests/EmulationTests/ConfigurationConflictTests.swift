import Quantities
import Testing

@testable import Emulation

@Suite struct ConfigurationConflictTests {
  @Test(arguments: [
    (["device.off_conductance=20 uS"], "device.off_conductance (20 µS) must be below device.on_conductance (10 µS)"),
    (["device.off_conductance=10 uS"], "must be below"),
    (["device.stuck_off_fraction=0.6", "device.stuck_on_fraction=0.6"], "exceed all devices"),
    (["writes.policy=exact"], "device.preset rram-taox-hfox cannot"),
    (["writes.policy=exact", "device.preset=ideal", "device.cycle_to_cycle_sigma=0.1"], "has no effect"),
    (["learning.feedback=symmetric", "network.hidden=[8, 8]"], "exactly one hidden layer"),
    (["device.preset=fcm-hzo", "device.on_capacitance=0.1 fF"], "device.off_capacitance (0.5 fF) must be below"),
    (["device.preset=fcm-hzo", "device.response=magnetic"], "device.response magnetic describes a conductance, but"),
    (["device.preset=fcm-hzo", "device.read_noise_law=affine"], "device.read_noise_law affine has numbers in siemens"),
    (["device.preset=fcm-hzo", "device.retention=relaxation"], "device.retention relaxation has numbers in siemens"),
    (["device.preset=fcm-hzo", "device.pulse_energy=ohmic"], "is the heat of a current; use fixed"),
    (["device.cycle_to_cycle_sigma=3"], "device.cycle_to_cycle_sigma (3) exceeds the range"),
    (["crossbar.mapping=bit-slices", "device.preset=ideal"], "device.preset ideal holds weights themselves"),
    (["crossbar.mapping=digital-offset", "writes.pair=one-sided"], "writes.pair one-sided needs pairs"),
    (["crossbar.mapping=bit-slices", "writes.devices_per_polarity=2"], "writes.devices_per_polarity 1, found 2"),
    (["crossbar.mapping=bit-slices", "crossbar.store_complements=true"], "the digits of pairs have no complement"),
    (["crossbar.range_scaling=tile"], "crossbar.range_scaling tile is fixed by the first weights"),
    (["device.response=table"], "device.response table needs device.potentiation_curve"),
    (
      ["device.response=table", "device.potentiation_curve=[0, 1]", "device.depression_curve=[0, 1]"],
      "device.depression_curve must fall from pulse to pulse, found that it rises"
    ),
    (
      ["device.response=table", "device.potentiation_curve=[0, 0.5, 0.4]", "device.depression_curve=[1, 0]"],
      "device.potentiation_curve: a pulse curve must rise or fall at every pulse, but goes from 0.5 to 0.4 at point 2"
    ),
    (
      [
        "device.response=steps", "device.depression_law=exponential", "device.depression_amplitude=2",
        "device.depression_rate=0",
      ], "device.depression_law moves no device: its first step, from level 1, is 0 of the range"
    ),
    (
      ["device.preset=pcm-gst-2018", "device.set_mean_offset=0.1 uS"],
      "SET pulses do not move a device in the middle of its range"
    ),
    (
      ["device.telegraph_fraction=0.1", "device.telegraph_shortest_time=2 s"],
      "device.telegraph_shortest_time (2 s) must not exceed device.telegraph_longest_time (1 s)"
    ),
    (
      ["device.preset=pcm-gst-2019", "device.drift_sigma_lowest=0.2"],
      "device.drift_sigma_lowest (0.2) must not exceed device.drift_sigma_highest (0.045)"
    ),
    (
      ["device.retention=relaxation", "device.relaxation_law=polynomial", "device.relaxation_times=[1 s, 2 s]"],
      "device.relaxation_coefficients has 15 entries for 2 device.relaxation_times; give 5 for each time"
    ),
    (
      ["device.retention=relaxation", "device.relaxation_law=polynomial", "device.relaxation_times=[1 s, 3 s, 2 s]"],
      "device.relaxation_times must rise"
    ),
    (["device.preset=ideal", "writes.policy=exact", "device.endurance=5"], "device.endurance (5) has no effect"),
    (
      ["device.preset=pcm-gst-2018", "writes.pair=push-pull"], "one RESET pulse of device.response phase-change erases"
    ),
    (
      ["writes.pair=one-sided", "writes.refresh_saturation=0.2"],
      "writes.refresh_counterpart (0.25), the level of the lower side, must not exceed writes.refresh_saturation (0.2)"
    ),
    (
      ["device.preset=stt-mram", "writes.scheme=write-verify"],
      "writes.tolerance (0.01) cannot be met by the two states of device.response magnetic; use at least 0.5"
    ),
    (
      ["device.preset=stt-mram", "writes.scheme=write-verify", "writes.tolerance=0.5", "writes.ramp_step=0.1 V"],
      "hold for the device's own amplitude only; use 0 V"
    ),
    (
      ["writes.scheme=write-verify", "writes.ramp_step=0.1 V", "writes.ramp_limit=1.6 V"],
      "writes.ramp_limit (1.6 V) must be above the start of the ramp (1.6 V)"
    ),
    (
      ["writes.scheme=write-verify", "writes.ramp_step=0.1 V", "writes.ramp_start=3 V"],
      "must be above the start of the ramp (3 V)"
    ),
    (["stream.window=0.5 ms"], "stream.window (500 µs) must be at least one network.time_step (1 ms)"),
    (["stream.window_step=0.5 ms"], "stream.window_step (500 µs) must be at least"),
    (["stream.window=3600 s", "network.time_step=1 us"], "holds more than 10000000 ticks"),
    (["stream.fold=5"], "must be below stream.folds (5)"),
    (["stream.delta_rows=false", "stream.level_rows=0"], "without input"),
    (["stream.kind=n-mnist", "stream.direct_rows=true"], "the events of n-mnist are spikes already"),
    (["stream.direct_rows=true", "crossbar.dac_inl=16"], "use at most 15.75 LSB"),
    (["stream.kind=n-mnist", "stream.split=group-folds"], "which n-mnist does not have"),
    (["network.membrane_bits=1"], "network.membrane_bits 1 leaves nothing beside the sign and a threshold"),
    (["network.membrane_bits=2", "network.membrane_scale=1.5"], "network.membrane_bits 2 leaves nothing"),
    (
      ["network.membrane_bits=8"],
      "network.threshold (1) must be below the largest potential that network.membrane_bits (8) hold at "
        + "network.membrane_scale (0.0009765625): 0.1240234375"
    ),
    (
      ["network.membrane_bits=16", "learning.rule=pair-stdp"],
      "network.membrane_bits is for layers that learn from errors, and learning.rule is pair-stdp; leave it out"
    ),
    (["network.membrane_bits=8", "network.membrane_scale=2"], "network.threshold (1) is rounded to 0 units"),
    (
      ["network.membrane_bits=17", "network.membrane_leak=stochastic"],
      "multiplies potentials of at most 16 bits; network.membrane_bits is 17"
    ),
    (
      ["network.membrane_bits=16", "network.membrane_leak=stochastic", "network.membrane_time_constant=500 s"],
      "the one of network.membrane_time_constant (500 s) is rounded to 1"
    ),
    (
      ["network.membrane_bits=16", "network.membrane_leak=stochastic", "network.membrane_time_constant=50 us"],
      "is rounded to 0"
    ),
    (["crossbar.adc_bits=1"], "leaves nothing beside the sign"),
    (["crossbar.adc_active_rows=65"], "must not exceed crossbar.tile_rows (64)"),
    (["crossbar.adc_inl=6"], "use at most 5.965 LSB"),
    (["crossbar.adc_bits=4", "crossbar.adc_inl=1.4"], "use at most 1.347 LSB"),
  ])
  func conflictsAreSentences(overrides: [String], sentence: String) throws {
    let error = #expect(throws: ConfigurationError.self) {
      try ExperimentConfiguration.load(text: minimalExperiment, name: "x.yaml", overrides: overrides)
    }
    guard case .conflict("x.yaml", let keys, _) = try #require(error) else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(try #require(error).description.contains(sentence))
    #expect(keys.allSatisfy { ConfigurationTable.key($0) != nil })
  }

  @Test func whatIsNotUsedDoesNotConflict() throws {
    _ = try loadMinimal("crossbar.adc_bits=0", "crossbar.adc_active_rows=65")
    _ = try loadMinimal("crossbar.adc_full_scale=worst-case", "crossbar.adc_active_rows=65")
    _ = try loadMinimal("crossbar.adc_bits=0", "crossbar.adc_inl=6")
    _ = try loadMinimal("crossbar.adc_inl=5.9")
    _ = try loadMinimal("stream.direct_rows=true", "stream.delta_rows=false", "stream.level_rows=0")
    _ = try loadMinimal("stream.direct_rows=true", "crossbar.dac_inl=15.7")
    _ = try loadMinimal("stream.direct_rows=true", "crossbar.dac_bits=0", "crossbar.dac_inl=16")
    _ = try loadMinimal("stream.kind=n-mnist", "stream.window=0.5 ms")
    _ = try loadMinimal("network.membrane_bits=17")
    _ = try loadMinimal("network.membrane_bits=3", "network.membrane_scale=1")
    _ = try loadMinimal("device.preset=ideal", "device.cycle_to_cycle_sigma=0.1")
    _ = try loadMinimal("learning.rule=none", "learning.feedback=symmetric", "network.hidden=[8, 8]")
  }

  /// Ways to write a device that needs none are refused where they stand.
  @Test(arguments: [
    "writes.scheme=write-verify", "writes.pair=one-sided", "writes.biasing=half-voltage",
    "writes.devices_per_polarity=2",
  ])
  func idealDeviceIsNotWrittenBySchemes(override: String) throws {
    let error = #expect(throws: ConfigurationError.self) { try loadMinimal("device.preset=ideal", override) }
    #expect(
      try #require(error).description.contains(
        "has no effect here: it is for experiments in which device.preset is not ideal, which is ideal"))
    let exact = #expect(throws: ConfigurationError.self) {
      try loadMinimal("device.preset=ideal", "writes.policy=exact", "writes.wear_aware=0.5")
    }
    #expect(try #require(exact).description.contains("writes.policy is not exact, which is exact"))
  }

  /// Numbers that no device has are out of range, whatever the model.
  @Test(arguments: [
    "device.step_sigma=-1", "device.write_failure=1.5", "device.endurance=-1", "device.potentiation_nonlinearity=9.5",
    "device.clustered_share=2", "device.set_voltage=0 V", "device.current_ratio=1", "writes.wear_aware=-0.1",
    "writes.devices_per_polarity=33",
  ])
  func impossibleNumbersAreOutOfRange(override: String) throws {
    let error = #expect(throws: ConfigurationError.self) { try loadMinimal(override) }
    guard case .outOfRange = try #require(error) else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
