import Checkpoints
import Foundation

/// What a run has learned so far, as a NIR graph.
public struct LearnedNetwork: Sendable {
  /// The network with the weights that its arrays carry.
  public let graph: NIRGraph
  /// The checkpoint that it was read from.
  public let checkpoint: String
  /// Training samples seen until then.
  public let samples: UInt64
  /// Newer checkpoints that could not be used, with the reason.
  public let skippedCheckpoints: [String]

  /// Reads the newest valid checkpoint of a run folder. The recording is needed only for networks with convolutions.
  ///
  /// - Throws: `EmulationError.notARunFolder`, `CheckpointError`, `NIRError.inexpressible`.
  public init(runFolder folder: String) throws {
    guard FileManager.default.fileExists(atPath: "\(folder)/experiment.yaml") else {
      throw EmulationError.notARunFolder(folder: folder, missing: "experiment.yaml")
    }
    let checkpoints = "\(folder)/checkpoints"
    guard FileManager.default.fileExists(atPath: checkpoints),
      let newest = try CheckpointStore(folder: checkpoints).newestValid()
    else { throw EmulationError.notARunFolder(folder: folder, missing: "a checkpoint") }
    let configuration = try ExperimentConfiguration.load(text: newest.checkpoint.experiment, name: newest.path)
    let copy = "\(folder)/\(RunFolder.weightsName)"
    let parameters = try Self.parameters(
      configuration, weightsCopy: FileManager.default.fileExists(atPath: copy) ? copy : nil,
      snapshot: newest.checkpoint.network)
    guard parameters.competition == nil else {
      throw NIRError.inexpressible(
        found: "layers that compete (learning.rule \(configuration.learning.rule.rawValue))",
        remedy: "runs of networks that learn from errors can be exported")
    }
    let network = SpikingNetwork(parameters: parameters)
    let differences = newest.checkpoint.network.shapeMismatch(with: network.snapshot)
    guard differences.isEmpty else {
      throw EmulationError.otherExperiment(checkpoint: newest.path, differences: differences)
    }
    network.snapshot = newest.checkpoint.network
    graph = try NIRGraph(parameters, weights: network.arrays.map(\.array.effectiveWeights))
    checkpoint = newest.path
    samples = newest.checkpoint.position.samplesSeen
    skippedCheckpoints = newest.skipped.map { "\($0.path): \($0.reason)" }
  }

  private static func parameters(
    _ configuration: ExperimentConfiguration, weightsCopy: String?, snapshot: NetworkSnapshot
  ) throws -> NetworkParameters {
    // What convolutions see is known to the recording only.
    guard let first = snapshot.layers.first, let last = snapshot.layers.last, first.name == "hidden1" else {
      return try Experiment(configuration, experimentFolder: nil, weightsCopy: weightsCopy).network
    }
    var parameters = configuration.networkParameters(inputRows: first.rows, outputs: last.columns)
    if let path = weightsCopy ?? configuration.weightsPath {
      try configuration.imported(from: path).apply(to: &parameters, image: nil)
    }
    let others = (parameters.isRecurrent ? parameters.hidden[0] : 0) + (parameters.hasBias ? 1 : 0)
    parameters.inputRows = max(first.rows - others, 1)
    // What the arrays hold comes from the checkpoint.
    parameters.initialWeights = nil
    return parameters
  }
}
