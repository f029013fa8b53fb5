import Checkpoints
import Foundation
import Kernels
import Recordings

/// A run that began as the state of another.
public struct ForkedRun {
  /// The new run, ready to execute.
  public let run: EmulationRun
  /// Where it comes from and what is different.
  public let origin: Provenance.Origin
  /// Checkpoints that could not be used, with the reason, newest first.
  public let skippedCheckpoints: [String]
}

extension EmulationRun {
  /// What a fork may change: the rest would make another chip of the one that the state belongs to.
  private static let changeable: (sections: [String], keys: Set<String>, butNot: Set<String>) = (
    sections: ["learning", "writes", "stream", "hardware"],
    keys: [
      "run.noise_seed", "run.passes", "run.shuffle", "run.evaluate", "run.classes_per_task",
      "device.retention",
      "device.decay_time", "device.decay_exponent", "device.decay_rest_level",
      "device.drift_exponent",
      "device.read_noise", "device.cycle_to_cycle_sigma", "device.write_failure",
      "crossbar.read_noise",
      "crossbar.adc_noise", "name",
    ],
    butNot: ["learning.rule", "writes.devices_per_polarity"]
  )

  /// In words, for help and errors.
  public static let changeableText: String =
    "\(changeable.sections.map { "\($0).*" }.joined(separator: ", ")) but for "
    + "\(changeable.butNot.sorted().joined(separator: " and ")), and \(changeable.keys.sorted().joined(separator: ", "))"

  private static func isChangeable(_ path: String) -> Bool {
    let section = String(path.prefix { $0 != "." })
    return (changeable.sections.contains(section) && !changeable.butNot.contains(path))
      || changeable.keys.contains(path)
  }

  /// Begins a new run as the state of another, which stays as it is and may still be running.
  ///
  /// What the state lacks for the changed experiment, such as the moments of an optimiser, begins anew. With another stream
  /// the passes begin anew too; else the run goes on where the other was, with its metrics so far.
  /// - Parameters:
  ///   - path: a run folder, whose newest valid checkpoint is taken, or a checkpoint.
  ///   - output: folder of the new run.
  ///   - noiseSeed: seed of another future (`run.noise_seed`); `nil` for the same.
  ///   - overrides: changes of the experiment.
  /// - Throws: `EmulationError.cannotFork` with every key that may not change.
  public static func fork(
    of path: String, output: String, noiseSeed: UInt64?, overrides: [String]
  ) throws -> ForkedRun {
    let found = try StateSource(path)
    let saved = try ExperimentConfiguration.load(
      text: found.checkpoint.experiment, name: found.path)
    let configuration = try ExperimentConfiguration.load(
      text: found.checkpoint.experiment, name: found.path,
      overrides: overrides + (noiseSeed.map { ["run.noise_seed=\($0)"] } ?? []))
    let differences = configuration.differences(from: saved)
    let refused = differences.filter { $0.changesResult && !isChangeable($0.path) }
    guard refused.isEmpty else {
      throw EmulationError.cannotFork(
        differences: refused.map(\.description), allowed: changeableText)
    }
    let experiment = try Experiment(
      configuration, experimentFolder: nil, weightsCopy: found.weightsCopy)
    var checkpoint = found.checkpoint
    let fresh = freshState(of: experiment)
    let begunAnew = checkpoint.network.beginAnew(whatDiffersFrom: fresh)
    let hasOtherStream =
      experiment.fingerprint != checkpoint.streamFingerprint
      || differences.contains { $0.changesResult && $0.path.hasPrefix("stream.") }
    if hasOtherStream {
      checkpoint.position = RunPosition(spikingLayers: experiment.network.spikingLayerCount)
    } else if checkpoint.position.pass < configuration.run.passes {
      checkpoint.position.isComplete = false
    }
    let origin = Provenance.Origin(
      path: found.path, sha256: try FileDigest.sha256(ofFile: found.path),
      fromSample: found.checkpoint.position.samplesSeen, changes: differences.map(\.description),
      begunAnew: begunAnew, arrays: nil)
    let run = try begin(
      experiment, at: output, position: checkpoint.position, network: checkpoint.network, origin: origin,
      recordsOf: hasOtherStream ? nil : found.folder)
    return ForkedRun(run: run, origin: origin, skippedCheckpoints: found.skipped)
  }

