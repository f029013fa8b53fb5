import Checkpoints
import Foundation

/// A run that continues from a checkpoint.
public struct ResumedRun {
  /// The run, ready to execute.
  public let run: EmulationRun
  /// Checkpoints that could not be used, with the reason, newest first.
  public let skippedCheckpoints: [String]
  /// Whether the run had reached its end before.
  public let wasComplete: Bool
}

extension EmulationRun {
  /// Continues the run of a folder from its newest valid checkpoint, or begins again when none was saved yet.
  ///
  /// - Parameter overrides: changes that may not alter what was computed so far: threads, checkpoint and output settings,
  ///   the place of the recording, and more passes.
  /// - Throws: `EmulationError.otherExperiment` with every key that differs.
  public static func resume(folder: RunFolder, overrides: [String]) throws -> ResumedRun {
    let text = try folder.read(folder.experimentPath)
    let configuration = try ExperimentConfiguration.load(text: text, name: folder.experimentPath, overrides: overrides)
    guard let newest = try CheckpointStore(folder: folder.checkpointsPath).newestValid() else {
      let original = try ExperimentConfiguration.load(text: text, name: folder.experimentPath)
      try checkMatch(configuration, with: original, passesBegun: 0, place: folder.experimentPath)
      let experiment = try Experiment(configuration, experimentFolder: nil, weightsCopy: folder.weightsCopy)
      return ResumedRun(
        run: try EmulationRun(experiment: experiment, folder: folder), skippedCheckpoints: [], wasComplete: false)
    }
    let saved = try ExperimentConfiguration.load(text: newest.checkpoint.experiment, name: newest.path)
    let position = newest.checkpoint.position
    let passesBegun = position.pass + (position.isTesting || position.sampleInPhase > 0 ? 1 : 0)
    try checkMatch(configuration, with: saved, passesBegun: passesBegun, place: newest.path)
    let experiment = try Experiment(configuration, experimentFolder: nil, weightsCopy: folder.weightsCopy)
    guard experiment.fingerprint == newest.checkpoint.streamFingerprint else {
      throw EmulationError.otherRecording(
        path: experiment.configuration.stream.path, expected: newest.checkpoint.streamFingerprint,
        found: experiment.fingerprint)
    }
    let changes = configuration.differences(from: saved).map(\.description)
    let run = try EmulationRun(
      experiment: experiment, folder: folder, resuming: newest.checkpoint, changes: changes)
    let skipped = newest.skipped.map { "\($0.path): \($0.reason)" }
    return ResumedRun(run: run, skippedCheckpoints: skipped, wasComplete: run.position.isComplete)
  }

  /// Refuses to continue what another experiment began.
  private static func checkMatch(
    _ ours: ExperimentConfiguration, with saved: ExperimentConfiguration, passesBegun: Int, place: String
  ) throws(EmulationError) {
    let differences = ours.differences(from: saved).filter { difference in
      // More passes continue the run. A single test at the end would have come earlier than in a run of that length.
      let isExtension =
        difference.path == "run.passes" && ours.run.passes >= passesBegun && ours.run.evaluate == .eachPass
        && ours.run.classesPerTask == 0
      return difference.changesResult && !isExtension
    }
    guard differences.isEmpty else {
      throw .otherExperiment(checkpoint: place, differences: differences.map(\.description))
    }
  }

  /// Refuses a state that no run of this experiment can have, whatever its file claims to belong to.
  static func checkFits(
    _ checkpoint: Checkpoint, network: any EmulatedNetwork, schedule: Schedule, tasks: ClassTasks, folder: RunFolder
  ) throws(EmulationError) {
    var differences = checkpoint.network.shapeMismatch(with: network.snapshot)
    let position = checkpoint.position
    func limit(_ name: String, _ found: Int, to limit: Int) {
      if found > limit { differences.append("\(name) \(found) in the checkpoint, at most \(limit) in the experiment") }
    }
    limit("passes", position.pass, to: schedule.passes)
    limit(
      "samples of the phase", position.sampleInPhase,
      to: schedule.count(ofPass: position.pass, isTesting: position.isTesting) - 1)
    for counts in [position.spikes, position.spikesSinceRow] where counts.count != network.parameters.spikingLayerCount
    {
      differences.append(
        "spikes of \(counts.count) layers in the checkpoint, of \(network.parameters.spikingLayerCount) in the experiment"
      )
    }
    let outputs = network.parameters.outputs
    let lists: [(name: String, found: Int, expected: Int)] = [
      ("decisions", position.confusion.count, outputs * outputs),
      ("accuracies of tasks", position.taskAccuracies.count, position.testAccuracies.count * tasks.count),
      ("neurons with spikes", position.neuronSpikesSinceRow.count, network.parameters.hidden.reduce(0, +)),
    ]
    for (name, found, expected) in lists where found != expected && found != 0 {
      differences.append("\(found) \(name) in the checkpoint, \(expected) in the experiment")
    }
    guard differences.isEmpty else {
      throw .otherExperiment(checkpoint: folder.checkpointsPath, differences: differences)
    }
  }
}
