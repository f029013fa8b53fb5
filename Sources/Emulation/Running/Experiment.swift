import Foundation
import Quantities
import Recordings

/// An experiment with its recording opened, split and encoded: ready to run.
public struct Experiment: Sendable {
  /// What the user set, with the place of the recording resolved.
  public let configuration: ExperimentConfiguration
  /// The samples.
  public let source: any SampleSource
  /// Samples that are learned from.
  public let trainingSamples: [Int]
  /// Samples that are tested.
  public let testSamples: [Int]
  /// The network for this recording.
  public let network: NetworkParameters
  /// Groups of classes that come one after the other; one of all where they come together.
  public let tasks: ClassTasks
  /// Most ticks of a sample.
  public let largestSample: Int
  /// SHA-256 of the recording.
  public let fingerprint: String

  /// The NIR graph that the network begins as, where it was read; `nil` without.
  public let weightsFile: String?

  /// Opens the recording of an experiment.
  ///
  /// - Parameters:
  ///   - experimentFolder: where the experiment file lies; a relative `stream.path` is looked for there too.
  ///   - weightsCopy: a copy of the NIR graph that a run keeps, read in its place.
  /// - Throws: `EmulationError.recordingNotFound`, `RecordingError`, `NIRError`.
  public init(_ unresolved: ExperimentConfiguration, experimentFolder: String?, weightsCopy: String? = nil) throws {
    let isMade = ExperimentConfiguration.Stream.Kind.tasks.contains(unresolved.stream.kind)
    let path = isMade ? "" : try Self.locate(unresolved.stream.path, experimentFolder: experimentFolder)
    let located = try (isMade ? unresolved : unresolved.withStreamPath(path)).withKernels(
      experimentFolder: experimentFolder)
    configuration = weightsCopy == nil ? try located.withWeights(experimentFolder: experimentFolder) : located
    weightsFile = configuration.weightsPath.map { weightsCopy ?? $0 }
    source = try Self.open(configuration)
    let split = try Self.split(source, configuration.stream)
    trainingSamples = Self.spread(split.train, limit: configuration.stream.limit)
    testSamples = split.test
    guard !trainingSamples.isEmpty else { throw EmulationError.noSamples(path: path, part: "training") }
    tasks = ClassTasks(classes: source.classNames.count, classesPerTask: configuration.run.classesPerTask)
    let source = source
    if let empty = tasks.split(trainingSamples, label: { source.description(ofSample: $0).label }).firstIndex(of: []) {
      throw EmulationError.noSamples(path: path, part: "training (classes \(tasks.classes(ofTask: empty)))")
    }
    guard !testSamples.isEmpty else { throw EmulationError.noSamples(path: path, part: "test") }
    try source.fit(trainingSamples: trainingSamples)
    var network = configuration.networkParameters(inputRows: source.inputRowCount, outputs: source.classNames.count)
    network.features = try configuration.features(image: source.imageShape)
    if let weightsFile { try configuration.takeWeights(from: weightsFile, into: &network, image: source.imageShape) }
    largestSample =
      [trainingSamples, testSamples].joined().lazy.map { [source] in
        source.description(ofSample: $0).tickCount
      }.max() ?? 0
    let crossbar = configuration.crossbar
    if crossbar.adcFullScale == .calibrated, network.converter != nil {
      network.fullScales = try Self.calibratedFullScales(
        of: network, source: source,
        samples: Self.spread(trainingSamples, limit: crossbar.adcCalibrationSamples), largestSample: largestSample,
        quantile: crossbar.adcQuantile)
    }
    self.network = network
    fingerprint = try source.fingerprint
  }

  /// `limit` samples at equal distances, since recordings are often sorted by class; 0 for all.
  static func spread(_ samples: [Int], limit: Int) -> [Int] {
    guard limit > 0 && limit < samples.count else { return samples }
    return (0..<limit).map { samples[$0 * samples.count / limit] }
  }

  /// Finds a recording: as given, beside the experiment file, beside its folder, or in the data folder of the user.
  private static func locate(_ path: String, experimentFolder: String?) throws -> String {
    var candidates = [path]
    if !path.hasPrefix("/") {
      if let experimentFolder {
        // Empty for an experiment in the working directory, where the path itself already looks.
        let prefix = experimentFolder.isEmpty ? "" : experimentFolder + "/"
        candidates += (prefix.isEmpty ? [] : [prefix + path]) + ["\(prefix)../\(path)"]
      }
      if let data = ProcessInfo.processInfo.environment["CROSSPOINT_DATA"], !data.isEmpty {
        candidates.append("\(data)/\(path)")
      }
    }
    for candidate in candidates where FileManager.default.fileExists(atPath: candidate) {
      return URL(fileURLWithPath: candidate).standardizedFileURL.path
    }
    throw EmulationError.recordingNotFound(path: path, searched: candidates)
  }

  private static func split(
    _ source: any SampleSource, _ stream: ExperimentConfiguration.Stream
  ) throws -> (train: [Int], test: [Int]) {
    switch stream.split {
    case .official:
      return try FoldAssignment(source: source, kind: .ownSplit, foldCount: 1).indices(fold: 0)
    case .groupFolds:
      return try FoldAssignment(source: source, kind: .byGroup, foldCount: stream.folds).indices(fold: stream.fold)
    case .sampleFolds:
      // Always the same seed: folds must not change with the seed of the run.
      return try FoldAssignment(source: source, kind: .bySample(seed: 1), foldCount: stream.folds)
        .indices(fold: stream.fold)
    }
  }
}
