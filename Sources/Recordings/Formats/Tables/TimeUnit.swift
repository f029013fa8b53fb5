/// The unit that the times of a table are in.
public enum TimeUnit: String, Sendable, CaseIterable {
  /// Seconds.
  case seconds = "s"
  /// Thousandths of a second.
  case milliseconds = "ms"
  /// Millionths of a second.
  case microseconds = "us"
  /// Thousand-millionths of a second.
  case nanoseconds = "ns"

  /// Reads "s", "ms", "us", "µs" or "ns".
  /// - Throws: `RecordingError.setting`.
  public init(_ text: String) throws(RecordingError) {
    guard let unit = Self.named(text) else {
      throw RecordingError.setting(name: "unit of time", expected: "s, ms, us or ns", found: "'\(text)'")
    }
    self = unit
  }

  /// The unit of that name, of which files use several for each; `nil` for no unit of time.
  static func named(_ text: String) -> TimeUnit? {
    switch text.lowercased() {
    case "s", "sec", "second", "seconds": .seconds
    case "ms", "millisecond", "milliseconds": .milliseconds
    // A µ comes as the micro sign and as the Greek letter.
    case "us", "\u{B5}s", "\u{3BC}s", "microsecond", "microseconds": .microseconds
    case "ns", "nanosecond", "nanoseconds": .nanoseconds
    default: nil
    }
  }

  /// The power of ten that turns a number of this unit into µs.
  var decimalsToMicroseconds: Int {
    switch self {
    case .seconds: 6
    case .milliseconds: 3
    case .microseconds: 0
    case .nanoseconds: -3
    }
  }

  /// Seconds in one of this unit.
  var seconds: Double {
    switch self {
    case .seconds: 1
    case .milliseconds: 1e-3
    case .microseconds: 1e-6
    case .nanoseconds: 1e-9
    }
  }
}
