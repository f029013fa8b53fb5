import Devices

/// The reference of all configuration keys, made from the table that also reads them.
public enum ConfigurationReference {
  /// The keys whose path begins with `prefix`, which ends at a whole name or inside one: `device`, `crossbar.adc`.
  public static func keys(prefix: String = "") -> [ConfigurationKey] {
    ConfigurationTable.keys.filter { $0.path.hasPrefix(prefix) }
  }

  /// The keys as text by section and, within it, by the models that they belong to: path, kind, default and range in
  /// columns, then what the key does and the source of its default. Empty if no key begins with `prefix`.
  public static func text(prefix: String = "") -> String {
    let keys = keys(prefix: prefix)
    var text = ""
    var rest = keys[...]
    while let first = rest.first {
      let group = rest.prefix { $0.section == first.section && $0.conditions == first.conditions }
      if group.startIndex == 0 || keys[group.startIndex - 1].section != first.section {
        if group.startIndex > 0 { text += "\n" }
        if !first.section.isEmpty { text += "\(first.section):\n" }
      } else {
        text += "\n"
      }
      if !first.conditions.isEmpty {
        text += "  where \(first.conditions.map(\.text).joined(separator: " and ")):\n"
      }
      text += table(group)
      rest = rest[group.endIndex...]
    }
    if keys.contains(where: { $0.path == "device.preset" }) { text += presets(withNotes: prefix == "device.preset") }
    return text
  }

  /// Keys of one group, with columns of their own widths.
  private static func table(_ keys: ArraySlice<ConfigurationKey>) -> String {
    let rows = keys.map { [$0.path, kindColumn($0), defaultColumn($0), $0.rangeText] }
    let widths = (0..<4).map { column in rows.map { $0[column].count }.max() ?? 0 }
    var text = ""
    for (key, row) in zip(keys, rows) {
      let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
      text += "  " + cells.joined(separator: "  ").trimmingTrailingSpaces() + "\n"
      text += wrapped(key.summary)
      if case .choice(let words) = key.kind { text += wrapped("Choices: \(words.joined(separator: ", "))") }
      if let defaults = presetDefaults(key) { text += wrapped("Default: \(defaults)") }
      text += wrapped("Source: \(key.source)")
    }
    return text
  }

  /// A JSON object whose `keys` is an array of objects with `key`, `kind`, `unit`, `default` or `defaults`, limits, `where`,
  /// `summary` and `source`.
  public static func json(prefix: String = "") -> String {
    OrderedJSON.object([("keys", .array(keys(prefix: prefix).map(object)))]).serialized() + "\n"
  }

  private static func kindColumn(_ key: ConfigurationKey) -> String {
    switch key.kind {
    case .quantity, .quantityList: "\(key.kindText) in \(key.unit)"
    case .integer, .number, .integerList, .numberList: key.unit == "1" ? key.kindText : "\(key.kindText) (\(key.unit))"
    case .choice: "choice"
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
    case .preset: groupedDefaults(key).count > 1 ? "by device.preset" : usualText(key)
    case .multiple(let factor, let others):
      "\(ConfigurationValue.plain(factor)) × \(others.map { $0.drop { $0 != "." }.dropFirst() }.joined(separator: " or "))"
    case .absent: "none"
    }
  }

  private static func usualText(_ key: ConfigurationKey) -> String {
    switch DevicePresets.usualValue(of: key.path) {
    case .unused: "none"
    case .numbers(let values) where values.count > shortList: "\(values.count) entries"
    case .quantities(let values, _) where values.count > shortList: "\(values.count) entries"
    case let value: brief(value)
    }
  }

  /// Entries of a list that fit into a column.
  private static let shortList = 2

  /// The default under every choice, if they differ: each value with the words that give it. A list is shown in full.
  private static func presetDefaults(_ key: ConfigurationKey) -> String? {
    let groups = groupedDefaults(key)
    if groups.count > 1 {
      return groups.map { "\($0.value) (\($0.words.joined(separator: ", ")))" }.joined(separator: "; ")
    }
    guard case .preset = key.defaultValue else { return nil }
    let value = DevicePresets.usualValue(of: key.path)
    switch value {
    case .numbers(let values) where values.count > shortList: return value.text
    case .quantities(let values, _) where values.count > shortList: return value.text
    default: return nil
    }
  }