  /// Begins a run of an experiment with arrays of another run in the place of new ones: their devices keep their states and
  /// their wear, and the clock goes on.
  ///
  /// - Parameters:
  ///   - path: a run folder, whose newest valid checkpoint is taken, or a checkpoint.
  ///   - layers: names of the layers whose arrays move; empty for all.
  ///   - output: folder of the new run.
  /// - Throws: `EmulationError.cannotTransplant` where an array would not be the same devices.
  public static func transplant(
    from path: String, layers: [String], into experiment: Experiment, output: String
  ) throws -> ForkedRun {
    let found = try StateSource(path)
    let saved = try ExperimentConfiguration.load(
      text: found.checkpoint.experiment, name: found.path)
    var problems = experiment.configuration.differences(from: saved).filter {
      $0.path.hasPrefix("device.") || $0.path == "run.seed"
    }.map(\.description)
    var network = freshState(of: experiment)
    let names = layers.isEmpty ? network.layers.map(\.name) : layers
    for name in names {
      guard let place = network.layers.firstIndex(where: { $0.name == name }),
        found.checkpoint.network.layers.indices.contains(place),
        found.checkpoint.network.layers[place].name == name
      else {
        problems.append("there is no layer \(name) at the same place in both")
        continue
      }
      problems += network.layers[place].takeArray(of: found.checkpoint.network.layers[place])
    }
    guard problems.isEmpty else {
      throw EmulationError.cannotTransplant(path: found.path, problems: problems)
    }
    // Ticks of writes and of drift are on the clock of the old run, and counts are counters of the noise.
    network.readTicks = found.checkpoint.network.readTicks
    network.boundaries = found.checkpoint.network.boundaries
    let position = RunPosition(spikingLayers: experiment.network.spikingLayerCount)
    let origin = Provenance.Origin(
      path: found.path, sha256: try FileDigest.sha256(ofFile: found.path),
      fromSample: found.checkpoint.position.samplesSeen, changes: [], begunAnew: [], arrays: names)
    let run = try begin(
      experiment, at: output, position: position, network: network, origin: origin, recordsOf: nil)
    return ForkedRun(run: run, origin: origin, skippedCheckpoints: found.skipped)
  }

  private static func freshState(of experiment: Experiment) -> NetworkSnapshot {
    experiment.network.makeNetwork(
      largestSample: experiment.largestSample, pool: TilePool(threadCount: 1)
    ).snapshot
  }

  /// Makes the folder of a run that begins as a checkpoint. The folder is a run that can be resumed only after the checkpoint
  /// is on the disk; one that was killed before holds no experiment.
  private static func begin(
    _ experiment: Experiment, at output: String, position: RunPosition, network: NetworkSnapshot,
    origin: Provenance.Origin,
    recordsOf source: String?
  ) throws -> EmulationRun {
    let folder = try RunFolder.create(at: output)
    let checkpoint = experiment.checkpoint(position: position, network: network)
    for (name, path, length) in [
      ("metrics.csv", folder.metricsPath, checkpoint.position.metricsBytes),
      ("events.jsonl", folder.eventsPath, checkpoint.position.eventsBytes),
    ] where length > 0 {
      guard let source, let bytes = FileManager.default.contents(atPath: "\(source)/\(name)"),
        bytes.count >= length
      else {
        throw EmulationError.fileAccess(
          path: "\(source ?? "")/\(name)", action: "copy",
          reason: "it is missing or shorter than its checkpoint says")
      }
      try folder.write(String(decoding: bytes.prefix(Int(length)), as: UTF8.self), to: path)
    }
    var provenance = Provenance(experiment: experiment)
    provenance.origin = origin
    try folder.write(try provenance.json(), to: folder.provenancePath)
    try CheckpointStore(folder: folder.checkpointsPath).save(checkpoint, keep: 1)
    return try EmulationRun(experiment: experiment, folder: folder, resuming: checkpoint)
  }
}

/// The state that a run begins as: a checkpoint, and the folder of its run where there is one.
private struct StateSource {
  let checkpoint: Checkpoint
  let path: String
  let folder: String?
  let skipped: [String]

  init(_ path: String) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
    else {
      checkpoint = try CheckpointReader.read(path)
      self.path = path
      let above = URL(fileURLWithPath: path).deletingLastPathComponent().deletingLastPathComponent()
        .path
      folder = FileManager.default.fileExists(atPath: "\(above)/experiment.yaml") ? above : nil
      skipped = []
      return
    }
    guard let newest = try CheckpointStore(folder: "\(path)/checkpoints").newestValid() else {
      throw EmulationError.nothingLearned(folder: path)
    }
    checkpoint = newest.checkpoint
    self.path = newest.path
    folder = path
    skipped = newest.skipped.map { "\($0.path): \($0.reason)" }
  }

  /// The copy of the NIR graph that the run began as, where there is one.
  var weightsCopy: String? {
    folder.map { "\($0)/\(RunFolder.weightsName)" }.flatMap {
      FileManager.default.fileExists(atPath: $0) ? $0 : nil
    }
  }
}
