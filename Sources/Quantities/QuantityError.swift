/// Why a text is not a value with a unit.
public enum QuantityError: Error, Equatable, Sendable {
  /// The text does not begin with a decimal number.
  case notANumber(text: String, dimension: PhysicalDimension)
  /// The number is infinite, not a number, too large, or so small that it would become zero.
  case notFinite(text: String, dimension: PhysicalDimension)
  /// A number stands alone.
  case missingUnit(text: String, dimension: PhysicalDimension)
  /// The unit is known, but of another dimension.
  case wrongDimension(text: String, unit: String, found: PhysicalDimension, expected: PhysicalDimension)
  /// The unit is not known; `nearest` is the closest that would be accepted.
  case unknownUnit(text: String, unit: String, nearest: String, dimension: PhysicalDimension)
}

extension QuantityError: CustomStringConvertible {
  /// One sentence with what was found and what to write.
  public var description: String {
    switch self {
    case .notANumber(let text, let dimension):
      "\"\(text)\" is not a number with a unit; write a \(dimension.rawValue) such as \(dimension.example)"
    case .notFinite(let text, let dimension):
      "\"\(text)\" is not a finite number; write a \(dimension.rawValue) such as \(dimension.example)"
    case .missingUnit(let text, let dimension):
      "\"\(text)\" has no unit; write a \(dimension.rawValue) such as \(dimension.example)"
    case .wrongDimension(let text, let unit, let found, let expected):
      "\"\(text)\" is a \(found.rawValue) (unit \(unit)); write a \(expected.rawValue) such as \(expected.example)"
    case .unknownUnit(let text, let unit, let nearest, let dimension):
      "\"\(text)\" has the unknown unit \"\(unit)\" (nearest: \(nearest)); write a \(dimension.rawValue) such as "
        + dimension.example
    }
  }
}
