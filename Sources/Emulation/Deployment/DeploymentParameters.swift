/// How a learned network is deployed, and how its life is told.
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | T | `duration` | s | – | > 0 |
/// | d | `samplesPerSecond`: the duty | 1/s | – | > 0 |
/// | m | `windowSamples`: samples of a measured window | samples | 1000 | ≥ 1 |
/// | | `testSamples` looked at after each window, 0 for all | samples | 0 | ≥ 0 |
/// | g | `growth`: longest jump as a share of the time behind it | 1 | 0.25 | > 0 |
/// | δ | `failuresPerJump`: most devices that fail in a jump, share of all | 1 | 0.005 | 0…1 |
/// | ρ | `rateChange`: most that the wear rate may change over a jump, by its trend | 1 | 0.05 | > 0 |
///
/// The defaults of g, δ and ρ are choices; `docs/wear.md` has how far they are from simulating every sample.
public struct DeploymentParameters: Codable, Sendable, Equatable {
  /// Length of the deployment in seconds.
  public var duration: Double
  /// Samples per second that the network learns from.
  public var samplesPerSecond: Double
  /// Samples of a measured window.
  public var windowSamples: Int
  /// Test samples after each window; 0 for all.
  public var testSamples: Int
  /// Longest jump as a share of the time behind it.
  public var growth: Double
  /// Most devices that may fail in a jump, share of all devices.
  public var failuresPerJump: Double
  /// Most that the wear rate may change over a jump, by its trend, as a share.
  public var rateChange: Double
  /// Whether every sample is simulated and nothing is replayed.
  public var simulatesAll: Bool

  /// Default of `windowSamples`.
  public static let usualWindow = 1000
  /// Default of `growth`.
  public static let usualGrowth = 0.25
  /// Default of `failuresPerJump`.
  public static let usualFailures = 0.005
  /// Default of `rateChange`.
  public static let usualRateChange = 0.05

  /// Sets all numbers.
  /// - Throws: `DeploymentError.outOfRange`.
  public init(
    duration: Double, samplesPerSecond: Double, windowSamples: Int = usualWindow, testSamples: Int = 0,
    growth: Double = usualGrowth, failuresPerJump: Double = usualFailures, rateChange: Double = usualRateChange,
    simulatesAll: Bool = false
  ) throws(DeploymentError) {
    self.duration = duration
    self.samplesPerSecond = samplesPerSecond
    self.windowSamples = windowSamples
    self.testSamples = testSamples
    self.growth = growth
    self.failuresPerJump = failuresPerJump
    self.rateChange = rateChange
    self.simulatesAll = simulatesAll
    try check()
  }

  private func check() throws(DeploymentError) {
    let numbers: [(name: String, value: Double, isGood: Bool, range: String)] = [
      ("the duration", duration, duration > 0 && duration.isFinite, "a time above 0"),
      ("the duty", samplesPerSecond, samplesPerSecond > 0 && samplesPerSecond.isFinite, "a rate above 0"),
      ("the window", Double(windowSamples), windowSamples > 0, "at least one sample"),
      ("the number of test samples", Double(testSamples), testSamples >= 0, "0 (all) or more"),
      ("the growth", growth, growth > 0 && growth.isFinite, "a number above 0"),
      ("the failures of a jump", failuresPerJump, failuresPerJump > 0 && failuresPerJump <= 1, "a fraction above 0"),
      ("the change of the rate", rateChange, rateChange > 0 && rateChange.isFinite, "a number above 0"),
      ("the number of samples", samples, samples >= 1 && samples < 1e15, "1 to 1e15 in all"),
    ]
    if let bad = numbers.first(where: { !$0.isGood }) {
      throw .outOfRange(name: bad.name, found: bad.value, expected: bad.range)
    }
  }

  /// Samples in the whole deployment.
  public var samples: Double { duration * samplesPerSecond }
}

/// What can be wrong with a deployment.
public enum DeploymentError: Error, Equatable, CustomStringConvertible {
  /// A number makes no sense.
  case outOfRange(name: String, found: Double, expected: String)
  /// Not a time.
  case malformedTime(String)
  /// Not a rate.
  case malformedRate(String)
  /// The checkpoint is one of a deployment, not of a run.
  case alreadyDeployed(checkpoint: String)
  /// The folder is of a run, not of a deployment.
  case notADeployment(folder: String)
  /// The deployment was stopped before it had saved anything.
  case nothingSaved(folder: String)

  /// A sentence to act on.
  public var description: String {
    switch self {
    case .outOfRange(let name, let found, let expected):
      "\(name) is \(found), expected \(expected)"
    case .malformedTime(let text):
      "'\(text)' is no length of time; expected a number with s, min, h, d, w or y, such as 5y or 90d"
    case .malformedRate(let text):
      "'\(text)' is no rate; expected samples per time, such as 10/s, 5/min or 200/h"
    case .alreadyDeployed(let checkpoint):
      "\(checkpoint) is of a deployment; go on with it by `crosspoint resume`, or age the run that it began from"
    case .notADeployment(let folder):
      "\(folder) is no folder of `crosspoint age`: deployment.json is missing"
    case .nothingSaved(let folder):
      "\(folder) was stopped before its first checkpoint; remove it and give the same `crosspoint age` command again"
    }
  }
}

/// Lengths of time and rates as one says them of products: `5y`, `10/s`.
public enum ProductTime {
  /// Seconds of each unit; a year is 365.25 days.
  public static let units: [(name: String, seconds: Double)] = [
    ("s", 1), ("min", 60), ("h", 3600), ("d", 86_400), ("w", 604_800), ("y", 31_557_600),
  ]

  /// Reads a length of time in seconds.
  public static func seconds(_ text: String) throws(DeploymentError) -> Double {
    let trimmed = text.filter { $0 != " " }
    let unit = String(trimmed.reversed().prefix { $0.isLetter }.reversed())
    guard let seconds = units.first(where: { $0.name == unit })?.seconds,
      let value = Double(trimmed.dropLast(unit.count)), value.isFinite
    else { throw .malformedTime(text) }
    return value * seconds
  }

  /// Reads a rate in samples per second.
  public static func rate(_ text: String) throws(DeploymentError) -> Double {
    let parts = text.filter { $0 != " " }.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, let count = Double(parts[0]), count.isFinite,
      let seconds = units.first(where: { $0.name == parts[1] })?.seconds
    else { throw .malformedRate(text) }
    return count / seconds
  }

  /// A length of time in the unit that suits it, three digits.
  public static func text(_ seconds: Double) -> String {
    guard seconds.isFinite else { return "never" }
    let unit = units.last { seconds >= 2 * $0.seconds } ?? units[0]
    let value = seconds / unit.seconds
    let decimals = value >= 100 ? 1.0 : value >= 10 ? 10.0 : 100.0
    let rounded = (value * decimals).rounded() / decimals
    let isWhole = rounded == rounded.rounded() && rounded < 1e15
    return (isWhole ? "\(Int(rounded))" : "\(rounded)") + " \(unit.name)"
  }
}
