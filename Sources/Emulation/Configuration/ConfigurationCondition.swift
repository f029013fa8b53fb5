/// When a key has a meaning: what another key, further up, must hold.
public enum ConfigurationCondition: Sendable, Equatable {
  /// The other key holds one of these words.
  case isOne(of: [String], key: String)
  /// The other key holds a word other than these.
  case isNone(of: [String], key: String)
  /// The other key holds a number above 0.
  case isPositive(key: String)

  /// The other key.
  public var key: String {
    switch self {
    case .isOne(_, let key), .isNone(_, let key), .isPositive(let key): key
    }
  }

  /// Whether it holds for the value of the other key. A key without a meaning of its own gives none to others.
  func holds(for value: ConfigurationValue) -> Bool {
    if value == .unused { return false }
    switch self {
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
    }
  }

  private static func list(_ words: [String], _ conjunction: String) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " \(conjunction) \(last)"
  }
}
