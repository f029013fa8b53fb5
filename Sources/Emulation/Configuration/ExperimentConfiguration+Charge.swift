import Crossbars

extension ExperimentConfiguration.Crossbar {
  /// How the charge of capacitive devices is collected.
  public enum ChargeRead: String, ConfigurationChoice {
    /// By an amplifier.
    case virtualGround = "virtual-ground"
    /// By the column itself.
    case sharing
    /// Without error.
    case ideal
  }
}

extension ExperimentConfiguration {
  /// How the charge of the arrays is collected; `nil` for devices that conduct, and without error.
  var chargeParameters: ChargeParameters? {
    guard device.parameters.quantity == .capacitance, crossbar.chargeRead != .ideal else { return nil }
    return ChargeParameters(
      readout: crossbar.chargeRead == .sharing ? .sharing : .virtualGround,
      columnCapacitance: crossbar.columnCapacitance.farads,
      feedbackCapacitance: crossbar.feedbackCapacitance.farads, voltage: device.parameters.pulse.readVoltage,
      temperature: crossbar.chargeTemperature, hasThermalNoise: crossbar.chargeNoise,
      capacitorSigma: crossbar.capacitorMismatch, injection: crossbar.chargeInjection)
  }
}
