/// What becomes of a written state with time.
///
/// A state is a function of what was written, its age t and one number drawn at the write; nothing happens between
/// reads, so nothing has to be computed between them. At age 0 and before, a state is exactly what was written. Every
/// write, also one that did not change the state, starts the age anew.
public enum Retention: Sendable, Equatable {
  /// States stay.
  case none
  /// Structural relaxation of phase-change memory.
  case powerLaw(PowerLawDrift)
  /// Spreading of filamentary states.
  case relaxation(Relaxation)
  /// Decay towards a resting level: ferroelectrics and ion reservoirs.
  case stretched(StretchedDecay)

  /// The number of a write that its later states depend on: ν, z or τ, depending on the law.
  ///
  /// - Parameters:
  ///   - level: written, on the device's own range.
  ///   - gaussian: standard normal number of the write.
  ///   - deviceGaussian: standard normal number of the device.
  public func coefficient(level: Double, gaussian: Double, deviceGaussian: Double) -> Float {
    switch self {
    case .none: 0
    case .powerLaw(let drift): Float(drift.exponent(level: level, gaussian: gaussian))
    case .relaxation: Float(gaussian)
    case .stretched(let decay): Float(decay.time(deviceGaussian: deviceGaussian))
    }
  }

  /// State at an age.
  ///
  /// - Parameters:
  ///   - programmed: as written, siemens or farad.
  ///   - age: seconds since the write.
  ///   - coefficient: drawn at the write.
  ///   - low: own fully RESET state.
  ///   - range: own fully SET state less `low`.
  public func state(programmed: Double, age: Double, coefficient: Float, low: Double, range: Double) -> Double {
    guard age > 0 else { return programmed }
    switch self {
    case .none: return programmed
    case .powerLaw(let drift): return drift.state(programmed: programmed, age: age, exponent: Double(coefficient))
    case .relaxation(let relaxation):
      return relaxation.state(programmed: programmed, age: age, z: Double(coefficient), low: low, range: range)
    case .stretched(let decay):
      return decay.state(programmed: programmed, age: age, time: Double(coefficient), low: low, range: range)
    }
  }

  /// How long states may be taken as constant: seconds from a youngest age `age` on until one of that age or older may
  /// have changed by more than `errorBound`.
  ///
  /// The bound covers all levels and draws within five standard deviations. It is infinite where nothing changes, and 0
  /// where the law jumps right after a write.
  /// - Parameter errorBound: fraction of the range, greater than 0.
  public func foldInterval(age: Double, errorBound: Double) -> Double {
    switch self {
    case .none: .infinity
    case .powerLaw(let drift): drift.foldInterval(age: max(age, 0), errorBound: errorBound)
    case .relaxation(let relaxation): relaxation.foldInterval(age: max(age, 0), errorBound: errorBound)
    case .stretched(let decay): decay.foldInterval(age: max(age, 0), errorBound: errorBound)
    }
  }

  /// Standard deviations of the draws that a fold interval covers.
  static let coveredDeviations = 5.0
}
