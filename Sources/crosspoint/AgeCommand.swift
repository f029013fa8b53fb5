import ArgumentParser
import Emulation
import Foundation
import Logging
import Reporting

/// `crosspoint age`.
struct AgeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "age", abstract: "Tell in minutes what years of learning do to the devices of a learned network.",
    discussion: """
      Windows of the real stream are run, the wear of every device is measured and carried ahead, devices fail, and the next
      window meets what is left. `crosspoint resume FOLDER` goes on with a deployment that was stopped.
      crosspoint age runs/a --for 5y --duty 10/s --output runs/a-5y
      crosspoint age runs/a --for 30d --duty 10/s --set device.endurance=1e5
      """)

  @Argument(help: "A run folder, whose newest checkpoint is deployed, or a checkpoint.")
  var path: String

  @Option(name: .customLong("for"), help: "Length of the deployment: a number with s, min, h, d, w or y.")
  var length: String

  @Option(help: "Samples that the network learns from, as in 10/s, 5/min or 200/h.")
  var duty: String

  @Option(help: "The new folder (default: the run folder with -aged behind it).")
  var output: String?

  @Option(help: "Samples of a measured window.")
  var window = DeploymentParameters.usualWindow

  @Option(help: "Test samples after each window; 0 for all.")
  var testSamples = 0

  @Option(help: "Longest jump as a share of the time behind it.")
  var growth = DeploymentParameters.usualGrowth

  @Option(help: "Most devices that may fail in a jump, share of all.")
  var failuresPerJump = DeploymentParameters.usualFailures

  @Option(help: "Most that the wear rate may change over a jump if it goes on changing as it did, share.")
  var rateChange = DeploymentParameters.usualRateChange

  @Flag(help: "Simulate every sample: for short deployments, and to check what jumps come to.")
  var everySample = false

  @OptionGroup var options: RunOptions

  func run() throws {
    try Failure.reporting {
      let parameters = try DeploymentParameters(
        duration: try ProductTime.seconds(length), samplesPerSecond: try ProductTime.rate(duty), windowSamples: window,
        testSamples: testSamples, growth: growth, failuresPerJump: failuresPerJump, rateChange: rateChange,
        simulatesAll: everySample)
      let run = try DeploymentRun.begin(
        of: path, parameters: parameters, overrides: options.allOverrides, output: output ?? defaultOutput)
      try DeploymentSession(options: options).execute(run)
    }
  }

  private var defaultOutput: String {
    let name = path.hasSuffix(".h5") ? String(path.dropLast(3)) : path
    return (name.hasSuffix("/") ? String(name.dropLast()) : name) + "-aged"
  }
}

/// Runs a deployment to its end or to a signal, then shows and reports the result.
struct DeploymentSession {
  let options: RunOptions

  func execute(_ run: DeploymentRun) throws {
    let isQuiet = options.quiet || options.json
    StopSignals.install()
    let outcome = try run.execute(stopSignal: { StopSignals.pending }) { row in
      if !isQuiet { write(Self.line(row, of: run.parameters)) }
    }
    switch outcome {
    case .interrupted(let signal, let checkpoint):
      write("stopped; \(checkpoint) is whole; continue with: crosspoint resume \(run.folder.path)\n")
      throw ExitCode(128 + signal)
    case .completed(let summary):
      try DeploymentReport(run: run, summary: summary).write()
      let text = DeploymentText(summary)
      print(
        options.json
          ? try JSONText.encode(summary)
          : text.table.rendered() + "\n\(text.verdict)\n\nreport  \(run.folder.reportPath)\ntable   "
            + "\(run.folder.deploymentTablePath)\n", terminator: "")
    }
  }

  private func write(_ text: String) {
    FileHandle.standardError.write(Data(text.utf8))
  }

  private static func line(_ row: DeploymentRow, of parameters: DeploymentParameters) -> String {
    let share = min(row.seconds / parameters.duration, 1)
    let time = ProductTime.text(row.seconds).padding(toLength: 10, withPad: " ", startingAt: 0)
    return "\(time)\(String(format: "%.3f", share)) of the deployment  test "
      + String(
        format: "%.3f  failed %.4f  wear %.2e per device and sample", row.accuracy, row.wornFraction, row.wearRate)
      + (row.jumpSamples > 0 ? "  jump \(ProductTime.text(Double(row.jumpSamples) / parameters.samplesPerSecond))" : "")
      + "\n"
  }
}
