import Devices
import Quantities

extension ExperimentConfiguration {
  /// Ways of writing that are valid alone but not together, or not with the device.
  var writeConflicts: [Conflict] {
    exactConflicts + pairConflicts + verifyConflicts + levellingConflicts
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

  /// Where lines cannot move.
  private var levellingConflicts: [Conflict] {
    guard writes.parameters.levelling.isActive else { return [] }
    var conflicts: [Conflict] = []
    if writes.levelling == .rowRotation, writes.spareRows == 0 {
      let reason = "writes.levelling row-rotation needs a free line in each tile; set writes.spare_rows to 1 or more"
      conflicts.append((["writes.levelling", "writes.spare_rows"], reason))
    }
    if writes.levelling == .pairSwap, crossbar.weightMapping.scheme != .differentialPair {
      let reason =
        "writes.levelling pair-swap needs pairs; use crossbar.mapping: differential-pair, or another levelling"
      conflicts.append((["writes.levelling", "crossbar.mapping"], reason))
    }
    if crossbar.wires != nil {
      let reason =
        "lines that move are read at other places of the wires, which crossbar.wire_model does not follow; use wires without "
        + "resistance, or writes.levelling none"
      conflicts.append((["writes.levelling", "crossbar.wire_model"], reason))
    }
    if (device.parameters.telegraphNoise?.fraction ?? 0) > 0 {
      let reason =
        "traps (device.telegraph_fraction) do not move with their lines; set it to 0, or writes.levelling to none"
      conflicts.append((["writes.levelling", "device.telegraph_fraction"], reason))
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
