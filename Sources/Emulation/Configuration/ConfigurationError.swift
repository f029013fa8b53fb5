import Quantities

/// Where a configuration value was written.
public enum ConfigurationPlace: Sendable, Equatable, CustomStringConvertible {
  /// A line of a file, counted from 1.
  case line(Int, file: String)
  /// An override on the command line, as typed.
  case override(String)

  /// `experiment.yaml:12`, or `--set crossbar.adc_bits=40`.
  public var description: String {
    switch self {
    case .line(let line, let file): "\(file):\(line)"
    case .override(let text): "--set \(text.shortenedForMessage)"
    }
  }
}

/// Why an experiment could not be read; each description is a sentence to act on.
public enum ConfigurationError: Error, Sendable, Equatable {
  /// The file cannot be opened or read.
  case unreadable(file: String, reason: String)
  /// The file is far larger than any experiment.
  case tooLarge(file: String, limit: Int)
  /// The file is not UTF-8 text.
  case notText(file: String)
  /// The file holds no keys at all.
  case empty(file: String)
  /// The file is not YAML.
  case syntax(ConfigurationPlace, problem: String)
  /// The file uses anchors (`&a`) or aliases (`*a`).
  case reference(ConfigurationPlace)
  /// The file is YAML but not keys with values.
  case notAMapping(ConfigurationPlace, found: String)
  /// Something other than text stands where a key belongs.
  case notAKey(ConfigurationPlace)
  /// A key appears twice.
  case duplicateKey(ConfigurationPlace, key: String)
  /// No key has this name.
  case unknownKey(ConfigurationPlace, key: String, nearest: String)
  /// A key without which there is no experiment.
  case missingKey(file: String, key: String, example: String)
  /// A key with nothing after the colon.
  case missingValue(ConfigurationPlace, key: String, expected: String)
  /// A key that has no meaning beside the others.
  case unusedKey(ConfigurationPlace, key: String, reason: String)
  /// The value is of another kind.
  case wrongType(ConfigurationPlace, key: String, expected: String, found: String)
  /// The value is not a number with a unit of the right dimension.
  case badQuantity(ConfigurationPlace, key: String, example: String, problem: QuantityError)
  /// The number is outside its range.
  case outOfRange(ConfigurationPlace, key: String, range: String, found: String)
  /// An override that is not `key=value`.
  case malformedOverride(String)
  /// Values that are valid alone but not together.
  case conflict(file: String, keys: [String], reason: String)
  /// All that is wrong.
  case several([ConfigurationError])

  /// One error for a list of problems; nothing for an empty list.
  init?(_ problems: [ConfigurationError]) {
    switch problems.count {
    case 0: return nil
    case 1: self = problems[0]
    default: self = .several(problems)
    }
  }

  /// The problems one by one.
  public var problems: [ConfigurationError] {
    if case .several(let problems) = self { return problems }
    return [self]
  }

  /// Whether every problem is one of values that are valid alone but not together.
  public var isConflict: Bool {
    problems.allSatisfy { if case .conflict = $0 { true } else { false } }
  }
}

extension ConfigurationError: CustomStringConvertible {
  /// One sentence; for several problems one line each, of which at most twenty.
  public var description: String {
    switch self {
    case .unreadable(let file, let reason):
      "\(file): cannot be read: \(reason)"
    case .tooLarge(let file, let limit):
      "\(file): is larger than \(limit / 1024 / 1024) MiB, which no experiment file is; is this the right file?"
    case .notText(let file):
      "\(file): is not UTF-8 text; is this the right file?"
    case .empty(let file):
      "\(file): holds no keys; an experiment needs at least stream.kind and stream.path"
    case .syntax(let place, let problem):
      "\(place): is not valid YAML: \(problem)"
    case .reference(let place):
      "\(place): uses a YAML anchor or alias (& or *), which experiment files may not; write the value out, or put "
        + "\\x26 or \\x2A inside double quotes where the sign is meant"
    case .notAMapping(let place, let found):
      "\(place): expected keys with values such as \"network:\" at the top level, found \(found)"
    case .notAKey(let place):
      "\(place): expected a key as plain text, found a list or a mapping"
    case .duplicateKey(let place, let key):
      "\(place): \(key) is set more than once; keep one"
    case .unknownKey(let place, let key, let nearest):
      "\(place): unknown key \(key.shortenedForMessage); the nearest valid key is \(nearest) (see config explain)"
    case .missingKey(let file, let key, let example):
      "\(file): \(key) is missing; add it, such as \"\(example)\""
    case .missingValue(let place, let key, let expected):
      "\(place): \(key) has no value; write \(expected), or remove the key to get the default"
    case .unusedKey(let place, let key, let reason):
      "\(place): \(key) has no effect here: \(reason); remove it"
    case .wrongType(let place, let key, let expected, let found):
      "\(place): \(key) must be \(expected), found \(found)"
    case .badQuantity(let place, let key, let example, let problem):
      "\(place): \(key): \(problem) (expected e.g. \"\(example)\")"
    case .outOfRange(let place, let key, let range, let found):
      "\(place): \(key) must be \(range.first == "[" || range.first == "(" ? "in " : "")\(range), found \(found)"
    case .malformedOverride(let text):
      "--set \(text.shortenedForMessage): an override is key=value, such as crossbar.adc_bits=6"
    case .conflict(let file, _, let reason):
      "\(file): \(reason)"
    case .several(let problems):
      Self.list(problems)
    }
  }

  private static func list(_ problems: [ConfigurationError]) -> String {
    let shown = problems.prefix(20).map(\.description)
    let hidden = problems.count - shown.count
    return (shown + (hidden > 0 ? ["and \(hidden) more"] : [])).joined(separator: "\n")
  }
}
