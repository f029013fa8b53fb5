/// A value as Python prints it: as much as headers of NumPy arrays use.
indirect enum PythonLiteral {
  case text(String)
  case number(Int)
  /// `True`, `False` or `None`.
  case name(String)
  /// A list or a tuple.
  case list([PythonLiteral])
  case dictionary([String: PythonLiteral])
}

extension PythonLiteral: CustomStringConvertible {
  /// As Python prints it.
  var description: String {
    switch self {
    case .text(let text): "'\(text)'"
    case .number(let number): "\(number)"
    case .name(let name): name
    case .list(let parts): "[" + parts.map(\.description).joined(separator: ", ") + "]"
    case .dictionary(let entries): "{\(entries.keys.sorted().joined(separator: ", "))}"
    }
  }
}

/// Reads one value from the beginning of a text.
struct PythonLiteralParser {
  private let text: [UInt8]
  private var next = 0
  private var depth = 0

  private static let deepest = 16

  init(_ text: [UInt8]) {
    self.text = text
  }

  /// The next value; `nil` where the text is none.
  mutating func value() -> PythonLiteral? {
    skipBlanks()
    guard next < text.count, depth < Self.deepest else { return nil }
    depth += 1
    defer { depth -= 1 }
    switch text[next] {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return quoted().map { .text($0) }
    case UInt8(ascii: "("): return list(until: UInt8(ascii: ")")).map { .list($0) }
    case UInt8(ascii: "["): return list(until: UInt8(ascii: "]")).map { .list($0) }
    case UInt8(ascii: "{"): return dictionary().map { .dictionary($0) }
    default: return word()
    }
  }

  private mutating func skipBlanks() {
    while next < text.count, text[next] <= UInt8(ascii: " ") { next += 1 }
  }

  /// Passes over a character, with blanks before it, if it comes next.
  private mutating func skip(_ character: UInt8) -> Bool {
    skipBlanks()
    guard next < text.count, text[next] == character else { return false }
    next += 1
    return true
  }

  private mutating func quoted() -> String? {
    let quote = text[next]
    let start = next + 1
    guard let end = text[start...].firstIndex(of: quote) else { return nil }
    next = end + 1
    return String(decoding: text[start..<end], as: UTF8.self)
  }

  private mutating func list(until end: UInt8) -> [PythonLiteral]? {
    next += 1
    var parts: [PythonLiteral] = []
    while !skip(end) {
      guard let part = value() else { return nil }
      parts.append(part)
      guard skip(UInt8(ascii: ",")) || (next < text.count && text[next] == end) else { return nil }
    }
    return parts
  }

  private mutating func dictionary() -> [String: PythonLiteral]? {
    next += 1
    var entries: [String: PythonLiteral] = [:]
    while !skip(UInt8(ascii: "}")) {
      guard case .text(let key)? = value(), skip(UInt8(ascii: ":")), let entry = value() else { return nil }
      entries[key] = entry
      guard skip(UInt8(ascii: ",")) || (next < text.count && text[next] == UInt8(ascii: "}")) else { return nil }
    }
    return entries
  }

  private mutating func word() -> PythonLiteral? {
    let start = next
    while next < text.count, isWord(text[next]) { next += 1 }
    guard next > start else { return nil }
    let word = String(decoding: text[start..<next], as: UTF8.self)
    // Python 2 wrote whole numbers of large shapes with an L at the end.
    return Int(word.hasSuffix("L") ? String(word.dropLast()) : word).map { .number($0) } ?? .name(word)
  }

  private func isWord(_ character: UInt8) -> Bool {
    (character | 0x20) &- UInt8(ascii: "a") < 26 || character &- UInt8(ascii: "0") < 10
      || character == UInt8(ascii: "-")
  }
}
