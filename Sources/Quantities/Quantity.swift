/// A physical value: a number in the SI base unit of its dimension.
///
/// Values are read from text such as `25 uS` and printed with the prefix that suits them, `25 µS`; reading what was
/// printed gives the same bits.
public protocol Quantity: Comparable, Hashable, Sendable, CustomStringConvertible {
  /// The dimension of all values of this type.
  static var dimension: PhysicalDimension { get }
  /// The value in the SI base unit.
  var baseValue: Double { get }
  /// Makes a value from a number in the SI base unit.
  init(baseValue: Double)
}

extension Quantity {
  /// Reads a value with its unit, such as `25 uS`.
  ///
  /// - Throws: `QuantityError` if the text is not a finite number with a unit of this dimension.
  public init(parsing text: String) throws(QuantityError) {
    self.init(baseValue: try QuantityText.parse(text, as: Self.dimension))
  }

  /// Nothing of this quantity.
  public static var zero: Self { Self(baseValue: 0) }

  /// The value with the prefix that brings the number between 1 and 1000, such as `25 µS`.
  public var description: String { QuantityText.format(baseValue, as: Self.dimension) }

  /// Whether the left value is the smaller.
  public static func < (left: Self, right: Self) -> Bool { left.baseValue < right.baseValue }
  /// Sum.
  public static func + (left: Self, right: Self) -> Self { Self(baseValue: left.baseValue + right.baseValue) }
  /// Difference.
  public static func - (left: Self, right: Self) -> Self { Self(baseValue: left.baseValue - right.baseValue) }
  /// Opposite value.
  public static prefix func - (value: Self) -> Self { Self(baseValue: -value.baseValue) }
  /// Multiple.
  public static func * (value: Self, factor: Double) -> Self { Self(baseValue: value.baseValue * factor) }
  /// Multiple.
  public static func * (factor: Double, value: Self) -> Self { Self(baseValue: factor * value.baseValue) }
  /// Part.
  public static func / (value: Self, divisor: Double) -> Self { Self(baseValue: value.baseValue / divisor) }
  /// Ratio of two values, without unit.
  public static func / (left: Self, right: Self) -> Double { left.baseValue / right.baseValue }
}
