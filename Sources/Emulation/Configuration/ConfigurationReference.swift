/// The reference of all configuration keys, made from the table that also reads them.
public enum ConfigurationReference {
  /// The keys whose path begins with `prefix`, which ends at a whole name or inside one: `device`, `crossbar.adc`.
  public static func keys(prefix: String = "") -> [ConfigurationKey] {
    ConfigurationTable.keys.filter { $0.path.hasPrefix(prefix) }
  }

  /// The keys as text by section: path, kind, default and range in columns, then what the key does and the source of
  /// its default. Empty if no key begins with `prefix`.
  public static func text(prefix: String = "") -> String {
    let keys = keys(prefix: prefix)
    let rows = keys.map { [$0.path, kindColumn($0), defaultColumn($0), $0.rangeText] }
    let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
    var text = ""
    var section: String?
    for (key, row) in zip(keys, rows) {
      if key.section != section {
        if section != nil { text += "\n" }
        section = key.section
        if !key.section.isEmpty { text += "\(key.section):\n" }
      }
      let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      text += "  " + cells.joined(separator: "  ").trimmingTrailingSpaces() + "\n"
      text += "      \(key.summary)\n"
      if let defaults = presetDefaults(key) { text += "      Default: \(defaults)\n" }
      text += "      Source: \(key.source)\n"
    }
    if keys.contains(where: { $0.path == "device.preset" }) { text += presets }
    return text
  }

  /// A JSON object whose `keys` is an array of objects with `key`, `kind`, `unit`, `default` or `defaults`, limits, `summary` and
  /// `source`.
  public static func json(prefix: String = "") -> String {
    OrderedJSON.object([("keys", .array(keys(prefix: prefix).map(object)))]).serialized() + "\n"
  }

  private static func kindColumn(_ key: ConfigurationKey) -> String {
    switch key.kind {
    case .quantity: "\(key.kindText) in \(key.unit)"
    case .integer, .number, .integerList: key.unit == "1" ? key.kindText : "\(key.kindText) (\(key.unit))"
    default: key.kindText
    }
  }

  private static func defaultColumn(_ key: ConfigurationKey) -> String {
    switch key.defaultValue {
    case .required: "required"
    case .fileName: "file name"
    case .value(let value): value.text
    case .byChoice(let other, let values):
      Set(values.values.map(\.text)).count == 1 ? values.values.first?.text ?? "" : "by \(other)"
    }
  }

  /// The default under every preset, if they differ.
  private static func presetDefaults(_ key: ConfigurationKey) -> String? {
    guard case .byChoice(_, let values) = key.defaultValue, Set(values.values.map(\.text)).count > 1 else { return nil }
    return values.sorted { $0.key < $1.key }.map { "\($0.value.text) (\($0.key))" }.joined(separator: ", ")
  }

  private static var presets: String {
    var text = "\npresets of device.preset:\n"
    for preset in DevicePreset.allCases {
      text += "  \(preset.rawValue): \(preset.summary)\n"
      for citation in preset.citations { text += "      Cite: \(citation)\n" }
    }
    return text
  }

  private static func object(_ key: ConfigurationKey) -> OrderedJSON {
    var members: [(String, OrderedJSON)] = [("key", .text(key.path)), ("kind", .text(kindName(key.kind)))]
    if case .choice(let words) = key.kind { members.append(("choices", .array(words.map { .text($0) }))) }
    if !key.unit.isEmpty { members.append(("unit", .text(key.unit))) }
    switch key.defaultValue {
    case .required: members.append(("required", .boolean(true)))
    case .fileName: break
    case .value(let value): members.append(("default", value.json))
    case .byChoice(let other, let values):
      members.append(("default_by", .text(other)))
      members.append(("defaults", .object(values.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) })))
    }
    for (name, bound) in [("minimum", key.range.lower), ("maximum", key.range.upper)] {
      guard let bound else { continue }
      members.append((bound.isIncluded ? name : "exclusive_\(name)", .number(bound.value)))
    }
    return .object(
      members + [
        ("changes_result", .boolean(key.changesResult)), ("summary", .text(key.summary)), ("source", .text(key.source)),
      ])
  }

  private static func kindName(_ kind: ConfigurationKey.Kind) -> String {
    switch kind {
    case .integer: "integer"
    case .number: "number"
    case .quantity(let dimension): dimension.rawValue
    case .text: "text"
    case .name: "name"
    case .choice: "choice"
    case .boolean: "boolean"
    case .integerList: "integer list"
    }
  }
}

extension String {
  fileprivate func trimmingTrailingSpaces() -> String {
    String(reversed().drop { $0 == " " }.reversed())
  }
}
