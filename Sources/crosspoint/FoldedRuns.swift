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
    if FileManager.default.fileExists(atPath: "\(path)/experiment.yaml") {
      let folder = try RunFolder.open(at: path)
      try folder.requireRun(of: configuration)
      if let summary = try folder.summary { return summary }
      return try session.finish(try EmulationRun.resume(folder: folder, overrides: options.allOverrides).run)
    }
    let prepared = try Experiment(configuration, experimentFolder: (experiment as NSString).deletingLastPathComponent)
    return try session.finish(try EmulationRun(experiment: prepared, folder: try RunFolder.create(at: path)))
  }
}
