import Devices
import Quantities

extension ExperimentConfiguration {
  /// Ways of writing that are valid alone but not together, or not with the device.
  var writeConflicts: [Conflict] {
    exactConflicts + pairConflicts + verifyConflicts
  }

  private var exactConflicts: [Conflict] {
    guard writes.policy == .exact else { return [] }
    if !device.preset.parameters.isContinuous {
      let reason =
        "writes.policy exact writes any conductance, which device.preset \(device.preset.name) cannot; use "
        + "device.preset: ideal, or a policy of pulses (accumulate-threshold, stochastic-rounding)"
      return [(["writes.policy", "device.preset"], reason)]
    }
    // Without pulses these have no effect, and a study would silently compare nothing.
    return Self.pulseProperties.compactMap { path in
      guard case .number(let number) = resolved[path], number != 0 else { return nil }
      return (
        [path, "writes.policy"],
        "\(path) (\(ConfigurationValue.plain(number))) has no effect with writes.policy exact, which sends no pulses; set "
          + "it to 0"
      )
    }
  }

  private static let pulseProperties = [
    "device.potentiation_nonlinearity", "device.depression_nonlinearity", "device.cycle_to_cycle_sigma",
    "device.nonlinearity_sigma", "device.step_sigma", "device.asymmetry_sigma", "device.write_failure",
    "device.endurance",
  ]

  private var pairConflicts: [Conflict] {
    var conflicts: [Conflict] = []
    if writes.pair == .pushPull, case .phaseChange = device.parameters.response {
      conflicts.append(
        (
          ["writes.pair", "device.response"],
          "writes.pair push-pull lowers weights by RESET, but one RESET pulse of device.response phase-change erases the "
            + "whole state; use one-sided"
        ))
    }
    if writes.pair == .oneSided, writes.refreshCounterpart > writes.refreshSaturation {
      conflicts.append(
        (
          ["writes.refresh_counterpart", "writes.refresh_saturation"],
          "writes.refresh_counterpart (\(ConfigurationValue.plain(writes.refreshCounterpart))), the level of the lower side, "
            + "must not exceed writes.refresh_saturation (\(ConfigurationValue.plain(writes.refreshSaturation))), that of "
            + "the higher side"
        ))
    }
    return conflicts
  }

  private var verifyConflicts: [Conflict] {
    guard writes.scheme == .writeVerify else { return [] }
    var conflicts: [Conflict] = []
    if case .magnetic = device.parameters.response {
      if writes.tolerance < 0.5 {
        conflicts.append(
          (
            ["writes.tolerance", "device.response"],
            "writes.tolerance (\(ConfigurationValue.plain(writes.tolerance))) cannot be met by the two states of "
              + "device.response magnetic; use at least 0.5 to accept the nearer state, or writes.scheme: open-loop"
          ))
      }
      if writes.rampStep > .zero {
        conflicts.append(
          (
            ["writes.ramp_step", "device.response"],
            "writes.ramp_step (\(writes.rampStep)) needs to know what other amplitudes do, but the error rates of "
              + "device.response magnetic hold for the device's own amplitude only; use 0 V"
          ))
      }
    }
    if writes.rampStep > .zero {
      let pulse = device.parameters.pulse
      let start =
        writes.rampStart > .zero ? writes.rampStart : .volts(max(pulse.setVoltage, pulse.resetVoltage))
      if writes.rampLimit <= start {
        conflicts.append(
          (
            ["writes.ramp_limit", "writes.ramp_start"],
            "writes.ramp_limit (\(writes.rampLimit)) must be above the start of the ramp (\(start))"
          ))
      }
    }
    return conflicts
  }
}
