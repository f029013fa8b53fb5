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
    /// Values as one writes them after `--set key=`.
    public var values: [String]

    /// Reads `key=value,value,…`.
    /// - Throws: `SweepError.malformedAxis`.
    public init(_ text: String) throws {
      let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
      let values = parts.count == 2 ? parts[1].split(separator: ",").map { $0.trimmingPrefix(" ").description } : []
      guard parts.count == 2, !parts[0].isEmpty, !values.isEmpty else { throw SweepError.malformedAxis(text) }
      guard Set(values).count == values.count else { throw SweepError.repeatedValue(text) }
      key = parts[0]
      self.values = values
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
  public init(axes texts: [String]) throws {
    axes = try texts.map { try Axis($0) }
    let keys = axes.map(\.key)
    if let twice = keys.first(where: { key in keys.filter { $0 == key }.count > 1 }) {
      throw SweepError.repeatedAxis(twice)
    }
  }

  /// All combinations, in the order of the table.
  public var combinations: [Combination] {
    axes.reduce([Combination(values: [], overrides: [], folder: "")]) { combinations, axis in
      combinations.flatMap { combination in
        axis.values.map { value in
          let part = value.map { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "." ? $0 : "_" }
          return Combination(
            values: combination.values + [value], overrides: combination.overrides + ["\(axis.key)=\(value)"],
            folder: combination.folder + (combination.folder.isEmpty ? "" : "+") + String(part))
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

  /// A sentence to act on.
  public var description: String {
    switch self {
    case .malformedAxis(let text):
      "--over \(text): expected a key and its values, as in --over device.preset=rram-epiram,fefet-hzo-2017"
    case .repeatedValue(let text): "--over \(text): a value appears twice; each combination is run once"
    case .repeatedAxis(let key): "--over \(key) appears twice; give all its values in one list"
    }
  }
}
