import Devices

extension DeviceDraft {
  /// Step law of one polarity with the numbers of all laws.
  struct StepNumbers: Sendable {
    enum Law: String, ConfigurationChoice {
      case constant, affine, power, exponential, piecewise
    }

    var law: Law
    var step = 0.01
    var endStep = 0.0
    var exponent = 1.0
    var amplitude = 0.0
    var rate = 1.0
    var slope = 1.0
    var offset = 0.0
    var factors = [1.0, 1.0]

    init(_ given: StepLaw) {
      switch given {
      case .constant(let step):
        law = .constant
        self.step = step
      case .affine(let first, let last):
        law = .affine
        (step, endStep) = (first, last)
      case .power(let step, let exponent):
        law = .power
        (self.step, self.exponent) = (step, exponent)
      case .exponential(let step, let amplitude, let rate, let slope, let offset):
        law = .exponential
        (self.step, self.amplitude, self.rate, self.slope, self.offset) = (step, amplitude, rate, slope, offset)
      case .piecewise(let step, let factors):
        law = .piecewise
        (self.step, self.factors) = (step, factors)
      }
    }

    var stepLaw: StepLaw {
      switch law {
      case .constant: .constant(step: step)
      case .affine: .affine(stepAtStart: step, stepAtEnd: endStep)
      case .power: .power(step: step, exponent: exponent)
      case .exponential: .exponential(step: step, amplitude: amplitude, rate: rate, slope: slope, offset: offset)
      case .piecewise: .piecewise(step: step, factors: factors)
      }
    }
  }

  /// Measured curve of one polarity; empty where there is none.
  struct CurveNumbers: Sendable {
    var levels: [Double] = []
    var spacing = 1

    init() {}

    init(_ response: TabulatedResponse) {
      levels = response.levels
      spacing = response.pulsesPerPoint
    }
  }

  /// Law of read noise with the numbers of all laws.
  struct ReadNoiseNumbers: Sendable {
    enum Law: String, ConfigurationChoice {
      case relative, scaled, affine, flicker, logarithmic
    }

    var law = Law.relative
    /// σ/G, at the reference if scaled, at Gmax of 1/f noise.
    var strength = 0.0
    var reference: Double?
    var scaledExponent = 0.5
    var slope = 0.03
    var offset = 0.13e-6
    var flicker = FlickerNoise()
    var amplitude = 0.02773e-6
    var logarithmicReadTime = 1e-6

    init(_ given: ReadNoise) {
      switch given {
      case .none: break
      case .relative(let strength): self.strength = strength
      case .scaled(let relative, let reference, let exponent):
        law = .scaled
        (strength, self.reference, scaledExponent) = (relative, reference, exponent)
      case .affine(let slope, let offset):
        law = .affine
        (self.slope, self.offset) = (slope, offset)
      case .flicker(let flicker):
        law = .flicker
        self.flicker = flicker
      case .logarithmic(let coefficient, let readTime):
        law = .logarithmic
        (amplitude, logarithmicReadTime) = (coefficient, readTime)
      }
    }

    /// - Parameter reference: where the strength of the scaled law holds.
    func law(reference: Double) -> ReadNoise {
      switch law {
      case .relative: strength == 0 ? .none : .relative(strength)
      case .scaled: .scaled(relative: strength, reference: reference, exponent: scaledExponent)
      case .affine: .affine(slope: slope, offset: offset)
      case .flicker: .flicker(flicker)
      case .logarithmic: .logarithmic(coefficient: amplitude, readTime: logarithmicReadTime)
      }
    }
  }

  /// Law of retention with the numbers of all laws.
  struct RetentionNumbers: Sendable {
    enum Law: String, ConfigurationChoice {
      case none
      case powerLaw = "power-law"
      case relaxation
      case stretched = "stretched-exponential"
    }

    enum DriftExponent: String, ConfigurationChoice {
      case fixed
      case stateDependent = "state-dependent"
    }

    enum RelaxationLaw: String, ConfigurationChoice {
      case logarithmic, polynomial
    }

    var law = Law.none
    var driftExponent = DriftExponent.stateDependent
    var fixedMean = 0.04
    var fixedSigma = 0.004
    var mean = PowerLawDrift.ClippedLine(slope: -0.0155, offset: 0.0244, lowest: 0.049, highest: 0.1)
    var sigma = PowerLawDrift.ClippedLine(slope: -0.0125, offset: -0.0059, lowest: 0.008, highest: 0.045)
    var startTime = 20.0
    var lowestFraction: Double?
    /// Whether a key gave `lowestFraction`, not the preset.
    var lowestIsGiven = false
    var relaxationLaw = RelaxationLaw.logarithmic
    var meanSlope = -0.089e-6
    var sigmaSlope = 0.04201e-6
    var sigmaOffset = 0.41183e-6
    var times = [1.0]
    /// Five for each time, from the constant on.
    var coefficients = [0.0, 0, 0, 0, 0]
    var range = 82e-6
    var decay = StretchedDecay()

    static let coefficientCount = 5

