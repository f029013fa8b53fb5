import Emulation
import Foundation

/// Runs that are taken up where they stand: not begun, stopped, or complete.
struct FoldedRuns {
  let experiment: String
  let options: RunOptions

  /// Runs the experiment with `overrides` in the folder `path`, or what is left of it.
  func run(overrides: [String], path: String) throws -> RunSummary {
    let configuration = try ExperimentConfiguration.load(path: experiment, overrides: overrides)
    let session = RunSession(options: options)
    let experimentFolder = (experiment as NSString).deletingLastPathComponent
    if FileManager.default.fileExists(atPath: "\(path)/experiment.yaml") {
      let folder = try RunFolder.open(at: path)
      try folder.requireRun(of: configuration, experimentFolder: experimentFolder)
      if let summary = try folder.summary { return summary }
      // The folder knows the files that the experiment names, whose paths may be relative here.
      let files = ["network.weights_from=", "network.feature_weights="]
      let overrides = options.allOverrides.filter { override in !files.contains { override.hasPrefix($0) } }
      return try session.finish(try EmulationRun.resume(folder: folder, overrides: overrides).run)
    }
    let prepared = try Experiment(configuration, experimentFolder: experimentFolder)
    return try session.finish(try EmulationRun(experiment: prepared, folder: try RunFolder.create(at: path)))
  }
}
