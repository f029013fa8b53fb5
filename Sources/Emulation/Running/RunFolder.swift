import Foundation

/// The folder a run writes: where each file lies, and that only one process writes there.
public final class RunFolder {
  /// Path of the folder.
  public let path: String
  private let lock: FileLock

  /// Name of the copy of the NIR graph.
  static let weightsName = "initial.nir"

  /// Copy of the NIR graph that the run began as, where it did.
  public var weightsPath: String { "\(path)/\(Self.weightsName)" }
  /// The copy of the NIR graph, where there is one.
  var weightsCopy: String? { FileManager.default.fileExists(atPath: weightsPath) ? weightsPath : nil }
  /// The resolved experiment.
  public var experimentPath: String { "\(path)/experiment.yaml" }
  /// Version, build, seed, inputs and sessions.
  public var provenancePath: String { "\(path)/provenance.json" }
  /// One row every so many samples; only grows.
  public var metricsPath: String { "\(path)/metrics.csv" }
  /// Log of notable events, one JSON object a line.
  public var eventsPath: String { "\(path)/events.jsonl" }
  /// Final figures.
  public var summaryPath: String { "\(path)/summary.json" }
  /// Arrays of the end of the run.
  public var resultsPath: String { "\(path)/results.h5" }
  /// The report with its figures.
  public var reportPath: String { "\(path)/report.html" }
  /// Folder of the SVG figures.
  public var figuresPath: String { "\(path)/figures" }
  /// Folder of the checkpoints.
  public var checkpointsPath: String { "\(path)/checkpoints" }

  /// Makes the folder of a new run.
  /// - Throws: `EmulationError.folderInUse` when it holds anything; nothing is overwritten.
  public static func create(at path: String) throws(EmulationError) -> RunFolder {
    try makeFolder(path)
    try requireFree(path)
    let folder = try RunFolder(path: path)
    // Another process may have run here before the lock was ours.
    try requireFree(path)
    try makeFolder(folder.checkpointsPath)
    return folder
  }

  private static func makeFolder(_ path: String) throws(EmulationError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .fileAccess(path: path, action: "create folder", reason: reason(error))
    }
  }

  /// Accepts what a start that failed or was killed at once leaves: a lock and an empty folder, but no experiment.
  private static func requireFree(_ path: String) throws(EmulationError) {
    let contents: [String]
    let checkpoints: [String]
    do {
      contents = try FileManager.default.contentsOfDirectory(atPath: path)
      let hasCheckpoints = contents.contains("checkpoints")
      checkpoints = hasCheckpoints ? try FileManager.default.contentsOfDirectory(atPath: "\(path)/checkpoints") : []
    } catch {
      throw .fileAccess(path: path, action: "list", reason: reason(error))
    }
    let leftovers: Set = [
      ".lock", "checkpoints", "experiment.yaml.partial", weightsName, "\(weightsName).partial",
    ]
    guard leftovers.isSuperset(of: contents), checkpoints.isEmpty else {
      throw .folderInUse(folder: path, holdsRun: contents.contains("experiment.yaml"))
    }
  }

  /// Opens the folder of a run that was begun.
  public static func open(at path: String) throws(EmulationError) -> RunFolder {
    guard FileManager.default.fileExists(atPath: "\(path)/experiment.yaml") else {
      throw .notARunFolder(folder: path, missing: "experiment.yaml")
    }
    return try RunFolder(path: path)
  }

  private init(path: String) throws(EmulationError) {
    self.path = path
    do {
      lock = try FileLock.alone(path: "\(path)/.lock")
    } catch {
      switch error {
      case .held: throw .folderLocked(folder: path)
      case .unavailable(let reason): throw .fileAccess(path: path, action: "write into", reason: reason)
      }
    }
  }

  /// Keeps a copy of the NIR graph that the run begins as: it goes on from there whatever becomes of the file.
  func keepWeights(from file: String) throws(EmulationError) {
    guard file != weightsPath else { return }
    guard let data = FileManager.default.contents(atPath: file) else {
      throw .fileAccess(path: file, action: "read", reason: "it cannot be opened any more")
    }
    try write(Array(data), to: weightsPath)
  }

  /// Writes a file as a whole: to a temporary name, synced, then renamed.
  public func write(_ text: String, to path: String) throws(EmulationError) {
    try write(Array(text.utf8), to: path)
  }

  private func write(_ bytes: [UInt8], to path: String) throws(EmulationError) {
    let partial = path + ".partial"
    let descriptor = Foundation.open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw .fileAccess(path: path, action: "write", reason: String(cString: strerror(errno)))
    }
    var failure: Int32 = 0
    var written = 0
    while written < bytes.count && failure == 0 {
      let count = bytes.withUnsafeBytes {
        Foundation.write(descriptor, $0.baseAddress! + written, bytes.count - written)
      }
      if count > 0 { written += count } else if errno != EINTR { failure = errno }
    }
    if failure == 0 && fsync(descriptor) != 0 { failure = errno }
    close(descriptor)
    if failure == 0 && rename(partial, path) != 0 { failure = errno }
    guard failure == 0 else {
      unlink(partial)
      throw .fileAccess(path: path, action: "write", reason: String(cString: strerror(failure)))
    }
  }

  /// Reads a text file of the folder.
  public func read(_ path: String) throws(EmulationError) -> String {
    do {
      return try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw .fileAccess(path: path, action: "read", reason: Self.reason(error))
    }
  }

  /// Refuses a folder with the run of another experiment; threads, places and saving may differ.
  ///
  /// - Parameter experimentFolder: where the experiment file lies, for the files that it names.
  /// - Throws: `EmulationError.otherExperiment` with every key that differs.
  public func requireRun(of experiment: ExperimentConfiguration, experimentFolder: String? = nil) throws {
    var experiment = (try? experiment.withKernels(experimentFolder: experimentFolder)) ?? experiment
    experiment = (try? experiment.withWeights(experimentFolder: experimentFolder)) ?? experiment
    let own = try ExperimentConfiguration.load(text: try read(experimentPath), name: experimentPath)
    let differences = experiment.differences(from: own).filter(\.changesResult)
    guard differences.isEmpty else {
      throw EmulationError.otherExperiment(checkpoint: path, differences: differences.map(\.description))
    }
  }

  /// The final figures; `nil` while the run is not complete.
  public var summary: RunSummary? {
    get throws {
      guard FileManager.default.fileExists(atPath: summaryPath) else { return nil }
      return try JSONText.decode(RunSummary.self, from: try read(summaryPath))
    }
  }

  private static func reason(_ error: any Error) -> String {
    if let underlying = (error as? CocoaError)?.underlying as? POSIXError {
      return String(cString: strerror(underlying.code.rawValue))
    }
    return (error as NSError).localizedDescription
  }
}
