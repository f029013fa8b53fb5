import Quantities

/// The value of one key.
public enum ConfigurationValue: Sendable, Equatable {
  /// A whole number.
  case integer(Int)
  /// A number without dimension.
  case number(Double)
  /// A number in the SI base unit of a dimension.
  case quantity(Double, PhysicalDimension)
  /// Text or a word.
  case text(String)
  /// `true` or `false`.
  case boolean(Bool)
  /// Whole numbers.
  case integers([Int])

  static func of<Value: Quantity>(_ quantity: Value) -> Self { .quantity(quantity.baseValue, Value.dimension) }

  /// The value as one would write it after `--set key=`.
  public var text: String {
    switch self {
    case .integer(let value): "\(value)"
    case .number(let value): Self.plain(value)
    case .quantity(let value, let dimension): QuantityText.format(value, as: dimension)
    case .text(let value): value
    case .boolean(let value): "\(value)"
    case .integers(let values): "[" + values.map(String.init).joined(separator: ", ") + "]"
    }
  }

  /// The value as YAML; reading it gives the same bits.
  var yaml: String {
    if case .text(let value) = self { return Self.yamlScalar(value) }
    return text
  }

  var json: OrderedJSON {
    switch self {
    case .integer(let value): .integer(value)
    case .number(let value): .number(value)
    case .quantity(let value, let dimension): .object([("value", .number(value)), ("unit", .text(dimension.baseUnit))])
    case .text(let value): .text(value)
    case .boolean(let value): .boolean(value)
    case .integers(let values): .array(values.map { .integer($0) })
    }
  }

  /// A number in the fewest digits that read back to it: whole numbers without a point and long runs of zeros as an
  /// exponent, but always with a point before an exponent, without which common YAML readers take it for text.
  static func plain(_ value: Double) -> String {
    let text = "\(value)"
    if let exponent = text.firstIndex(of: "e") {
      return text.contains(".") ? text : text[..<exponent] + ".0" + text[exponent...]
    }
    guard text.hasSuffix(".0") else { return text }
    let whole = String(text.dropLast(2))
    let zeros = whole.reversed().prefix { $0 == "0" }.count
    guard zeros >= 6 else { return whole }
    let significant = whole.dropLast(zeros)
    let lead = significant.prefix(significant.hasPrefix("-") ? 2 : 1)
    let rest = significant.dropFirst(lead.count)
    let exponent = zeros + rest.count
    return "\(lead).\(rest.isEmpty ? "0" : String(rest))e+\(exponent < 10 ? "0" : "")\(exponent)"
  }

  /// Text as a YAML scalar, quoted unless no YAML reader could take it for anything else.
  private static func yamlScalar(_ value: String) -> String {
    let isWord: (Unicode.Scalar) -> Bool = { ("a"..."z").contains($0) || ("A"..."Z").contains($0) }
    let isPlain = value.unicodeScalars.allSatisfy {
      isWord($0) || ("0"..."9").contains($0) || "-_./".unicodeScalars.contains($0)
    }
    let reserved = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
    if isPlain, let first = value.unicodeScalars.first, isWord(first), !reserved.contains(value.lowercased()) {
      return value
    }
    return "\"" + value.unicodeScalars.map(yamlEscaped).joined() + "\""
  }

  private static func yamlEscaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar.value {
    case 0x22, 0x5C: "\\\(scalar)"
    // References are refused when a file is read, also where they only look like one.
    case 0x26, 0x2A: "\\x" + hexadecimal(scalar.value, digits: 2)
    case 0x20...0x7E, 0xA1...0x1FFF, 0x3001...0xD7FF: String(scalar)
    default: "\\U" + hexadecimal(scalar.value, digits: 8)
    }
  }

  static func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}

extension ConfigurationKey {
  /// Reads a value of this key's kind and range from text.
  func value(from text: String, at place: ConfigurationPlace) throws(ConfigurationError) -> ConfigurationValue {
    let value = try parsed(text, at: place)
    try checkRange(value, at: place)
    return value
  }

