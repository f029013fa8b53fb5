import Foundation

/// One experiment run with every combination of some values: the axes of a table.
///
/// Each combination is an ordinary run, or one for each fold, in a folder of its own, so that a sweep can be stopped and
/// taken up again.
public struct Sweep: Sendable {
  /// A key and the values it takes.
  public struct Axis: Sendable, Equatable {
    /// Path of the key, such as `device.preset`.
    public var key: String
    /// Values as one writes them after `--set key=`, or names of variants.
    public var values: [String]
    /// What each value sets.
    public var settings: [[String]]

    /// Settings under names: each text is `name: key=value key=value …`, or a name alone for the experiment as it is. A value
    /// with spaces stands between quotation marks.
    /// - Throws: `SweepError.malformedVariant`, `SweepError.repeatedVariant`.
    public init(variants: [String]) throws {
      key = "variant"
      values = []
      settings = []
      for text in variants {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let name = String(parts[0].trimmingPrefix(" "))
        let words = parts.count == 2 ? Self.words(of: parts[1]) : []
        guard !name.isEmpty, words.allSatisfy({ $0.contains("=") }) else { throw SweepError.malformedVariant(text) }
        guard !values.contains(name) else { throw SweepError.repeatedVariant(name) }
        values.append(name)
        settings.append(words)
      }
    }

    /// Settings under names that are known to differ.
    init(variants: [(name: String, overrides: [String])]) {
      key = "variant"
      values = variants.map(\.name)
      settings = variants.map(\.overrides)
    }

    /// A key and its values.
    init(key: String, values: [String]) {
      self.key = key
      self.values = values
      settings = values.map { ["\(key)=\($0)"] }
    }

    /// Splits at spaces that are not between quotation marks.
    private static func words(of text: String) -> [String] {
      var words: [String] = []
      for (index, part) in text.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
        guard index % 2 == 0 else {
          if words.isEmpty { words.append("") }
          words[words.count - 1] += part
          continue
        }
        words += part.split(separator: " ").map(String.init)
      }
      return words
    }

    /// Reads `key=value,value,…`.
    /// - Throws: `SweepError.malformedAxis`.
    public init(_ text: String) throws {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      let values = parts.count == 2 ? parts[1].split(separator: ",").map { $0.trimmingPrefix(" ").description } : []
      guard parts.count == 2, !parts[0].isEmpty, !values.isEmpty else { throw SweepError.malformedAxis(text) }
      guard Set(values).count == values.count else { throw SweepError.repeatedValue(text) }
      self.init(key: parts[0], values: values)
    }
  }

  /// A combination of one value of each axis.
  public struct Combination: Sendable, Equatable {
    /// Value of each axis, in order.
    public var values: [String]
    /// The overrides that make it.
    public var overrides: [String]
    /// Name of its folder.
    public var folder: String
  }

  /// The axes, the first one changing slowest.
  public let axes: [Axis]

  /// A sweep over at least one axis.
  /// - Throws: `SweepError`.
  public init(variants: [String] = [], axes texts: [String]) throws {
    axes = try (variants.isEmpty ? [] : [Axis(variants: variants)]) + texts.map { try Axis($0) }
    guard !axes.isEmpty else { throw SweepError.noAxis }
    let keys = axes.map(\.key)
    if let twice = keys.first(where: { key in keys.filter { $0 == key }.count > 1 }) {
      throw SweepError.repeatedAxis(twice)
    }
  }

  /// A sweep over axes whose keys differ.
  init(axes: [Axis]) { self.axes = axes }

  /// A value as part of the name of a folder.
  static func folderName(_ value: String) -> String {
    String(value.map { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." ? $0 : "_" })
  }

  /// All combinations, in the order of the table.
  public var combinations: [Combination] {
    axes.reduce([Combination(values: [], overrides: [], folder: "")]) { combinations, axis in
      combinations.flatMap { combination in
        zip(axis.values, axis.settings).map { value, settings in
          return Combination(
            values: combination.values + [value], overrides: combination.overrides + settings,
            folder: combination.folder + (combination.folder.isEmpty ? "" : "+") + Self.folderName(value))
        }
      }
    }
  }
}

/// What one combination of a sweep came to.
public struct SweepRow: Encodable, Sendable {
  /// Value of each axis, in order.
  public var values: [String]
  /// Why the combination makes no sense; `nil` when it was run.
  public var refusal: String?
  /// Runs averaged over, one for each fold.
  public var runs: Int
  /// Mean test accuracy of the runs, fraction.
  public var testAccuracy: Double
  /// Lowest and highest test accuracy of the runs.
  public var testAccuracies: [Double]
  /// Pulses per device and training sample.
  public var pulsesPerDeviceAndSample: Double
  /// Energy of all writes per training sample, joules.
  public var writeEnergyPerSample: Double
  /// Share of devices that have spent more than half of their own life.
  public var devicesPastHalfLife: Double
  /// Devices that no longer answer, mean of the runs.
  public var stuckDevices: Double
  /// Time of the chip for a training sample in seconds: reads, and writes.
  public var latencyPerSample: Double
  /// Training samples per second, mean of the runs.
  public var samplesPerSecond: Double

  /// A combination that was run.
  public init(values: [String], summaries: [RunSummary]) {
    func mean(_ value: (RunSummary) -> Double) -> Double {
      summaries.map(value).reduce(0, +) / Double(max(summaries.count, 1))
    }
    self.values = values
    refusal = nil
    runs = summaries.count
    testAccuracy = mean(\.testAccuracy)
    testAccuracies = summaries.map(\.testAccuracy)
    pulsesPerDeviceAndSample = mean(\.pulsesPerDeviceAndSample)
    writeEnergyPerSample = mean(\.writeEnergyPerSample)
    devicesPastHalfLife = mean(\.devicesPastHalfLife)
    stuckDevices = mean { Double($0.stuckDevices) }
    latencyPerSample = mean(\.latencyPerSample)
    samplesPerSecond = mean(\.samplesPerSecond)
  }

  /// A combination that was refused.
  public init(values: [String], refusal: String) {
    self.init(values: values, summaries: [])
    self.refusal = refusal
  }
}

/// What can be wrong with the axes of a sweep.
public enum SweepError: Error, Equatable, CustomStringConvertible {
  /// Not `key=value,value,…`.
  case malformedAxis(String)
  /// A value appears twice.
  case repeatedValue(String)
  /// A key appears twice.
  case repeatedAxis(String)
  /// Not `name: key=value …`.
  case malformedVariant(String)
  /// A variant has the name of another.
  case repeatedVariant(String)
  /// Nothing to vary.
  case noAxis

  /// A sentence to act on.
  public var description: String {
    switch self {
    case .malformedAxis(let text):
      "--over \(text): expected a key and its values, as in --over device.preset=rram-epiram,fefet-hzo-2017"
    case .repeatedValue(let text): "--over \(text): a value appears twice; each combination is run once"
    case .malformedVariant(let text):
      "--variant \(text): expected a name and settings, as in --variant 'pairs: learning.rule=pair-stdp network.reset=zero'"
    case .repeatedVariant(let name): "--variant \(name) appears twice; give each variant a name of its own"
    case .noAxis: "nothing to vary: give --over key=a,b or --variant 'name: key=value'"
    case .repeatedAxis(let key): "--over \(key) appears twice; give all its values in one list"
    }
  }
}
