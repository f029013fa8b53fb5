extension DeviceTechnology {
  private typealias Cite = TechnologyCitation

  /// Resistive memory as fitted for training in aihwkit. There a weight w runs over R = 2 units; here a level is w / R
  /// and the conductances of the ends are assumed.
  static let resistiveFits: [DeviceTechnology] = [
    DeviceTechnology(
      name: "rram-array-om", family: "RRAM",
      summary: "Optimised ReRAM array with its full spread: about 20 steps over the range, soft bounds.",
      citations: [Cite.gongRasch],
      // Steps in units of the range: 0.0949 at the start, half of it in the middle, 0 at the far end.
      parameters: fitted(
        .known(.affine(stepAtStart: 0.0949, stepAtEnd: 0), .affine(stepAtStart: 0.0949, stepAtEnd: 0)),
        cycleNoise: CycleNoise(sigma: 0.4158, kind: .relative),
        variation: DeviceVariation(
          rangeSigma: boundSpread(0.3499), stepSigma: 0.7829, stepDistribution: .logNormal)),
      notes: [
        "The reference device that the fit subtracts from each weight is here the other device of a pair, with its "
          + "own spread.",
        "The fit has a share of 0.1348 of unusable devices; none is set here.",
        "The noise of 1.4 steps with which the fit shows a written weight is left out.",
      ] + fitNotes),
    DeviceTechnology(
      name: "rram-hfo2-es", family: "RRAM",
      summary: "HfO2 RRAM with steps that shrink exponentially, about 1000 pulses over the range.",
      citations: [Cite.gong],
      parameters: fitted(
        .known(
          .exponential(step: 0.00135 / 2, amplitude: -1.18445, rate: 5, slope: -1, offset: 0),
          .exponential(step: 0.00135 / 2 * (1 - 0.259359), amplitude: -0.081404, rate: 5, slope: -1, offset: 0)),
        cycleNoise: CycleNoise(sigma: 5, kind: .relative),
        variation: DeviceVariation(rangeSigma: boundSpread(0.3), stepSigma: 0.2, asymmetrySigma: 0.05)),
      notes: [
        "The noise of 75 steps with which the fit shows a written weight is left out."
      ] + fitNotes),
    DeviceTechnology(
      name: "rram-hfo2-sb", family: "RRAM",
      summary: "HfO2 RRAM with soft bounds, about 1000 pulses over the range: a loose fit of rram-hfo2-es.",
      citations: [Cite.gong],
      // Weights of −0.75 to 1.25: a step is 0.001·(1 − w/bound) of the range.
      parameters: fitted(
        .known(
          .affine(stepAtStart: 0.001 * (1 + 0.75 / 1.25), stepAtEnd: 0),
          .affine(stepAtStart: 0.001 * (1 + 1.25 / 0.75), stepAtEnd: 0)),
        cycleNoise: CycleNoise(sigma: 3.75 * 0.001),
        variation: DeviceVariation(rangeSigma: boundSpread(0.3), stepSigma: 0.3, asymmetrySigma: 0.01)),
      notes: [
        "The noise of 56 steps with which the fit shows a written weight is left out."
      ] + fitNotes),
  ]

  private static let off = 5e-6
  private static let on = 50e-6

  private static func fitted(
    _ response: PulseResponse, cycleNoise: CycleNoise, variation: DeviceVariation
  ) -> DeviceParameters {
    var parameters = tantalumHafnium(off: off, on: on)
    parameters.response = response
    parameters.cycleNoise = cycleNoise
    parameters.variation = variation
    return parameters
  }

  /// Relative spread of Gmax for a spread `sigma` of the bound of a weight of range 2.
  private static func boundSpread(_ sigma: Double) -> Double { sigma / 2 * (1 - off / on) }

  private static let fitNotes = [
    "The fit has no conductances: 5 to 50 uS, pulses of 1.6 V and 50 ns, read noise 0.01 and a life of 1e8 full "
      + "cycles are assumed.",
    "The spread of the weight bounds is that of Gmax; Gmin has the same relative spread.",
    "No device is stuck as fabricated; telegraph noise, write failures and the narrowing of the range by wear are off.",
  ]
}
