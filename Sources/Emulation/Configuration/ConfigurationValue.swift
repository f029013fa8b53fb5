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
  /// Numbers without dimension.
  case numbers([Double])
  /// Numbers in the SI base unit of a dimension.
  case quantities([Double], PhysicalDimension)
  /// Nothing: the key has no meaning beside the others, or no default.
  case unused

  static func of<Value: Quantity>(_ quantity: Value) -> Self { .quantity(quantity.baseValue, Value.dimension) }

  /// The value as one would write it after `--set key=`.
  public var text: String {
    switch self {
    case .integer(let value): "\(value)"
    case .number(let value): Self.plain(value)
    case .quantity(let value, let dimension): QuantityText.format(value, as: dimension)
    case .text(let value): value
    case .boolean(let value): "\(value)"
    case .integers(let values): Self.list(values.map(String.init))
    case .numbers(let values): Self.list(values.map(Self.plain))
    case .quantities(let values, let dimension): Self.list(values.map { QuantityText.format($0, as: dimension) })
    case .unused: "not used"
    }
  }

  private static func list(_ texts: [String]) -> String { "[" + texts.joined(separator: ", ") + "]" }

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
    case .numbers(let values): .array(values.map { .number($0) })
    case .quantities(let values, let dimension):
      .object([("values", .array(values.map { .number($0) })), ("unit", .text(dimension.baseUnit))])
    case .unused: .text(text)
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
