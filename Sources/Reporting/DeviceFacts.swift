import Devices

/// One number of a memory device, for tables and JSON.
public struct DeviceFact: Encodable, Equatable, Sendable {
  /// What it is about, such as `response`.
  public let section: String
  /// What it is.
  public let name: String
  /// The value in the unit, if it is a number.
  public let value: Double?
  /// The value as people read it.
  public let text: String
  /// SI unit, or what it is a fraction of.
  public let unit: String

  init(_ section: String, _ name: String, _ value: Double, _ unit: String) {
    self.section = section
    self.name = name
    self.value = value.isFinite ? value : nil
    text = Self.text(value, unit)
    self.unit = unit
  }

  init(_ section: String, _ name: String, word: String) {
    (self.section, self.name, value, text, unit) = (section, name, nil, word, "")
  }

  private static let physical: Set<String> = ["S", "F", "V", "s", "J"]

  /// A value with an SI prefix where its unit takes one.
  static func text(_ value: Double, _ unit: String) -> String {
    guard value.isFinite else { return "unlimited" }
    guard physical.contains(unit), value != 0 else { return NumberText.compact(value, digits: 4) }
    let prefixes = [("a", 1e-18), ("f", 1e-15), ("p", 1e-12), ("n", 1e-9), ("µ", 1e-6), ("m", 1e-3), ("", 1.0)]
    // Long times stay in seconds: 10000 s, not 10 ks.
    if unit == "s" && abs(value) >= 1000 && abs(value) < 1e7 { return NumberText.fixed(value, decimals: 0) + " s" }
    let prefix = prefixes.last { $0.1 <= abs(value) * (1 + 1e-9) } ?? prefixes[0]
    return "\(NumberText.compact(value / prefix.1, digits: 4)) \(prefix.0)\(unit)"
  }
}

extension DeviceFact {
  /// Every number of a device.
  public static func all(of parameters: DeviceParameters) -> [DeviceFact] {
    state(parameters) + response(parameters) + noise(parameters) + retention(parameters) + faults(parameters)
      + endurance(parameters.endurance) + pulses(parameters)
  }

  private static func state(_ parameters: DeviceParameters) -> [DeviceFact] {
    let unit = parameters.quantity.unit
    return [
      DeviceFact("state", "fully RESET", parameters.off, unit), DeviceFact("state", "fully SET", parameters.on, unit),
      DeviceFact("state", "on/off ratio", parameters.on / parameters.off, "1"),
      DeviceFact("state", "any state can be written exactly", word: parameters.isContinuous ? "yes" : "no"),
    ]
  }

  private static func response(_ parameters: DeviceParameters) -> [DeviceFact] {
    let section = "response"
    switch parameters.response {
    case .exponential(let pair):
      guard let labels = pair.labels else {
        return [DeviceFact(section, "law", word: "exponential, without labels")]
          + curve(pair.potentiation, "SET") + curve(pair.depression, "RESET")
      }
      return [
        DeviceFact(section, "law", word: "exponential model of NeuroSim"),
        DeviceFact(section, "SET pulses over the range", labels.potentiationPulses, "pulses"),
        DeviceFact(section, "RESET pulses over the range", labels.depressionPulses, "pulses"),
        DeviceFact(section, "SET nonlinearity", labels.potentiation, "label"),
        DeviceFact(section, "RESET nonlinearity", labels.depression, "label"),
      ]
    case .tabulated(let pair):
      return [
        DeviceFact(section, "law", word: "table of levels"),
        DeviceFact(section, "SET table", Double(pair.potentiation.levels.count), "points"),
        DeviceFact(section, "SET pulses per point", Double(pair.potentiation.pulsesPerPoint), "pulses"),
        DeviceFact(section, "RESET table", Double(pair.depression.levels.count), "points"),
        DeviceFact(section, "RESET pulses per point", Double(pair.depression.pulsesPerPoint), "pulses"),
      ] + steps(parameters)
    case .phaseChange(let law):
      return [
        DeviceFact(section, "law", word: "accumulation by SET, RESET in one shot"),
        DeviceFact(section, "mean step, over state", law.meanSlope, "1"),
        DeviceFact(section, "mean step, constant", law.meanOffset, "S"),
        DeviceFact(section, "mean step, first pulses", law.meanBoost, "S"),
        DeviceFact(section, "σ of a step, over state", law.noiseSlope, "1"),
        DeviceFact(section, "σ of a step, constant", law.noiseOffset, "S"),
        DeviceFact(section, "σ of a step, first pulses", law.noiseBoost, "S"),
        DeviceFact(section, "decay of what the first pulses add", law.boostPulses, "pulses"),
        DeviceFact(section, "state after RESET", law.resetState, "S"),
        DeviceFact(section, "σ of the state after RESET", law.resetSigma, "S"),
      ]
    case .magnetic(let switching):
      return [
        DeviceFact(section, "law", word: "two states, switched by chance"),
        DeviceFact(section, "probability that SET fails", switching.setError, "1"),
        DeviceFact(section, "probability that RESET fails", switching.resetError, "1"),
      ]
    }
  }

