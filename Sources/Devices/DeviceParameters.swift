import Quantities

/// Everything a user sets about one memory device technology; immutable in a run.
public struct DeviceParameters: Sendable, Equatable {
  /// Conductance of the fully RESET device, Gmin.
  public var offConductance: Conductance
  /// Conductance of the fully SET device, Gmax.
  public var onConductance: Conductance
  /// Whether any conductance in the range can be written exactly, without pulses: the ideal device.
  public var isContinuous: Bool
  /// Pulses from Gmin to Gmax.
  public var potentiationPulses: Double
  /// Pulses from Gmax to Gmin.
  public var depressionPulses: Double
  /// Nonlinearity label of potentiation; see `ExponentialResponse`.
  public var potentiationNonlinearity: Double
  /// Nonlinearity label of depression.
  public var depressionNonlinearity: Double
  /// Noise of one pulse from cycle to cycle, as a fraction of Gmax − Gmin.
  public var cycleToCycleSigma: Double
  /// Spread of the nonlinearity labels from device to device, in label steps.
  public var nonlinearitySigma: Double
  /// Spread of Gmax and of Gmin from device to device, relative.
  public var rangeSigma: Double
  /// Noise of one read, relative to the conductance.
  public var readNoise: Double
  /// Share of devices stuck at Gmin since fabrication.
  public var stuckOffFraction: Double
  /// Share of devices stuck at Gmax since fabrication.
  public var stuckOnFraction: Double
  /// Life and wear.
  public var endurance: Endurance

  /// Sets all numbers.
  public init(
    offConductance: Conductance, onConductance: Conductance, isContinuous: Bool, potentiationPulses: Double,
    depressionPulses: Double, potentiationNonlinearity: Double, depressionNonlinearity: Double,
    cycleToCycleSigma: Double,
    nonlinearitySigma: Double, rangeSigma: Double, readNoise: Double, stuckOffFraction: Double, stuckOnFraction: Double,
    endurance: Endurance
  ) {
    self.offConductance = offConductance
    self.onConductance = onConductance
    self.isContinuous = isContinuous
    self.potentiationPulses = potentiationPulses
    self.depressionPulses = depressionPulses
    self.potentiationNonlinearity = potentiationNonlinearity
    self.depressionNonlinearity = depressionNonlinearity
    self.cycleToCycleSigma = cycleToCycleSigma
    self.nonlinearitySigma = nonlinearitySigma
    self.rangeSigma = rangeSigma
    self.readNoise = readNoise
    self.stuckOffFraction = stuckOffFraction
    self.stuckOnFraction = stuckOnFraction
    self.endurance = endurance
  }

  /// The response of the typical device to pulses of one polarity.
  public func typicalResponse(_ polarity: ExponentialResponse.Polarity) -> ExponentialResponse {
    switch polarity {
    case .potentiation:
      ExponentialResponse(nonlinearity: potentiationNonlinearity, pulses: potentiationPulses, polarity: polarity)
    case .depression:
      ExponentialResponse(nonlinearity: depressionNonlinearity, pulses: depressionPulses, polarity: polarity)
    }
  }

  /// Whether devices differ from each other in response or range.
  public var hasDeviceVariation: Bool { nonlinearitySigma > 0 || rangeSigma > 0 }

  /// Mean change of one SET pulse and one RESET pulse of the typical device at mid-range, as a fraction of the range.
  public var typicalSteps: (potentiation: Double, depression: Double) {
    (
      typicalResponse(.potentiation).level(after: 1, from: 0.5) - 0.5,
      0.5 - typicalResponse(.depression).level(after: 1, from: 0.5)
    )
  }
}
