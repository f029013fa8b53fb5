/// When a key has a meaning: what another key, further up, must hold.
public indirect enum ConfigurationCondition: Sendable, Equatable {
  /// The other key holds one of these words.
  case isOne(of: [String], key: String)
  /// The other key holds a word other than these.
  case isNone(of: [String], key: String)
  /// The other key holds a number above 0.
  case isPositive(key: String)
  /// One of these conditions holds.
  case either([ConfigurationCondition])

  /// The other key; the first of several.
  public var key: String { keys[0] }

  /// All keys that it looks at.
  public var keys: [String] {
    switch self {
    case .isOne(_, let key), .isNone(_, let key), .isPositive(let key): [key]
    case .either(let conditions): conditions.flatMap(\.keys)
    }
  }

  /// Whether it holds, where a key without a value is no reason against it.
  func holds(in values: (String) -> ConfigurationValue?) -> Bool {
    if case .either(let conditions) = self { return conditions.contains { $0.holds(in: values) } }
    return values(key).map { holds(for: $0) } ?? true
  }

  /// Whether it holds for the value of the other key. A key without a meaning of its own gives none to others.
  func holds(for value: ConfigurationValue) -> Bool {
    if value == .unused { return false }
    switch self {
    case .either(let conditions): return conditions.contains { $0.holds(for: value) }
    case .isOne(let words, _): return words.contains(value.text)
    case .isNone(let words, _): return !words.contains(value.text)
    case .isPositive:
      switch value {
      case .number(let number), .quantity(let number, _): return number > 0
      case .integer(let number): return number > 0
      default: return false
      }
    }
  }

  /// `device.response is nonlinear or steps`.
  public var text: String {
    switch self {
    case .isOne(let words, let key): "\(key) is \(Self.list(words, "or"))"
    case .isNone(let words, let key): "\(key) is not \(Self.list(words, "or"))"
    case .isPositive(let key): "\(key) is above 0"
    case .either(let conditions): conditions.map(\.text).joined(separator: " or ")
    }
  }

  private static func list(_ words: [String], _ conjunction: String) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " \(conjunction) \(last)"
  }
}
