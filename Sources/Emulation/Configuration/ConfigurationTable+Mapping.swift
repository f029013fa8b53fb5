extension ConfigurationTable {
  private typealias Mapping = ExperimentConfiguration.Crossbar.Mapping

  private static let isSliced: [ConfigurationCondition] = [
    .isOne(of: [Mapping.bitSlices.rawValue], key: "crossbar.mapping")
  ]

  static let mapping: [ConfigurationKey] = [
    ConfigurationKey(
      "crossbar.mapping", .choice(Mapping.words), default: .value(.text(Mapping.differentialPair.rawValue)),
      summary:
        "How a signed weight becomes devices. differential-pair: two columns, subtracted ahead of the converter; "
        + "reference-column: one column, less a column at mid-range for the tile; digital-offset: one column, mid-range "
        + "subtracted behind the converter; bit-slices: the digits of an integer, shifted and added behind the converters.",
      source: "\(Citation.review): pairs are usual; reference column of NeuroSim; \(Citation.spikeSim) for the others."),
    ConfigurationKey(
      "crossbar.weight_bits", .integer, default: .value(.integer(8)), range: .closed(2, 16), unit: "bits",
      when: isSliced,
      summary: "Bits of a weight, with its sign; one step of it is what one pulse of a policy asks for.",
      source: "Usual for inference."),
    ConfigurationKey(
      "crossbar.device_bits", .integer, default: .value(.integer(2)), range: .closed(1, 8), unit: "bits",
      when: isSliced, summary: "Bits of a device of a bit-sliced weight.",
      source: "\(Citation.review): 1, 2 and 4 are usual."),
    ConfigurationKey(
      "crossbar.slice_signs", .choice(ExperimentConfiguration.Crossbar.SliceSigns.words),
      default: .value(.text(ExperimentConfiguration.Crossbar.SliceSigns.pairs.rawValue)), when: isSliced,
      summary:
        "What makes a bit-sliced weight negative: digits on minus devices, or two's complement, whose sign is subtracted "
        + "digitally (half the devices).",
      source: Citation.spikeSim),
    ConfigurationKey(
      "crossbar.store_complements", .boolean, default: .value(.boolean(false)),
      when: [.isNone(of: [Mapping.differentialPair.rawValue], key: "crossbar.mapping")],
      summary:
        "Stores the complement of a column of a tile where that conducts less for the weights it begins with, and undoes it "
        + "behind the converter.",
      source: "SwitchX, A. Bhattacharjee et al., ACM TODAES 28 (2023)."),
    ConfigurationKey(
      "crossbar.range_scaling", .choice(ExperimentConfiguration.Crossbar.RangeScaling.words),
      default: .value(.text(ExperimentConfiguration.Crossbar.RangeScaling.none.rawValue)),
      summary:
        "What the full range of the devices stands for: weight_limit, or the largest weight of the array or of each tile, "
        + "scaled back behind the converter. For weights that are not learned.",
      source: "Chosen: weight_limit, since learning moves weights."),
    ConfigurationKey(
      "crossbar.reference_error", .number, default: .value(.number(0.01)), range: .closed(0, 1), unit: "1",
      when: [
        .isOne(of: [Mapping.referenceColumn.rawValue, Mapping.bitSlices.rawValue], key: "crossbar.mapping")
      ],
      summary: "Spread of the states that references were set to, fraction of the range.",
      source: "What write-verify with the default tolerance leaves."),
  ]
}
