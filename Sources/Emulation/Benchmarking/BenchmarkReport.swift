import Foundation

/// One measured figure beside what it is compared with, both measured in turns in the same process or published.
public struct BenchmarkLine: Codable, Sendable, Equatable {
  /// The workload it belongs to.
  public var workload: String
  /// What is compared, unique in the workload.
  public var name: String
  /// The figure.
  public var value: Double
  /// Its unit. Everything is a rate: more is better.
  public var unit: String
  /// What it is compared with, in words.
  public var baseline: String
  /// The same figure of the baseline.
  public var baselineValue: Double
  /// How many times the baseline.
  public var ratio: Double

  /// Name that a threshold refers to.
  public var key: String { "\(workload)/\(name)" }

  init(
    _ workload: BenchmarkWorkload, _ name: String, _ value: Double, _ unit: String, baseline: String,
    _ baselineValue: Double
  ) {
    self.workload = workload.rawValue
    self.name = name
    self.value = value
    self.unit = unit
    self.baseline = baseline
    self.baselineValue = baselineValue
    ratio = value / baselineValue
  }
}

/// What a benchmark found, and on what machine in what state.
public struct BenchmarkReport: Codable, Sendable, Equatable {
  /// Version of Crosspoint.
  public var version = ProgramVersion.text
  /// Processor and operating system.
  public var machine: String
  /// Processors of the machine.
  public var processors: Int
  /// Processes that wanted a processor, mean over the last minute, when the benchmark began; it adds one itself.
  public var loadAverage: Double
  /// Calls of each alternative, of which the fastest counts.
  public var repetitions: Int
  /// The figures.
  public var lines: [BenchmarkLine] = []
  /// Results that should have been equal and were not.
  public var failures: [String] = []

  init(repetitions: Int) {
    machine = Machine.name
    processors = ProcessInfo.processInfo.activeProcessorCount
    var load = 0.0
    loadAverage = getloadavg(&load, 1) == 1 ? load : .nan
    self.repetitions = repetitions
  }

  /// Whether something else was running: then absolute figures say little, and ratios are what is left.
  public var isLoaded: Bool { loadAverage > 0.5 }

  /// A caution to print with the figures.
  public var caution: String {
    isLoaded
      ? String(
        format: "load average %.2f: do not quote absolute figures from a loaded machine, ratios only", loadAverage)
      : "figures are those of this machine; compare ratios"
  }

  /// Compares ratios with the smallest ones allowed.
  ///
  /// - Parameter path: a JSON object of line keys such as `forward/dense-sgemv` and ratios.
  /// - Returns: a sentence for each line that is below its threshold.
  /// - Throws: `EmulationError.fileAccess` for a file that is no such object, or names a figure there is not.
  public func violations(ofThresholdsAt path: String, workloads: [BenchmarkWorkload]) throws -> [String] {
    let thresholds: [String: Double]
    do {
      thresholds = try JSONDecoder().decode(
        [String: Double].self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    } catch let error as DecodingError {
      throw EmulationError.fileAccess(
        path: path, action: "read thresholds from",
        reason: "expected one JSON object of figures and ratios such as {\"forward/dense-sgemv\": 10}; \(error)")
    } catch {
      throw EmulationError.fileAccess(path: path, action: "read", reason: error.localizedDescription)
    }
    var violations: [String] = []
    for (key, smallest) in thresholds.sorted(by: { $0.key < $1.key }) {
      guard workloads.contains(where: { key.hasPrefix($0.rawValue + "/") }) else { continue }
      guard let line = lines.first(where: { $0.key == key }) else {
        throw EmulationError.fileAccess(
          path: path, action: "use", reason: "no figure is called '\(key)'; `crosspoint bench --json` names all")
      }
      if line.ratio.isNaN || line.ratio < smallest {
        violations.append(
          String(format: "%@: %.3g times %@, expected at least %.3g", key, line.ratio, line.baseline, smallest))
      }
    }
    return violations
  }
}
