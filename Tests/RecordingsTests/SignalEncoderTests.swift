import Foundation
import Kernels
import Recordings
import Testing

@Suite struct SignalEncoderTests {
  /// The signal a receiver of the spikes adds up, one channel at a time, from nothing but rows and thresholds.
  private func received(_ raster: SpikeRaster, thresholds: [Float], start: [Float]) -> [[Float]] {
    var values = start
    return (0..<raster.tickCount).map { tick in
      for row in raster.activeRows(at: tick) where Int(row) < 2 * thresholds.count {
        values[Int(row) / 2] += row % 2 == 0 ? thresholds[Int(row) / 2] : -thresholds[Int(row) / 2]
      }
      return values
    }
  }

  private func encode(_ samples: [Float], with encoder: SendOnDelta) -> SpikeRaster {
    var encoder = encoder
    var raster = SpikeRaster(rowCount: encoder.rowCount)
    samples.withUnsafeBufferPointer { samples in
      for start in stride(from: 0, to: samples.count, by: encoder.thresholds.count) {
        encoder.encode(UnsafeBufferPointer(rebasing: samples[start..<start + encoder.thresholds.count])) {
          raster.appendRow($0)
        }
        raster.endTick()
      }
    }
    return raster
  }

  @Test func aSlowSineIsReceivedToWithinOneThreshold() {
    let samples = (0..<1000).flatMap { [Float(sin(Double($0) * 0.02)), Float(3 * cos(Double($0) * 0.01))] }
    let thresholds: [Float] = [0.05, 0.1]
    let raster = encode(samples, with: SendOnDelta(thresholds: thresholds))
    let receivedSignal = received(raster, thresholds: thresholds, start: Array(samples[..<2]))
    for tick in 0..<1000 {
      for channel in 0..<2 {
        #expect(abs(receivedSignal[tick][channel] - samples[2 * tick + channel]) <= thresholds[channel] * 1.001)
      }
    }
    // A sine of amplitude 1 crosses 4 · 1/Δ thresholds a period; 1000 ticks are 3.18 periods.
    let expectedSpikes = 3.18 * 4 / 0.05
    let spikes = Double(raster.rows.filter { $0 < 2 }.count)
    #expect(abs(spikes - expectedSpikes) < 12)
  }

  @Test func aStepTakesOneTickPerThreshold() {
    let samples: [Float] = [0, 1, 1, 1, 1, 1, -0.3, -0.3, -0.3, -0.3, -0.3, -0.3]
    let raster = encode(samples, with: SendOnDelta(thresholds: [0.25]))
    #expect(raster.tickOffsets.last == 9)
    #expect(Array(raster.rows) == [0, 0, 0, 0, 1, 1, 1, 1, 1])
    #expect(raster.activeRows(at: 0).isEmpty && raster.activeRows(at: 5).isEmpty && raster.activeRows(at: 11).isEmpty)
  }

  @Test func aConstantChannelIsSilent() {
    let encoder = SendOnDelta(
      thresholdInSigmas: 0.15,
      statistics: [
        ChannelStatistics(minimum: 2, maximum: 2, mean: 2, standardDeviation: 0, levelEdges: [2, 2])
      ])
    #expect(encode([2, 2, 5, -9], with: encoder).spikeCount == 0)
  }

  @Test func aValueOnAnEdgeBelongsToTheLevelAbove() {
    let levels = LevelRows(edges: [[0, 1], [10, 20]])
    #expect([-1, 0, 0.5, 1, 9].map { levels.level(of: $0, channel: 0) } == [0, 1, 1, 2, 2])
    #expect(levels.row(of: 15, channel: 1) == 4)
    #expect(levels.rowCount == 6)
  }

  @Test func theEncoderPutsLevelsAfterDeltaRows() throws {
    let statistics = [
      ChannelStatistics(minimum: 0, maximum: 4, mean: 2, standardDeviation: 1, levelEdges: [1, 2, 3]),
      ChannelStatistics(minimum: 0, maximum: 4, mean: 2, standardDeviation: 1, levelEdges: [1, 2, 3]),
    ]
    var encoder = SensorEncoder(
      try .init(deltaThresholdInSigmas: 0.5, levelCount: 4), statistics: statistics)
    var raster = SpikeRaster(rowCount: 0)
    encoder.begin(&raster)
    [Float(0), 2, 1, 0].withUnsafeBufferPointer { encoder.append($0, to: &raster) }
    #expect(encoder.rowCount == 12)
    #expect(Array(raster.activeRows(at: 0)) == [4, 10])
    #expect(Array(raster.activeRows(at: 1)) == [0, 3, 5, 8])
  }

  @Test func directRowsCarryTheSignalAboveAndBelowItsMean() throws {
    let statistics = [
      ChannelStatistics(minimum: 0, maximum: 4, mean: 2, standardDeviation: 1, levelEdges: []),
      ChannelStatistics(minimum: 5, maximum: 5, mean: 5, standardDeviation: 0, levelEdges: []),
    ]
    func raster(_ parameters: SensorEncoder.Parameters, _ samples: [Float]) -> SpikeRaster {
      var encoder = SensorEncoder(parameters, statistics: statistics)
      var raster = SpikeRaster(rowCount: 0)
      encoder.begin(&raster)
      samples.withUnsafeBufferPointer { encoder.append($0, to: &raster) }
      return raster
    }
    // Full drive at two standard deviations, in three steps: 0.9 of it rounds up, 0.4 of a step is nothing.
    let direct = DirectRows.Parameters(rangeInSigmas: 2, steps: 3)
    let samples: [Float] = [3.8, 5, 1.3, 5, 2.2, 9, -7, 5]
    let alone = raster(try .init(deltaThresholdInSigmas: nil, levelCount: nil, direct: direct), samples)
    #expect(alone.rowCount == 4 && alone.isGraded)
    #expect((0..<4).map { Array(alone.activeRows(at: $0)) } == [[0], [1], [], [1]])
    #expect(alone.amplitudes == [1, Float(1) / 3, 1])
    let fine = raster(
      try .init(
        deltaThresholdInSigmas: nil, levelCount: nil, direct: DirectRows.Parameters(rangeInSigmas: 2, steps: nil)),
      samples)
    #expect(zip(fine.amplitudes, [0.9, 0.35, 0.1, 1] as [Float]).allSatisfy { abs($0 - $1) < 1e-6 })
    // Behind the rows of spikes, which are driven fully.
    let both = raster(try .init(deltaThresholdInSigmas: 0.5, levelCount: nil, direct: direct), samples)
    #expect(both.rowCount == 8)
    #expect((0..<4).map { Array(both.activeRows(at: $0)) } == [[4], [1, 5], [1], [1, 5]])
    #expect(both.amplitudes == [1, 1, Float(1) / 3, 1, 1, 1])
    for wrong in [DirectRows.Parameters(rangeInSigmas: 0), .init(rangeInSigmas: .nan), .init(steps: 0)] {
      #expect(recordingError { _ = try SensorEncoder.Parameters(direct: wrong) } != nil)
    }
  }

  @Test func settingsOutOfRangeAreRefused() {
    #expect(recordingError { _ = try SensorEncoder.Parameters(deltaThresholdInSigmas: 0) } != nil)
    #expect(recordingError { _ = try SensorEncoder.Parameters(deltaThresholdInSigmas: .nan) } != nil)
    #expect(recordingError { _ = try SensorEncoder.Parameters(levelCount: 1) } != nil)
    #expect(recordingError { _ = try SensorEncoder.Parameters(deltaThresholdInSigmas: nil, levelCount: nil) } != nil)
  }
}
