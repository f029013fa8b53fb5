/// A decimal number at the beginning of a text: sign, digits with at most one point, optional exponent.
struct DecimalText {
  /// Number of Unicode scalars it takes.
  let length: Int
  private let mantissa: String
  private let exponent: Int
  private let isZero: Bool

  /// Exponents beyond this cannot give a representable number and are not worth adding up.
  private static let largestExponent = 100_000

  /// Finds the number at the beginning of a text; nothing if there is none.
  init?(prefixOf text: String) {
    let characters = Array(text.unicodeScalars)
    var index = 0
    if index < characters.count, characters[index] == "+" || characters[index] == "-" { index += 1 }
    let signEnd = index
    var digitCount = 0
    var hasPoint = false
    while index < characters.count {
      if Self.isDigit(characters[index]) {
        digitCount += 1
      } else if characters[index] == ".", !hasPoint {
        hasPoint = true
      } else {
        break
      }
      index += 1
    }
    guard digitCount > 0 else { return nil }
    let mantissaEnd = index
    var exponent = 0
    // An "e" without digits after it begins a unit.
    if let (value, end) = Self.exponent(in: characters, at: index) {
      exponent = value
      index = end
    }
    self.length = index
    self.mantissa = Self.string(characters[..<mantissaEnd])
    self.exponent = exponent
    self.isZero = !characters[signEnd..<mantissaEnd].contains { Self.isDigit($0) && $0 != "0" }
  }

  /// The number times a power of ten, rounded once; nothing if it overflows or a nonzero number becomes zero.
  func value(shiftedBy powerOfTen: Int) -> Double? {
    guard let value = Double("\(mantissa)e\(exponent + powerOfTen)"), value.isFinite else { return nil }
    return value == 0 && !isZero ? nil : value
  }

  private static func exponent(in characters: [Unicode.Scalar], at start: Int) -> (value: Int, end: Int)? {
    var index = start
    guard index < characters.count, characters[index] == "e" || characters[index] == "E" else { return nil }
    index += 1
    if index < characters.count, characters[index] == "+" || characters[index] == "-" { index += 1 }
    let digits = index
    while index < characters.count, isDigit(characters[index]) { index += 1 }
    guard index > digits else { return nil }
    let isNegative = characters[digits - 1] == "-"
    let magnitude = Int(string(characters[digits..<index])) ?? largestExponent
    let value = min(magnitude, largestExponent)
    return (isNegative ? -value : value, index)
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    text.append(contentsOf: scalars)
    return String(text)
  }

  /// The text without spaces and tabs at its ends.
  static func trimmed(_ text: String) -> String {
    let isSpace = { (character: Character) in character == " " || character == "\t" || character == "\u{A0}" }
    let head = text.drop(while: isSpace)
    guard let last = head.lastIndex(where: { !isSpace($0) }) else { return "" }
    return String(head[...last])
  }

  /// The text cut to what a message can bear.
  static func shortened(_ text: String) -> String {
    text.count > 60 ? String(text.prefix(60)) + "…" : text
  }

  /// Whether the text names an infinity or a NaN, with or without a unit.
  static func namesNonFiniteNumber(_ text: String) -> Bool {
    let unsigned = text.lowercased().drop { "+-.".contains($0) }
    return unsigned.hasPrefix("inf") || unsigned.hasPrefix("nan")
  }
}

/// The shortest decimal digits that read back to a number, and where their point stands.
struct ShortestDecimal {
  private let isNegative: Bool
  private let digits: [Character]
  /// Power of ten of the first digit.
  let leadingExponent: Int

  /// Takes a finite number other than zero apart.
  init(_ value: Double) {
    // The standard library prints the shortest digits that round-trip.
    let parts = "\(value.magnitude)".split(separator: "e")
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    let whole = halves[0]
    let all = Array(whole) + (halves.count > 1 ? Array(halves[1]) : [])
    let leadingZeros = all.prefix { $0 == "0" }.count
    var digits = Array(all.dropFirst(leadingZeros))
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    self.digits = digits
    self.isNegative = value < 0
    self.leadingExponent = exponent + whole.count - 1 - leadingZeros
  }

  /// The digits with the point moved to the left by so many places; with an exponent where plain digits would be long.
  func text(dividedByPowerOfTen power: Int) -> String {
    let sign = isNegative ? "-" : ""
    let lead = leadingExponent - power
    switch lead {
    case -4..<0:
      return sign + "0." + String(repeating: "0", count: -lead - 1) + String(digits)
    case 0..<16:
      let whole = digits.prefix(lead + 1) + Array(repeating: "0", count: max(0, lead + 1 - digits.count))
      let fraction = digits.dropFirst(lead + 1)
      return sign + String(whole) + (fraction.isEmpty ? "" : "." + String(fraction))
    default:
      let fraction = digits.dropFirst()
      return sign + String(digits[0]) + (fraction.isEmpty ? "" : "." + String(fraction)) + "e\(lead)"
    }
  }
}
