import Quantities

extension ConfigurationTable {
  static let device: [ConfigurationKey] =
    [
      ConfigurationKey(
        "device.preset", .choice(DevicePreset.allCases.map(\.rawValue)),
        default: .value(.text(DevicePreset.rramTaOxHfOx.rawValue)),
        summary: "The memory device whose numbers are the defaults of this section.", source: Citation.tantalumHafnium)
    ] + response + variation + wear

  private static func key(
    _ name: String, _ kind: ConfigurationKey.Kind, range: ConfigurationRange, unit: String = "", summary: String,
    source: String
  ) -> ConfigurationKey {
    ConfigurationKey(
      "device.\(name)", kind, default: DevicePreset.defaults(of: name), range: range, unit: unit, summary: summary,
      source: source)
  }

  private static let response: [ConfigurationKey] = [
    key(
      // A device of a millisiemens makes every read saturate: values such as 1e-3 S are slips for microsiemens.
      "on_conductance", .quantity(.conductance), range: .open(0, 1e-3),
      summary: "Conductance of the fully SET device, Gmax.", source: "\(Citation.tantalumHafnium): 100 kohm"),
    key(
      "off_conductance", .quantity(.conductance), range: .open(0, 1e-3),
      summary: "Conductance of the fully RESET device, Gmin.", source: "\(Citation.tantalumHafnium): on/off 10"),
    key(
      "potentiation_pulses", .integer, range: .closed(1, 1_000_000), unit: "pulses",
      summary: "SET pulses from Gmin to Gmax.", source: Citation.tantalumHafnium),
    key(
      "depression_pulses", .integer, range: .closed(1, 1_000_000), unit: "pulses",
      summary: "RESET pulses from Gmax to Gmin.", source: Citation.tantalumHafnium),
    key(
      "potentiation_nonlinearity", .number, range: .closed(-7, 7), unit: "NeuroSim label",
      summary: "Curvature of the conductance over SET pulses; 0 is a straight line.", source: Citation.tantalumHafnium),
    key(
      "depression_nonlinearity", .number, range: .closed(-7, 7), unit: "NeuroSim label",
      summary: "Curvature over RESET pulses; negative falls fast first, positive retraces the SET curve.",
      source: Citation.tantalumHafnium),
  ]

  private static let variation: [ConfigurationKey] = [
    key(
      "cycle_to_cycle_sigma", .number, range: .fraction, unit: "fraction of Gmax − Gmin",
      summary: "Noise of one pulse.", source: "\(Citation.tantalumHafnium): 3.7 %"),
    key(
      "nonlinearity_sigma", .number, range: .closed(0, 9), unit: "NeuroSim label",
      summary: "Spread of the nonlinearities from device to device.",
      source: "Assumed; \(Citation.neuroSim) sweeps 0 to 1."),
    key(
      "range_sigma", .number, range: .below(0, 0.5), unit: "relative",
      summary: "Spread of Gmax and of Gmin from device to device.", source: "Assumed 7 %, as in \(Citation.neuroSim)"),
    key(
      "read_noise", .number, range: .fraction, unit: "relative",
      summary: "Standard deviation of one read of one device.",
      source: "Assumed quiet, 1 %; the stress case of \(Citation.review) is 10 %."),
    key(
      "stuck_off_fraction", .number, range: .fraction, unit: "fraction of devices",
      summary: "Devices stuck at Gmin since fabrication.",
      source:
        "A sound array; 4-Mb HfO2 arrays show 0.0904 (\(Citation.hafniumArray); which share is which is disputed)."),
    key(
      "stuck_on_fraction", .number, range: .fraction, unit: "fraction of devices",
      summary: "Devices stuck at Gmax since fabrication.",
      source:
        "A sound array; 4-Mb HfO2 arrays show 0.0175 (\(Citation.hafniumArray); which share is which is disputed)."),
  ]

  private static let wear: [ConfigurationKey] = [
    key(
      "endurance", .number, range: .atLeast(0), unit: "full cycles",
      summary: "Scale η of the life of a device in full SET–RESET cycles (Weibull); 0 for unlimited.",
      source: "Assumed for analog use; \(Citation.endurance) lists 1e6 to 1e12."),
    key(
      "endurance_shape", .number, range: .aboveUpTo(0, 100), unit: "1",
      summary: "Weibull shape β of the lives: 1 spreads widely, large dies all at once.", source: "Assumed."),
    key(
      "wear_exponent", .number, range: .closed(0, 10), unit: "1",
      summary: "κ in the wear of one pulse, (|ΔG|/(Gmax − Gmin))^κ + wear_per_pulse; 0 counts pulses.",
      source: "Assumed."),
    key(
      "wear_per_pulse", .number, range: .fraction, unit: "full cycles",
      summary: "Wear of a pulse that moves nothing.", source: "Assumed."),
    key(
      "stuck_on_share", .number, range: .fraction, unit: "fraction of worn-out devices",
      summary: "Worn-out devices that stay at Gmax; the others stay at Gmin.",
      source: "Assumed: both breakdown and dissolution of the filament are reported."),
  ]
}
