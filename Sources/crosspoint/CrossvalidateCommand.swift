import ArgumentParser
import Emulation
import Foundation
import Logging
import Reporting

/// `crosspoint crossvalidate`.
struct CrossvalidateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crossvalidate", abstract: "Run an experiment once for each fold and print the mean accuracy.",
    discussion: """
      Each fold is an ordinary run in its own folder. A fold that is complete is not run again, one that was stopped is
      resumed, so the command can be repeated until all are done.
      crosspoint crossvalidate Examples/01-watch-exercises.yaml --output runs/folds
      """)

  @Argument(help: "The experiment, a YAML file whose stream.split is group-folds or sample-folds.")
  var experiment: String

  @Option(help: "Folder for the run folders of the folds (default: checkpoints/<name>-folds).")
  var output: String?

  @Option(help: "Seed of all randomness (run.seed).")
  var seed: UInt64?

  @OptionGroup var options: RunOptions

  /// What all folds came to.
  struct Result: Encodable {
    var folds: [RunSummary]
    var meanTestAccuracy: Double
    var smallestTestAccuracy: Double
    var largestTestAccuracy: Double
    var meanSamplesPerSecond: Double

    init(_ folds: [RunSummary]) {
      self.folds = folds
      let accuracies = folds.map(\.testAccuracy)
      meanTestAccuracy = accuracies.reduce(0, +) / Double(accuracies.count)
      smallestTestAccuracy = accuracies.min() ?? 0
      largestTestAccuracy = accuracies.max() ?? 0
      meanSamplesPerSecond = folds.map(\.samplesPerSecond).reduce(0, +) / Double(folds.count)
    }
  }

  func run() throws {
    try Failure.reporting {
      let overrides = options.allOverrides + (seed.map { ["run.seed=\($0)"] } ?? [])
      let first = try ExperimentConfiguration.load(path: experiment, overrides: overrides)
      guard first.stream.split != .official else {
        throw ValidationError(
          "\(experiment): stream.split is official; use --set stream.split=sample-folds or group-folds")
      }
      let base = output ?? "checkpoints/\(first.name)-folds"
      let runs = FoldedRuns(experiment: experiment, options: options)
      let result = Result(
        try (0..<first.stream.folds).map {
          try runs.run(overrides: overrides + ["stream.fold=\($0)"], path: "\(base)/fold-\($0)")
        })
      print(options.json ? try JSONText.encode(result) : table(result), terminator: "")
    }
  }

  private func table(_ result: Result) -> String {
    var table = TextTable(header: ["fold", "test accuracy", "samples/s", "pulses", "stuck devices"])
    for (fold, summary) in result.folds.enumerated() {
      table.append([
        "\(fold)", String(format: "%.4f", summary.testAccuracy), String(format: "%.0f", summary.samplesPerSecond),
        NumberFormat.compact(Double(summary.setPulses + summary.resetPulses)), "\(summary.stuckDevices)",
      ])
    }
    table.append([
      "mean", String(format: "%.4f", result.meanTestAccuracy), String(format: "%.0f", result.meanSamplesPerSecond), "",
      "",
    ])
    return table.rendered()
  }
}
