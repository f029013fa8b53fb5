extension DeviceTechnology {
  private typealias Cite = TechnologyCitation

  /// Magnetic tunnel junctions.
  static let magneticJunction = DeviceTechnology(
    name: "stt-mram", family: "STT-MRAM",
    summary: "Spin-transfer-torque memory: two states of 3.5 kohm and 8.05 kohm, 1 V pulses of 10 ns.",
    citations: [Cite.magneticTable, Cite.neuroSim, Cite.writeErrors],
    parameters: DeviceParameters(
      off: 1 / 3.5e3 / 2.3, on: 1 / 3.5e3, response: .magnetic(MagneticSwitching()),
      variation: DeviceVariation(rangeSigma: 0.05), readNoise: .relative(0.005),
      endurance: Endurance(
        scale: 1e12, shape: 1.2, displacementExponent: 0, wearPerPulse: 0, failure: .stuckAtEnds(onShare: 1)),
      pulse: PulseConditions(setVoltage: 1, setWidth: 10e-9, resetVoltage: 1, resetWidth: 10e-9)),
    notes: [
      "The error rate of a write (1e-6), the spread (0.05), the read noise (0.005) and the life (1e12 pulses, "
        + "shape 1.2) are assumed; a broken barrier is stuck on.",
      "The fall of the magnetoresistance with the read voltage is left out.",
      "No device is stuck as fabricated; 0.0001 each way would be typical.",
    ])

  /// Electrochemical memory, as fitted for training in aihwkit: a weight w runs over 2 units, a level is a share of
  /// them.
  static let electrochemical: [DeviceTechnology] = [
    DeviceTechnology(
      name: "ecram-li-2018", family: "ECRAM",
      summary: "Lithium ECRAM, about 1000 steps over the range that shrink linearly.",
      citations: [Cite.tang],
      parameters: reservoir(
        linearSteps(0.002, bounds: (-0.8276, 1.1724), slopes: (0.1153, 0.5085)),
        cycleSigma: 0.3, width: 10e-3),
      notes: ["Pulses of 10 ms are assumed; 1 to 100 ms are reported."] + commonNotes),
    DeviceTechnology(
      name: "ecram-mo-2019", family: "ECRAM",
      summary: "Metal-oxide ECRAM, about 7000 steps over the range that shrink linearly, with noise of twice a step.",
      citations: [Cite.kim],
      parameters: reservoir(
        linearSteps(2.8214e-4, bounds: (-0.8286, 1.1714), slopes: (0.4152, 0.7342)),
        cycleSigma: 2, width: 1e-6),
      notes: ["Pulses of 1 us are assumed; 10 ns to 1 us are reported."] + commonNotes),
    DeviceTechnology(
      name: "ecram-ideal", family: "ECRAM",
      summary: "Idealised symmetric device of 10 000 constant steps, the near-ideal reference with pulses.",
      citations: [Cite.gokmenVlasov],
      parameters: {
        var parameters = reservoir(
          .known(.constant(step: 1e-4), .constant(step: 1e-4)), cycleSigma: 0.3, width: 1e-6)
        parameters.variation = DeviceVariation(rangeSigma: boundSpread(0.3), stepSigma: 0.3)
        parameters.retention = .none
        return parameters
      }(),
      notes: [
        "Steps are those of the idealised device of aihwkit: symmetric, 8 times finer than the cited specification."
      ]
        + commonNotes),
  ]

  private static func reservoir(_ response: PulseResponse, cycleSigma: Double, width: Double) -> DeviceParameters {
    DeviceParameters(
      off: 1e-6, on: 10e-6, response: response, cycleNoise: CycleNoise(sigma: cycleSigma, kind: .relative),
      variation: DeviceVariation(rangeSigma: boundSpread(0.05 * 1.17), stepSigma: 0.1, asymmetrySigma: 0.01),
      readNoise: .relative(0.003), retention: .stretched(.ionReservoir), endurance: Endurance(scale: 1e11, shape: 2),
      pulse: PulseConditions(
        setVoltage: 1, setWidth: width, resetVoltage: 1, resetWidth: width,
        energy: .fixed(set: 10e-15, reset: 10e-15)))
  }

  /// Steps s·(1 − γ·w/bound) of a weight w between two bounds, as shares of the range.
  private static func linearSteps(
    _ step: Double, bounds: (low: Double, high: Double), slopes: (up: Double, down: Double)
  ) -> PulseResponse {
    let unit = step / (bounds.high - bounds.low)
    let ratio = bounds.low / bounds.high
    return .known(
      .affine(stepAtStart: unit * (1 - slopes.up * ratio), stepAtEnd: unit * (1 - slopes.up)),
      .affine(stepAtStart: unit * (1 - slopes.down / ratio), stepAtEnd: unit * (1 - slopes.down)))
  }

  /// Relative spread of Gmax for a spread `sigma` of the bound of a weight of range 2, at an on/off ratio of 10.
  private static func boundSpread(_ sigma: Double) -> Double { sigma / 2 * 0.9 }

  private static let commonNotes = [
    "The fit has no conductances: 1 to 10 uS, read noise (0.003), pulse amplitude (1 V), energy (10 fJ) and life "
      + "(1e11) are assumed; so is the decay to mid-range in 1e5 s, where it is set.",
    "The spread of the weight bounds is that of Gmax; Gmin has the same relative spread.",
    "No device is stuck as fabricated.",
  ]
}
