import Kernels
import Recordings

/// Input made from a seed, alike in size and sparsity to what real sensors give.
public struct SyntheticInput: Sendable {
  /// Ticks of a camera recording: 310 of 1 ms, as N-MNIST.
  public static let ticks = 310
  /// Events of a camera recording, about 13 per tick.
  public static let eventCount = 4_100
  /// Input rows: two for each pixel of a 34 × 34 camera.
  public static let rowCount = 2 * NMNISTDecoder.sensorSize * NMNISTDecoder.sensorSize

  private let stream: RandomStream

  /// Input of a seed.
  public init(seed: UInt64) {
    stream = RandomStream(key: seed ^ 0xB5AD_4ECE_DA1C_E2A9)
  }

  /// Spikes at random rows, the same number in each tick.
  public func uniformRaster(sample: Int, ticks: Int = ticks, rowsPerTick: Int) -> SpikeRaster {
    var raster = SpikeRaster(rowCount: Self.rowCount)
    for tick in 0..<ticks {
      var rows: Set<Int> = []
      var item = 0
      while rows.count < min(rowsPerTick, Self.rowCount) {
        let words = stream.words(array: 1 + sample, item: item, event: UInt64(tick))
        for lane in 0..<4 where rows.count < rowsPerTick { rows.insert(Int(words[lane]) % Self.rowCount) }
        item += 1
      }
      raster.appendTick(unordered: rows)
    }
    return raster
  }

  /// The bytes of an N-MNIST file: a ring of events that jerks three times, times ascending.
  public func cameraBytes(sample: Int, events: Int = eventCount) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(events * NMNISTDecoder.bytesPerEvent)
    let microseconds = Self.ticks * 1000
    for event in 0..<events {
      let words = stream.words(array: 1 + sample, item: event, event: 1 << 32)
      let time = (event * microseconds + Int(words[2]) % microseconds) / events
      let shift = Double(time * 3 / microseconds) * 1.5 - 1.5
      let (sine, cosine) = PortableMath.sineCosine(ofTurn: Float(words[0] >> 8) * 0x1p-24)
      let radius = 5 + 3 * RandomStream.uniform(words[1])
      let x = UInt8(16.5 + Double(radius * cosine) + shift)
      let y = UInt8(16.5 + Double(1.2 * radius * sine))
      let polarity = UInt8(words[3] & 1)
      bytes += [x, y, polarity << 7 | UInt8(time >> 16), UInt8(time >> 8 & 255), UInt8(time & 255)]
    }
    return bytes
  }

  /// A camera recording as spikes.
  public func cameraRaster(sample: Int) throws -> SpikeRaster {
    let binning = try EventBinning.Parameters(
      sensorWidth: NMNISTDecoder.sensorSize, sensorHeight: NMNISTDecoder.sensorSize, tickInMicroseconds: 1000,
      tickCount: Self.ticks)
    var encoder = EventBinning(binning)
    var decoder = NMNISTDecoder(file: "synthetic recording")
    var batch = EventBatch(capacity: Self.eventCount)
    _ = try cameraBytes(sample: sample).withUnsafeBytes { bytes throws(RecordingError) in
      try decoder.decode(bytes, into: &batch)
    }
    var raster = SpikeRaster(rowCount: binning.rowCount)
    encoder.begin(&raster)
    encoder.append(batch, to: &raster)
    encoder.finish(&raster)
    return raster
  }

  /// A sampled signal `[samples × channels]`: slow waves with noise, standard deviation near 1.
  public func signal(channels: Int, samples: Int) -> [Float] {
    (0..<samples * channels).map { index in
      let (sample, channel) = (index / channels, index % channels)
      let phase = Float(sample % (40 + 7 * channel)) / Float(40 + 7 * channel)
      let noise = stream.gaussians(array: 0, item: index / 4, event: 2 << 32)[index % 4]
      return 1.3 * PortableMath.sineCosine(ofTurn: phase).sine + 0.2 * noise
    }
  }
}
