import Quantities

extension ConfigurationTable {
  private typealias Model = ExperimentConfiguration.Crossbar.WireModel

  private static let hasWires: [ConfigurationCondition] = [
    .isNone(of: [Model.none.rawValue], key: "crossbar.wire_model")
  ]
  private static let drivesAllRows: [ConfigurationCondition] = [
    .isOne(of: [Model.exact.rawValue, Model.approximate.rawValue], key: "crossbar.wire_model")
  ]
  private static let pitch =
    "copper of a 65 nm process at a pitch of 4F, \(Citation.wires); 1.34 ohm at 45 nm, "
    + "2.97 at 22 nm, 10.1 at 7 nm"

  static let wires: [ConfigurationKey] = [
    ConfigurationKey(
      "crossbar.wire_model", .choice(Model.words), default: .value(.text(Model.none.rawValue)),
      summary:
        "Resistance of the wires of a tile. gated: access transistors open the cells of idle rows, each column is "
        + "a ladder, solved in every read; exact: all rows driven, nodal equations solved for a tile when it is read "
        + "after a write; approximate: the same, line by line, for large sweeps.",
      source: "Chosen: none, to study devices alone. \(Citation.wireSolver) for the equations."),
    ConfigurationKey(
      "crossbar.bit_line_resistance", .quantity(.resistance), default: .value(.of(Resistance.ohms(0.475))),
      range: .aboveUpTo(0, 1e6), when: hasWires, summary: "Bit line between two cells.", source: pitch),
    ConfigurationKey(
      "crossbar.word_line_resistance", .quantity(.resistance),
      default: .multiple(1, ofLargest: ["crossbar.bit_line_resistance"]), range: .aboveUpTo(0, 1e6),
      when: drivesAllRows, summary: "Word line between two cells.", source: "The same metal as the bit lines."),
    ConfigurationKey(
      "crossbar.driver_resistance", .quantity(.resistance), default: .value(.of(Resistance.ohms(100))),
      range: .closed(0, 1e9), when: drivesAllRows, summary: "Output of the driver of a word line.",
      source: "Assumed: 100 ohm to 1 kohm are usual."),
    ConfigurationKey(
      "crossbar.sense_resistance", .quantity(.resistance), default: .value(.of(Resistance.ohms(50))),
      range: .closed(0, 1e9), when: hasWires, summary: "Input of the amplifier at the foot of a bit line.",
      source: "Assumed: 50 to 100 ohm for a virtual ground."),
    ConfigurationKey(
      "crossbar.wire_staleness", .number, default: .value(.number(0)), range: .closed(0, 1), unit: "1",
      when: drivesAllRows,
      summary:
        "Movement of the conductances of a tile since its wires were solved, fraction of their sum, up to which reads keep "
        + "that solution; 0 solves after every write. wire_solutions and wire_reuses of summary.json tell what it saved.",
      source: "Chosen: exact; 0.01 is a usual bound."),
  ]
}
