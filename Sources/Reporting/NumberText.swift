import Glibc

/// Numbers as short text, free of locale, so that equal input always prints equal bytes.
enum NumberText {
  /// `value` with exactly `decimals` digits after the point; "–" when it is not finite.
  static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return "–" }
    let scale = pow(10.0, Double(decimals))
    let scaled = (abs(value) * scale).rounded()
    guard scaled < 9e15 else { return "\(value)" }
    let digits = String(UInt64(scaled))
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  /// A coordinate with at most two decimals and no trailing zeros.
  static func coordinate(_ value: Double) -> String {
    value.isFinite ? trimmed(fixed(value, decimals: 2)) : "0"
  }

  /// `value` with at most `digits` significant digits and an SI prefix from k to P: `1.23M`, `45k`, `0.031`, `2.1×10⁻⁶`.
  static func compact(_ value: Double, digits: Int = 3) -> String {
    guard value.isFinite else { return "–" }
    // Below this the power of ten that divides it is not a normal number.
    guard abs(value) > 1e-300 else { return "0" }
    let exponent = decimalExponent(of: value, digits: digits)
    guard exponent >= -3, exponent < 18 else { return scientific(value, exponent: exponent, digits: digits) }
    let prefixIndex = max(0, exponent) / 3
    let decimals = max(0, digits - 1 - (exponent - 3 * prefixIndex))
    let prefix = ["", "k", "M", "G", "T", "P"][prefixIndex]
    return trimmed(fixed(value / pow(10, Double(3 * prefixIndex)), decimals: decimals)) + prefix
  }

  /// A power of ten as a tick label: plain or prefixed from 0.01 upwards, `10⁻³` and so on below.
  static func powerOfTen(_ exponent: Int) -> String {
    exponent >= -2 && exponent < 18 ? compact(pow(10, Double(exponent))) : "10" + superscript(exponent)
  }

  /// A whole number with thin spaces between groups of three digits.
  static func grouped(_ value: some BinaryInteger) -> String {
    let digits = String(value.magnitude)
    var text = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { text += "\u{2009}" }
      text.append(digit)
    }
    return text
  }

  /// The decimal exponent of `value` after rounding to `digits` significant digits, so that 999.9 counts as 10³.
  private static func decimalExponent(of value: Double, digits: Int) -> Int {
    let exponent = Int(log10(abs(value)).rounded(.down))
    let mantissa = abs(value) / pow(10, Double(exponent))
    let unit = pow(10, Double(digits - 1))
    return (mantissa * unit).rounded() >= 10 * unit ? exponent + 1 : exponent
  }

  private static func scientific(_ value: Double, exponent: Int, digits: Int) -> String {
    let mantissa = value / pow(10, Double(exponent))
    return trimmed(fixed(mantissa, decimals: digits - 1)) + "×10" + superscript(exponent)
  }

  private static func superscript(_ number: Int) -> String {
    let glyphs: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
    return String(String(number).map { $0.wholeNumberValue.map { glyphs[$0] } ?? "⁻" })
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    var short = Substring(text)
    while short.last == "0" { short.removeLast() }
    if short.last == "." { short.removeLast() }
    return String(short)
  }
}
