/// What differs from device to device, in single precision: a large array holds millions.
public struct DeviceNumbers: BitwiseCopyable, Sendable, Equatable {
  /// State of the device when fully RESET, S or F.
  public var low: Float
  /// Distance from there to the fully SET state, S or F.
  public var range: Float
  /// Asymptote of SET, see `ExponentialResponse`; 0 for other responses, as the next five numbers.
  public var upAsymptote: Float
  /// Logarithm of the ratio of SET.
  public var upLogRatio: Float
  /// Step of SET of a linear device.
  public var upStep: Float
  /// Asymptote of RESET.
  public var downAsymptote: Float
  /// Logarithm of the ratio of RESET.
  public var downLogRatio: Float
  /// Step of RESET of a linear device, negative.
  public var downStep: Float
  /// SET step over that of the typical device (magnetic: SET error); 1 for exponential responses, whose numbers hold
  /// it.
  public var upGain: Float
  /// RESET step over that of the typical device (magnetic: RESET error); 1 for exponential responses.
  public var downGain: Float

  /// Sets all numbers.
  public init(
    low: Float, range: Float, upAsymptote: Float = 0, upLogRatio: Float = 0, upStep: Float = 0,
    downAsymptote: Float = 0, downLogRatio: Float = 0, downStep: Float = 0, upGain: Float = 1, downGain: Float = 1
  ) {
    self.low = low
    self.range = range
    self.upAsymptote = upAsymptote
    self.upLogRatio = upLogRatio
    self.upStep = upStep
    self.downAsymptote = downAsymptote
    self.downLogRatio = downLogRatio
    self.downStep = downStep
    self.upGain = upGain
    self.downGain = downGain
  }

  /// Exponential response to SET pulses.
  public var potentiation: ExponentialResponse {
    get {
      ExponentialResponse(asymptote: Double(upAsymptote), logRatio: Double(upLogRatio), step: Double(upStep))
    }
    set {
      (upAsymptote, upLogRatio, upStep) = (Float(newValue.asymptote), Float(newValue.logRatio), Float(newValue.step))
    }
  }

  /// Exponential response to RESET pulses.
  public var depression: ExponentialResponse {
    get {
      ExponentialResponse(asymptote: Double(downAsymptote), logRatio: Double(downLogRatio), step: Double(downStep))
    }
    set {
      (downAsymptote, downLogRatio, downStep) = (
        Float(newValue.asymptote), Float(newValue.logRatio), Float(newValue.step)
      )
    }
  }
}

/// What pulses change in a device.
public struct CellState: BitwiseCopyable, Sendable, Equatable {
  /// State on the device's own range, 0…1.
  public var level: Double
  /// SET pulses since the last RESET; only phase-change devices look at it.
  public var setsSinceReset: Int

  /// A state.
  public init(level: Double, setsSinceReset: Int = 0) {
    self.level = level
    self.setsSinceReset = setsSinceReset
  }
}
