import Devices

extension DeviceKeys {
  private static let conductive = [capacitance(false)]
  private static let capacitive = [capacitance(true)]

  private static func capacitance(_ isCapacitive: Bool) -> ConfigurationCondition {
    let names = DeviceTechnology.all.filter { $0.parameters.quantity == .capacitance }.map(\.name)
    return isCapacitive ? .isOne(of: names, key: "device.preset") : .isNone(of: names, key: "device.preset")
  }

  /// The two ends of the range.
  static let range: [DeviceKey] = [
    .quantity(
      // A device of a millisiemens makes every read saturate: values such as 1e-3 S are slips for microsiemens.
      "on_conductance", .at(\.base.on), .conductance, .open(0, 1e-3), when: conductive,
      "Conductance of the fully SET device, Gmax."),
    .quantity(
      "off_conductance", .at(\.base.off), .conductance, .open(0, 1e-3), when: conductive,
      "Conductance of the fully RESET device, Gmin."),
    .quantity(
      "on_capacitance", .at(\.base.on), .capacitance, .open(0, 1e-9), when: capacitive,
      "Capacitance of the fully SET device, Con."),
    .quantity(
      "off_capacitance", .at(\.base.off), .capacitance, .open(0, 1e-9), when: capacitive,
      "Capacitance of the fully RESET device, Coff."),
  ]

  /// How the level answers to pulses.
  static let response: [DeviceKey] =
    [
      .choice(
        "response", .at(\.response),
        "How the state answers to pulses: the exponential model of NeuroSim, a law of the step, a measured table, "
          + "accumulation in phase-change memory, or switching of a magnetic junction.")
    ] + nonlinear + steps("potentiation", \.potentiation, "SET") + steps("depression", \.depression, "RESET") + table
    + phaseChange + magnetic

  private static let nonlinear: [DeviceKey] = {
    let labels = ConfigurationRange.closed(-Nonlinearity.largestLabel, Nonlinearity.largestLabel)
    let chosen = ConfigurationCondition.response(.nonlinear)
    return [
      .integer(
        "potentiation_pulses", .at(\.labels.potentiationPulses), .closed(1, 1_000_000), unit: "pulses", when: chosen,
        "SET pulses from Gmin to Gmax."),
      .integer(
        "depression_pulses", .at(\.labels.depressionPulses), .closed(1, 1_000_000), unit: "pulses", when: chosen,
        "RESET pulses from Gmax to Gmin."),
      .number(
        "potentiation_nonlinearity", .at(\.labels.potentiation), labels, unit: "NeuroSim label", when: chosen,
        "Curvature of the conductance over SET pulses; 0 is a straight line."),
      .number(
        "depression_nonlinearity", .at(\.labels.depression), labels, unit: "NeuroSim label", when: chosen,
        "Curvature over RESET pulses; negative falls fast first, positive retraces the SET curve."),
    ]
  }()

  /// The step law of one polarity.
  private static func steps(
    _ name: String, _ field: DevicePath<DeviceDraft.StepNumbers>, _ pulse: String
  ) -> [DeviceKey] {
    func when(_ laws: DeviceDraft.StepNumbers.Law...) -> [ConfigurationCondition] {
      [.isOne(of: laws.map(\.rawValue), key: "device.\(name)_law")]
    }
    let anything = ConfigurationRange.closed(-1e6, 1e6)
    let source = "Assumed where no preset has it; laws and names after \(Citation.aihwkit)"
    return [
      .choice(
        "\(name)_law", .at(field, \.law), when: ConfigurationCondition.response(.steps),
        "How the step of a \(pulse) pulse depends on the level: the same everywhere, linear (soft bounds end at 0), a "
          + "power of the way left, exponential, or given factors.", source: Citation.aihwkit),
      .number(
        "\(name)_step", .at(field, \.step), .aboveUpTo(0, 1), unit: "fraction of the range",
        when: ConfigurationCondition.response(.steps),
        "Step s of a \(pulse) pulse; for the law affine that at the end where the polarity starts."),
      .number(
        "\(name)_end_step", .at(field, \.endStep), .fraction, unit: "fraction of the range", when: when(.affine),
        "Step of a \(pulse) pulse at the end that it drives to; 0 for soft bounds.", source: source),
      .number(
        "\(name)_exponent", .at(field, \.exponent), .closed(0, 100), when: when(.power),
        "Exponent γ of the step, s·(way left)^γ.", source: source),
      .number(
        "\(name)_amplitude", .at(field, \.amplitude), anything, when: when(.exponential),
        "A in the step s·max(0, 1 − A·exp(±λ·(a·g + b))), + for SET.", source: source),
      .number("\(name)_rate", .at(field, \.rate), anything, when: when(.exponential), "λ in the step.", source: source),
      .number(
        "\(name)_slope", .at(field, \.slope), anything, when: when(.exponential), "a in the step, over the level g.",
        source: source),
      .number(
        "\(name)_offset", .at(field, \.offset), anything, when: when(.exponential), "b in the step.", source: source),
      .numbers(
        "\(name)_factors", .at(field, \.factors), count: 1...65536, .closed(0, 1e6), unit: "factor of the step",
        when: when(.piecewise), "Factors of the step at equal distances from Gmin to Gmax, linear in between.",
        source: source),
    ]
  }

