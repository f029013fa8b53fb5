/// A JSON value whose objects keep the order in which they were written.
indirect enum OrderedJSON {
  case integer(Int)
  case number(Double)
  case text(String)
  case boolean(Bool)
  case array([OrderedJSON])
  case object([(String, OrderedJSON)])

  /// Indented JSON text. Numbers must be finite.
  func serialized(indent: String = "") -> String {
    let inner = indent + "  "
    switch self {
    case .integer(let value): return "\(value)"
    case .number(let value): return "\(value)"
    case .text(let value): return Self.quoted(value)
    case .boolean(let value): return "\(value)"
    case .array(let values):
      guard !values.isEmpty else { return "[]" }
      return "[\n" + values.map { inner + $0.serialized(indent: inner) }.joined(separator: ",\n") + "\n\(indent)]"
    case .object(let members):
      guard !members.isEmpty else { return "{}" }
      let lines = members.map { "\(inner)\(Self.quoted($0.0)): \($0.1.serialized(indent: inner))" }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
    }
  }

  private static func quoted(_ text: String) -> String {
    let escaped = text.unicodeScalars.map { scalar in
      switch scalar.value {
      case 0x22, 0x5C: "\\\(scalar)"
      case 0..<0x20: "\\u" + ConfigurationValue.hexadecimal(scalar.value, digits: 4)
      default: String(scalar)
      }
    }
    return "\"" + escaped.joined() + "\""
  }
}
