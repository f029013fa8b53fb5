import Checkpoints
import Foundation
import Testing

/// A short real experiment that saves often.
struct Workload: CustomTestStringConvertible, Sendable {
  var testDescription: String
  var overrides: [String]

  private static let small = [
    "network.hidden=[16]", "stream.limit=200", "run.passes=3", "run.metrics_samples=20", "run.threads=1",
    "checkpoint.every_samples=10", "checkpoint.interval=0 s",
  ]

  static let ideal = Workload(
    testDescription: "ideal",
    overrides: small + ["device.preset=ideal", "writes.policy=exact", "crossbar.adc_bits=0"])

  /// Converters, read and write noise, and devices that die during the run.
  static let rram = Workload(
    testDescription: "RRAM", overrides: small + ["device.endurance=1", "device.endurance_shape=1"])

  /// Devices, saved mostly by what has changed, and compressed.
  static let incremental = Workload(
    testDescription: "incremental",
    overrides: rram.overrides + ["checkpoint.full_every=5", "checkpoint.compression=1", "checkpoint.keep_best=true"])

  /// Starts the run in `folder`, or continues it.
  func launch(in folder: String, _ more: [String] = []) throws -> RunningProgram {
    if FileManager.default.fileExists(atPath: "\(folder)/experiment.yaml") {
      return try Program.launch(["resume", folder], set: more)
    }
    return try Program.launch(["run", Program.watchExercises, "--output", folder], set: overrides + more)
  }
}

/// What a finished run leaves that may not depend on how often it was stopped.
struct Remains: Equatable, CustomTestStringConvertible {
  var checkpoint: Checkpoint?
  var metrics: String
  var events: String

  var testDescription: String {
    "checkpoint after \(checkpoint?.position.samplesSeen ?? 0) samples, metrics \(metrics), events \(events)"
  }

  init(of folder: String) throws {
    checkpoint = try CheckpointStore(folder: "\(folder)/checkpoints").newestValid()?.checkpoint
    checkpoint?.position.wallSeconds = 0
    metrics = try String(contentsOfFile: "\(folder)/metrics.csv", encoding: .utf8)
    events = try String(contentsOfFile: "\(folder)/events.jsonl", encoding: .utf8)
  }

  var stuckDevices: Int {
    checkpoint?.network.layers.reduce(0) { $0 + $1.array.conditions.joined().count { $0 != 0 } } ?? 0
  }
}

/// Vigna's SplitMix64: the same moments in every run of the tests, as far as the machine allows.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
