import Quantities

/// A memory device whose numbers are known by name; sets the defaults of all other `device` keys.
public enum DevicePreset: String, Sendable, CaseIterable {
  /// A continuous device without noise, spread or wear: the reference a real device is compared with.
  case ideal
  /// The analog TaOx/HfOx RRAM synapse of Wu et al. 2018.
  case rramTaOxHfOx = "rram-taox-hfox"

  /// Whether any conductance can be written exactly, without pulses.
  public var isContinuous: Bool { self == .ideal }

  /// What it models, as one sentence.
  public var summary: String {
    switch self {
    case .ideal: "Continuous device without noise, spread or wear, in the conductance range of rram-taox-hfox."
    case .rramTaOxHfOx:
      "Analog TaOx/HfOx RRAM, 128 nearly linear levels from 100 kohm, on/off 10, 50 ns pulses of 1.6 V."
    }
  }

  /// Works to cite in results obtained with it; none for the ideal device.
  public var citations: [String] {
    switch self {
    case .ideal: []
    case .rramTaOxHfOx: [Citation.tantalumHafnium, Citation.neuroSim]
    }
  }

  /// The defaults it sets, by key name within the `device` section.
  var defaults: [String: ConfigurationValue] {
    // Both share the range and the pulse counts, so that they differ in nothing but the imperfections.
    var values: [String: ConfigurationValue] = [
      "on_conductance": .of(Conductance.microsiemens(10)),
      "off_conductance": .of(Conductance.microsiemens(1)),
      "potentiation_pulses": .integer(128),
      "depression_pulses": .integer(128),
      "potentiation_nonlinearity": .number(0),
      "depression_nonlinearity": .number(0),
      "cycle_to_cycle_sigma": .number(0),
      "nonlinearity_sigma": .number(0),
      "range_sigma": .number(0),
      "read_noise": .number(0),
      "stuck_off_fraction": .number(0),
      "stuck_on_fraction": .number(0),
      "endurance": .number(0),
      "endurance_shape": .number(1.5),
      "wear_exponent": .number(1),
      "wear_per_pulse": .number(0.02),
      "stuck_on_share": .number(0.5),
    ]
    guard self == .rramTaOxHfOx else { return values }
    values["potentiation_nonlinearity"] = .number(0.04)
    values["depression_nonlinearity"] = .number(-0.63)
    values["cycle_to_cycle_sigma"] = .number(0.037)
    values["nonlinearity_sigma"] = .number(0.3)
    values["range_sigma"] = .number(0.07)
    values["read_noise"] = .number(0.01)
    values["endurance"] = .number(1e8)
    return values
  }

  /// The defaults of one key under every preset.
  static func defaults(of name: String) -> ConfigurationKey.Default {
    let values = allCases.map { ($0.rawValue, $0.defaults[name]) }
    return .byChoice(of: "device.preset", Dictionary(uniqueKeysWithValues: values).compactMapValues { $0 })
  }
}
