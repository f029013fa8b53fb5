import Foundation
import Kernels
import Recordings

/// Events and samples per second of encoding, against the least that has to be done with them.
struct EncodingWorkload {
  private static let channels = 6

  private let settings: BenchmarkSettings

  init(_ settings: BenchmarkSettings) {
    self.settings = settings
  }

  func run() throws -> [BenchmarkLine] {
    try [camera(), sensor()]
  }

  /// Files to rasters, as a run does it, against taking the same bytes apart in memory.
  private func camera() throws -> BenchmarkLine {
    let folder = try TemporaryFolder(in: settings.folder)
    let recordings = try writeRecordings(count: settings.scaled(50), in: folder)
    let source = try NMNISTSource(path: folder.path, tickCount: SyntheticInput.ticks)
    let events = Double(recordings.count * SyntheticInput.eventCount)
    var raster = SpikeRaster(rowCount: source.inputRowCount)
    let rates = try InterleavedTiming.rates(
      [
        TimedWork(amount: events) {
          for sample in recordings.indices { try source.encode(sample: sample, into: &raster) }
        },
        TimedWork(amount: events) {
          for bytes in recordings { Sink.take(Self.takeApart(bytes)) }
        },
      ], repetitions: settings.repetitions)
    return BenchmarkLine(
      .encode, "n-mnist", rates[0] / 1e6, "Mevents/s", baseline: "taking the same bytes apart in memory", rates[1] / 1e6
    )
  }

  private func writeRecordings(count: Int, in folder: TemporaryFolder) throws -> [[UInt8]] {
    let input = SyntheticInput(seed: settings.seed)
    let recordings = (0..<count).map { input.cameraBytes(sample: $0) }
    // N-MNIST has two parts; one recording more makes the second.
    for (index, bytes) in (recordings + [recordings[0]]).enumerated() {
      let part = folder.path + (index < count ? "/Train/0" : "/Test/0")
      try FileManager.default.createDirectory(atPath: part, withIntermediateDirectories: true)
      try Data(bytes).write(to: URL(fileURLWithPath: "\(part)/\(String(format: "%05d", index)).bin"))
    }
    return recordings
  }

  /// All fields of all events, added up.
  private static func takeApart(_ bytes: [UInt8]) -> Int {
    bytes.withUnsafeBufferPointer { bytes in
      var sum = 0
      for start in stride(from: 0, to: bytes.count - 4, by: NMNISTDecoder.bytesPerEvent) {
        let polarity = Int(bytes[start + 2] >> 7)
        let time = Int(bytes[start + 2] & 0x7F) << 16 | Int(bytes[start + 3]) << 8 | Int(bytes[start + 4])
        sum &+= Int(bytes[start]) + 34 * Int(bytes[start + 1]) + 1156 * polarity + time
      }
      return sum
    }
  }

  /// A sampled signal to send-on-delta and level rows, against comparing every value with one threshold.
  private func sensor() throws -> BenchmarkLine {
    let samples = settings.scaled(50_000)
    let signal = SyntheticInput(seed: settings.seed).signal(channels: Self.channels, samples: samples)
    let statistics = ChannelStatistics(
      minimum: -2, maximum: 2, mean: 0, standardDeviation: 1, levelEdges: [-1.2, -0.7, -0.3, 0, 0.3, 0.7, 1.2])
    var encoder = SensorEncoder(
      try SensorEncoder.Parameters(), statistics: Array(repeating: statistics, count: Self.channels))
    var raster = SpikeRaster(rowCount: encoder.rowCount)
    let rates = try InterleavedTiming.rates(
      [
        TimedWork(amount: Double(samples)) {
          encoder.begin(&raster)
          signal.withUnsafeBufferPointer { encoder.append($0, to: &raster) }
        },
        TimedWork(amount: Double(samples)) { Sink.take(Self.spikesAbove(0.15, signal)) },
      ], repetitions: settings.repetitions)
    return BenchmarkLine(
      .encode, "sensor", rates[0] / 1e6, "Msamples/s", baseline: "one threshold per value, \(Self.channels) channels",
      rates[1] / 1e6)
  }

  private static func spikesAbove(_ threshold: Float, _ signal: [Float]) -> Int {
    signal.withUnsafeBufferPointer { values in
      var count = 0
      for value in values where value > threshold { count += 1 }
      return count
    }
  }
}
