import ArgumentParser
import Emulation
import Foundation
import Logging
import Reporting

/// Options of every command that runs an experiment.
struct RunOptions: ParsableArguments {
  @Option(name: .customLong("set"), help: "Override a key, as in --set crossbar.adc_bits=5. May be repeated.")
  var overrides: [String] = []

  @Option(help: "Threads that share the columns (run.threads). The result does not depend on it.")
  var threads: Int?

  @Flag(help: "Print the summary as one JSON object.")
  var json = false

  @Flag(name: .shortAndLong, help: "Show no progress.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Log checkpoints too.")
  var verbose = false

  /// The overrides with the shorthand options among them.
  var allOverrides: [String] {
    overrides + (threads.map { ["run.threads=\($0)"] } ?? [])
  }
}

/// `crosspoint run`.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run an experiment from its beginning.",
    discussion: """
      crosspoint run Examples/01-watch-exercises.yaml --output runs/a
      crosspoint run Examples/02-n-mnist.yaml --seed 7 --set stream.path=../data/n-mnist --output runs/b
      crosspoint run Examples/01-watch-exercises.yaml --output runs/a --resume auto     (in the script of a scheduler)
      crosspoint run other.yaml --output runs/c --transplant runs/a --layer hidden1
      """)

  @Argument(help: "The experiment, a YAML file; `crosspoint config explain` lists its keys.")
  var experiment: String

  @Option(help: "The run folder, which must not hold a run yet (default: checkpoints/<name of the experiment>).")
  var output: String?

  @Option(help: "Seed of all randomness (run.seed).")
  var seed: UInt64?

  @Option(
    help: "auto: go on with the run where --output holds one of this experiment; never: refuse.")
  var resume = ResumeMode.never

  @Option(
    help:
      "Begin with the arrays of this run folder or checkpoint: devices keep their states and wear.")
  var transplant: String?

  @Option(
    name: .customLong("layer"),
    help: "A layer whose array is transplanted; may be repeated (default: all).")
  var layers: [String] = []

  @OptionGroup var options: RunOptions

  func run() throws {
    let overrides = options.allOverrides + (seed.map { ["run.seed=\($0)"] } ?? [])
    try Failure.reporting {
      let configuration = try ExperimentConfiguration.load(path: experiment, overrides: overrides)
      let log = Logger.console(isVerbose: options.verbose)
      for warning in configuration.warnings { log.warning("\(warning)") }
      if resume == .auto, try resumeRun(of: configuration) { return }
      let prepared = try Experiment(
        configuration, experimentFolder: (experiment as NSString).deletingLastPathComponent)
      if let transplant {
        let forked = try EmulationRun.transplant(
          from: transplant, layers: layers, into: prepared, output: place(of: configuration))
        for skipped in forked.skippedCheckpoints { log.warning("skipped \(skipped)") }
        return try RunSession(options: options).execute(forked.run)
      }
      let folder = try RunFolder.create(at: place(of: configuration))
      try RunSession(options: options).execute(
        try EmulationRun(experiment: prepared, folder: folder))
    }
  }

  func validate() throws {
    guard transplant != nil || layers.isEmpty else {
      throw ValidationError("--layer says what --transplant takes")
    }
  }

  private func place(of configuration: ExperimentConfiguration) -> String {
    output ?? "checkpoints/\(configuration.name)"
  }

  /// Goes on with the run of the folder.
  /// - Returns: Whether there is one.
  private func resumeRun(of configuration: ExperimentConfiguration) throws -> Bool {
    let path = place(of: configuration)
    guard FileManager.default.fileExists(atPath: "\(path)/experiment.yaml") else { return false }
    let folder = try RunFolder.open(at: path)
    try folder.requireRun(
      of: configuration, experimentFolder: (experiment as NSString).deletingLastPathComponent)
    try ResumeCommand.goOn(in: folder, options: options)
    return true
  }
}

/// What `crosspoint run` does with a folder that holds a run.
enum ResumeMode: String, ExpressibleByArgument, CaseIterable {
  case never, auto
}

