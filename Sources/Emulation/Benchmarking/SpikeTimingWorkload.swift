import Kernels

/// Ticks per second of a layer that learns by pair STDP under lateral inhibition: 784 inputs at 20 Hz, 400 neurons, 1 ms.
struct SpikeTimingWorkload {
  private let settings: BenchmarkSettings

  init(_ settings: BenchmarkSettings) {
    self.settings = settings
  }

  private static func network(device: String) throws -> any EmulatedNetwork {
    let isIdeal = device == "ideal"
    let text = """
      name: benchmark
      stream: {kind: n-mnist, path: n-mnist, split: official}
      network:
        {time_step: 1 ms, hidden: [400], membrane_time_constant: 100 ms, threshold: 600, reset: zero,
         initial_weight_mean: 0.5, initial_weight_sigma: 0.1, inhibition: winner-take-all, inhibition_time: 2 ms,
         homeostasis: 1, decision: votes}
      learning: {rule: pair-stdp}
      device: {preset: \(device)}
      crossbar: {weight_limit: 1, adc_bits: \(isIdeal ? 0 : 6), read_noise: \(isIdeal ? "false" : "true")}
      writes: {policy: \(isIdeal ? "exact" : "accumulate-threshold")}
      """
    return try ExperimentConfiguration.load(text: text, name: "benchmark")
      .networkParameters(inputRows: 784, outputs: 10).makeNetwork(largestSample: 350)
  }

  func run() throws -> [BenchmarkLine] {
    let input = PoissonInput(
      samples: settings.scaled(10), rows: 784, ticks: 350, probability: 0.02, seed: settings.seed)
    let work = try [("ideal", true), ("ideal", false), ("rram-taox-hfox", true)].map { device, learns in
      input.presentation(to: try Self.network(device: device), learns: learns)
    }
    let rates = try InterleavedTiming.rates(work, repetitions: settings.repetitions)
    return [
      BenchmarkLine(.spikeTiming, "forward", rates[0], "ticks/s", baseline: "the same without learning", rates[1]),
      BenchmarkLine(.spikeTiming, "rram", rates[2], "ticks/s", baseline: "learning on ideal devices", rates[0]),
    ]
      + PublishedFigure.spikeTiming.map {
        BenchmarkLine(.spikeTiming, $0.name, rates[0], "ticks/s", baseline: $0.baseline, $0.value)
      }
  }
}