  /// Reads a list of this key's kind and range from the texts of its entries.
  func value(fromList texts: [String], at place: ConfigurationPlace) throws(ConfigurationError) -> ConfigurationValue {
    guard kind == .integerList else {
      throw .wrongType(place, key: path, expected: expectation, found: "a list")
    }
    var values: [Int] = []
    for text in texts {
      guard let value = Int(text) else { throw wrongType(text, at: place) }
      values.append(value)
    }
    guard (1...16).contains(values.count) else {
      throw .wrongType(place, key: path, expected: "a list of 1 to 16 integers", found: "\(values.count) entries")
    }
    let value = ConfigurationValue.integers(values)
    try checkRange(value, at: place)
    return value
  }

  private func parsed(_ text: String, at place: ConfigurationPlace) throws(ConfigurationError) -> ConfigurationValue {
    switch kind {
    case .integer:
      guard let value = Int(text) else { throw wrongType(text, at: place) }
      return .integer(value)
    case .number:
      guard let value = QuantityText.plainNumber(text) else { throw wrongType(text, at: place) }
      return .number(value)
    case .quantity(let dimension):
      do {
        return .quantity(try QuantityText.parse(text, as: dimension), dimension)
      } catch {
        throw .badQuantity(place, key: path, example: example, problem: error)
      }
    case .text:
      guard !text.isEmpty, !text.unicodeScalars.contains("\0") else { throw wrongType(text, at: place) }
      return .text(text)
    case .name:
      guard Self.canNameFolder(text) else { throw wrongType(text, at: place) }
      return .text(text)
    case .choice(let words):
      guard words.contains(text) else { throw wrongType(text, at: place) }
      return .text(text)
    case .boolean:
      guard text == "true" || text == "false" else { throw wrongType(text, at: place) }
      return .boolean(text == "true")
    case .integerList:
      let inner = text.hasPrefix("[") && text.hasSuffix("]") && text.count > 1 ? text.dropFirst().dropLast() : text[...]
      let entries = inner.split(separator: ",", omittingEmptySubsequences: false).map { entry in
        String(entry.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      }
      return try value(fromList: entries, at: place)
    }
  }

  private func checkRange(_ value: ConfigurationValue, at place: ConfigurationPlace) throws(ConfigurationError) {
    let numbers: [Double]
    switch value {
    case .integer(let number): numbers = [Double(number)]
    case .number(let number), .quantity(let number, _): numbers = [number]
    case .integers(let list): numbers = list.map(Double.init)
    case .text, .boolean: return
    }
    guard numbers.allSatisfy(range.contains) else {
      throw .outOfRange(place, key: path, range: rangeText, found: value.text)
    }
  }

  private func wrongType(_ found: String, at place: ConfigurationPlace) -> ConfigurationError {
    .wrongType(place, key: path, expected: expectation, found: "\"\(found.shortenedForMessage)\"")
  }

  /// What to write, in words.
  var expectation: String {
    switch kind {
    case .integer: "a whole number"
    case .number: "a number without unit"
    case .quantity(let dimension): "a \(dimension.rawValue) such as \(dimension.example)"
    case .text: "text"
    case .name: "a name of at most 100 characters that can name a folder: no / and no . at its beginning"
    case .choice(let words): "one of " + words.joined(separator: ", ")
    case .boolean: "true or false"
    case .integerList: "a list of whole numbers such as [256]"
    }
  }

  /// A line of an experiment file that sets this key to its default, or to any valid value.
  var example: String {
    switch defaultValue {
    case .value(let value): "\(name): \(value.text)"
    case .byChoice(_, let values): "\(name): \(values.sorted { $0.key < $1.key }.last?.value.text ?? "…")"
    case .required, .fileName:
      if case .choice(let words) = kind { "\(name): \(words[0])" } else { "\(name): …" }
    }
  }

  /// Whether text can name a folder on any common file system without surprises.
  static func canNameFolder(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 100 && !text.hasPrefix(".") && !text.hasPrefix(" ") && !text.hasSuffix(" ")
      && text.unicodeScalars.allSatisfy { $0 != "/" && $0 != "\\" && $0.properties.generalCategory != .control }
  }
}

extension String {
  /// The text cut to what a message can bear.
  var shortenedForMessage: String { count > 60 ? String(prefix(60)) + "…" : self }
}
