import Devices

extension DeviceFact {
  static func retention(_ parameters: DeviceParameters) -> [DeviceFact] {
    let section = "retention"
    switch parameters.retention {
    case .none: return [DeviceFact(section, "law", word: "states stay")]
    case .powerLaw(let drift):
      let exponent =
        switch drift.exponent {
        case .fixed(let mean, let sigma):
          [DeviceFact(section, "exponent ν, mean", mean, "1"), DeviceFact(section, "exponent ν, σ", sigma, "1")]
        case .stateDependent(let mean, let sigma):
          [
            DeviceFact(section, "exponent ν at Gmax, mean", mean.value(1), "1"),
            DeviceFact(section, "exponent ν at a tenth of Gmax, mean", mean.value(0.1), "1"),
            DeviceFact(section, "exponent ν at Gmax, σ", sigma.value(1), "1"),
            DeviceFact(section, "exponent ν at a tenth of Gmax, σ", sigma.value(0.1), "1"),
          ]
        }
      return [DeviceFact(section, "law", word: "power of time")] + exponent
        + [DeviceFact(section, "time to the first read", drift.startTime, "s")]
    case .relaxation:
      return [DeviceFact(section, "law", word: "states spread with the logarithm of time")]
    case .stretched(let decay):
      return [
        DeviceFact(section, "law", word: "stretched decay to a resting level"),
        DeviceFact(section, "time constant", decay.time, "s"),
        DeviceFact(section, "spread of its logarithm, σ", decay.timeSigma, "1"),
        DeviceFact(section, "exponent β", decay.exponent, "1"),
        DeviceFact(section, "resting level", decay.restLevel, "of the range"),
      ]
    }
  }

  static func faults(_ parameters: DeviceParameters) -> [DeviceFact] {
    let faults = parameters.faults
    return [
      DeviceFact("faults", "stuck off since fabrication", faults.stuckOff, "of the devices"),
      DeviceFact("faults", "stuck on since fabrication", faults.stuckOn, "of the devices"),
      DeviceFact("faults", "share of them in dead line segments", faults.clusteredShare, "of the faults"),
      DeviceFact("faults", "trains that do nothing", parameters.writeFailure, "of the trains"),
    ]
  }

  static func endurance(_ endurance: Endurance) -> [DeviceFact] {
    let section = "endurance"
    guard endurance.isLimited else { return [DeviceFact(section, "life", word: "unlimited")] }
    var facts = [DeviceFact(section, "characteristic life η", endurance.scale, "full cycles")]
    switch endurance.distribution {
    case .weibull: facts.append(DeviceFact(section, "Weibull shape β", endurance.shape, "1"))
    case .logNormal(let sigma): facts.append(DeviceFact(section, "log-normal spread of the lives, σ", sigma, "1"))
    }
    facts += [
      DeviceFact(section, "1 % of the devices dead", endurance.wear(atFailedFraction: 0.01), "full cycles"),
      DeviceFact(section, "wear exponent κ", endurance.displacementExponent, "1"),
      DeviceFact(section, "wear of a pulse that moves nothing", endurance.wearPerPulse, "full cycles"),
      DeviceFact(section, "weight of SET pulses", endurance.setWeight, "1"),
      DeviceFact(section, "weight of RESET pulses", endurance.resetWeight, "1"),
    ]
    switch endurance.failure {
    case .stuckAtEnds(let share): facts.append(DeviceFact(section, "dead devices stuck on", share, "of the dead"))
    case .stuckInPlace: facts.append(DeviceFact(section, "dead devices", word: "stay where they are"))
    }
    switch endurance.window {
    case .none: facts.append(DeviceFact(section, "range under wear", word: "stays"))
    case .powerLaw(let threshold, let on, let off):
      facts.append(DeviceFact(section, "range narrows from", threshold, "of the life"))
      facts.append(DeviceFact(section, "exponent of Gmax under wear", -on, "1"))
      facts.append(DeviceFact(section, "exponent of Gmin under wear", off, "1"))
    case .ferroelectric(let window):
      facts.append(DeviceFact(section, "wake-up of the range", window.wakeUp, "of the range"))
      facts.append(DeviceFact(section, "cycles of wake-up", window.wakeUpCycles, "full cycles"))
      facts.append(DeviceFact(section, "fatigue per decade", window.fatigue, "of the range"))
      facts.append(DeviceFact(section, "fatigue begins at", window.fatigueOnset, "of the life"))
      facts.append(DeviceFact(section, "dead when the range is below", window.smallestWidth, "of the fresh range"))
    }
    return facts
  }

  static func pulses(_ parameters: DeviceParameters) -> [DeviceFact] {
    let (pulse, section) = (parameters.pulse, "pulses")
    let middle = (parameters.off + parameters.on) / 2
    // A capacitor takes no ohmic current: only a fixed energy says anything about its pulses.
    let isOhmic = pulse.energy == .ohmic
    func energy(_ polarity: ExponentialResponse.Polarity) -> Double {
      pulse.lineEnergy(polarity)
        + (isOhmic && parameters.quantity == .capacitance ? 0 : pulse.cellEnergy(polarity, conductance: middle))
    }
    return [
      DeviceFact(section, "SET amplitude", pulse.setVoltage, "V"),
      DeviceFact(section, "SET width", pulse.setWidth, "s"),
      DeviceFact(section, "RESET amplitude", pulse.resetVoltage, "V"),
      DeviceFact(section, "RESET width", pulse.resetWidth, "s"),
      DeviceFact(
        section, "energy of a SET pulse\(isOhmic ? " at mid-range" : ""), with its line", energy(.potentiation), "J"),
      DeviceFact(
        section, "energy of a RESET pulse\(isOhmic ? " at mid-range" : ""), with its line", energy(.depression), "J"),
      DeviceFact(section, "read amplitude", pulse.readVoltage, "V"),
      DeviceFact(section, "read width", pulse.readWidth, "s"),
      DeviceFact(section, "capacitance of a line", pulse.lineCapacitance, "F"),
      DeviceFact(section, "current ratio I(V)/I(V/2)", pulse.currentRatio, "1"),
      DeviceFact(section, "half-selected step, decades smaller", pulse.halfSelectDecades, "decades"),
      DeviceFact(section, "amplitude that makes steps e times larger", pulse.amplitudeScale, "V"),
    ]
  }
}
