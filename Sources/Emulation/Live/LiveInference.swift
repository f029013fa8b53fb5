import Checkpoints
import Foundation
import Kernels
import Recordings

/// A learned network on live events: the newest checkpoint of a run decides on each window of a stream.
///
/// The network is shown what the samples of the run were: windows of as many ticks, prepared and encoded alike. Nothing in the run
/// folder is changed, so a run may go on in it meanwhile. What it learns is kept by ``LiveSession``.
public final class LiveInference {
  /// What the network made of a window.
  public struct Decision: Encodable, Sendable, Equatable {
    /// Number of the window, from 0.
    public var window: Int
    /// Time at which it begins, in µs.
    public var start: Int64
    /// Index of the class decided for.
    public var decision: Int
    /// Its name.
    public var className: String
    /// Name of the class that the window shows; `nil` where nobody says.
    public var label: String?
    /// How far its evidence is above that of the next.
    public var margin: Float
    /// What spoke for each class.
    public var evidence: [Float]
    /// Events in the window.
    public var events: Int
    /// Events lost while it was open.
    public var lost: Int
    /// Time that the network took for it, in µs.
    public var computeTime: Int64
  }

  /// The checkpoint that the network is of.
  public let checkpointPath: String
  /// Checkpoints that could not be used, with the reason, newest first.
  public let skippedCheckpoints: [String]
  /// Training samples that the network has learned from.
  public let samplesSeen: UInt64
  /// Samples of the run, which windows are made like.
  public let samples: any EventSampleSource
  /// Names of the classes.
  public var classNames: [String] { samples.classNames }

  let network: any EmulatedNetwork
  /// The experiment of the run.
  public let experiment: Experiment
  /// Its settings.
  public var configuration: ExperimentConfiguration { experiment.configuration }
  /// Where the run stood.
  let position: RunPosition

  /// Restores the network of a run folder.
  /// - Parameters:
  ///   - path: The run folder.
  ///   - overrides: Changes that may not alter what was computed: the place of the recording, threads.
  /// - Throws: `EmulationError` where there is no checkpoint or the run is not of camera events; what opening the experiment does.
  public init(runFolder path: String, overrides: [String] = []) throws {
    guard FileManager.default.fileExists(atPath: "\(path)/experiment.yaml") else {
      throw EmulationError.notARunFolder(folder: path, missing: "experiment.yaml")
    }
    guard let newest = try CheckpointStore(folder: "\(path)/checkpoints").newestValid() else {
      throw EmulationError.nothingLearned(folder: path)
    }
    let configuration = try ExperimentConfiguration.load(
      text: newest.checkpoint.experiment, name: newest.path, overrides: overrides)
    let saved = try ExperimentConfiguration.load(text: newest.checkpoint.experiment, name: newest.path)
    let differences = configuration.differences(from: saved).filter(\.changesResult)
    guard differences.isEmpty else {
      throw EmulationError.otherExperiment(checkpoint: newest.path, differences: differences.map(\.description))
    }
    let weights = "\(path)/\(RunFolder.weightsName)"
    experiment = try Experiment(
      configuration, experimentFolder: nil,
      weightsCopy: FileManager.default.fileExists(atPath: weights) ? weights : nil)
    guard let samples = experiment.source as? any EventSampleSource else {
      throw EmulationError.noLiveEvents(folder: path, kind: configuration.stream.kind.rawValue)
    }
    network = experiment.network.makeNetwork(
      largestSample: experiment.largestSample, pool: TilePool(threadCount: configuration.run.threads))
    let mismatch = newest.checkpoint.network.shapeMismatch(with: network.snapshot)
    guard mismatch.isEmpty else {
      throw EmulationError.otherExperiment(checkpoint: newest.path, differences: mismatch)
    }
    network.snapshot = newest.checkpoint.network
    network.rest()
    checkpointPath = newest.path
    skippedCheckpoints = newest.skipped.map { "\($0.path): \($0.reason)" }
    samplesSeen = newest.checkpoint.position.samplesSeen
    position = newest.checkpoint.position
    self.samples = samples
  }

  /// Decides on a window, and learns from it afterwards if it is to.
  /// - Parameter label: class that the window shows; `nil` where nobody says.
  public func decide(
    on raster: SpikeRaster, window: LiveWindows.Window, label: Int? = nil, learns: Bool = false
  ) -> Decision {
    let start = SessionClock.now
    let outcome = network.present(raster, target: SampleTarget(label: label ?? 0), learns: learns)
    let evidence = network.evidence
    let rest = evidence.enumerated().filter { $0.offset != outcome.decision }.map(\.element).max()
    return Decision(
      window: window.index, start: window.times.lowerBound, decision: outcome.decision,
      className: samples.classNames[outcome.decision], label: label.map { samples.classNames[$0] },
      margin: evidence[outcome.decision] - (rest ?? 0),
      evidence: evidence, events: window.eventCount, lost: window.lostEventCount,
      computeTime: Int64(((SessionClock.now - start) * 1e6).rounded()))
  }

  /// Decides on the windows of a stream until it is over or stopped.
  /// - Parameters:
  ///   - session: Keeps what happens, and says what to learn; `nil` for decisions alone.
  ///   - decided: Told each decision.
  /// - Throws: `RecordingError` of the stream, after the windows before it; what `decided` throws.
  public func run(
    _ windows: LiveWindows, session: LiveSession? = nil, isStopped: () -> Bool = { false },
    decided: (Decision) throws -> Void
  ) throws {
    var raster = SpikeRaster(rowCount: samples.inputRowCount)
    while let window = try windows.next(into: &raster, isStopped: isStopped) {
      guard let session else {
        try decided(decide(on: raster, window: window))
        continue
      }
      try decided(
        session.take(raster, window: window, lost: windows.lostEventCount, late: windows.lateEventCount))
    }
  }
}
