import Checkpoints
import Foundation
import Hardware
import Kernels
import Recordings

/// What dynamic timesteps save and cost with what a run has learned: its samples, tested with several entropies to end at.
///
/// Samples that were learned from are no judges: outputs are more certain of them. So the entropy is chosen by one half of
/// the test samples and judged by the other, and the other way round.
public struct EarlyExitStudy {
  /// Samples tested with one entropy.
  public struct Row: Sendable, Equatable {
    /// Entropy at which a sample ends; 0 for never.
    public var threshold: Double
    /// Whether the decision for each test sample was right.
    public var isCorrect: [Bool]
    /// Ticks of each test sample.
    public var sampleTicks: [Int]
    /// Joules of reading a test sample, mean.
    public var energyJoules: Double
    /// Seconds of reading a test sample, mean.
    public var latencySeconds: Double
    /// J·s.
    public var energyDelayProduct: Double { energyJoules * latencySeconds }
    /// Share of right decisions.
    public var accuracy: Double { accuracy(isCorrect.indices) }
    /// Ticks of a test sample, mean.
    public var ticks: Double { ticks(sampleTicks.indices) }

    fileprivate func accuracy(_ samples: some Collection<Int>) -> Double {
      Double(samples.count { isCorrect[$0] }) / Double(max(samples.count, 1))
    }

    fileprivate func ticks(_ samples: some Collection<Int>) -> Double {
      Double(samples.reduce(0) { $0 + sampleTicks[$1] }) / Double(max(samples.count, 1))
    }
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
  ///   - limit: test samples, 0 for all.
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
    guard let network = made as? SpikingNetwork, try first.map({ try experiment.target(ofSample: $0).isWhole }) ?? false
    else {
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
      let row = try test(threshold > 0 ? EarlyExit(threshold: threshold, interval: interval) : nil)
      progress(row)
      return row
    }
  }

  /// What became of entropies that were chosen by other samples than those that judge.
  public struct Choice: Sendable, Equatable, Encodable {
    /// Entropies chosen by the samples of even place and by those of odd place.
    public var thresholds: [Double]
    /// Accuracy with them, each on the samples that did not choose.
    public var accuracy: Double
    /// Accuracy of samples that never end early.
    public var wholeAccuracy: Double
    /// Ticks of a sample, mean.
    public var ticks: Double
    /// Ticks of samples that never end early.
    public var wholeTicks: Double
  }

  /// Chooses, with one half of the samples, the row with the fewest ticks of those that lose no more than `loss` of the accuracy of
  /// the row that never ends early, and judges it with the other half; `nil` without that row or with fewer than two samples.
  public static func choice(_ rows: [Row], loss: Double) -> Choice? {
    guard let whole = rows.first(where: { $0.threshold == 0 }), whole.isCorrect.count > 1 else { return nil }
    let halves = (0...1).map { Array(stride(from: $0, to: whole.isCorrect.count, by: 2)) }
    var thresholds: [Double] = []
    var (correct, ticks) = (0.0, 0.0)
    for (choosing, judging) in [(halves[0], halves[1]), (halves[1], halves[0])] {
      // A share is a count over a count: what is lost may be a whole number of samples, whatever their rounding.
      let least = whole.accuracy(choosing) - loss - 1e-9
      let row = rows.filter { $0.accuracy(choosing) >= least }.min { $0.ticks(choosing) < $1.ticks(choosing) } ?? whole
      thresholds.append(row.threshold)
      correct += row.accuracy(judging) * Double(judging.count)
      ticks += row.ticks(judging) * Double(judging.count)
    }
    let count = Double(whole.isCorrect.count)
    return Choice(
      thresholds: thresholds, accuracy: correct / count, wholeAccuracy: whole.accuracy, ticks: ticks / count,
      wholeTicks: whole.ticks)
  }

  private func test(_ exit: EarlyExit?) throws -> Row {
    let samples = Experiment.spread(experiment.testSamples, limit: limit)
    network.snapshot = checkpoint.network
    network.earlyExit = exit
    let start = network.reading
    let loader = try SampleLoader(source: experiment.source, samples: samples)
    defer { loader.stop() }
    var (isCorrect, ticks): ([Bool], [Int]) = ([], [])
    var raster = SpikeRaster(rowCount: experiment.source.inputRowCount)
    network.rest()
    while let sample = try loader.next(into: &raster) {
      let target = try experiment.target(ofSample: sample)
      let first = network.ticksRead
      isCorrect.append(network.present(raster, target: target, learns: false).correct > 0)
      ticks.append(Int(network.ticksRead - first))
    }
    let costs = network.readCosts(since: start, on: experiment.configuration.hardware.parameters)
    let count = Double(max(samples.count, 1))
    return Row(
      threshold: exit?.threshold ?? 0, isCorrect: isCorrect, sampleTicks: ticks, energyJoules: costs.energy / count,
      latencySeconds: costs.time / count)
  }
}
