import Kernels

/// Samples in which every row spikes with the same probability in every tick.
struct PoissonInput {
  let rasters: [SpikeRaster]

  init(samples: Int, rows: Int, ticks: Int, probability: Float, seed: UInt64) {
    let stream = RandomStream(key: seed)
    rasters = (0..<samples).map { sample in
      var raster = SpikeRaster(rowCount: rows)
      for tick in 0..<ticks {
        for row in 0..<rows
        where RandomStream.uniform(stream.words(array: sample, item: row, event: UInt64(tick))[0]) < probability {
          raster.appendRow(row)
        }
        raster.endTick()
      }
      return raster
    }
  }

  /// One presentation of all samples; the amount is ticks.
  func presentation(to network: any EmulatedNetwork, learns: Bool) -> TimedWork {
    TimedWork(amount: Double(rasters.reduce(0) { $0 + $1.tickCount })) {
      for (index, raster) in rasters.enumerated() {
        _ = network.present(raster, label: index % network.parameters.outputs, learns: learns)
      }
    }
  }
}
