import Devices

/// A memory device as the keys of the `device` section describe it: one field for each key, also for models that are not
/// chosen at the moment.
///
/// Physics knows a choice of models, each with its numbers; keys are flat. A draft begins as the device of a preset, takes
/// the values of the keys one by one, and becomes the device of the run. What a preset does not have begins with the
/// published or assumed numbers of that model.
struct DeviceDraft: Sendable {
  /// How the level answers to pulses.
  enum Response: String, ConfigurationChoice {
    case nonlinear, steps, table
    case phaseChange = "phase-change"
    case magnetic
  }

  /// Numbers that belong to no choice, and those of choices that hold no numbers.
  var base: DeviceParameters
  var response: Response
  var labels: NonlinearityLabels
  var potentiation: StepNumbers
  var depression: StepNumbers
  var potentiationCurve = CurveNumbers()
  var depressionCurve = CurveNumbers()
  var accumulation = PhaseChangeAccumulation()
  var switching = MagneticSwitching()
  var readNoise: ReadNoiseNumbers
  var telegraphNoise: TelegraphNoise
  var retention: RetentionNumbers
  var wear: WearNumbers
  var pulse: PulseNumbers
  /// Range of the preset, to which its own derived numbers belong.
  private let presetRange: (off: Double, on: Double)

  init(_ parameters: DeviceParameters) {
    base = parameters
    let steps = parameters.typicalSteps
    labels = NonlinearityLabels(
      potentiation: 0, depression: 0, potentiationPulses: Self.pulses(ofStep: steps.potentiation),
      depressionPulses: Self.pulses(ofStep: steps.depression))
    potentiation = StepNumbers(.constant(step: min(steps.potentiation, 1)))
    depression = StepNumbers(.constant(step: min(steps.depression, 1)))
    readNoise = ReadNoiseNumbers(parameters.readNoise)
    telegraphNoise = parameters.telegraphNoise ?? TelegraphNoise(fraction: 0)
    retention = RetentionNumbers(parameters.retention)
    wear = WearNumbers(parameters.endurance)
    pulse = PulseNumbers(parameters.pulse)
    presetRange = (parameters.off, parameters.on)
    response = .nonlinear
    take(parameters.response)
  }

  /// Pulses over the whole range for a step of one.
  private static func pulses(ofStep step: Double) -> Double {
    step > 0 ? min(max((1 / step).rounded(), 1), 1e6) : 1
  }

  private mutating func take(_ given: PulseResponse) {
    switch given {
    case .exponential(let pair):
      if let labels = pair.labels {
        self.labels = labels
      } else {
        response = .steps
        potentiation = StepNumbers(pair.laws?.potentiation ?? Self.law(pair.potentiation, from: 0))
        depression = StepNumbers(pair.laws?.depression ?? Self.law(pair.depression, from: 1))
      }
    case .tabulated(let pair):
      if let laws = pair.laws {
        response = .steps
        (potentiation, depression) = (StepNumbers(laws.potentiation), StepNumbers(laws.depression))
      } else {
        response = .table
        potentiationCurve = CurveNumbers(pair.potentiation)
        depressionCurve = CurveNumbers(pair.depression)
      }
    case .phaseChange(let accumulation):
      response = .phaseChange
      self.accumulation = accumulation
    case .magnetic(let switching):
      response = .magnetic
      self.switching = switching
    }
  }

  /// The affine law of an exponential response, from its steps at both ends.
  private static func law(_ response: ExponentialResponse, from start: Double) -> StepLaw {
    let step = { (level: Double) in abs(response.level(after: 1, from: level) - level) }
    return .affine(stepAtStart: step(start), stepAtEnd: step(1 - start))
  }

  // MARK: Numbers that follow others unless they are given

  /// η, 0 for devices that never fail.
  var endurance: Double {
    get { base.endurance.isLimited ? base.endurance.scale : 0 }
    set { base.endurance.scale = newValue > 0 ? newValue : .infinity }
  }

  /// State of the relative strength of scaled read noise; Gmax unless given.
  var readNoiseReference: Double {
    get { readNoise.reference ?? base.on }
    set { readNoise.reference = newValue }
  }

  /// Gmin/Gmax in the law of drift; that of the device unless given by a preset of the same range.
  var driftLowestFraction: Double {
    get {
      let isPreset = presetRange == (base.off, base.on)
      return retention.lowestFraction.flatMap { isPreset || retention.lowestIsGiven ? $0 : nil } ?? base.off / base.on
    }
    set {
      retention.lowestFraction = newValue
      retention.lowestIsGiven = true
    }
  }
}
