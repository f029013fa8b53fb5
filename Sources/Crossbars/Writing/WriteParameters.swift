/// How an array is written: what a synapse is made of, how a device is brought to its place, and how the lines are biased.
public struct WriteParameters: Sendable, Equatable {
  /// How the devices of a pair share the work.
  public var direction: PairDirection
  /// Devices that carry each polarity, written in turn.
  public var devicesPerPolarity: Int
  /// When a one-sided pair is erased and written anew; `nil`: never.
  public var refresh: PairRefresh?
  /// How pulses become conductance.
  public var scheme: WriteScheme
  /// Voltages on the lines that are not selected.
  public var biasing: LineBiasing
  /// How lines share the wear.
  public var levelling: LevellingParameters

  /// Sets all choices.
  public init(
    direction: PairDirection = .pushPull, devicesPerPolarity: Int = 1, refresh: PairRefresh? = nil,
    scheme: WriteScheme = .openLoop, biasing: LineBiasing = .selector,
    levelling: LevellingParameters = LevellingParameters()
  ) {
    self.direction = direction
    self.devicesPerPolarity = devicesPerPolarity
    self.refresh = refresh
    self.scheme = scheme
    self.biasing = biasing
    self.levelling = levelling
  }
}

/// How the devices of a differential pair share the work of a weight change.
public enum PairDirection: Sendable, Equatable {
  /// Plus devices take the pulses, minus devices their opposite: any change uses SET and RESET.
  case pushPull
  /// Only SET pulses: on the plus devices to raise the weight, on the minus devices to lower it. Needs a refresh, since
  /// both sides only rise.
  case oneSided
}

/// When a one-sided pair is erased and its weight written anew.
///
/// A pair is refreshed once the higher of its two levels is above `saturation` and the lower one above `counterpart`: then
/// the common part of the two is worth erasing. Both sides are RESET and the difference is written to one side with SET
/// pulses.
/// - Reference: the rule of IBM's aihwkit for one-sided units (0.75 and 0.25 of the range).
public struct PairRefresh: Sendable, Equatable {
  /// Level of the higher side, fraction of the range.
  public var saturation: Double
  /// Level of the lower side, fraction of the range.
  public var counterpart: Double

  /// Sets both levels.
  public init(saturation: Double = 0.75, counterpart: Double = 0.25) {
    self.saturation = saturation
    self.counterpart = counterpart
  }
}

/// How pulses become conductance.
public enum WriteScheme: Sendable, Equatable {
  /// So many equal pulses, without looking.
  case openLoop
  /// Pulse and read in turn until the device is where it should be.
  case writeVerify(WriteVerify)
}

/// Pulse and read in turn until a device is where it should be.
///
///     m = G·(1 + s·z)                    verify read, rounded to the verify converter if there is one
///     stop where |G* − m| ≤ tol·(Gmax − Gmin), else one pulse in the direction of G* − m
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | tol | `tolerance` | fraction of the range | 0.01 | > 0 |
/// | s | `verifyNoise`, relative | 1 | 0.01 | ≥ 0 |
/// | | `verifyBits` over the range; 0: a comparator without steps | bit | 0 | 0…16 |
/// | | `attemptLimit`: most pulses to one device | pulse | 100 | ≥ 1 |
///
/// A lucky read ends the loop, so however small the tolerance, the error left is about the verify noise, or the scatter of
/// the pulses where that is less.
/// - Reference: D. M. Nminibapiel et al., IEEE EDL 38, 736 (2017) (fluctuation of verify reads).
public struct WriteVerify: Sendable, Equatable {
  /// Accepted error, fraction of the range.
  public var tolerance: Double
  /// Noise of a verify read, relative to the conductance.
  public var verifyNoise: Double
  /// Resolution of the verify converter over the typical range; 0 for a comparator.
  public var verifyBits: Int
  /// Most pulses to one device in one write.
  public var attemptLimit: Int
  /// Amplitude ramp (incremental-step programming), `nil` for identical pulses.
  public var ramp: AmplitudeRamp?

  /// Sets all numbers.
  public init(
    tolerance: Double = 0.01, verifyNoise: Double = 0.01, verifyBits: Int = 0, attemptLimit: Int = 100,
    ramp: AmplitudeRamp? = nil
  ) {
    self.tolerance = tolerance
    self.verifyNoise = verifyNoise
    self.verifyBits = verifyBits
    self.attemptLimit = attemptLimit
    self.ramp = ramp
  }
}

/// Amplitudes of incremental-step pulse programming (ISPP): V_k = start + k·step, back to the start where the direction turns.
public struct AmplitudeRamp: Sendable, Equatable {
  /// First amplitude in volts; `nil`: the device's own.
  public var start: Double?
  /// Rise from pulse to pulse in volts.
  public var step: Double
  /// Highest amplitude in volts.
  public var limit: Double

  /// Sets all numbers.
  public init(start: Double? = nil, step: Double, limit: Double) {
    self.start = start
    self.step = step
    self.limit = limit
  }
}

/// Voltages on lines that are not selected while a device is written.
public enum LineBiasing: Sendable, Equatable {
  /// A transistor at each device (1T1R): no other device sees the pulse.
  case selector
  /// Selected lines at ±V/2, others at 0: devices that share a line with a written one see V/2.
  case halfVoltage
  /// Every device that is not selected sees V/3.
  case thirdVoltage
}
