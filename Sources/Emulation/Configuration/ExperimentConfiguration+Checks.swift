import Quantities

extension ExperimentConfiguration {
  /// Finds values that are valid alone but not together.
  ///
  /// - Parameter file: the name of the file, for the messages.
  /// - Returns: one error per conflict, each with a sentence; empty for a sound experiment.
  func conflicts(file: String) -> [ConfigurationError] {
    (streamConflicts + crossbarConflicts + deviceConflicts + learningConflicts).map { conflict in
      .conflict(file: file, keys: conflict.keys, reason: conflict.reason)
    }
  }

  private typealias Conflict = (keys: [String], reason: String)

  private var streamConflicts: [Conflict] {
    var conflicts: [Conflict] = []
    if stream.fold >= stream.folds {
      conflicts.append(
        (
          ["stream.fold", "stream.folds"],
          "stream.fold (\(stream.fold)) must be below stream.folds (\(stream.folds)): folds count from 0"
        ))
    }
    switch stream.kind {
    case .sensorRecording:
      for (path, span) in [("stream.window", stream.window), ("stream.window_step", stream.windowStep)]
      where span < network.timeStep {
        conflicts.append(
          (
            [path, "network.time_step"],
            "\(path) (\(span)) must be at least one network.time_step (\(network.timeStep))"
          ))
      }
      if stream.window / network.timeStep > Self.mostTicks {
        let reason =
          "stream.window (\(stream.window)) holds more than \(Int(Self.mostTicks)) ticks of network.time_step"
        conflicts.append(
          (["stream.window", "network.time_step"], "\(reason) (\(network.timeStep)); shorten the window"))
      }
      if !stream.deltaRows && stream.levelRows == 0 {
        conflicts.append(
          (
            ["stream.delta_rows", "stream.level_rows"],
            "stream.delta_rows false and stream.level_rows 0 leave the network without input; turn one of them on"
          ))
      }
    case .nMNIST:
      if stream.split == .groupFolds {
        let reason = "stream.split group-folds needs groups, which n-mnist does not have; use official or sample-folds"
        conflicts.append((["stream.split", "stream.kind"], reason))
      }
    }
    return conflicts
  }

  /// Same limit as `stream.sample_ticks`.
  private static var mostTicks: Double { 10_000_000 }

  private var crossbarConflicts: [Conflict] {
    guard crossbar.adcBits > 0 else { return [] }
    var conflicts: [Conflict] = []
    if crossbar.adcBits == 1 {
      let reason = "crossbar.adc_bits 1 leaves nothing beside the sign; use 0 for no converter, or 2 to 16"
      conflicts.append((["crossbar.adc_bits"], reason))
    }
    if crossbar.adcFullScale == .activeRows, crossbar.adcActiveRows > Double(crossbar.tileRows) {
      let rows = ConfigurationValue.plain(crossbar.adcActiveRows)
      conflicts.append(
        (
          ["crossbar.adc_active_rows", "crossbar.tile_rows"],
          "crossbar.adc_active_rows (\(rows)) must not exceed crossbar.tile_rows (\(crossbar.tileRows)); "
            + "use crossbar.adc_full_scale: worst-case for all rows"
        ))
    }
    return conflicts
  }

  private var deviceConflicts: [Conflict] {
    var conflicts: [Conflict] = []
    if device.offConductance >= device.onConductance {
      conflicts.append(
        (
          ["device.off_conductance", "device.on_conductance"],
          "device.off_conductance (\(device.offConductance)) must be below device.on_conductance "
            + "(\(device.onConductance))"
        ))
    }
    if device.stuckOffFraction + device.stuckOnFraction > 1 {
      let sum = ConfigurationValue.plain(device.stuckOffFraction + device.stuckOnFraction)
      conflicts.append(
        (
          ["device.stuck_off_fraction", "device.stuck_on_fraction"],
          "device.stuck_off_fraction and device.stuck_on_fraction together exceed all devices (sum \(sum), at most 1)"
        ))
    }
    return conflicts
  }

  private var learningConflicts: [Conflict] {
    var conflicts: [Conflict] = []
    if learning.rule != .none, learning.feedback == .symmetric, network.hidden.count != 1 {
      conflicts.append(
        (
          ["learning.feedback", "network.hidden"],
          "learning.feedback symmetric needs exactly one hidden layer, since it uses the output weights; "
            + "network.hidden has \(network.hidden.count); use random"
        ))
    }
    guard writes.policy == .exact else { return conflicts }
    if !device.preset.isContinuous {
      let reason =
        "writes.policy exact writes any conductance, which device.preset \(device.preset.rawValue) cannot; use "
        + "device.preset: ideal, or a policy of pulses (accumulate-threshold, stochastic-rounding)"
      conflicts.append((["writes.policy", "device.preset"], reason))
    }
    // Without pulses these have no effect, and a study would silently compare nothing. The real preset sets them
    // itself and is refused above.
    for path in Self.pulseProperties where device.preset.isContinuous && resolved.number(path) != 0 {
      let value = ConfigurationValue.plain(resolved.number(path))
      conflicts.append(
        (
          [path, "writes.policy"],
          "\(path) (\(value)) has no effect with writes.policy exact, which sends no pulses; set it to 0"
        ))
    }
    return conflicts
  }

  private static let pulseProperties = [
    "device.potentiation_nonlinearity", "device.depression_nonlinearity", "device.cycle_to_cycle_sigma",
    "device.nonlinearity_sigma", "device.endurance",
  ]
}
