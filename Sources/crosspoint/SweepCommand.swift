import ArgumentParser
import Emulation
import Reporting

/// `crosspoint sweep`.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep", abstract: "Run an experiment with every combination of some values and print one table.",
    discussion: """
      Each combination is an ordinary run in its own folder. What is complete is not run again, what was stopped is
      resumed, so the command can be repeated until all is done. Combinations that make no sense are listed with the reason.
      crosspoint sweep Examples/02-n-mnist.yaml --over device.preset=rram-epiram,fefet-hzo-2017 \
        --over writes.scheme=open-loop,write-verify --output runs/technologies
      Settings that belong together are variants:
      crosspoint sweep Examples/01-watch-exercises.yaml --variant errors --variant 'signs: learning.teaching=sign' \
        --over writes.policy=accumulate-threshold,stochastic-rounding
      """)

  @Argument(help: "The experiment, a YAML file.")
  var experiment: String

  @Option(name: .customLong("over"), help: "A key and its values, as in --over device.preset=a,b. May be repeated.")
  var axes: [String] = []

  @Option(
    name: .customLong("variant"),
    help: "A name and what it sets, as in --variant 'pairs: learning.rule=pair-stdp'. May be repeated.")
  var variants: [String] = []

  @Flag(help: "Run all folds of each combination and average; needs a stream.split with folds.")
  var folds = false

  @Option(help: "Folder for the run folders (default: checkpoints/<name>-sweep).")
  var output: String?

  @OptionGroup var options: RunOptions

  /// The JSON object of the sweep.
  struct Result: Encodable {
    var axes: [String]
    var rows: [SweepRow]
  }

  func run() throws {
    try Failure.reporting {
      let sweep = try Sweep(variants: variants, axes: axes)
      let first = try ExperimentConfiguration.load(path: experiment, overrides: options.allOverrides)
      if folds && first.stream.split == .official {
        throw ValidationError("\(experiment): --folds needs --set stream.split=sample-folds or group-folds")
      }
      let runs = FoldedRuns(experiment: experiment, options: options)
      let base = output ?? "checkpoints/\(first.name)-sweep"
      var rows: [SweepRow] = []
      for combination in sweep.combinations {
        rows.append(try row(combination, runs: runs, folds: folds ? first.stream.folds : nil, base: base))
      }
      let result = Result(axes: sweep.axes.map(\.key), rows: rows)
      print(options.json ? try JSONText.encode(result) : SweepText(result.axes, rows).text, terminator: "")
    }
  }

  private func row(_ combination: Sweep.Combination, runs: FoldedRuns, folds: Int?, base: String) throws -> SweepRow {
    let overrides = options.allOverrides + combination.overrides
    do {
      _ = try ExperimentConfiguration.load(path: experiment, overrides: overrides)
    } catch {
      guard error.isConflict else { throw error }
      return SweepRow(values: combination.values, refusal: "\(error)")
    }
    let path = "\(base)/\(combination.folder)"
    let summaries =
      if let folds {
        try (0..<folds).map { try runs.run(overrides: overrides + ["stream.fold=\($0)"], path: "\(path)/fold-\($0)") }
      } else {
        [try runs.run(overrides: overrides, path: path)]
      }
    return SweepRow(values: combination.values, summaries: summaries)
  }
}
