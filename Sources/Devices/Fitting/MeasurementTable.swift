import Quantities

/// The columns of a table of measured pulse trains and how their cells are read.
struct MeasurementTable {
  static let exampleHeader = "device,phase,pulse,conductance_uS"

  /// One reading.
  struct Reading: Equatable {
    var line: Int
    var device: String
    var cycle: Int?
    var polarity: ExponentialResponse.Polarity
    var pulse: Int
    /// In siemens.
    var conductance: Double
  }

  private enum Role: String, CaseIterable {
    case device, cycle, phase, pulse, state

    static func of(_ name: String) -> Role? {
      switch name {
      case "device", "device_id", "cell": .device
      case "cycle", "cycle_number": .cycle
      case "phase", "polarity": .phase
      case "pulse", "pulse_number", "pulses": .pulse
      default: nil
      }
    }
  }

  let file: String
  private let header: [String]
  private let headerLine: Int
  private var columns: [Role: Int] = [:]
  private let isResistance: Bool
  /// Siemens or ohms per unit of the state column; nothing until the row of units was read.
  private var scale: Double?
  private let stateName: String

  /// Reads the header.
  init(header record: CommaSeparatedText.Record, file: String) throws(MeasurementError) {
    self.file = file
    header = record.cells
    headerLine = record.line
    var state: (index: Int, name: MeasuredStateName)?
    for (index, cell) in record.cells.enumerated() {
      let role = Role.of(cell.lowercased())
      let name = MeasuredStateName(cell)
      guard let key = role ?? (name == nil ? nil : .state) else { continue }
      if let earlier = columns[key] {
        throw .repeatedColumn(file: file, line: record.line, first: record.cells[earlier], second: cell)
      }
      columns[key] = index
      if let name { state = (index, name) }
    }
    isResistance = state?.name.isResistance ?? false
    stateName = state.map { record.cells[$0.index] } ?? ""
    for role in [Role.phase, .pulse, .state] where columns[role] == nil { throw missing(role) }
    let unit = state?.name.unit ?? ""
    if !unit.isEmpty {
      guard let scale = Self.scale(of: unit, isResistance: isResistance) else {
        throw .unit(file: file, line: record.line, column: stateName, found: unit)
      }
      self.scale = scale
    }
  }

  private func missing(_ role: Role) -> MeasurementError {
    let expected = role == .state ? "\"conductance_uS\" or \"resistance_kohm\"" : "\"\(role.rawValue)\""
    let joined = header.joined()
    let hint =
      if header.count == 1 && (joined.contains(";") || joined.contains("\t")) {
        "separate the cells by commas"
      } else {
        "the header reads such as \(Self.exampleHeader)"
      }
    return .missingColumn(
      file: file, line: headerLine, expected: expected, found: header.map(Self.shortened), hint: hint)
  }

  /// Takes the row under the header as the row of units, if the state column needs one.
  ///
  /// - Returns: whether the record was a row of units.
  mutating func takeUnits(from record: CommaSeparatedText.Record) throws(MeasurementError) -> Bool {
    guard scale == nil else { return false }
    let index = columns[.state] ?? 0
    let cell = record.cells.indices.contains(index) ? record.cells[index] : ""
    let unit = MeasuredStateName.unbracketed(cell)
    guard let scale = Self.scale(of: unit, isResistance: isResistance) else {
      let isNumber = unit.isEmpty || Double(unit) != nil
      throw .unit(
        file: file, line: isNumber ? headerLine : record.line, column: stateName,
        found: isNumber ? "" : Self.shortened(unit))
    }
    self.scale = scale
    return true
  }

  /// Reads one row.
  func reading(_ record: CommaSeparatedText.Record) throws(MeasurementError) -> Reading {
    guard record.cells.count == header.count else {
      throw .cellCount(file: file, line: record.line, expected: header.count, found: record.cells.count)
    }
    func cell(_ role: Role) -> String { columns[role].map { record.cells[$0] } ?? "" }
    func problem(_ role: Role, _ expected: String) -> MeasurementError {
      .cell(
        file: file, line: record.line, column: columns[role].map { header[$0] } ?? role.rawValue, expected: expected,
        found: Self.shortened(cell(role)))
    }
    guard let polarity = Self.polarity(cell(.phase)) else {
      throw problem(.phase, "potentiation, LTP or set, or depression, LTD or reset")
    }
    guard let pulse = Int(cell(.pulse)), (0...1_000_000).contains(pulse) else {
      throw problem(.pulse, "a whole number of pulses from 0 to 1000000")
    }
    var cycle: Int?
    if columns[.cycle] != nil {
      guard let number = Int(cell(.cycle)), (0...1_000_000_000).contains(number) else {
        throw problem(.cycle, "a whole number from 0 to 1000000000")
      }
      cycle = number
    }
    let device = columns[.device] == nil ? "1" : Self.shortened(cell(.device))
    guard !device.isEmpty else { throw problem(.device, "a name") }
    let quantity = isResistance ? "resistance" : "conductance"
    guard let number = Self.number(cell(.state)) else { throw problem(.state, "a finite \(quantity)") }
    let value = number * (scale ?? 1)
    let conductance = isResistance ? 1 / value : value
    guard conductance > 0, conductance.isFinite, value > 0, value.isFinite else {
      throw problem(.state, "a \(quantity) above 0")
    }
    return Reading(
      line: record.line, device: device, cycle: cycle, polarity: polarity, pulse: pulse, conductance: conductance)
  }

  private static func polarity(_ text: String) -> ExponentialResponse.Polarity? {
    switch text.lowercased() {
    case "potentiation", "ltp", "set", "p", "up": .potentiation
    case "depression", "ltd", "reset", "d", "down": .depression
    default: nil
    }
  }

  /// A finite decimal number; Swift's own reading also knows hexadecimal digits and names of infinity.
  private static func number(_ text: String) -> Double? {
    guard text.utf8.count <= 64, text.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }) else { return nil }
    return Double(text).flatMap { $0.isFinite ? $0 : nil }
  }

  private static func scale(of unit: String, isResistance: Bool) -> Double? {
    try? QuantityText.parse("1 \(unit)", as: isResistance ? .resistance : .conductance)
  }

  private static func shortened(_ text: String) -> String { text.count > 40 ? String(text.prefix(40)) + "…" : text }
}

/// The name of a column that holds conductances or resistances, with the unit in it: `conductance_uS`, `R (kohm)`.
struct MeasuredStateName: Equatable {
  var isResistance: Bool
  /// Empty if the name has none.
  var unit: String

  init?(_ name: String) {
    let word = name.prefix { $0.isLetter && $0.isASCII }
    switch word.lowercased() {
    case "conductance", "g": isResistance = false
    case "resistance", "r": isResistance = true
    default: return nil
    }
    unit = Self.unbracketed(String(name.dropFirst(word.count)))
  }

  /// `text` without the separator before a unit and brackets around it.
  static func unbracketed(_ text: String) -> String {
    String(text.drop { "_ ([/".contains($0) }.reversed().drop { ") ]".contains($0) }.reversed())
  }
}
