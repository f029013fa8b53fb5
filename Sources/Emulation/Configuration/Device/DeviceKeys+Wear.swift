import Devices

extension DeviceKeys {
  private static let assumed = "Assumed."

  /// Life and wear.
  static let wear: [DeviceKey] =
    [
      .number(
        "endurance", .at(\.endurance), .atLeast(0), unit: "full cycles",
        "Scale η of the life of a device in full SET–RESET cycles; 0 for unlimited.",
        source: "Assumed for analog use; \(Citation.endurance) lists 1e6 to 1e12."),
      .choice(
        "life_distribution", .at(\.wear.distribution), "Distribution of the lives of the devices.", source: assumed),
      .number(
        "endurance_shape", .at(\.base.endurance.shape), .aboveUpTo(0, 100),
        when: when("life_distribution", ["weibull"]),
        "Weibull shape β of the lives: 1 spreads widely, large dies all at once.", source: assumed),
      .number(
        "life_sigma", .at(\.wear.lifeSigma), .closed(0, 10), when: when("life_distribution", ["log-normal"]),
        "Spread of the logarithm of the lives, of which endurance is the median.", source: assumed),
      .number(
        "wear_exponent", .at(\.base.endurance.displacementExponent), .closed(0, 10),
        "κ in the wear of one pulse, (|ΔG|/(Gmax − Gmin))^κ + wear_per_pulse; 0 counts pulses.", source: assumed),
      .number(
        "wear_per_pulse", .at(\.base.endurance.wearPerPulse), .fraction, unit: "full cycles",
        "Wear of a pulse that moves nothing.", source: assumed),
      .number(
        "set_wear", .at(\.base.endurance.setWeight), .closed(0, 1e6), unit: "factor",
        "Factor of the wear of SET pulses.",
        source: "\(assumed) Melting wears phase-change devices, and hardly anything else."),
      .number(
        "reset_wear", .at(\.base.endurance.resetWeight), .closed(0, 1e6), unit: "factor",
        "Factor of the wear of RESET pulses.", source: assumed),
    ] + window + [
      .choice(
        "failure_mode", .at(\.wear.failure),
        "Where worn-out devices stay: at the ends of the range, or where they were.", source: assumed),
      .number(
        "stuck_on_share", .at(\.wear.stuckOnShare), .fraction, unit: "fraction of worn-out devices",
        when: when("failure_mode", ["stuck-at-ends"]), "Worn-out devices that stay at Gmax; the others stay at Gmin.",
        source: "Assumed: both breakdown and dissolution of the filament are reported."),
    ]

  private static func when(_ name: String, _ words: [String]) -> [ConfigurationCondition] {
    [.isOne(of: words, key: "device.\(name)")]
  }

  private static let window: [DeviceKey] = {
    let narrowing = when("window_wear", ["power-law"])
    let ferroelectric = when("window_wear", ["ferroelectric"])
    let source = "Assumed; form after \(Citation.degradation)"
    return [
      .choice(
        "window_wear", .at(\.wear.window),
        "How wear changes the range before a device dies: not, by power laws, or by wake-up and fatigue.",
        source: assumed),
      .number(
        "window_threshold", .at(\.wear.threshold), .aboveUpTo(0, 1), unit: "fraction of life", when: narrowing,
        "Wear at which the range begins to narrow.", source: source),
      .number(
        "window_on_exponent", .at(\.wear.onExponent), .closed(0, 10), when: narrowing,
        "Exponent by which Gmax falls with wear.", source: source),
      .number(
        "window_off_exponent", .at(\.wear.offExponent), .closed(0, 10), when: narrowing,
        "Exponent by which Gmin rises with wear.", source: source),
      .number(
        "wake_up", .at(\.wear.ferroelectric.wakeUp), .closed(0, 10), unit: "fraction of the range", when: ferroelectric,
        "Gain of the range by the first cycles.", source: assumed),
      .number(
        "wake_up_cycles", .at(\.wear.ferroelectric.wakeUpCycles), .aboveUpTo(0, 1e15), unit: "full cycles",
        when: ferroelectric, "Cycles until wake-up is complete.", source: assumed),
      .number(
        "fatigue", .at(\.wear.ferroelectric.fatigue), .aboveUpTo(0, 100), unit: "fraction of the range",
        when: ferroelectric, "Loss of the range per decade of cycles after fatigue_onset.", source: assumed),
      .number(
        "fatigue_onset", .at(\.wear.ferroelectric.fatigueOnset), .aboveUpTo(0, 1), unit: "fraction of life",
        when: ferroelectric, "Wear at which the range begins to close.", source: assumed),
      .number(
        "smallest_window", .at(\.wear.ferroelectric.smallestWidth), .closed(0, 1), unit: "fraction of the range",
        when: ferroelectric, "Range at which a device has lost its contrast and counts as worn out.", source: assumed),
    ]
  }()

