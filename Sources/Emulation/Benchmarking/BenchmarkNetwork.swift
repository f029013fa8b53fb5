import Crossbars
import Kernels

/// The network of the benchmarks: 2312-256-10, 1 ms ticks, e-prop, learning at the end of each sample.
public enum BenchmarkNetwork: String, CaseIterable, Sendable {
  /// Continuous devices, exact reads and writes.
  case ideal
  /// `rram-taox-hfox` with read noise, spread and wear, 6-bit converters, accumulate-and-threshold.
  case rram

  /// Output classes.
  public static let classes = 10
  /// Neurons of the hidden layer.
  public static let hidden = 256

  /// The experiment behind it; the recording it names is never opened.
  private func experiment(hidden: Int) -> String {
    """
    name: benchmark
    stream: {kind: n-mnist, path: n-mnist, split: official}
    network: {time_step: 1 ms, hidden: [\(hidden)], initial_readout_sigma: 0.05}
    learning: {feedback: symmetric, rate: 3e-5, readout_rate: 1.5e-5}
    device: {preset: \(self == .ideal ? "ideal" : "rram-taox-hfox")}
    crossbar: {adc_bits: \(self == .ideal ? 0 : 6), read_noise: \(self == .ideal ? "false" : "true")}
    writes: {policy: \(self == .ideal ? "exact" : "accumulate-threshold")}
    """
  }

  /// What fixes the network.
  public func parameters(hidden: Int = Self.hidden) throws -> NetworkParameters {
    try ExperimentConfiguration.load(text: experiment(hidden: hidden), name: "benchmark")
      .networkParameters(inputRows: SyntheticInput.rowCount, outputs: Self.classes)
  }

  /// The network for samples of a camera recording.
  public func network(hidden: Int = Self.hidden, threads: Int = 1) throws -> SpikingNetwork {
    SpikingNetwork(
      parameters: try parameters(hidden: hidden), largestSample: SyntheticInput.ticks,
      pool: TilePool(threadCount: threads))
  }
}
