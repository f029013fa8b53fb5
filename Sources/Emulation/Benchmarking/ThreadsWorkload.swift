import Foundation

/// Learning with two threads against one. The bits must be the same.
struct ThreadsWorkload {
  private let settings: BenchmarkSettings

  init(_ settings: BenchmarkSettings) {
    self.settings = settings
  }

  func run(into report: inout BenchmarkReport) throws {
    let samples = try LabelledSamples(count: settings.scaled(20), seed: settings.seed)
    for (kind, workload) in [(BenchmarkNetwork.ideal, BenchmarkWorkload.learnIdeal), (.rram, .learnRRAM)] {
      let networks = try [kind.network(threads: 1), kind.network(threads: 2)]
      let rates = try InterleavedTiming.rates(
        networks.map { samples.presentation(to: $0, learns: true) }, repetitions: settings.repetitions, clock: .wall)
      report.lines.append(
        BenchmarkLine(
          .threads, workload.rawValue, rates[1], "samples/s", baseline: "one thread, \(workload.rawValue)", rates[0]))
      if networks[0].snapshot != networks[1].snapshot {
        report.failures.append("\(workload.rawValue): two threads gave another network than one")
      }
    }
  }
}
