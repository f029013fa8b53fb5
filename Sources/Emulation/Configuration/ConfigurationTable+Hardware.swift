import Quantities

extension ConfigurationTable {
  private typealias Hardware = ExperimentConfiguration.Hardware

  static let hardware: [ConfigurationKey] = [
    ConfigurationKey(
      "hardware.node", .choice(Hardware.Node.words), default: .value(.text(Hardware.Node.nanometres65.rawValue)),
      summary: "Process of the converters of adc_model neurosim.",
      source: "\(Citation.review): 65 nm; \(Citation.converter).", changesResult: false),
    ConfigurationKey(
      "hardware.adc_model", .choice(Hardware.ConverterModel.words),
      default: .value(.text(Hardware.ConverterModel.neuroSim.rawValue)),
      summary:
        "Energy of a conversion. neurosim: by resolution, node, temperature and current of the column; spikesim: 2.03 pJ, "
        + "and 0.094 pJ for a multiplexer.",
      source: "neurosim: fit to SPICE of \(Citation.converter); spikesim: \(Citation.spikeSim).", changesResult: false),
    ConfigurationKey(
      "hardware.columns_per_adc", .integer, default: .value(.integer(8)), range: .closed(1, 4096), unit: "columns",
      summary: "Columns that share a converter and are converted one after the other.",
      source: "\(Citation.converter), \(Citation.spikeSim).", changesResult: false),
    ConfigurationKey(
      "hardware.temperature", .number, default: .value(.number(300)), range: .closed(200, 450), unit: "K",
      summary: "Temperature of the converters of adc_model neurosim: 0.13 % of energy for each kelvin.",
      source: Citation.converter, changesResult: false),
  ]
}
