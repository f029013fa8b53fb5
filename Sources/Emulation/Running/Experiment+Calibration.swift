import Crossbars
import Kernels
import Recordings

extension Experiment {
  /// Full scales of the converters of each array, weights, by number of the array: the quantile of what its columns sum to
  /// when the untrained network sees some training samples through converters that never saturate.
  ///
  /// A function of the experiment alone: a resumed run finds the same.
  static func calibratedFullScales(
    of network: NetworkParameters, source: any SampleSource, samples: [Int], largestSample: Int, quantile: Double
  ) throws -> [Int: Double] {
    var network = network
    network.converter?.bits = 16
    network.converter?.fullScale = .worstCase
    let calibration = network.makeNetwork(largestSample: largestSample)
    for (_, array) in calibration.arrays {
      array.recorder = SumRecorder(limit: Double(array.layout.tileRows) * Double(network.weightLimit))
    }
    var raster = SpikeRaster(rowCount: source.inputRowCount)
    for sample in samples {
      try source.encode(sample: sample, into: &raster)
      _ = calibration.present(raster, label: source.description(ofSample: sample).label, learns: false)
    }
    // A layer that was never read, or hardly, is given a single row's room.
    let least = Double(network.weightLimit)
    return Dictionary(
      uniqueKeysWithValues: zip(network.arrayShapes, calibration.arrays).map { shape, named in
        (shape.index, max(named.array.recorder?.quantile(quantile) ?? 0, least))
      })
  }
}
