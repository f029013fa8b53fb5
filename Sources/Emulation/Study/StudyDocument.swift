import Foundation
import Quantities
import Yams

/// A study as written: an experiment, what is varied, and how often.
///
///     experiment: ../01-watch-exercises.yaml     # relative to this file
///     set: [run.passes=6]                        # for all points
///     grid:                                      # every combination of
///       device.preset: [rram-taox-hfox, fefet-hzo-2017]
///     variants:                                  # … and of named settings
///       direct: [writes.policy=direct]
///       threshold: [writes.policy=accumulate-threshold, writes.threshold=2]
///     points:                                    # and further points by themselves
///       ideal: [device.preset=ideal, writes.policy=exact]
///     seeds: [1, 2, 3]                           # or a number of them
///     folds: false                               # every fold of stream.folds
///     age: {for: 5y, duty: 10/s}                 # and deploy what each has learned
///
/// Keys of `age` are the options of `crosspoint age`: for, duty, window, test_samples, growth, failures_per_jump, rate_change.
public struct StudyDocument: Sendable, Equatable {
  /// Path of the experiment.
  public var experiment: String
  /// Overrides of all points.
  public var overrides: [String] = []
  /// What is varied, the first slowest; empty for single points alone.
  public var axes: [Sweep.Axis] = []
  /// Points by themselves: name and overrides.
  public var points: [(name: String, overrides: [String])] = []
  /// Seeds of each point.
  public var seeds: [UInt64] = [1]
  /// Whether every fold is run.
  public var hasFolds = false
  /// How each is deployed; `nil` for no deployment.
  public var deployment: DeploymentParameters?

  /// The same in all parts.
  public static func == (left: StudyDocument, right: StudyDocument) -> Bool {
    left.experiment == right.experiment && left.overrides == right.overrides && left.axes == right.axes
      && left.points.elementsEqual(right.points) { $0 == $1 } && left.seeds == right.seeds
      && left.hasFolds == right.hasFolds && left.deployment == right.deployment
  }

  private static let keys = ["experiment", "set", "grid", "variants", "points", "seeds", "folds", "age"]
  private static let ageKeys = ["for", "duty", "window", "test_samples", "growth", "failures_per_jump", "rate_change"]

  /// Reads a file.
  /// - Throws: `StudyError`, `ConfigurationError`.
  public static func load(path: String) throws -> StudyDocument {
    try StudyDocument(
      text: ConfigurationDocument.text(ofFile: path), file: path)
  }

  /// Reads YAML text.
  /// - Parameter file: its name, to whose folder the path of the experiment is relative.
  /// - Throws: `StudyError`.
  public init(text: String, file: String) throws {
    let reader = YAMLReader(file: file)
    let mapping = try reader.root(of: text, expected: "keys such as experiment and grid")
    try reader.check(mapping, known: Self.keys)
    guard let named = mapping["experiment"] else { throw StudyError.missing(file: file, key: "experiment") }
    let folder = (file as NSString).deletingLastPathComponent
    let path = try reader.text(named)
    experiment = path.hasPrefix("/") || folder.isEmpty ? path : "\(folder)/\(path)"
    overrides = try mapping["set"].map { try reader.list($0) } ?? []
    if let grid = mapping["grid"] { axes += try reader.grid(grid) }
    if let variants = mapping["variants"] {
      axes.append(Sweep.Axis(variants: try reader.settings(variants)))
    }
    points = try mapping["points"].map { try reader.settings($0) } ?? []
    guard !axes.isEmpty || !points.isEmpty else {
      throw StudyError.missing(file: file, key: "grid, variants or points")
    }
    seeds = try mapping["seeds"].map { try reader.seeds($0) } ?? [1]
    hasFolds = try mapping["folds"].map { try reader.flag($0) } ?? false
    if let age = mapping["age"] { deployment = try Self.deployment(age, reader) }
  }

