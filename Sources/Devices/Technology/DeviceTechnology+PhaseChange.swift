extension DeviceTechnology {
  private typealias Cite = TechnologyCitation

  /// Phase-change memory: gradual SET, one-shot RESET, drift.
  static let phaseChange: [DeviceTechnology] = [
    DeviceTechnology(
      name: "pcm-gst-2018", family: "PCM",
      summary: "GST phase-change memory in training, 0.1 to 12 uS: gradual SET in about 20 pulses, one-shot RESET.",
      citations: [Cite.accumulation],
      parameters: mushroom(
        on: 12e-6, off: 0.1e-6, response: .phaseChange(PhaseChangeAccumulation()), readNoise: .phaseChangeTraining,
        drift: PowerLawDrift(exponent: .fixed(mean: 0.04, sigma: 0.004), lowestFraction: 0.1 / 12)),
      notes: [
        "The spreads of range (0.1) and of the drift exponent (0.004) and the 20 s at which drift begins are assumed."
      ] + commonNotes),
    DeviceTechnology(
      name: "pcm-gst-2019", family: "PCM",
      summary: "GST phase-change memory in inference, 0.21 to 25 uS: drift by state and 1/f read noise.",
      citations: [Cite.inference, Cite.joshi, Cite.accumulation],
      parameters: mushroom(
        on: 25e-6, off: 25e-6 / 120, response: .phaseChange(PhaseChangeAccumulation().scaled(by: 25 / 12)),
        readNoise: .flicker(FlickerNoise()), drift: PowerLawDrift(lowestFraction: 1 / 120)),
      notes: [
        "Drift and read noise are fits up to 25 uS. No accumulation was published for that range: the steps of "
          + "pcm-gst-2018 are scaled by 25/12 (as with stronger SET pulses); unscaled they would end at 10.5 uS.",
        "The on/off ratio of 120 and the spread of the range (0.1) are assumed.",
        "The published error of iterative programming is not part of the device: it comes out of write-verify.",
      ] + commonNotes),
    DeviceTechnology(
      name: "pcm-gst-kuzum", family: "PCM",
      summary: "GST phase-change memory as benchmarked by NeuroSim: 100 nearly linear SET levels from 4.71 kohm.",
      citations: [Cite.kuzum, Cite.neuroSim],
      parameters: {
        var parameters = tantalumHafnium(off: 1 / 4.71e3 / 19.8, on: 1 / 4.71e3)
        parameters.response = .neuroSim((0.105, 2.4), pulses: (100, 120))
        parameters.cycleNoise.sigma = 0.015
        parameters.endurance = endurance
        parameters.pulse = PulseConditions(
          setVoltage: 0.7, setWidth: 6e-6, resetVoltage: 3, resetWidth: 125e-9, readVoltage: 0.5)
        return parameters
      }(),
      notes: [
        "Both polarities are gradual, by pulses of rising amplitude whose mean amplitude is given.",
        "The benchmark has no drift; none is set here. Spread of label (0.3) and range (0.07) and read noise "
          + "(0.01) are assumed.",
      ] + commonNotes),
  ]

  private static func mushroom(
    on: Double, off: Double, response: PulseResponse, readNoise: ReadNoise, drift: PowerLawDrift
  ) -> DeviceParameters {
    DeviceParameters(
      off: off, on: on, response: response, variation: DeviceVariation(rangeSigma: 0.1), readNoise: readNoise,
      retention: .powerLaw(drift), endurance: endurance,
      pulse: PulseConditions(
        setVoltage: 1, setWidth: 50e-9, resetVoltage: 2, resetWidth: 50e-9, readVoltage: 0.2, readWidth: 250e-9,
        energy: .fixed(set: 1e-12, reset: 10e-12)))
  }

  /// Pulses count whatever they move: melting wears, and hardly anything else.
  private static let endurance = Endurance(
    scale: 1e8, shape: 2, displacementExponent: 0, wearPerPulse: 0, setWeight: 0.05,
    failure: .stuckAtEnds(onShare: 0.7))

  private static let commonNotes = [
    "A life of 1e8 RESET pulses, in which a SET pulse counts 0.05, its shape (2) and the share of 0.7 that ends "
      + "stuck on are assumed.",
    "Pulse energies, where fixed (1 pJ SET, 10 pJ RESET), are assumed.",
    "No device is stuck as fabricated; 0.005 each way would be typical.",
  ]
}
