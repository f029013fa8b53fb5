import Benchmark
import Emulation

/// The workloads of `crosspoint bench` that are a call of the library, for the statistics of the benchmark tool: one
/// iteration is one presentation of each recording.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = .init(
    metrics: [.wallClock, .throughput, .peakMemoryResident], warmupIterations: 2,
    maxDuration: .seconds(3))

  Benchmark(
    "forward, 20 × 310 ticks at 2 % density",
    closure: { _, samples in samples.present(learns: false) },
    setup: { try Presentation.uniform(network: .ideal) })

  Benchmark(
    "learn-ideal, 20 recordings",
    closure: { _, samples in samples.present(learns: true) },
    setup: { try Presentation.camera(network: .ideal) })

  Benchmark(
    "learn-rram, 20 recordings",
    closure: { _, samples in samples.present(learns: true) },
    setup: { try Presentation.camera(network: .rram) })

  Benchmark(
    "learn-rram, 20 recordings, 2 threads",
    closure: { _, samples in samples.present(learns: true) },
    setup: { try Presentation.camera(network: .rram, threads: 2) })
}

/// A network and the samples it is shown.
struct Presentation {
  private static let count = 20

  private let network: SpikingNetwork
  private let show: (SpikingNetwork, _ learns: Bool) -> Void

  /// Random rows, 46 of 2312 in each tick.
  static func uniform(network: BenchmarkNetwork) throws -> Presentation {
    let input = SyntheticInput(seed: 1)
    let samples = (0..<count).map { input.uniformRaster(sample: $0, rowsPerTick: 46) }
    return Presentation(network: try network.network()) { network, learns in
      for sample in samples { blackHole(network.present(sample, label: 0, learns: learns)) }
    }
  }

  /// Recordings of an event camera, about 13 spikes in each tick.
  static func camera(network: BenchmarkNetwork, threads: Int = 1) throws -> Presentation {
    let input = SyntheticInput(seed: 1)
    let samples = try (0..<count).map { try input.cameraRaster(sample: $0) }
    return Presentation(network: try network.network(threads: threads)) { network, learns in
      for (index, sample) in samples.enumerated() {
        blackHole(network.present(sample, label: index % BenchmarkNetwork.classes, learns: learns))
      }
    }
  }

  private init(network: SpikingNetwork, show: @escaping (SpikingNetwork, _ learns: Bool) -> Void) {
    self.network = network
    self.show = show
  }

  func present(learns: Bool) { show(network, learns) }
}