  private static func steps(_ parameters: DeviceParameters) -> [DeviceFact] {
    let steps = parameters.typicalSteps
    return [
      DeviceFact("response", "SET step at mid-range", steps.potentiation, "of the range"),
      DeviceFact("response", "RESET step at mid-range", steps.depression, "of the range"),
    ]
  }

  private static func curve(_ response: ExponentialResponse, _ name: String) -> [DeviceFact] {
    if response.logRatio == 0 { return [DeviceFact("response", "\(name) step", response.step, "of the range")] }
    return [
      DeviceFact("response", "\(name) asymptote α", response.asymptote, "level"),
      DeviceFact("response", "\(name) ratio per pulse, ln r", response.logRatio, "1"),
    ]
  }

  private static func noise(_ parameters: DeviceParameters) -> [DeviceFact] {
    let (noise, spread) = (parameters.cycleNoise, parameters.variation)
    let unit = parameters.quantity.unit
    var facts = [
      DeviceFact(
        "noise", "of a pulse, σ", noise.sigma, noise.kind == .additive ? "of the range" : "of the step"),
      DeviceFact(
        "noise", "adds up in a train", word: noise.accumulation == .exact ? "pulse by pulse" : "with √n"),
    ]
    switch parameters.readNoise {
    case .none: facts.append(DeviceFact("noise", "of a read", word: "none"))
    case .relative(let relative): facts.append(DeviceFact("noise", "of a read, σ", relative, "of the state"))
    case .scaled(let relative, let reference, let exponent):
      facts.append(DeviceFact("noise", "of a read at the reference state, σ", relative, "of the state"))
      facts.append(DeviceFact("noise", "reference state", reference, unit))
      facts.append(DeviceFact("noise", "exponent of the relative noise", -exponent, "1"))
    case .affine(let slope, let offset):
      facts.append(DeviceFact("noise", "of a read, over state", slope, "of the state"))
      facts.append(DeviceFact("noise", "of a read, constant", offset, unit))
    case .flicker(let flicker):
      facts.append(DeviceFact("noise", "of a read, 1/f, strength at Gmax", flicker.coefficient, "of the state"))
      facts.append(DeviceFact("noise", "exponent of the state", -flicker.exponent, "1"))
      facts.append(DeviceFact("noise", "largest strength", flicker.largest, "of the state"))
      facts.append(DeviceFact("noise", "time to the first read", flicker.startTime, "s"))
      facts.append(DeviceFact("noise", "time of a read", flicker.readTime, "s"))
    case .logarithmic(let coefficient, let readTime):
      facts.append(DeviceFact("noise", "of a read, per decade of µS and √ln t", coefficient, unit))
      facts.append(DeviceFact("noise", "time of a read", readTime, "s"))
    }
    if let trap = parameters.telegraphNoise {
      facts.append(DeviceFact("noise", "devices with a telegraph trap", trap.fraction, "of the devices"))
      facts.append(DeviceFact("noise", "telegraph amplitude when on, median", trap.onMedian, "of the state"))
      facts.append(DeviceFact("noise", "telegraph amplitude when off, median", trap.offMedian, "of the state"))
      facts.append(DeviceFact("noise", "shortest trap time", trap.shortestTime, "s"))
      facts.append(DeviceFact("noise", "longest trap time", trap.longestTime, "s"))
    }
    return facts + [
      DeviceFact("spread", "of the range, σ", spread.rangeSigma, "relative"),
      DeviceFact("spread", "of the nonlinearity, σ", spread.nonlinearitySigma, "label steps"),
      DeviceFact("spread", "of the step, σ", spread.stepSigma, "relative"),
      DeviceFact("spread", "of SET against RESET, σ", spread.asymmetrySigma, "relative"),
    ]
  }
}
