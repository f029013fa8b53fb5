/// How the level of a device answers to pulses.
public enum PulseResponse: Sendable, Equatable {
  /// Exponential model of NeuroSim, soft bounds, linear and constant steps: closed forms.
  case exponential(ExponentialPair)
  /// Any monotone curves, measured or from a law of the step.
  case tabulated(TabulatedPair)
  /// Phase-change memory: gradual SET by accumulation, RESET in one shot.
  case phaseChange(PhaseChangeAccumulation)
  /// Magnetic tunnel junction: two states, switched by chance.
  case magnetic(MagneticSwitching)

  /// Mean changes of one SET and one RESET pulse at `level` as fractions of the range, positive in their direction.
  func steps(at level: Double, off: Double, on: Double) -> (potentiation: Double, depression: Double) {
    switch self {
    case .exponential(let pair):
      (
        pair.potentiation.level(after: 1, from: level) - level, level - pair.depression.level(after: 1, from: level)
      )
    case .tabulated(let pair):
      (
        pair.potentiation.level(after: 1, from: level) - level, level - pair.depression.level(after: 1, from: level)
      )
    case .phaseChange(let accumulation):
      steps(of: accumulation.normalised(off: off, on: on), at: level)
    case .magnetic(let switching):
      (1 - switching.setError, 1 - switching.resetError)
    }
  }

  private func steps(
    of accumulation: PhaseChangeAccumulation, at level: Double
  ) -> (potentiation: Double, depression: Double) {
    (accumulation.meanSlope * level + accumulation.meanOffset, level - min(max(accumulation.resetState, 0), 1))
  }
}

/// Exponential responses to SET and RESET.
public struct ExponentialPair: Sendable, Equatable {
  /// Response to SET pulses.
  public var potentiation: ExponentialResponse
  /// Response to RESET pulses.
  public var depression: ExponentialResponse
  /// Labels the responses were made from; without them the spread of labels has no effect.
  public var labels: NonlinearityLabels?
  /// Laws of the step the responses were made from, if they were.
  public var laws: StepLaws?

  /// A pair from its responses.
  public init(
    potentiation: ExponentialResponse, depression: ExponentialResponse, labels: NonlinearityLabels? = nil,
    laws: StepLaws? = nil
  ) {
    self.potentiation = potentiation
    self.depression = depression
    self.labels = labels
    self.laws = laws
  }

  /// The pair of the exponential model of NeuroSim.
  public init(labels: NonlinearityLabels) {
    self.init(
      potentiation: ExponentialResponse(
        nonlinearity: labels.potentiation, pulses: labels.potentiationPulses, polarity: .potentiation),
      depression: ExponentialResponse(
        nonlinearity: labels.depression, pulses: labels.depressionPulses, polarity: .depression),
      labels: labels)
  }
}

/// The exponential model in the terms of NeuroSim: a label of nonlinearity and a number of pulses per polarity.
public struct NonlinearityLabels: Sendable, Equatable {
  /// Label of SET, |label| ≤ 9; see `ExponentialResponse`.
  public var potentiation: Double
  /// Label of RESET; negative is the mirrored curve, positive retraces a SET curve.
  public var depression: Double
  /// Pulses from Gmin to Gmax, at least 1.
  public var potentiationPulses: Double
  /// Pulses from Gmax to Gmin, at least 1.
  public var depressionPulses: Double

  /// Sets all numbers.
  public init(potentiation: Double, depression: Double, potentiationPulses: Double, depressionPulses: Double) {
    self.potentiation = potentiation
    self.depression = depression
    self.potentiationPulses = potentiationPulses
    self.depressionPulses = depressionPulses
  }
}

/// Tabulated responses to SET and RESET.
public struct TabulatedPair: Sendable, Equatable {
  /// Response to SET pulses: rises.
  public var potentiation: TabulatedResponse
  /// Response to RESET pulses: falls.
  public var depression: TabulatedResponse
  /// Laws of the step the curves were made from, if they were.
  public var laws: StepLaws?

  /// A pair from its curves.
  /// - Precondition: the first rises and the second falls.
  public init(potentiation: TabulatedResponse, depression: TabulatedResponse, laws: StepLaws? = nil) {
    precondition(potentiation.rises && !depression.rises, "SET curves rise and RESET curves fall")
    self.potentiation = potentiation
    self.depression = depression
    self.laws = laws
  }
}

/// The laws of the step that responses to SET and RESET were made from.
public struct StepLaws: Sendable, Equatable {
  /// Law of SET pulses.
  public var potentiation: StepLaw
  /// Law of RESET pulses.
  public var depression: StepLaw

  /// Sets both laws.
  public init(potentiation: StepLaw, depression: StepLaw) {
    self.potentiation = potentiation
    self.depression = depression
  }
}
