import Quantities

extension ConfigurationTable {
  private typealias ChargeRead = ExperimentConfiguration.Crossbar.ChargeRead

  private static let isReal: [ConfigurationCondition] = [
    .isNone(of: [ChargeRead.ideal.rawValue], key: "crossbar.charge_read")
  ]

  /// Keys that act on capacitive devices only.
  static let charge: [ConfigurationKey] = [
    ConfigurationKey(
      "crossbar.charge_read", .choice(ChargeRead.words), default: .value(.text(ChargeRead.virtualGround.rawValue)),
      summary:
        "How the charge of capacitive devices is collected; others are read by current. virtual-ground: by an amplifier "
        + "that holds the column at 0 V; sharing: by the capacitance of the column itself, idle devices included; ideal: "
        + "without noise and mismatch.",
      source: "Chosen: linear."),
    ConfigurationKey(
      "crossbar.feedback_capacitance", .quantity(.capacitance), default: .value(.of(Capacitance.farads(20e-15))),
      range: .aboveUpTo(0, 1e-9), when: [.isOne(of: [ChargeRead.virtualGround.rawValue], key: "crossbar.charge_read")],
      summary: "Feedback capacitor of the amplifier at a column.",
      source: "Chosen: four active devices of 5 fF move the output by the read voltage."),
    ConfigurationKey(
      "crossbar.column_capacitance", .quantity(.capacitance), default: .value(.of(Capacitance.farads(10e-15))),
      range: .closed(0, 1e-9), when: [.isOne(of: [ChargeRead.sharing.rawValue], key: "crossbar.charge_read")],
      summary: "Capacitance of a column of a tile beside its devices: wire and input of the converter.",
      source: "Assumed: 0.16 fF for each of 64 cells of a 65 nm process."),
    ConfigurationKey(
      "crossbar.charge_noise", .boolean, default: .value(.boolean(true)), when: isReal,
      summary: "Switches kT/C noise on; one draw for each column and read.", source: "Physical."),
    ConfigurationKey(
      "crossbar.charge_temperature", .number, default: .value(.number(300)), range: .closed(1, 500), unit: "K",
      when: isReal, summary: "Temperature of the kT/C noise.", source: "Room temperature."),
    ConfigurationKey(
      "crossbar.capacitor_mismatch", .number, default: .value(.number(0.01)), range: .closed(0, 1), unit: "1",
      when: isReal, summary: "Relative spread of the capacitors at the feet of the columns, fixed for each column.",
      source: "Assumed: 1 to 2 % for capacitors of some fF."),
    ConfigurationKey(
      "crossbar.charge_injection", .number, default: .value(.number(0.002)), range: .closed(0, 1), unit: "1",
      when: isReal,
      summary:
        "Voltage that the switch of a column leaves on it, fraction of the read voltage; vanishes where columns are "
        + "subtracted.", source: "Assumed: 0.2 %."),
  ]
}
