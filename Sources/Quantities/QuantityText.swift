/// Reading and printing of numbers with units.
///
/// Prefixes shift the decimal exponent in the text; no multiplication rounds a second time. So every text gives the
/// nearest representable value in the base unit, and a printed value reads back to the same bits.
public enum QuantityText {
  /// Reads a number with a unit of the given dimension; the space between them is optional.
  ///
  /// - Returns: the value in the SI base unit.
  /// - Throws: `QuantityError` for anything that is not a finite decimal number with a unit of that dimension.
  public static func parse(_ text: String, as dimension: PhysicalDimension) throws(QuantityError) -> Double {
    let trimmed = DecimalText.trimmed(text)
    let shown = DecimalText.shortened(trimmed)
    guard let number = DecimalText(prefixOf: trimmed) else {
      if DecimalText.namesNonFiniteNumber(trimmed) { throw .notFinite(text: shown, dimension: dimension) }
      throw .notANumber(text: shown, dimension: dimension)
    }
    let unit = DecimalText.trimmed(String(trimmed.unicodeScalars.dropFirst(number.length)))
    guard !unit.isEmpty else { throw .missingUnit(text: shown, dimension: dimension) }
    // A comma or a second point belongs to the number: the unit is not what is wrong.
    if let first = unit.unicodeScalars.first, "0123456789.,_'+-".unicodeScalars.contains(first) {
      throw .notANumber(text: shown, dimension: dimension)
    }
    guard let known = UnitSpelling.all[unit] else {
      let nearest = UnitSpelling.nearest(to: unit, of: dimension)
      throw .unknownUnit(text: shown, unit: DecimalText.shortened(unit), nearest: nearest, dimension: dimension)
    }
    guard known.dimension == dimension else {
      throw .wrongDimension(text: shown, unit: unit, found: known.dimension, expected: dimension)
    }
    guard let value = number.value(shiftedBy: known.exponent) else {
      throw .notFinite(text: shown, dimension: dimension)
    }
    // Zero has no sign here: it is printed without one.
    return value == 0 ? 0 : value
  }

  /// Prints a value of the SI base unit with the prefix that brings the number between 1 and 1000.
  public static func format(_ baseValue: Double, as dimension: PhysicalDimension) -> String {
    guard baseValue.isFinite, baseValue != 0 else {
      return "\(baseValue == 0 ? "0" : "\(baseValue)") \(dimension.baseUnit)"
    }
    let decimal = ShortestDecimal(baseValue)
    // The largest prefix not above the leading digit; the smallest there is for what lies below.
    // Long times stay in seconds: 3600 s, not 3.6 ks.
    let prefixes = dimension == .time ? Prefix.all.filter { $0.exponent <= 0 } : Prefix.all
    let prefix = prefixes.last { $0.exponent <= decimal.leadingExponent } ?? prefixes[0]
    return "\(decimal.text(dividedByPowerOfTen: prefix.exponent)) \(prefix.symbol)\(dimension.baseUnit)"
  }

  /// Reads a finite decimal number without a unit; nothing if the text is anything else.
  public static func plainNumber(_ text: String) -> Double? {
    let trimmed = DecimalText.trimmed(text)
    guard let number = DecimalText(prefixOf: trimmed), number.length == trimmed.unicodeScalars.count else { return nil }
    return number.value(shiftedBy: 0)
  }
}