    init(_ given: Retention) {
      if case .polynomial(let spreads) = Relaxation.writeVerifiedHafnium.law { take(spreads) }
      switch given {
      case .none: break
      case .powerLaw(let drift):
        law = .powerLaw
        take(drift)
      case .relaxation(let relaxation):
        law = .relaxation
        range = relaxation.range
        switch relaxation.law {
        case .logarithmic(let meanSlope, let sigmaSlope, let sigmaOffset):
          (self.meanSlope, self.sigmaSlope, self.sigmaOffset) = (meanSlope, sigmaSlope, sigmaOffset)
        case .polynomial(let spreads):
          relaxationLaw = .polynomial
          take(spreads)
        }
      case .stretched(let decay):
        law = .stretched
        self.decay = decay
      }
    }

    private mutating func take(_ drift: PowerLawDrift) {
      (startTime, lowestFraction) = (drift.startTime, drift.lowestFraction)
      switch drift.exponent {
      case .fixed(let mean, let sigma):
        driftExponent = .fixed
        (fixedMean, fixedSigma) = (mean, sigma)
      case .stateDependent(let mean, let sigma): (self.mean, self.sigma) = (mean, sigma)
      }
    }

    private mutating func take(_ spreads: [Relaxation.Spread]) {
      times = spreads.map(\.time)
      coefficients = spreads.flatMap(\.coefficients)
    }

    func law(lowestFraction: Double) -> Retention {
      switch law {
      case .none: return .none
      case .powerLaw:
        let exponent: PowerLawDrift.Exponent =
          driftExponent == .fixed
          ? .fixed(mean: fixedMean, sigma: fixedSigma) : .stateDependent(mean: mean, sigma: sigma)
        return .powerLaw(PowerLawDrift(exponent: exponent, startTime: startTime, lowestFraction: lowestFraction))
      case .relaxation:
        return .relaxation(Relaxation(law: relaxation, range: range))
      case .stretched: return .stretched(decay)
      }
    }

    private var relaxation: Relaxation.Law {
      guard relaxationLaw == .polynomial else {
        return .logarithmic(meanSlope: meanSlope, sigmaSlope: sigmaSlope, sigmaOffset: sigmaOffset)
      }
      let count = Self.coefficientCount
      return .polynomial(
        times.enumerated().map { index, time in
          .init(time: time, coefficients: Array(coefficients.dropFirst(index * count).prefix(count)))
        })
    }
  }

  /// Life, window and failure with the numbers of all laws; η, β, κ, c₀ and the weights stay in `base`.
  struct WearNumbers: Sendable {
    enum Distribution: String, ConfigurationChoice {
      case weibull
      case logNormal = "log-normal"
    }

    enum Window: String, ConfigurationChoice {
      case none
      case powerLaw = "power-law"
      case ferroelectric
    }

    enum Failure: String, ConfigurationChoice {
      case stuckAtEnds = "stuck-at-ends"
      case stuckInPlace = "stuck-in-place"
    }

    var distribution = Distribution.weibull
    var lifeSigma = 1.0
    var window = Window.none
    var threshold = 0.01
    var onExponent = 0.15
    var offExponent = 0.10
    var ferroelectric = FerroelectricWindow()
    var failure = Failure.stuckAtEnds
    var stuckOnShare = 0.5

    init(_ given: Endurance) {
      if case .logNormal(let sigma) = given.distribution { (distribution, lifeSigma) = (.logNormal, sigma) }
      switch given.window {
      case .none: break
      case .powerLaw(let threshold, let onExponent, let offExponent):
        window = .powerLaw
        (self.threshold, self.onExponent, self.offExponent) = (threshold, onExponent, offExponent)
      case .ferroelectric(let numbers): (window, ferroelectric) = (.ferroelectric, numbers)
      }
      switch given.failure {
      case .stuckAtEnds(let share): stuckOnShare = share
      case .stuckInPlace: failure = .stuckInPlace
      }
    }

    func fill(_ endurance: inout Endurance) {
      endurance.distribution = distribution == .weibull ? .weibull : .logNormal(sigma: lifeSigma)
      switch window {
      case .none: endurance.window = .none
      case .powerLaw:
        endurance.window = .powerLaw(threshold: threshold, onExponent: onExponent, offExponent: offExponent)
      case .ferroelectric: endurance.window = .ferroelectric(ferroelectric)
      }
      endurance.failure = failure == .stuckInPlace ? .stuckInPlace : .stuckAtEnds(onShare: stuckOnShare)
    }
  }

  /// Energy and voltage dependence of pulses with the numbers of all laws; amplitudes and widths stay in `base`.
  struct PulseNumbers: Sendable {
    enum EnergyLaw: String, ConfigurationChoice {
      case ohmic, fixed
    }

    enum Kinetics: String, ConfigurationChoice {
      case exponential, ferroelectric
    }

    var energy = EnergyLaw.ohmic
    var setEnergy = 1e-12
    var resetEnergy = 10e-12
    var kinetics = Kinetics.exponential
    var polarisation = PolarisationKinetics()

    init(_ given: PulseConditions) {
      if case .fixed(let set, let reset) = given.energy { (energy, setEnergy, resetEnergy) = (.fixed, set, reset) }
      if let polarisation = given.polarisation { (kinetics, self.polarisation) = (.ferroelectric, polarisation) }
    }

    func fill(_ pulse: inout PulseConditions) {
      pulse.energy = energy == .ohmic ? .ohmic : .fixed(set: setEnergy, reset: resetEnergy)
      pulse.polarisation = kinetics == .ferroelectric ? polarisation : nil
    }
  }
}
