import Checkpoints
import Foundation

extension DeploymentRun {
  /// Deploys what a run has learned, in a new folder.
  ///
  /// - Parameters:
  ///   - path: a run folder, whose newest valid checkpoint is taken, or a checkpoint.
  ///   - overrides: changes of the experiment, as long as the arrays keep their shapes.
  ///   - output: the new folder.
  /// - Throws: `DeploymentError.alreadyDeployed`, `EmulationError`, `CheckpointError`.
  public static func begin(
    of path: String, parameters: DeploymentParameters, overrides: [String], output: String
  ) throws -> DeploymentRun {
    let (checkpoint, file) = try RunFolder.newestCheckpoint(of: path)
    guard checkpoint.deployment == nil else { throw DeploymentError.alreadyDeployed(checkpoint: file) }
    let configuration = try ExperimentConfiguration.load(
      text: checkpoint.experiment, name: file, overrides: overrides)
    let weights = "\(path)/\(RunFolder.weightsName)"
    let experiment = try Experiment(
      configuration, experimentFolder: nil,
      weightsCopy: FileManager.default.fileExists(atPath: weights) ? weights : nil)
    try requireSameRecording(experiment, checkpoint)
    return try DeploymentRun(
      experiment: experiment, parameters: parameters, folder: try RunFolder.create(at: output), from: checkpoint)
  }

  /// Goes on with the deployment of a folder.
  /// - Parameter overrides: changes that may not alter what was computed so far, such as threads.
  public static func resume(folder: RunFolder, overrides: [String]) throws -> DeploymentRun {
    guard folder.isDeployment else { throw DeploymentError.notADeployment(folder: folder.path) }
    let parameters = try JSONText.decode(DeploymentParameters.self, from: try folder.read(folder.deploymentPath))
    guard let newest = try CheckpointStore(folder: folder.checkpointsPath).newestValid() else {
      throw DeploymentError.nothingSaved(folder: folder.path)
    }
    let configuration = try ExperimentConfiguration.load(
      text: newest.checkpoint.experiment, name: newest.path, overrides: overrides)
    let saved = try ExperimentConfiguration.load(text: newest.checkpoint.experiment, name: newest.path)
    let differences = configuration.differences(from: saved).filter(\.changesResult)
    guard differences.isEmpty else {
      throw EmulationError.otherExperiment(checkpoint: newest.path, differences: differences.map(\.description))
    }
    let experiment = try Experiment(configuration, experimentFolder: nil, weightsCopy: folder.weightsCopy)
    try requireSameRecording(experiment, newest.checkpoint)
    return try DeploymentRun(
      experiment: experiment, parameters: parameters, folder: folder, from: newest.checkpoint)
  }

  private static func requireSameRecording(_ experiment: Experiment, _ checkpoint: Checkpoint) throws {
    guard experiment.fingerprint == checkpoint.streamFingerprint else {
      throw EmulationError.otherRecording(
        path: experiment.configuration.stream.path, expected: checkpoint.streamFingerprint,
        found: experiment.fingerprint)
    }
  }
}

extension RunFolder {
  /// What was set of a deployment.
  public var deploymentPath: String { "\(path)/deployment.json" }
  /// One row for each measured window of a deployment.
  public var deploymentTablePath: String { "\(path)/deployment.csv" }
  /// Whether the folder is of a deployment and not of a run.
  public var isDeployment: Bool { FileManager.default.fileExists(atPath: deploymentPath) }

  /// The checkpoint at a path, or the newest valid one of a run folder there, without locking it.
  public static func newestCheckpoint(of path: String) throws -> (checkpoint: Checkpoint, file: String) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw EmulationError.notARunFolder(folder: path, missing: "everything")
    }
    guard isFolder.boolValue else { return (try CheckpointReader.read(path), path) }
    guard FileManager.default.fileExists(atPath: "\(path)/experiment.yaml") else {
      throw EmulationError.notARunFolder(folder: path, missing: "experiment.yaml")
    }
    guard let newest = try CheckpointStore(folder: "\(path)/checkpoints").newestValid() else {
      throw EmulationError.nothingLearned(folder: path)
    }
    return (newest.checkpoint, newest.path)
  }
}