  /// Amplitudes, widths and energies of pulses.
  static let pulse: [DeviceKey] = {
    let voltage = ConfigurationRange.aboveUpTo(0, 100)
    let width = ConfigurationRange.aboveUpTo(0, 10)
    let fixed = when("pulse_energy", ["fixed"])
    let ferroelectric = when("pulse_kinetics", ["ferroelectric"])
    let kinetics = "Assumed, to move 1/32 of the polarisation in 75 ns of 3.65 V or 2.95 V."
    return [
      .quantity("set_voltage", .at(\.base.pulse.setVoltage), .voltage, voltage, "Amplitude of a SET pulse."),
      .quantity("set_width", .at(\.base.pulse.setWidth), .time, width, "Width of a SET pulse."),
      .quantity(
        "reset_voltage", .at(\.base.pulse.resetVoltage), .voltage, voltage, "Amplitude of a RESET pulse, without sign."),
      .quantity("reset_width", .at(\.base.pulse.resetWidth), .time, width, "Width of a RESET pulse."),
      .quantity("read_voltage", .at(\.base.pulse.readVoltage), .voltage, voltage, "Voltage of a read."),
      .quantity("read_width", .at(\.base.pulse.readWidth), .time, width, "Time of a read."),
      .choice(
        "pulse_energy", .at(\.pulse.energy),
        "What a pulse costs: the heat V²·G·t of the state that it finds, or the same each time."),
      .quantity(
        "set_energy", .at(\.pulse.setEnergy), .energy, .closed(0, 1e-3), when: fixed, "Energy of a SET pulse.",
        source: assumed),
      .quantity(
        "reset_energy", .at(\.pulse.resetEnergy), .energy, .closed(0, 1e-3), when: fixed, "Energy of a RESET pulse.",
        source: assumed),
      .quantity(
        "line_capacitance", .at(\.base.pulse.lineCapacitance), .capacitance, .closed(0, 1e-9),
        "Capacitance of the line that is charged for a pulse.", source: assumed),
      .number(
        "current_ratio", .at(\.base.pulse.currentRatio), .closed(2, 1e6),
        "Current at the write voltage over that at half of it; 2 is ohmic.", source: Citation.neuroSim),
      .number(
        "half_select_decades", .at(\.base.pulse.halfSelectDecades), .closed(0, 100), unit: "decades",
        "Decades by which half the voltage shrinks a step.", source: assumed),
      .choice(
        "pulse_kinetics", .at(\.pulse.kinetics),
        "How a step grows with the amplitude: by a factor e per amplitude_scale, or as domains switch."),
      .quantity(
        "amplitude_scale", .at(\.base.pulse.amplitudeScale), .voltage, .aboveUpTo(0, 100),
        when: when("pulse_kinetics", ["exponential"]), "Rise of the amplitude that makes a step e times as large.",
        source: assumed),
      .quantity(
        "attempt_time", .at(\.pulse.polarisation.attemptTime), .time, .aboveUpTo(0, 1), when: ferroelectric,
        "Time of an attempt at very high field, τ∞.", source: kinetics),
      .number(
        "switching_exponent", .at(\.pulse.polarisation.exponent), .aboveUpTo(0, 10), when: ferroelectric,
        "Exponent of time in the share of domains that switch.", source: kinetics),
      .quantity(
        "set_activation", .at(\.pulse.polarisation.activationUp), .voltage, voltage, when: ferroelectric,
        "Activation voltage of SET pulses.", source: kinetics),
      .quantity(
        "reset_activation", .at(\.pulse.polarisation.activationDown), .voltage, voltage, when: ferroelectric,
        "Activation voltage of RESET pulses.", source: kinetics),
    ]
  }()
}
