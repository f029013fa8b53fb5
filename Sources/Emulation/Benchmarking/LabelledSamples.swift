import Kernels

/// Camera recordings with labels, presented again and again.
struct LabelledSamples {
  private let rasters: [SpikeRaster]

  init(count: Int, seed: UInt64) throws {
    let input = SyntheticInput(seed: seed)
    rasters = try (0..<count).map { try input.cameraRaster(sample: $0) }
  }

  /// One presentation of all samples; a network goes on learning from call to call.
  func presentation(to network: SpikingNetwork, learns: Bool) -> TimedWork {
    TimedWork(amount: Double(rasters.count)) {
      for (index, raster) in rasters.enumerated() {
        _ = network.present(raster, label: index % BenchmarkNetwork.classes, learns: learns)
      }
    }
  }
}
