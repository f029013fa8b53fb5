import ArgumentParser
import Emulation
import Foundation
import Reporting

/// `crosspoint study`.
struct StudyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "study",
    abstract: "Run an experiment with many settings and seeds, several at a time, into one table.",
    discussion: """
      Each point is an ordinary run folder. The command can be stopped or killed and given again: what is complete is not run
      again, what was begun is resumed, and the table is the same.
      crosspoint study Examples/studies/policies.yaml --output studies/policies
      crosspoint study Examples/studies/five-years.yaml --pareto aged_accuracy,useful_life,deployed_energy_per_sample

      A study file names an experiment and what is varied:
        experiment: ../01-watch-exercises.yaml
        set: [run.passes=6]
        grid:
          device.preset: [rram-taox-hfox, fefet-hzo-2017]
        variants:
          direct: [writes.policy=direct]
          threshold: [writes.policy=accumulate-threshold, writes.threshold=2]
        seeds: [1, 2, 3]
        age: {for: 5y, duty: 10/s}
      """)

  @Argument(help: "The study, a YAML file.")
  var study: String

  @Option(help: "Folder of the study (default: checkpoints/<name of the study>).")
  var output: String?

  @Option(help: "Points at a time (default: the cores of this machine).")
  var jobs: Int?

  @Option(help: "Two or three figures whose front is drawn, as in test_accuracy,wear_per_sample,energy_per_sample.")
  var pareto: String?

  @Flag(help: "List the points and where each stands; run nothing.")
  var dryRun = false

  @Flag(help: "Print one JSON object.")
  var json = false

  @Flag(name: .shortAndLong, help: "Show no progress.")
  var quiet = false

  func run() throws {
    try Failure.reporting {
      let document = try StudyDocument.load(path: study)
      let experiment = try ExperimentConfiguration.load(path: document.experiment, overrides: document.overrides)
      let plan = try Study(document, folds: experiment.stream.folds)
      let name = ((study as NSString).lastPathComponent as NSString).deletingPathExtension
      let folder = output ?? "checkpoints/\(name)"
      if dryRun { return try list(plan, in: folder) }
      let front = try StudyTable(plan, rows: []).front(named: pareto)
      let runner = try StudyRunner(
        plan, folder: folder, jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount,
        program: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      StopSignals.install()
      let isQuiet = quiet || json
      let rows = try runner.run(stopSignal: { StopSignals.pending }) { event in
        if !isQuiet { Self.write(Self.line(event)) }
      }
      guard let rows else {
        Self.write("stopped after saving; continue with: crosspoint study \(study) --output \(folder)\n")
        throw ExitCode(128 + (StopSignals.pending ?? SIGTERM))
      }
      let table = StudyTable(plan, rows: rows)
      let report = StudyReport(table, study: plan, folder: folder, front: front, title: name)
      let files = try report.write()
      print(json ? try report.json(files: files) : report.text + files.map { "\($0)\n" }.joined(), terminator: "")
      if rows.contains(where: { $0.problem.map { !$0.hasPrefix("refused") } ?? false }) { throw ExitCode.failure }
    }
  }

  private func list(_ plan: Study, in folder: String) throws {
    for point in plan.points {
      print("\(try plan.standing(of: point, in: folder))  \(folder)/\(point.folder)")
    }
  }

  private static func line(_ event: StudyRunner.Event) -> String {
    switch event {
    case .completed(let point, let done, let count):
      "\(done)/\(count)  \(point.name)  seed \(point.seed)\(point.fold.map { "  fold \($0)" } ?? "")\n"
    case .refused(let point, let reason): "refused  \(point.name): \(reason)\n"
    case .failed(let point, let reason): "failed  \(point.name)  seed \(point.seed): \(reason)\n"
    }
  }

  private static func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }
}
