/// Samples per second of learning, against the forward pass alone and against learning on ideal devices.
struct LearningWorkload {
  private let workload: BenchmarkWorkload
  private let settings: BenchmarkSettings

  init(_ workload: BenchmarkWorkload, _ settings: BenchmarkSettings) {
    self.workload = workload
    self.settings = settings
  }

  func run() throws -> [BenchmarkLine] {
    let samples = try LabelledSamples(count: settings.scaled(20), seed: settings.seed)
    let learning = try samples.presentation(to: kind.network(), learns: true)
    let forward = try samples.presentation(to: kind.network(), learns: false)
    switch kind {
    case .ideal:
      let rates = try InterleavedTiming.rates([learning, forward], repetitions: settings.repetitions)
      let published = PublishedFigure.training
      return [
        BenchmarkLine(workload, "forward", rates[0], "samples/s", baseline: "the same without learning", rates[1]),
        BenchmarkLine(
          workload, published.name, rates[0] * Double(SyntheticInput.ticks), "ticks/s", baseline: published.baseline,
          published.value),
      ]
    case .rram:
      let ideal = try samples.presentation(to: BenchmarkNetwork.ideal.network(), learns: true)
      let rates = try InterleavedTiming.rates([learning, forward, ideal], repetitions: settings.repetitions)
      let published = PublishedFigure.pulsedTraining
      return [
        BenchmarkLine(workload, "forward", rates[0], "samples/s", baseline: "the same without learning", rates[1]),
        BenchmarkLine(workload, "ideal", rates[0], "samples/s", baseline: "learning on ideal devices", rates[2]),
        BenchmarkLine(
          workload, published.name, rates[0], "samples/s", baseline: published.baseline, published.value),
      ]
    }
  }

  private var kind: BenchmarkNetwork { workload == .learnRRAM ? .rram : .ideal }
}