  private static func deployment(_ node: Node, _ reader: YAMLReader) throws -> DeploymentParameters {
    let mapping = try reader.mapping(node)
    try reader.check(mapping, known: ageKeys)
    func required(_ key: String) throws -> String {
      guard let node = mapping[key] else { throw StudyError.missing(file: reader.file, key: "age.\(key)") }
      return try reader.text(node)
    }
    func number(_ key: String, _ usual: Double) throws -> Double {
      try mapping[key].map { try reader.number($0) } ?? usual
    }
    return try DeploymentParameters(
      duration: try ProductTime.seconds(required("for")), samplesPerSecond: try ProductTime.rate(required("duty")),
      windowSamples: Int(try number("window", Double(DeploymentParameters.usualWindow))),
      testSamples: Int(try number("test_samples", 0)),
      growth: try number("growth", DeploymentParameters.usualGrowth),
      failuresPerJump: try number("failures_per_jump", DeploymentParameters.usualFailures),
      rateChange: try number("rate_change", DeploymentParameters.usualRateChange))
  }
}

extension YAMLReader {
  func seeds(_ node: Node) throws -> [UInt64] {
    if node.sequence == nil {
      guard let count = UInt64(try text(node)), 1...100_000 ~= count else {
        throw malformed(node, "a list of seeds, or how many")
      }
      return Array(1...count)
    }
    let seeds = try list(node).map { text in
      guard let seed = UInt64(text) else { throw malformed(node, "whole numbers") }
      return seed
    }
    guard !seeds.isEmpty, Set(seeds).count == seeds.count else { throw malformed(node, "seeds, each once") }
    return seeds
  }

  /// Keys with lists of values. A list as a value is written as text: `"[100, 50]"`.
  func grid(_ node: Node) throws -> [Sweep.Axis] {
    try mapping(node).map { key, values in
      let (name, values) = (try text(key), try list(values))
      guard !values.isEmpty, Set(values).count == values.count else { throw malformed(key, "values, each once") }
      return Sweep.Axis(key: name, values: values)
    }
  }

  /// Names with lists of `key=value`.
  func settings(_ node: Node) throws -> [(name: String, overrides: [String])] {
    try mapping(node).map { name, settings in
      let isEmpty = settings.scalar.map { $0.string.isEmpty || $0.string == "~" || $0.string == "null" } ?? false
      let overrides = isEmpty ? [] : try list(settings)
      if overrides.contains(where: { !$0.contains("=") }) { throw malformed(settings, "settings such as key=value") }
      return (try text(name), overrides)
    }
  }
}

/// What can be wrong with a study.
public enum StudyError: Error, Equatable, CustomStringConvertible {
  /// Something is not as it should be.
  case malformed(file: String, line: Int, expected: String, found: String)
  /// A key that is not known.
  case unknownKey(file: String, line: Int, key: String, nearest: String)
  /// A key that cannot be left out.
  case missing(file: String, key: String)
  /// Two points have the same name.
  case repeatedPoint(String)
  /// Another process works on the study.
  case locked(folder: String)
  /// No figure has this name.
  case unknownFigure(String, known: [String])

  /// A sentence to act on.
  public var description: String {
    switch self {
    case .malformed(let file, let line, let expected, let found):
      "\(file):\(line): expected \(expected), found \(found)"
    case .unknownKey(let file, let line, let key, let nearest):
      "\(file):\(line): unknown key \(key); the nearest valid key is \(nearest)"
    case .missing(let file, let key): "\(file): \(key) is missing; `crosspoint study --help` shows a study"
    case .repeatedPoint(let name): "two points of the study are called \(name); give each a name of its own"
    case .locked(let folder):
      "another process is working on the study in \(folder); wait for it or choose another --output"
    case .unknownFigure(let name, let known):
      "no figure is called '\(name)'; known are \(known.joined(separator: ", "))"
    }
  }
}
