extension DeviceTechnology {
  private typealias Cite = TechnologyCitation

  /// Ferroelectric HZO devices, read as a transistor or as a capacitor.
  static let ferroelectric: [DeviceTechnology] = [
    DeviceTechnology(
      name: "fefet-hzo-2017", family: "FeFET",
      summary: "HZO ferroelectric transistor, 32 levels from 559 kohm, on/off 45, symmetric, 75 ns pulses.",
      citations: [Cite.jerry, Cite.neuroSim, Cite.review, Cite.interlayer],
      parameters: DeviceParameters(
        off: 1 / 559.28e3 / 45, on: 1 / 559.28e3, response: .neuroSim((1.75, 1.46), pulses: (32, 32)),
        cycleNoise: CycleNoise(sigma: 0.005), variation: DeviceVariation(rangeSigma: 0.033),
        readNoise: .relative(0.005), retention: .stretched(StretchedDecay()), endurance: endurance(scale: 1e6),
        pulse: PulseConditions(
          setVoltage: 3.65, setWidth: 75e-9, resetVoltage: 2.95, resetWidth: 75e-9, readVoltage: 0.5,
          energy: .fixed(set: 6e-15, reset: 4.8e-15), halfSelectDecades: 3, polarisation: PolarisationKinetics())),
      notes: [
        "The data are of pulses of rising amplitude; their mean amplitude is given.",
        "The spread of range stands for a spread of 40 mV of the threshold in a window of 1.2 V.",
        "The decay of states (1e4 s, stretched by 0.3, to mid-range) is assumed; set no retention for devices that "
          + "hold 10 years.",
        "The energy of a pulse is that of the polarisation switched at most (32 nm, 0.2 C/m2); the line costs more.",
      ] + commonNotes),
    DeviceTechnology(
      name: "fcm-hzo", family: "FCM",
      summary: "Ferroelectric memcapacitor of 0.5 to 5 fF, 16 levels, read by charge: no static current.",
      citations: [Cite.capacitive, Cite.capacitiveReview],
      parameters: DeviceParameters(
        quantity: .capacitance, off: 0.5e-15, on: 5e-15, response: .neuroSim((1, 1), pulses: (16, 16)),
        cycleNoise: CycleNoise(sigma: 0.01), variation: DeviceVariation(rangeSigma: 0.02),
        endurance: endurance(scale: 1e9),
        pulse: PulseConditions(
          setVoltage: 3, setWidth: 100e-9, resetVoltage: 3, resetWidth: 100e-9,
          energy: .fixed(set: 10e-15, reset: 10e-15), halfSelectDecades: 3, polarisation: PolarisationKinetics())),
      notes: [
        "Range, labels (1 and 1), noise of a pulse (0.01), mismatch (0.02), pulse width and energy are assumed.",
        "Reads have the noise of the array (kT/C), none of the device. States are held for over 1e5 s: no "
          + "retention is set.",
      ] + commonNotes),
  ]

  private static func endurance(scale: Double) -> Endurance {
    Endurance(scale: scale, shape: 2, window: .ferroelectric(), failure: .stuckInPlace)
  }

  private static let commonNotes = [
    "Life, its shape (2), and the opening and closing of the window are assumed; a device without contrast stays "
      + "where it is.",
    "No device is stuck as fabricated; 0.005 each way would be typical.",
  ]
}
