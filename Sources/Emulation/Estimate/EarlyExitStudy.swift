import Checkpoints
import Foundation
import Hardware
import Kernels
import Recordings

/// What dynamic timesteps save and cost with what a run has learned: its samples, tested with several entropies to end at.
///
/// The entropy is chosen by training samples, the one with the fewest ticks among those that lose no more than `loss` of
/// accuracy there; test samples only tell what became of it.
public struct EarlyExitStudy {
  /// Samples tested with one entropy.
  public struct Row: Sendable, Equatable, Encodable {
    /// Entropy at which a sample ends; 0 for never.
    public var threshold: Double
    /// Accuracy on training samples.
    public var trainingAccuracy: Double
    /// Ticks of a training sample, mean.
    public var trainingTicks: Double
    /// Accuracy on test samples.
    public var accuracy: Double
    /// Ticks of a test sample, mean.
    public var ticks: Double
    /// Joules of reading a test sample, mean.
    public var energyJoules: Double
    /// Seconds of reading a test sample, mean.
    public var latencySeconds: Double
    /// J·s.
    public var energyDelayProduct: Double { energyJoules * latencySeconds }
  }

  /// Entropies that are tried when none are named.
  public static let usualThresholds = [0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95]

  /// The experiment.
  public let experiment: Experiment
  private let checkpoint: Checkpoint
  private let network: SpikingNetwork
  private let interval: Int
  private let limit: Int

  /// Opens a run folder or a checkpoint, and its recording.
  /// - Parameters:
  ///   - overrides: changes of the experiment, such as the place of the recording.
  ///   - interval: ticks between looks at the entropy.
  ///   - limit: samples of either kind, 0 for all.
  /// - Throws: `EmulationError`, `CheckpointError`.
  public init(path: String, overrides: [String], interval: Int, limit: Int) throws {
    let (checkpoint, file) = try RunFolder.newestCheckpoint(of: path)
    let configuration = try ExperimentConfiguration.load(
      text: checkpoint.experiment, name: file, overrides: overrides)
    let weights = "\(path)/\(RunFolder.weightsName)"
    let experiment = try Experiment(
      configuration, experimentFolder: nil, weightsCopy: FileManager.default.fileExists(atPath: weights) ? weights : nil
    )
    let made = experiment.network.makeNetwork(
      largestSample: experiment.largestSample, pool: TilePool(threadCount: configuration.run.threads))
    let first = experiment.testSamples.first
    guard let network = made as? SpikingNetwork, try first.map({ try Self.isWhole($0, of: experiment) }) ?? false else {
      throw EmulationError.noEarlyExit
    }
    let mismatch = checkpoint.network.shapeMismatch(with: network.snapshot)
    guard mismatch.isEmpty else { throw EmulationError.otherExperiment(checkpoint: file, differences: mismatch) }
    self.experiment = experiment
    self.checkpoint = checkpoint
    self.network = network
    self.interval = interval
    self.limit = limit
  }

  /// Tests with each of `thresholds`, from the same state.
  /// - Parameter progress: told each row.
  public func run(thresholds: [Double], progress: (Row) -> Void = { _ in }) throws -> [Row] {
    try thresholds.map { threshold in
      let exit = threshold > 0 ? EarlyExit(threshold: threshold, interval: interval) : nil
      let training = try test(experiment.trainingSamples, exit)
      let tested = try test(experiment.testSamples, exit)
      let row = Row(
        threshold: threshold, trainingAccuracy: training.accuracy, trainingTicks: training.ticks,
        accuracy: tested.accuracy, ticks: tested.ticks, energyJoules: tested.energy, latencySeconds: tested.latency)
      progress(row)
      return row
    }
  }

  /// The row with the fewest ticks of those that lose no more than `loss` of the accuracy on training samples of the row that
  /// never ends early; `nil` without that row.
  public static func chosen(_ rows: [Row], loss: Double) -> Row? {
    guard let whole = rows.first(where: { $0.threshold == 0 }) else { return nil }
    return rows.filter { $0.trainingAccuracy >= whole.trainingAccuracy - loss }
      .min { $0.trainingTicks < $1.trainingTicks }
  }

  private func test(
    _ samples: [Int], _ exit: EarlyExit?
  ) throws -> (accuracy: Double, ticks: Double, energy: Double, latency: Double) {
    let samples = Experiment.spread(samples, limit: limit)
    network.snapshot = checkpoint.network
    network.earlyExit = exit
    let start = network.reading
    let loader = try SampleLoader(source: experiment.source, samples: samples)
    defer { loader.stop() }
    var tally = OutcomeTally()
    var raster = SpikeRaster(rowCount: experiment.source.inputRowCount)
    network.rest()
    while let sample = try loader.next(into: &raster) {
      let description = experiment.source.description(ofSample: sample)
      let target = SampleTarget(label: description.label, firstScored: description.firstScoredTick)
      tally.add(network.present(raster, target: target, learns: false))
    }
    let count = Double(max(samples.count, 1))
    let costs = network.readCosts(since: start, on: experiment.configuration.hardware.parameters)
    return (
      tally.accuracy, Double(network.ticksRead - checkpoint.network.readTicks) / count, costs.energy / count,
      costs.time / count
    )
  }

  /// Whether a sample has one class, about which outputs can be certain.
  private static func isWhole(_ sample: Int, of experiment: Experiment) throws -> Bool {
    let labels = try experiment.source.tickLabels(ofSample: sample)
    let signals = try experiment.source.targetSignals(ofSample: sample)
    return labels == nil && signals == nil
  }
}
