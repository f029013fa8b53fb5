import Devices
import Quantities

extension ExperimentConfiguration {
  /// Values of the device that are valid alone but not together.
  var deviceConflicts: [Conflict] {
    rangeConflicts + shareConflicts + lawConflicts + capacitanceConflicts
  }

  private var rangeConflicts: [Conflict] {
    let parameters = device.parameters
    let quantity = parameters.quantity.rawValue
    var conflicts: [Conflict] = []
    if parameters.off >= parameters.on {
      let (off, on) = (resolved["device.off_\(quantity)"]?.text ?? "", resolved["device.on_\(quantity)"]?.text ?? "")
      conflicts.append(
        (
          ["device.off_\(quantity)", "device.on_\(quantity)"],
          "device.off_\(quantity) (\(off)) must be below device.on_\(quantity) (\(on))"
        ))
    } else if let step = stillStep {
      conflicts.append((["device.response"], step))
    }
    if parameters.cycleNoise.kind == .additive, parameters.cycleNoise.sigma > 1 {
      let sigma = ConfigurationValue.plain(parameters.cycleNoise.sigma)
      conflicts.append(
        (
          ["device.cycle_to_cycle_sigma", "device.cycle_to_cycle_kind"],
          "device.cycle_to_cycle_sigma (\(sigma)) exceeds the range of the device; use at most 1, or "
            + "device.cycle_to_cycle_kind: relative for a fraction of the step"
        ))
    }
    return conflicts
  }

  /// Pulses that do not move a typical device leave nothing to learn with.
  private var stillStep: String? {
    let steps = device.parameters.typicalSteps
    if steps.potentiation > 0 && steps.depression > 0 { return nil }
    let polarity = steps.potentiation > 0 ? "RESET" : "SET"
    return "\(polarity) pulses do not move a device in the middle of its range; change the numbers of device.response "
      + "(\(resolved["device.response"]?.text ?? ""))"
  }

  private var shareConflicts: [Conflict] {
    let faults = device.parameters.faults
    guard faults.total > 1 else { return [] }
    return [
      (
        ["device.stuck_off_fraction", "device.stuck_on_fraction"],
        "device.stuck_off_fraction and device.stuck_on_fraction together exceed all devices (sum "
          + "\(ConfigurationValue.plain(faults.total)), at most 1)"
      )
    ]
  }

  private var lawConflicts: [Conflict] {
    var conflicts: [Conflict] = []
    if let noise = device.parameters.telegraphNoise, noise.shortestTime > noise.longestTime {
      conflicts.append(
        (
          ["device.telegraph_shortest_time", "device.telegraph_longest_time"],
          "device.telegraph_shortest_time (\(TimeSpan.seconds(noise.shortestTime))) must not exceed "
            + "device.telegraph_longest_time (\(TimeSpan.seconds(noise.longestTime)))"
        ))
    }
    switch device.parameters.retention {
    case .powerLaw(let drift):
      guard case .stateDependent(let mean, let sigma) = drift.exponent else { break }
      for (name, line) in [("mean", mean), ("sigma", sigma)] where line.lowest > line.highest {
        conflicts.append(
          (
            ["device.drift_\(name)_lowest", "device.drift_\(name)_highest"],
            "device.drift_\(name)_lowest (\(ConfigurationValue.plain(line.lowest))) must not exceed "
              + "device.drift_\(name)_highest (\(ConfigurationValue.plain(line.highest)))"
          ))
      }
    case .relaxation(let relaxation):
      if case .polynomial(let spreads) = relaxation.law { conflicts += relaxationConflicts(spreads.map(\.time)) }
    case .none, .stretched: break
    }
    return conflicts
  }

  private func relaxationConflicts(_ times: [Double]) -> [Conflict] {
    let keys = ["device.relaxation_times", "device.relaxation_coefficients"]
    let perTime = DeviceDraft.RetentionNumbers.coefficientCount
    guard case .quantities(let coefficients, _) = resolved["device.relaxation_coefficients"] else { return [] }
    if coefficients.count != perTime * times.count {
      return [
        (
          keys,
          "device.relaxation_coefficients has \(coefficients.count) entries for \(times.count) device.relaxation_times; "
            + "give \(perTime) for each time"
        )
      ]
    }
    guard zip(times, times.dropFirst()).contains(where: { $0 >= $1 }) else { return [] }
    return [([keys[0]], "device.relaxation_times must rise from one to the next")]
  }

  /// Laws in siemens say nothing about farads.
  private var capacitanceConflicts: [Conflict] {
    guard device.parameters.quantity == .capacitance else { return [] }
    func conflict(_ key: String, _ reason: String) -> Conflict {
      let word = resolved["device.\(key)"]?.text ?? ""
      return (
        ["device.\(key)", "device.preset"],
        "device.\(key) \(word) \(reason), but device.preset \(device.preset.name) is a capacitance"
      )
    }
    var conflicts: [Conflict] = []
    switch device.parameters.response {
    case .phaseChange, .magnetic: conflicts.append(conflict("response", "describes a conductance"))
    case .exponential, .tabulated: break
    }
    switch device.parameters.readNoise {
    case .scaled, .affine, .logarithmic: conflicts.append(conflict("read_noise_law", "has numbers in siemens"))
    case .none, .relative, .flicker: break
    }
    if case .relaxation = device.parameters.retention {
      conflicts.append(conflict("retention", "has numbers in siemens"))
    }
    if device.parameters.pulse.energy == .ohmic {
      conflicts.append(conflict("pulse_energy", "is the heat of a current; use fixed"))
    }
    return conflicts
  }
}
