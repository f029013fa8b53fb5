/// What hidden layers are told through their feedback weights in place of the error itself.
///
/// | case | signal of output k | what has to be sent |
/// | --- | --- | --- |
/// | `error` | e | a number |
/// | `sign` | −1, 0 or 1: the sign of e where its magnitude is above `threshold` | two bits |
/// | `target` | −1 for the label, 0 else: known before the sample ends | the label |
/// | `triggered` | what ``ErrorTrigger`` leaves of e, for the readout too | a small whole number, seldom |
///
/// - Reference: sign: B. Crafton, A. Parihar, E. Gebhardt, A. Raychowdhury, Front. Neurosci. 13, 525 (2019); target: C. Frenkel,
///   M. Lefebvre, D. Bol, Front. Neurosci. 15, 629892 (2021) (direct random target projection).
public enum TeachingSignal: Sendable, Equatable {
  /// The error of each output.
  case error
  /// Its sign, where it is larger than a threshold.
  case sign(threshold: Float)
  /// The target alone.
  case target
  /// What a trigger leaves of the error. It has a state, so the errors have gone through it already.
  case triggered(ErrorTrigger.Parameters)

  /// Whether hidden layers are told the errors that the readout learns from.
  public var isShared: Bool {
    switch self {
    case .error, .triggered: true
    case .sign, .target: false
    }
  }

  /// The trigger of `outputs` outputs, where there is one.
  public func makeTrigger(outputs: Int) -> ErrorTrigger? {
    guard case .triggered(let parameters) = self else { return nil }
    return ErrorTrigger(outputs: outputs, parameters: parameters)
  }

  /// Turns the errors of one tick into what hidden layers are told.
  /// - Parameters:
  ///   - errors: `[count]`.
  ///   - teaching: receives `[count]`.
  public func teach(
    errors: UnsafePointer<Float>, count: Int, label: Int, into teaching: UnsafeMutablePointer<Float>
  ) {
    for output in 0..<count {
      let error = errors[output]
      switch self {
      case .error, .triggered: teaching[output] = error
      case .sign(let threshold): teaching[output] = abs(error) > threshold ? (error > 0 ? 1 : -1) : 0
      case .target: teaching[output] = output == label ? -1 : 0
      }
    }
  }
}
