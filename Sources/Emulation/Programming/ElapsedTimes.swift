import Quantities

/// Times after an event as people write them: `1 s, 1 h, 1 day, 10 years`.
public struct ElapsedTimes: Sendable, Equatable {
  /// The times, ascending, each once.
  public let spans: [TimeSpan]

  /// Shortest and longest time.
  public static let limits = TimeSpan.microseconds(1)...TimeSpan.seconds(1000 * secondsPerYear)

  private static let secondsPerYear = 365.25 * 86_400
  /// Units beside those of SI.
  private static let units: [(names: [String], seconds: Double)] = [
    (["min", "minute", "minutes"], 60), (["h", "hour", "hours"], 3600), (["d", "day", "days"], 86_400),
    (["week", "weeks"], 7 * 86_400), (["year", "years"], secondsPerYear),
  ]

  /// Why a list of times could not be read, as a sentence.
  public enum ParsingError: Error, Equatable, Sendable, CustomStringConvertible {
    /// An entry is no time.
    case notATime(String, problem: String)
    /// An entry is too short or too long.
    case outOfRange(String)

    /// One sentence.
    public var description: String {
      switch self {
      case .notATime(let text, let problem):
        "'\(text)' is no time (\(problem)); write a list such as \"1 s, 1 h, 1 day, 10 years\""
      case .outOfRange(let text):
        "'\(text)' must be between \(ElapsedTimes.limits.lowerBound) and 1000 years"
      }
    }
  }

  /// Reads times separated by commas.
  public init(parsing text: String) throws(ParsingError) {
    var spans: Set<TimeSpan> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let word = part.trimmingSpaces
      let span = try Self.span(word)
      guard Self.limits.contains(span) else { throw .outOfRange(word) }
      spans.insert(span)
    }
    self.spans = spans.sorted()
  }

  private static func span(_ text: String) throws(ParsingError) -> TimeSpan {
    let unit = String(text.reversed().prefix { $0.isLetter }.reversed())
    if let known = units.first(where: { $0.names.contains(unit) }),
      let number = QuantityText.plainNumber(String(text.dropLast(unit.count)))
    {
      return .seconds(number * known.seconds)
    }
    do {
      return try TimeSpan(parsing: text)
    } catch {
      throw .notATime(text.shortenedForMessage, problem: "\(error)")
    }
  }

  /// A time in the largest unit that it fills: `30 ms`, `1 h`, `10 years`.
  public static func text(_ span: TimeSpan) -> String {
    let named = [(1.0, "min"), (60, "h"), (1440, "day"), (1440 * 365.25, "year")].last { span.seconds >= $0.0 * 60 }
    guard let named else { return "\(span)" }
    let number = (span.seconds / 60 / named.0 * 100).rounded() / 100
    let plural = named.0 >= 1440 && number != 1 ? "s" : ""
    return "\(ConfigurationValue.plain(number)) \(named.1)\(plural)"
  }
}

extension Substring {
  fileprivate var trimmingSpaces: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