/// `crosspoint resume`.
struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Continue a run or a deployment from its newest valid checkpoint.",
    discussion: """
      The result is the same, bit for bit, as if the run had never stopped.
      crosspoint resume runs/a
      crosspoint resume runs/a --set run.passes=20      (more passes than planned)
      With --output a new run begins as that state, and the old one stays as it is:
      crosspoint resume runs/a --output runs/b --fork-seed 7                 (another future of the same chip)
      crosspoint resume runs/a --output runs/b --set learning.rate=1e-5      (what may change: \(EmulationRun.changeableText))
      """)

  @Argument(help: "The run folder; with --output also a checkpoint.")
  var folder: String

  @Option(help: "Begin a new run in this folder, which must not hold a run yet.")
  var output: String?

  @Option(
    help:
      "Seed of another future of the new run: noise of reads and writes, order of samples (run.noise_seed)."
  )
  var forkSeed: UInt64?

  @OptionGroup var options: RunOptions

  func validate() throws {
    guard let forkSeed else { return }
    guard output != nil else {
      throw ValidationError("--fork-seed begins a new run; say where with --output")
    }
    guard forkSeed > 0 else { throw ValidationError("--fork-seed is 1 or more, found 0") }
  }

  func run() throws {
    try Failure.reporting {
      if let output { return try fork(to: output) }
      let folder = try RunFolder.open(at: folder)
      if folder.isDeployment {
        let run = try DeploymentRun.resume(folder: folder, overrides: options.allOverrides)
        return try DeploymentSession(options: options).execute(run)
      }
      try Self.goOn(in: folder, options: options)
    }
  }

  /// Goes on with the run of a folder.
  static func goOn(in folder: RunFolder, options: RunOptions) throws {
    let log = Logger.console(isVerbose: options.verbose)
    let resumed = try EmulationRun.resume(folder: folder, overrides: options.allOverrides)
    for skipped in resumed.skippedCheckpoints { log.warning("skipped \(skipped)") }
    if resumed.wasComplete {
      log.info("\(folder.path) is complete; add passes with --set run.passes=N")
    }
    try RunSession(options: options).execute(resumed.run)
  }

  private func fork(to output: String) throws {
    let log = Logger.console(isVerbose: options.verbose)
    let forked = try EmulationRun.fork(
      of: folder, output: output, noiseSeed: forkSeed, overrides: options.allOverrides)
    for skipped in forked.skippedCheckpoints { log.warning("skipped \(skipped)") }
    for name in forked.origin.begunAnew { log.info("\(name) begins anew") }
    try RunSession(options: options).execute(forked.run)
  }
}

/// Runs to the end or to a signal, then shows and reports the result.
struct RunSession {
  let options: RunOptions

  /// Finishes a run and prints its result.
  func execute(_ run: EmulationRun) throws {
    let summary = try finish(run)
    print(
      options.json ? try JSONText.encode(summary) : SummaryText(summary: summary, folder: run.folder).text,
      terminator: "")
  }

  /// Finishes a run and writes its report.
  /// - Throws: `ExitCode` 130 or 143 when a signal stopped it.
  func finish(_ run: EmulationRun) throws -> RunSummary {
    let console = Console(isQuiet: options.quiet || options.json, log: Logger.console(isVerbose: options.verbose))
    StopSignals.install()
    let outcome = try run.execute(
      stopSignal: { StopSignals.pending }, progress: console.show, notice: console.tell)
    switch outcome {
    case .interrupted(let signal, let checkpoint):
      console.write("stopped after saving \(checkpoint); continue with: crosspoint resume \(run.folder.path)\n")
      throw ExitCode(128 + signal)
    case .completed(let summary):
      try RunReport(run: run, summary: summary).write()
      return summary
    }
  }
}

/// Turns errors into one sentence on standard error and exit code 1.
enum Failure {
  /// Reports what is wrong with a recording of which the good part was used.
  /// - Throws: `ExitCode.failure`, if something is.
  static func tell(_ damages: [String?]) throws {
    for damage in damages.compactMap({ $0 }) { FileHandle.standardError.write(Data("error: \(damage)\n".utf8)) }
    if damages.contains(where: { $0 != nil }) { throw ExitCode.failure }
  }

  static func reporting(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let code as ExitCode {
      throw code
    } catch let error as ValidationError {
      throw error
    } catch {
      FileHandle.standardError.write(Data("error: \(error)\n".utf8))
      throw ExitCode.failure
    }
  }
}
