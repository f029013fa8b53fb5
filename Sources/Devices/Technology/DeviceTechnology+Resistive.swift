extension DeviceTechnology {
  private typealias Cite = TechnologyCitation

  /// Resistive memory as benchmarked by NeuroSim, its system default, and the CMO/HfOx device that relaxes.
  static let resistive: [DeviceTechnology] = [
    DeviceTechnology(
      name: "rram-taox-hfox", family: "RRAM",
      summary: "Analog TaOx/HfOx RRAM, 128 nearly linear levels from 100 kohm, on/off 10, 50 ns pulses of 1.6 V.",
      citations: [Cite.tantalumHafnium, Cite.neuroSim], parameters: tantalumHafnium(off: 1e-6, on: 10e-6),
      notes: commonNotes),
    benchmarked(
      "rram-alox-hfo2", summary: "Analog AlOx/HfO2 RRAM, 40 levels from 16.9 kohm, on/off 4.43, 100 us pulses.",
      citation: Cite.aluminiumHafnium, resistance: 16.9e3, ratio: 4.43, labels: (1.94, -0.61), pulses: (40, 40),
      cycleSigma: 0.05, set: (0.9, 100e-6), reset: (1, 100e-6)),
    benchmarked(
      "rram-epiram",
      summary: "Epitaxial Ag:SiGe RRAM (EpiRAM), 64 nearly linear levels from 81 kohm, on/off 50, 5 us pulses.",
      citation: Cite.epitaxial, resistance: 81e3, ratio: 50.2, labels: (0.5, -0.5), pulses: (64, 64), cycleSigma: 0.02,
      set: (5, 5e-6), reset: (3, 5e-6)),
    benchmarked(
      "rram-ag-asi",
      summary: "Ag:a-Si RRAM, 97 levels from 26 Mohm, on/off 12.5, strongly nonlinear, 300 us pulses.",
      citation: Cite.silverSilicon, resistance: 26e6, ratio: 12.5, labels: (2.4, -4.88), pulses: (97, 100),
      cycleSigma: 0.035, set: (3.2, 300e-6), reset: (2.8, 300e-6)),
    benchmarked(
      "rram-pcmo", summary: "PCMO RRAM, 50 levels from 23 Mohm, on/off 6.84, very strongly nonlinear, 1 ms pulses.",
      citation: Cite.manganite, resistance: 23e6, ratio: 6.84, labels: (3.68, -6.76), pulses: (50, 50),
      cycleSigma: 0.01, set: (2, 1e-3), reset: (2, 1e-3),
      notes: ["Cycle-to-cycle noise is reported as below 0.01 of the range and taken as 0.01."]),
    benchmarked(
      "rram-taox-tio2", summary: "TaOx/TiO2 RRAM, 102 levels from 5 Mohm, on/off 2, pulses of 40 ms and 10 ms.",
      citation: Cite.tantalumTitanium, resistance: 5e6, ratio: 2, labels: (1.85, -1.79), pulses: (102, 102),
      cycleSigma: 0.01, set: (3, 40e-3), reset: (3, 10e-3),
      notes: ["Cycle-to-cycle noise is reported as below 0.01 of the range and taken as 0.01."]),
    macro, metalOxide,
  ]

  /// The system default of the review.
  private static let macro = DeviceTechnology(
    name: "rram-65nm", family: "RRAM",
    summary: "RRAM of a 65 nm macro: 20 kohm, on/off 10, read at 0.1 V with 10 % noise; updates as rram-taox-hfox.",
    citations: [Cite.review, Cite.tantalumHafnium, Cite.neuroSim],
    parameters: {
      var parameters = tantalumHafnium(off: 5e-6, on: 50e-6)
      parameters.readNoise = .relative(0.1)
      return parameters
    }(),
    notes: [
      "The review gives range, read voltage and read noise; pulses and their effect are assumed to be those of "
        + "rram-taox-hfox.",
      "Read noise of 0.1 is the stress case; a quiet read has 0.01.",
      "The review reads 16 levels; here writes are analog.",
    ] + commonNotes)

  private static let metalOxide = DeviceTechnology(
    name: "rram-cmo-hfox", family: "RRAM",
    summary: "Analog CMO/HfOx RRAM of 8 to 90 uS whose states relax with the logarithm of time.",
    citations: [Cite.metalOxide, Cite.tantalumHafnium, Cite.neuroSim],
    parameters: {
      var parameters = tantalumHafnium(off: 8e-6, on: 90e-6)
      parameters.readNoise = .conductiveMetalOxide
      parameters.retention = .relaxation(.conductiveMetalOxide)
      return parameters
    }(),
    notes: [
      "Range, relaxation and read noise are fits to the device; pulses and their effect are assumed to be those of "
        + "rram-taox-hfox.",
      "The logarithm of the conductance in the read noise is taken to base 10, as the code of aihwkit does.",
    ] + commonNotes)

  // MARK: Shared numbers

  /// TaOx/HfOx in any range.
  static func tantalumHafnium(off: Double, on: Double) -> DeviceParameters {
    DeviceParameters(
      off: off, on: on, response: .neuroSim((0.04, -0.63), pulses: (128, 128)), cycleNoise: CycleNoise(sigma: 0.037),
      variation: DeviceVariation(nonlinearitySigma: 0.3, rangeSigma: 0.07), readNoise: .relative(0.01),
      endurance: resistiveEndurance,
      pulse: PulseConditions(setVoltage: 1.6, setWidth: 50e-9, resetVoltage: 1.6, resetWidth: 50e-9))
  }

  /// A row of NeuroSim's table of resistive devices.
  private static func benchmarked(
    _ name: String, summary: String, citation: String, resistance: Double, ratio: Double, labels: (Double, Double),
    pulses: (Double, Double), cycleSigma: Double, set: (volts: Double, seconds: Double),
    reset: (volts: Double, seconds: Double), notes: [String] = []
  ) -> DeviceTechnology {
    var parameters = tantalumHafnium(off: 1 / resistance / ratio, on: 1 / resistance)
    parameters.response = .neuroSim(labels, pulses: pulses)
    parameters.cycleNoise.sigma = cycleSigma
    parameters.pulse = PulseConditions(
      setVoltage: set.volts, setWidth: set.seconds, resetVoltage: reset.volts, resetWidth: reset.seconds,
      readVoltage: 0.5)
    return DeviceTechnology(
      name: name, family: "RRAM", summary: summary, citations: [citation, TechnologyCitation.neuroSim],
      parameters: parameters, notes: notes + commonNotes)
  }

  static let resistiveEndurance = Endurance(scale: 1e8, shape: 1.5)

  /// What is assumed for all resistive devices.
  private static let commonNotes = [
    "Spread of label (0.3) and range (0.07) and read noise, where not measured, are assumed; so are life (1e8 full "
      + "cycles) and its shape (1.5).",
    "No device is stuck as fabricated. 4-Mb HfO2 arrays have 0.0904 and 0.0175 stuck off and on; papers disagree "
      + "which is which.",
    "Telegraph noise, temporary write failures (about 1e-3) and the narrowing of the range by wear are off.",
  ]
}