  /// A value with at most five digits: enough to recognise it. The table itself holds all of them.
  private static func brief(_ value: ConfigurationValue) -> String {
    func rounded(_ number: Double) -> Double {
      guard number != 0, number.isFinite, let text = Double("\(number)") else { return number }
      var digits = 1.0
      while abs(text * digits) < 1e4 { digits *= 10 }
      while abs(text * digits) >= 1e5 { digits /= 10 }
      let whole = (text * digits).rounded()
      return digits >= 1 ? whole / digits : whole * (1 / digits).rounded()
    }
    switch value {
    case .number(let number): return ConfigurationValue.number(rounded(number)).text
    case .quantity(let number, let dimension): return ConfigurationValue.quantity(rounded(number), dimension).text
    default: return value.text.shortenedForMessage
    }
  }

  private static func groupedDefaults(_ key: ConfigurationKey) -> [(value: String, words: [String])] {
    var groups: [(value: String, words: [String])] = []
    for (word, value) in defaults(key) {
      let text = brief(value)
      if let index = groups.firstIndex(where: { $0.value == text }) {
        groups[index].words.append(word)
      } else {
        groups.append((text, [word]))
      }
    }
    return groups
  }

  /// Defaults that depend on another key, by its words.
  private static func defaults(_ key: ConfigurationKey) -> [(word: String, value: ConfigurationValue)] {
    switch key.defaultValue {
    case .byChoice(_, let values): values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    case .preset:
      DeviceTechnology.all.compactMap { preset in
        DevicePresets.value(of: key.path, preset: preset).map { (preset.name, $0) }
      }
    default: []
    }
  }

  private static func presets(withNotes: Bool) -> String {
    var text = "\npresets of device.preset:\n"
    for preset in DeviceTechnology.all {
      text += "  \(preset.name): \(preset.summary)\n"
      for citation in preset.citations { text += wrapped("Cite: \(citation)") }
      for note in preset.notes where withNotes { text += wrapped("Note: \(note)") }
    }
    return text
  }

  /// A paragraph below a key, in lines of at most 110 characters.
  private static func wrapped(_ paragraph: String) -> String {
    var lines: [String] = []
    for word in paragraph.split(separator: " ") {
      if let last = lines.last, last.count + word.count < 104 {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines.enumerated().map { ($0.offset == 0 ? "      " : "        ") + $0.element + "\n" }.joined()
  }

  private static func object(_ key: ConfigurationKey) -> OrderedJSON {
    var members: [(String, OrderedJSON)] = [("key", .text(key.path)), ("kind", .text(kindName(key.kind)))]
    if case .choice(let words) = key.kind { members.append(("choices", .array(words.map { .text($0) }))) }
    if !key.unit.isEmpty { members.append(("unit", .text(key.unit))) }
    switch key.defaultValue {
    case .required: members.append(("required", .boolean(true)))
    case .fileName, .multiple, .absent: break
    case .value(let value): members.append(("default", value.json))
    case .byChoice(let other, _):
      members.append(("default_by", .text(other)))
      members.append(("defaults", .object(defaults(key).map { ($0.word, $0.value.json) })))
    case .preset:
      members.append(("default_by", .text("device.preset")))
      members.append(("defaults", .object(defaults(key).map { ($0.word, $0.value.json) })))
    }
    for (name, bound) in [("minimum", key.range.lower), ("maximum", key.range.upper)] {
      guard let bound else { continue }
      members.append((bound.isIncluded ? name : "exclusive_\(name)", .number(bound.value)))
    }
    if !key.conditions.isEmpty { members.append(("where", .array(key.conditions.map { .text($0.text) }))) }
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
    case .numberList: "number list"
    case .quantityList(let dimension, _): "\(dimension.rawValue) list"
    }
  }
}

extension String {
  fileprivate func trimmingTrailingSpaces() -> String {
    String(reversed().drop { $0 == " " }.reversed())
  }
}
