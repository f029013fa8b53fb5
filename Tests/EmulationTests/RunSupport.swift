import Checkpoints
import Foundation
import HDF5Store
import Testing

@testable import Emulation

/// A folder that lives as long as the test.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "emulation-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Path of an entry of the folder.
  func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }
}

/// A recording of three movements of six people: two channels, one second each.
struct TinyRecording {
  /// Samples per second.
  var rate = 200
  var amplitude: Float = 1
  /// A channel that never changes has no signal to be rebuilt.
  var hasFlatChannel = false

  private static let people = 6
  private static let classes = ["slow", "fast", "still"]

  func write(to path: String) throws {
    let count = Self.people * Self.classes.count
    let samples = (0..<count).flatMap { recording in
      (0..<rate).flatMap { sample in values(recording: recording, at: Float(sample) / Float(rate)) }
    }
    let file = try HDF5File.create(at: path)
    try file.setAttribute("format", to: .text("crosspoint-sensor-recording"))
    try file.setAttribute("format_version", to: .number(Int64(1)))
    try file.write(["x", "y"], to: "channels/name", description: "names")
    try file.write(["g", "g"], to: "channels/unit", description: "units")
    try file.write(Self.classes, to: "classes/name", description: "movements")
    try file.write(Double(rate), to: "sample_rate", units: "Hz", description: "samples per second")
    try file.write(samples, shape: [samples.count / 2, 2], to: "samples", units: "g", description: "acceleration")
    let lists: [(String, (Int) -> Int)] = [
      ("start", { $0 * rate }), ("length", { _ in rate }), ("label", { $0 % Self.classes.count }),
      ("subject", { $0 / Self.classes.count }),
    ]
    for (name, value) in lists {
      try file.write(
        (0..<count).map { Int64(value($0)) }, shape: [count], to: "recordings/\(name)", units: "1", description: name)
    }
    try file.close()
  }

  private func values(recording: Int, at time: Float) -> [Float] {
    let person = Float(recording / Self.classes.count)
    let frequency: Float = [3, 9, 0.5][recording % Self.classes.count] * (1 + 0.05 * person)
    let angle = 2 * Float.pi * frequency * time + person
    return [amplitude * sin(angle), hasFlatChannel ? 1 : amplitude * cos(angle) * 0.5]
  }
}

/// A folder with a tiny recording and runs of experiments on it.
struct TinyLaboratory {
  let folder = try! TemporaryFolder()
  let recordingPath: String

  init(_ recording: TinyRecording = TinyRecording()) throws {
    recordingPath = folder("tiny.h5")
    try recording.write(to: recordingPath)
  }

  /// 48 training and 24 test samples, 80 ticks each, on fragile RRAM.
  private var experimentText: String {
    """
    name: tiny
    stream:
      kind: sensor-recording
      path: \(recordingPath)
      window: 400 ms
      window_step: 200 ms
      level_rows: 4
      split: group-folds
      folds: 3
    network:
      time_step: 5 ms
      hidden: [20]
      initial_weight_sigma: 0.2
    device:
      endurance: 5
    learning:
      rate: 1e-3
      readout_rate: 1e-3
    checkpoint:
      interval: 0 s
    run:
      passes: 2
      metrics_samples: 10
    """
  }

  func configuration(_ overrides: [String] = []) throws -> ExperimentConfiguration {
    try ExperimentConfiguration.load(text: experimentText, name: "tiny.yaml", overrides: overrides)
  }

  func experiment(_ overrides: [String] = []) throws -> Experiment {
    try Experiment(try configuration(overrides), experimentFolder: nil)
  }

  /// A run at its beginning in the folder `name`.
  func begin(_ name: String, _ overrides: [String] = []) throws -> EmulationRun {
    try EmulationRun(experiment: experiment(overrides), folder: .create(at: folder(name)))
  }

  /// Runs a file of Examples to its end.
  func example(_ name: String, overrides: [String] = []) throws -> RunSummary {
    let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Examples")
    let path = examples.appendingPathComponent("\(name).yaml").path
    let configuration = try ExperimentConfiguration.load(
      text: String(contentsOfFile: path, encoding: .utf8), name: path, overrides: overrides)
    let experiment = try Experiment(configuration, experimentFolder: examples.path)
    let run = try EmulationRun(experiment: experiment, folder: .create(at: folder(name)))
    guard case .completed(let summary) = try run.execute() else { throw CancellationError() }
    return summary
  }

  func resume(_ name: String, _ overrides: [String] = []) throws -> ResumedRun {
    try EmulationRun.resume(folder: .open(at: folder(name)), overrides: overrides)
  }

  /// What a finished run leaves that may not depend on how often it was cut.
  func remains(_ name: String) throws -> Remains {
    var checkpoint = try CheckpointStore(folder: folder("\(name)/checkpoints")).newestValid()?.checkpoint
    checkpoint?.position.wallSeconds = 0
    return Remains(
      checkpoint: checkpoint, metrics: try String(contentsOfFile: folder("\(name)/metrics.csv"), encoding: .utf8),
      events: try String(contentsOfFile: folder("\(name)/events.jsonl"), encoding: .utf8))
  }

  struct Remains: Equatable, CustomTestStringConvertible {
    var checkpoint: Checkpoint?
    var metrics: String
    var events: String

    var testDescription: String {
      "checkpoint after \(checkpoint?.position.samplesSeen ?? 0) samples, metrics \(metrics), events \(events)"
    }
  }
}

extension EmulationRun {
  /// Runs until so many samples were presented in this session, or to the end.
  @discardableResult
  func execute(samples limit: Int) throws -> RunOutcome {
    var count = 0
    return try execute(stopSignal: {
      count += 1
      return count >= limit ? 15 : nil
    })
  }
}

/// The sentence of the error a call throws; empty when it throws none.
func sentence(_ body: () throws -> Void) -> String {
  do {
    try body()
    return ""
  } catch {
    return "\(error)"
  }
}
