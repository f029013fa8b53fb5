/// Frequency or event rate.
public struct Frequency: Quantity {
  /// `frequency`.
  public static var dimension: PhysicalDimension { .frequency }
  /// The value in hertz.
  public let baseValue: Double
  /// Makes a frequency from hertz.
  public init(baseValue: Double) { self.baseValue = baseValue }

  /// From hertz.
  public static func hertz(_ value: Double) -> Self { Self(baseValue: value) }
  /// From kilohertz.
  public static func kilohertz(_ value: Double) -> Self { Self(baseValue: value * 1e3) }
  /// From megahertz.
  public static func megahertz(_ value: Double) -> Self { Self(baseValue: value * 1e6) }

  /// The value in hertz.
  public var hertz: Double { baseValue }
}

/// A length of time.
public struct TimeSpan: Quantity {
  /// `time`.
  public static var dimension: PhysicalDimension { .time }
  /// The value in seconds.
  public let baseValue: Double
  /// Makes a span from seconds.
  public init(baseValue: Double) { self.baseValue = baseValue }

  /// From seconds.
  public static func seconds(_ value: Double) -> Self { Self(baseValue: value) }
  /// From milliseconds.
  public static func milliseconds(_ value: Double) -> Self { Self(baseValue: value / 1e3) }
  /// From microseconds.
  public static func microseconds(_ value: Double) -> Self { Self(baseValue: value / 1e6) }
  /// From nanoseconds.
  public static func nanoseconds(_ value: Double) -> Self { Self(baseValue: value / 1e9) }

  /// The value in seconds.
  public var seconds: Double { baseValue }
  /// The value in milliseconds.
  public var milliseconds: Double { baseValue * 1e3 }
  /// The value rounded to whole microseconds, the unit of time stamps; nothing if it does not fit.
  public var wholeMicroseconds: Int64? { Int64(exactly: (baseValue * 1e6).rounded()) }
}

/// An instant of a recording, in whole microseconds since the origin that the recording states.
///
/// 64 bits: it does not wrap within 292,000 years, unlike the counters in sensor files.
public struct Timestamp: Comparable, Hashable, Sendable, CustomStringConvertible {
  /// Microseconds since the origin; may be negative.
  public let microseconds: Int64

  /// Makes an instant from microseconds since the origin.
  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// The origin.
  public static var zero: Timestamp { Timestamp(microseconds: 0) }

  /// Whether the left instant is the earlier.
  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

  /// The instant so many microseconds later; stops at the last representable one.
  public func advanced(byMicroseconds microseconds: Int64) -> Timestamp {
    let (sum, overflow) = self.microseconds.addingReportingOverflow(microseconds)
    return Timestamp(microseconds: overflow ? (microseconds > 0 ? .max : .min) : sum)
  }

  /// The time from an earlier instant to this one; negative if that one is later.
  public func span(since earlier: Timestamp) -> TimeSpan {
    let (difference, overflow) = microseconds.subtractingReportingOverflow(earlier.microseconds)
    guard overflow else { return .microseconds(Double(difference)) }
    return .microseconds(Double(microseconds) - Double(earlier.microseconds))
  }

  /// Seconds with six decimals, such as `12.345678 s`.
  public var description: String {
    let magnitude = microseconds.magnitude
    let fraction = String(magnitude % 1_000_000)
    let padding = String(repeating: "0", count: 6 - fraction.count)
    return "\(microseconds < 0 ? "-" : "")\(magnitude / 1_000_000).\(padding)\(fraction) s"
  }
}
