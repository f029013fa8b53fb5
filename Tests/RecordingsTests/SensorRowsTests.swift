import Foundation
import Kernels
import Testing

@testable import Recordings

/// The rows of a channel that several encoders share.
@Suite struct SensorRowsTests {
  private static let statistics = [
    ChannelStatistics(minimum: -3, maximum: 3, mean: 0, standardDeviation: 1, levelEdges: [0]),
    ChannelStatistics(minimum: 0, maximum: 4, mean: 2, standardDeviation: 0.5, levelEdges: [2]),
    ChannelStatistics(minimum: 1, maximum: 1, mean: 1, standardDeviation: 0, levelEdges: [1]),
  ]
  private static let samples: [Float] = (0..<200).flatMap { tick -> [Float] in
    let (first, second) = (Float(sin(Double(tick) * 0.1)), Float(cos(Double(tick) * 0.07)))
    return [2 * first, 2 + second, 1]
  }

  private static func everything() throws -> SensorEncoder.Parameters {
    try SensorEncoder.Parameters(
      deltaThresholdInSigmas: 0.2, crossingHysteresis: 0.5, levelCount: 2,
      rate: ScaledSignal(
        rangeInSigmas: 2,
        encoding: .init(maximumRateInHertz: 500, tickInMicroseconds: 1000, scheme: .random(seed: 7))),
      latency: ScaledSignal(
        rangeInSigmas: 2, encoding: .init(tickInMicroseconds: 1000, tickCount: 10, law: .linear(threshold: 0.1))),
      direct: DirectRows.Parameters(rangeInSigmas: 2, steps: nil))
  }

  private static func raster(_ parameters: SensorEncoder.Parameters, sample: Int = 3, piece: Int) -> SpikeRaster {
    var encoder = SensorEncoder(parameters, statistics: statistics)
    var raster = SpikeRaster(rowCount: encoder.rowCount)
    encoder.begin(sample: sample, &raster)
    samples.withUnsafeBufferPointer { samples in
      for start in stride(from: 0, to: samples.count, by: 3 * piece) {
        encoder.append(
          UnsafeBufferPointer(rebasing: samples[start..<min(start + 3 * piece, samples.count)]), to: &raster)
      }
    }
    return raster
  }

  @Test func piecesDoNotMatter() throws {
    let parameters = try Self.everything()
    let whole = Self.raster(parameters, piece: 1000)
    #expect(whole.tickCount == 200 && whole.rowCount == 3 * (2 + 2 + 2 + 2 + 2))
    for piece in [1, 7, 64] { #expect(Self.raster(parameters, piece: piece) == whole) }
    #expect(Self.raster(parameters, sample: 4, piece: 1000) != whole)
  }

  @Test func eachPartHasTheRowsOfItsOwnEncoder() throws {
    let raster = Self.raster(try Self.everything(), piece: 50)
    var crossing = LevelCrossing(
      try .init(spacings: [0.2, 0.1, .greatestFiniteMagnitude], offsets: [0, 2, 1], hysteresis: 0.5))
    var rate = RateEncoder(
      try .init(maximumRateInHertz: 500, tickInMicroseconds: 1000, scheme: .random(seed: 7)), rowCount: 6)
    var rates = SpikeRaster(rowCount: 6)
    rate.begin(sample: 3, &rates)
    var held: [Float] = []
    for tick in 0..<200 {
      let sample = Array(Self.samples[3 * tick..<3 * tick + 3])
      let scaled = [
        max(sample[0] / 2, 0), max(-sample[0] / 2, 0), max(sample[1] - 2, 0), max(2 - sample[1], 0), 0, 0,
      ].map { min($0, 1) }
      scaled.withUnsafeBufferPointer { rate.append($0, to: &rates) }
      if tick % 10 == 0 { held = scaled }
      var expected: [Int] = []
      sample.withUnsafeBufferPointer { crossing.encode($0) { expected.append($0) } }
      for channel in 0..<3 {
        expected.append(6 + 2 * channel + (sample[channel] >= Self.statistics[channel].levelEdges[0] ? 1 : 0))
      }
      expected += rates.activeRows(at: tick).map { 12 + Int($0) }
      // T (1 − s), in whole ticks.
      expected += (0..<6).filter { held[$0] > 0.1 && Int((10 * (1 - Double(held[$0]))).rounded(.down)) == tick % 10 }
        .map { 18 + $0 }
      expected += (0..<6).filter { scaled[$0] > 0 }.map { 24 + $0 }
      #expect(raster.activeRows(at: tick).map(Int.init) == expected, "tick \(tick)")
    }
  }

  @Test func settingsOutOfRangeAreRefused() {
    #expect(throws: RecordingError.self) {
      try SensorEncoder.Parameters(deltaThresholdInSigmas: nil, levelCount: nil)
    }
    #expect(throws: RecordingError.self) { try SensorEncoder.Parameters(crossingHysteresis: 2) }
    #expect(throws: RecordingError.self) {
      try ScaledSignal(rangeInSigmas: 0, encoding: RateEncoder.Parameters(scheme: .regular))
    }
  }
}
