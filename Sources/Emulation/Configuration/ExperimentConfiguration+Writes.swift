import Crossbars
import Plasticity
import Quantities

extension ExperimentConfiguration {
  /// How weight changes become pulses, and how pulses are written.
  ///
  /// What has no meaning for the chosen policy, scheme or device holds its default.
  public struct Writes: Sendable, Equatable {
    /// How weight changes become pulses.
    public enum Policy: String, ConfigurationChoice {
      /// Adds changes up and writes those beyond the threshold.
      case accumulateThreshold = "accumulate-threshold"
      /// Writes each change at once, rounded at random to whole pulses.
      case stochasticRounding = "stochastic-rounding"
      /// Writes each change at once, rounded to the nearest whole pulse.
      case direct
      /// Writes one pulse by the sign of each change outside the dead zone.
      case sign
      /// Adds changes up and writes one pulse where they reach the threshold.
      case ternary
      /// Writes one pulse with a probability that grows with the change.
      case probabilistic
      /// Writes where random pulses on rows and columns coincide.
      case coincidence
      /// Writes each change as it is, without pulses.
      case exact
    }

    /// How the devices of a pair share a change.
    public enum Pair: String, ConfigurationChoice {
      /// SET on one, RESET on the other.
      case pushPull = "push-pull"
      /// SET only, with refresh.
      case oneSided = "one-sided"
    }

    /// What devices that are not written see of a write.
    public enum Biasing: String, ConfigurationChoice {
      /// Nothing.
      case selector
      /// Half of the voltage, on the lines of the written device.
      case halfVoltage = "half-voltage"
      /// A third of the voltage, everywhere.
      case thirdVoltage = "third-voltage"
    }

    /// How lines of a tile share the wear.
    public enum Levelling: String, ConfigurationChoice {
      /// They do not.
      case none
      /// Each moves in turn into a free one.
      case rowRotation = "row-rotation"
      /// The hottest row takes the least worn line.
      case rowSwap = "row-swap"
      /// Plus and minus devices exchange roles.
      case pairSwap = "pair-swap"
    }

    /// How pulses become conductance.
    public enum Scheme: String, ConfigurationChoice {
      /// Without looking.
      case openLoop = "open-loop"
      /// Pulse and read in turn.
      case writeVerify = "write-verify"
    }

    /// How weight changes become pulses.
    public let policy: Policy
    /// Accumulated change that is written, in pulses.
    public let threshold: Double
    /// Most pulses per device and write.
    public let largestTrain: Int
    /// Change that the policy sign does not write, in pulses.
    public let deadZone: Double
    /// Change that the policy probabilistic always writes, in pulses.
    public let probabilityScale: Double
    /// Most slots of an update by coincidence.
    public let bitLength: Int
    /// Fraction of life from which writes are thinned; 1 for none.
    public let wearAware: Double
    /// How the devices of a pair share a change.
    public let pair: Pair
    /// Devices that carry each polarity.
    public let devicesPerPolarity: Int
    /// Level of the higher side above which a pair is refreshed; 1 for never.
    public let refreshSaturation: Double
    /// Level of the lower side above which a pair is refreshed.
    public let refreshCounterpart: Double
    /// What other devices see of a write.
    public let biasing: Biasing
    /// How pulses become conductance.
    public let scheme: Scheme
    /// Error at which write-verify stops, fraction of the range.
    public let tolerance: Double
    /// Noise of a verify read, relative.
    public let verifyNoise: Double
    /// Resolution of the verify converter; 0 for a comparator.
    public let verifyBits: Int
    /// Most pulses of one write-verify.
    public let attemptLimit: Int
    /// Rise of the amplitude from pulse to pulse; 0 V for equal pulses.
    public let rampStep: Voltage
    /// First amplitude of a ramp; 0 V for the device's own.
    public let rampStart: Voltage
    /// Highest amplitude of a ramp.
    public let rampLimit: Voltage
    /// Further word lines of each tile.
    public let spareRows: Int
    /// How lines share the wear.
    public let levelling: Levelling
    /// Stuck devices of a line that retire it; 0 for never.
    public let retireAfter: Int
    /// Samples between two moves of a tile.
    public let levellingInterval: Int

