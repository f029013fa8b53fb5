/// Limits of a number.
public struct ConfigurationRange: Sendable, Equatable {
  /// One end of a range.
  public struct Bound: Sendable, Equatable {
    /// Where the range ends.
    public let value: Double
    /// Whether the end itself belongs to the range.
    public let isIncluded: Bool
  }

  /// Lower end.
  public let lower: Bound?
  /// Upper end.
  public let upper: Bound?

  static let any = ConfigurationRange(lower: nil, upper: nil)
  static let fraction = closed(0, 1)
  static func atLeast(_ value: Double) -> Self { Self(lower: Bound(value: value, isIncluded: true), upper: nil) }
  static func above(_ value: Double) -> Self { Self(lower: Bound(value: value, isIncluded: false), upper: nil) }
  static func closed(_ lower: Double, _ upper: Double) -> Self {
    Self(lower: Bound(value: lower, isIncluded: true), upper: Bound(value: upper, isIncluded: true))
  }
  static func aboveUpTo(_ lower: Double, _ upper: Double) -> Self {
    Self(lower: Bound(value: lower, isIncluded: false), upper: Bound(value: upper, isIncluded: true))
  }
  static func below(_ lower: Double, _ upper: Double) -> Self {
    Self(lower: Bound(value: lower, isIncluded: true), upper: Bound(value: upper, isIncluded: false))
  }
  static func open(_ lower: Double, _ upper: Double) -> Self {
    Self(lower: Bound(value: lower, isIncluded: false), upper: Bound(value: upper, isIncluded: false))
  }

  /// Whether a number lies within.
  public func contains(_ value: Double) -> Bool {
    if let lower, lower.isIncluded ? value < lower.value : value <= lower.value { return false }
    if let upper, upper.isIncluded ? value > upper.value : value >= upper.value { return false }
    return !value.isNaN
  }

  func text(_ format: (Double) -> String) -> String {
    switch (lower, upper) {
    case (nil, nil): ""
    case (let lower?, nil): (lower.isIncluded ? "≥ " : "> ") + format(lower.value)
    case (nil, let upper?): (upper.isIncluded ? "≤ " : "< ") + format(upper.value)
    case (let lower?, let upper?):
      "\(lower.isIncluded ? "[" : "(")\(format(lower.value)), \(format(upper.value))\(upper.isIncluded ? "]" : ")")"
    }
  }
}