  private static let table: [DeviceKey] = {
    let chosen = ConfigurationCondition.response(.table)
    let points = 2...TabulatedResponse.largestCount
    // The last point may lie outside the range: the pulse that meets the end.
    let levels = ConfigurationRange.closed(-1, 2)
    let source = "No default: it is measured, as by crosspoint device fit."
    return [
      .numbers(
        "potentiation_curve", .at(\.potentiationCurve.levels), count: points, levels, unit: "level", when: chosen,
        "Level (G − Gmin)/(Gmax − Gmin) after 0, 1, 2, … SET pulses; rises.", source: source),
      .numbers(
        "depression_curve", .at(\.depressionCurve.levels), count: points, levels, unit: "level", when: chosen,
        "Level after 0, 1, 2, … RESET pulses; falls.", source: source),
      .integer(
        "potentiation_spacing", .at(\.potentiationCurve.spacing), .closed(1, 1_000_000), unit: "pulses", when: chosen,
        "Pulses from one point of potentiation_curve to the next.", source: "Every pulse has a point."),
      .integer(
        "depression_spacing", .at(\.depressionCurve.spacing), .closed(1, 1_000_000), unit: "pulses", when: chosen,
        "Pulses from one point of depression_curve to the next.", source: "Every pulse has a point."),
    ]
  }()

  private static let phaseChange: [DeviceKey] = {
    let chosen = ConfigurationCondition.response(.phaseChange)
    let source = Citation.accumulation
    let state = ConfigurationRange.closed(-1e-3, 1e-3)
    return [
      .number(
        "set_mean_slope", .at(\.accumulation.meanSlope), .open(-1, 1), when: chosen,
        "m₁ in the mean change of SET pulse k after a RESET, m₁·G + c₁ + A₁·exp(−k/κ).", source: source),
      .quantity(
        "set_mean_offset", .at(\.accumulation.meanOffset), .conductance, state, when: chosen, "c₁ of the mean change.",
        source: source),
      .quantity(
        "set_mean_boost", .at(\.accumulation.meanBoost), .conductance, state, when: chosen,
        "A₁ of the mean change, of the first pulses after a RESET.", source: source),
      .number(
        "set_noise_slope", .at(\.accumulation.noiseSlope), .closed(-10, 10), when: chosen,
        "m₂ in the noise of SET pulse k, m₂·G + c₂ + A₂·exp(−k/κ).", source: source),
      .quantity(
        "set_noise_offset", .at(\.accumulation.noiseOffset), .conductance, state, when: chosen, "c₂ of the noise.",
        source: source),
      .quantity(
        "set_noise_boost", .at(\.accumulation.noiseBoost), .conductance, state, when: chosen,
        "A₂ of the noise, of the first pulses after a RESET.", source: source),
      .number(
        "set_boost_pulses", .at(\.accumulation.boostPulses), .aboveUpTo(0, 1e6), unit: "pulses", when: chosen,
        "κ: pulses in which the boosts fall by the factor e.", source: source),
      .quantity(
        "reset_conductance", .at(\.accumulation.resetState), .conductance, .closed(0, 1e-3), when: chosen,
        "Mean conductance after a RESET.", source: source),
      .quantity(
        "reset_sigma", .at(\.accumulation.resetSigma), .conductance, .closed(0, 1e-3), when: chosen,
        "Standard deviation of the conductance after a RESET.", source: source),
    ]
  }()

  private static let magnetic: [DeviceKey] = {
    let chosen = ConfigurationCondition.response(.magnetic)
    return [
      .number(
        "set_error", .at(\.switching.setError), .below(0, 1), unit: "probability", when: chosen,
        "Probability that a SET pulse does not switch."),
      .number(
        "reset_error", .at(\.switching.resetError), .below(0, 1), unit: "probability", when: chosen,
        "Probability that a RESET pulse does not switch."),
    ]
  }()
}
