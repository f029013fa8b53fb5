import ArgumentParser
import Emulation
import Foundation
import Reporting

/// `crosspoint baseline`.
struct BaselineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "baseline", abstract: "Print what a linear classifier makes of the spikes of an experiment.",
    discussion: """
      Ridge regression on the spike counts of each input row; only the stream and its split matter, no network is run.
      crosspoint baseline Examples/01-watch-exercises.yaml --folds
      crosspoint baseline Examples/02-n-mnist.yaml --set stream.path=../data/n-mnist
      """)

  @Argument(help: "The experiment, a YAML file.")
  var experiment: String

  @Option(name: .customLong("set"), help: "Override a key, as in --set stream.fold=2. May be repeated.")
  var overrides: [String] = []

  @Flag(help: "Fit and test all folds instead of stream.fold only.")
  var folds = false

  @Flag(help: "Print one JSON object.")
  var json = false

  /// What all folds came to.
  struct Result: Encodable {
    var folds: [LinearBaseline]
    var meanTrainAccuracy: Double
    var meanTestAccuracy: Double

    init(_ folds: [LinearBaseline]) {
      self.folds = folds
      meanTrainAccuracy = folds.map(\.trainAccuracy).reduce(0, +) / Double(folds.count)
      meanTestAccuracy = folds.map(\.testAccuracy).reduce(0, +) / Double(folds.count)
    }
  }

  func run() throws {
    try Failure.reporting {
      let first = try ExperimentConfiguration.load(path: experiment, overrides: overrides)
      guard !folds || first.stream.split != .official else {
        throw ValidationError(
          "\(experiment): stream.split is official; use --set stream.split=sample-folds or group-folds")
      }
      let chosen = folds ? Array(0..<first.stream.folds) : [first.stream.fold]
      let baselines = try chosen.map { fold in
        let configuration =
          folds
          ? try ExperimentConfiguration.load(path: experiment, overrides: overrides + ["stream.fold=\(fold)"]) : first
        let folder = (experiment as NSString).deletingLastPathComponent
        return try LinearBaseline(experiment: try Experiment(configuration, experimentFolder: folder))
      }
      let result = Result(baselines)
      print(json ? try JSONText.encode(result) : table(result, folds: chosen), terminator: "")
    }
  }

  private func table(_ result: Result, folds: [Int]) -> String {
    var table = TextTable(header: ["fold", "train accuracy", "test accuracy", "ridge", "rows", "samples", "tested"])
    for (fold, baseline) in zip(folds, result.folds) {
      table.append([
        "\(fold)", String(format: "%.4f", baseline.trainAccuracy), String(format: "%.4f", baseline.testAccuracy),
        String(format: "%g", baseline.ridge), "\(baseline.features)", "\(baseline.trainingSamples)",
        "\(baseline.testSamples)",
      ])
    }
    if folds.count > 1 {
      table.append([
        "mean", String(format: "%.4f", result.meanTrainAccuracy), String(format: "%.4f", result.meanTestAccuracy),
      ])
    }
    return table.rendered()
  }
}
