import Devices

extension DeviceDraft {
  /// Values of keys that make no device together.
  struct Problem: Error {
    let keys: [String]
    let reason: String
  }

  /// The device as the physics wants it.
  ///
  /// - Throws: `Problem` where laws or curves of the response move no device.
  func parameters() throws(Problem) -> DeviceParameters {
    var result = base
    result.response = try pulseResponse()
    switch response {
    case .nonlinear: break
    case .steps, .table: result.variation.nonlinearitySigma = 0
    case .phaseChange, .magnetic:
      // Their laws hold the noise of a pulse.
      result.cycleNoise = CycleNoise()
      result.variation.nonlinearitySigma = 0
    }
    result.readNoise = readNoise.law(reference: readNoiseReference)
    result.telegraphNoise = telegraphNoise.fraction > 0 ? telegraphNoise : nil
    result.retention = retention.law(lowestFraction: driftLowestFraction)
    wear.fill(&result.endurance)
    pulse.fill(&result.pulse)
    return result
  }

  private func pulseResponse() throws(Problem) -> PulseResponse {
    switch response {
    case .nonlinear: return .exponential(ExponentialPair(labels: labels))
    case .steps:
      do {
        return try .laws(potentiation: potentiation.stepLaw, depression: depression.stepLaw)
      } catch {
        throw stepProblem ?? Problem(keys: ["device.response"], reason: "device.response steps: \(error)")
      }
    case .table:
      return .tabulated(
        TabulatedPair(
          potentiation: try Self.curve(potentiationCurve, "device.potentiation_curve", rises: true),
          depression: try Self.curve(depressionCurve, "device.depression_curve", rises: false)))
    case .phaseChange: return .phaseChange(accumulation)
    case .magnetic: return .magnetic(switching)
    }
  }

  /// The polarity whose law moves no device.
  private var stepProblem: Problem? {
    for (name, law, polarity) in [
      ("potentiation", potentiation.stepLaw, ExponentialResponse.Polarity.potentiation),
      ("depression", depression.stepLaw, .depression),
    ] {
      let start: Double = polarity == .potentiation ? 0 : 1
      guard law.closedForm(polarity) == nil, (try? law.table(polarity)) == nil else { continue }
      return Problem(
        keys: ["device.\(name)_law"],
        reason: "device.\(name)_law moves no device: its first step, from level \(ConfigurationValue.plain(start)), is "
          + "\(ConfigurationValue.plain(law.step(at: start, polarity: polarity))) of the range; change the numbers of the "
          + "law so that it is above 1.0e-07")
    }
    return nil
  }

  private static func curve(
    _ numbers: CurveNumbers, _ key: String, rises: Bool
  ) throws(Problem) -> TabulatedResponse {
    func problem(_ reason: String) -> Problem { Problem(keys: [key], reason: reason) }
    guard !numbers.levels.isEmpty else {
      throw problem("device.response table needs \(key): the levels after 0, 1, 2, … pulses, such as [0, 0.5, 1]")
    }
    let response: TabulatedResponse
    do {
      response = try TabulatedResponse(levels: numbers.levels, pulsesPerPoint: numbers.spacing)
    } catch {
      throw problem("\(key): \(error)")
    }
    guard response.rises == rises else {
      throw problem(
        "\(key) must \(rises ? "rise" : "fall") from pulse to pulse, found that it \(rises ? "falls" : "rises")")
    }
    return response
  }
}
