import Kernels

/// Ticks per second of recurrent e-prop: 40 inputs, 100 neurons on phase-change memory with noise, drift and converters.
struct RecurrentWorkload {
  private let settings: BenchmarkSettings

  init(_ settings: BenchmarkSettings) {
    self.settings = settings
  }

  private static func network(device: String) throws -> any EmulatedNetwork {
    let isIdeal = device == "ideal"
    let text = """
      name: benchmark
      stream: {kind: spike-text, path: spikes, split: official}
      network:
        {time_step: 1 ms, hidden: [100], recurrent: true, membrane_time_constant: 2 s, threshold: 0.6,
         initial_weight_sigma: 0.1, initial_recurrent_sigma: 0.01}
      learning: {rate: 1e-5, readout_rate: 1e-4}
      device: {preset: \(device)}
      crossbar: {adc_bits: \(isIdeal ? 0 : 8), read_noise: \(isIdeal ? "false" : "true")}
      writes: {policy: \(isIdeal ? "exact" : "accumulate-threshold")}
      """
    return try ExperimentConfiguration.load(text: text, name: "benchmark")
      .networkParameters(inputRows: 40, outputs: 2).makeNetwork(largestSample: 2250)
  }

  func run() throws -> [BenchmarkLine] {
    let input = PoissonInput(
      samples: settings.scaled(10), rows: 40, ticks: 2250, probability: 0.00625, seed: settings.seed)
    let work = try [("pcm-gst-2018", true), ("pcm-gst-2018", false), ("ideal", true)].map { device, learns in
      input.presentation(to: try Self.network(device: device), learns: learns)
    }
    let rates = try InterleavedTiming.rates(work, repetitions: settings.repetitions)
    return [
      BenchmarkLine(.recurrent, "forward", rates[0], "ticks/s", baseline: "the same without learning", rates[1]),
      BenchmarkLine(.recurrent, "ideal", rates[0], "ticks/s", baseline: "learning on ideal devices", rates[2]),
    ]
  }
}
