import ArgumentParser
import Emulation
import Foundation
import Reporting

extension BenchmarkWorkload: ExpressibleByArgument {}

/// `crosspoint bench`.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure speed on synthetic input, beside what it can be compared with.",
    discussion: """
      Every figure and its baseline are timed in turns in the same process; the fastest of the repetitions counts, in
      seconds of its thread, or of the wall clock for threads and checkpoint.
      crosspoint bench
      crosspoint bench --workload forward --workload kernels --repetitions 30
      crosspoint bench --check Benchmarks/thresholds.json      (fails when a ratio is below its threshold)
      """)

  @Option(name: .customLong("workload"), help: "Measure only this one. May be repeated.")
  var workloads: [BenchmarkWorkload] = []

  @Option(help: "Calls of each alternative.")
  var repetitions = 15

  @Flag(help: "A tenth of the work, to see that everything runs.")
  var quick = false

  @Option(help: "Folder for temporary files, on the disk to be measured.")
  var folder: String = NSTemporaryDirectory()

  @Option(help: "JSON file of the smallest ratios allowed, such as {\"forward/dense-sgemv\": 10}.")
  var check: String?

  @Flag(help: "Print the report as one JSON object.")
  var json = false

  func validate() throws {
    guard (1...10_000).contains(repetitions) else {
      throw ValidationError("--repetitions \(repetitions): expected 1 to 10000")
    }
  }

  func run() throws {
    try Failure.reporting {
      let chosen = workloads.isEmpty ? BenchmarkWorkload.allCases : workloads
      let settings = BenchmarkSettings(repetitions: repetitions, isQuick: quick, folder: folder)
      let report = try BenchmarkSuite.run(chosen, settings: settings) {
        if !json { tell("measuring \($0.rawValue)") }
      }
      print(json ? try JSONText.encode(report) : text(report), terminator: "")
      let violations = try check.map { try report.violations(ofThresholdsAt: $0, workloads: chosen) } ?? []
      let problems = report.failures + violations
      for problem in problems { tell("error: \(problem)") }
      if !problems.isEmpty { throw ExitCode.failure }
    }
  }

  private func text(_ report: BenchmarkReport) -> String {
    var table = TextTable(header: ["figure", "value", "unit", "times", "of", "baseline"])
    for line in report.lines {
      table.append([
        line.key, NumberFormat.compact(line.value), line.unit, NumberFormat.compact(line.ratio),
        NumberFormat.compact(line.baselineValue), line.baseline,
      ])
    }
    return """
      crosspoint \(report.version) on \(report.machine)
      \(report.processors) processors, one thread unless stated, load average \
      \(String(format: "%.2f", report.loadAverage)), fastest of \(report.repetitions)

      \(table.rendered())
      \(report.caution)

      """
  }

  private func tell(_ line: String) {
    FileHandle.standardError.write(Data((line + "\n").utf8))
  }
}