    init(_ table: ResolvedConfiguration) {
      policy = table.choice("writes.policy")
      threshold = table.number("writes.threshold")
      largestTrain = table.integer("writes.largest_train")
      deadZone = table.number("writes.dead_zone")
      probabilityScale = table.number("writes.probability_scale")
      bitLength = table.integer("writes.bit_length")
      wearAware = table.number("writes.wear_aware")
      pair = table.choice("writes.pair")
      devicesPerPolarity = table.integer("writes.devices_per_polarity")
      refreshSaturation = table.number("writes.refresh_saturation")
      refreshCounterpart = table.number("writes.refresh_counterpart")
      biasing = table.choice("writes.biasing")
      scheme = table.choice("writes.scheme")
      tolerance = table.number("writes.tolerance")
      verifyNoise = table.number("writes.verify_noise")
      verifyBits = table.integer("writes.verify_bits")
      attemptLimit = table.integer("writes.attempt_limit")
      rampStep = table.quantity("writes.ramp_step")
      rampStart = table.quantity("writes.ramp_start")
      rampLimit = table.quantity("writes.ramp_limit")
      spareRows = table.integer("writes.spare_rows")
      levelling = table.choice("writes.levelling")
      retireAfter = table.integer("writes.retire_after")
      levellingInterval = table.integer("writes.levelling_interval")
    }
  }
}

extension ExperimentConfiguration.Writes {
  /// The policy with its numbers.
  public var policyChoice: WritePolicyChoice {
    let chosen: WritePolicyChoice =
      switch policy {
      case .exact: .exact
      case .accumulateThreshold: .accumulateThreshold(threshold: Float(threshold), largestTrain: largestTrain)
      case .stochasticRounding: .stochasticRounding(largestTrain: largestTrain)
      case .direct: .direct(largestTrain: largestTrain)
      case .sign: .sign(deadZone: Float(deadZone))
      case .ternary: .ternary(threshold: Float(threshold))
      case .probabilistic: .probabilistic(scale: Float(probabilityScale))
      case .coincidence: .coincidence(bitLength: bitLength)
      }
    return wearAware < 1 && policy != .exact ? .wearAware(from: Float(wearAware), chosen) : chosen
  }

  /// How the array is written.
  public var parameters: WriteParameters {
    WriteParameters(
      direction: pair == .oneSided ? .oneSided : .pushPull, devicesPerPolarity: devicesPerPolarity, refresh: refresh,
      scheme: scheme == .openLoop
        ? .openLoop
        : .writeVerify(
          WriteVerify(
            tolerance: tolerance, verifyNoise: verifyNoise, verifyBits: verifyBits, attemptLimit: attemptLimit,
            ramp: ramp)),
      biasing: lineBiasing, levelling: levellingParameters)
  }

  private var levellingParameters: LevellingParameters {
    let scheme: LevellingParameters.Scheme =
      switch levelling {
      case .none: .none
      case .rowRotation: .rowRotation
      case .rowSwap: .rowSwap
      case .pairSwap: .pairSwap
      }
    return LevellingParameters(
      scheme: scheme, spareRows: spareRows, retireAfter: retireAfter, interval: max(levellingInterval, 1))
  }

  /// When one-sided pairs are refreshed; `nil` for never.
  private var refresh: PairRefresh? {
    guard pair == .oneSided, refreshSaturation < 1 else { return nil }
    return PairRefresh(saturation: refreshSaturation, counterpart: refreshCounterpart)
  }

  private var ramp: AmplitudeRamp? {
    guard rampStep > .zero else { return nil }
    return AmplitudeRamp(
      start: rampStart > .zero ? rampStart.volts : nil, step: rampStep.volts, limit: rampLimit.volts)
  }

  private var lineBiasing: LineBiasing {
    switch biasing {
    case .selector: .selector
    case .halfVoltage: .halfVoltage
    case .thirdVoltage: .thirdVoltage
    }
  }
}
