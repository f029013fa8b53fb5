import Foundation
import Kernels
import Recordings
import Testing

@Suite struct ValueEncoderTests {
  private func raster(
    _ parameters: RateEncoder.Parameters, _ values: [Float], tickCount: Int, sample: Int = 0
  ) -> SpikeRaster {
    var (encoder, raster) = (RateEncoder(parameters, rowCount: values.count), SpikeRaster(rowCount: 0))
    encoder.begin(sample: sample, &raster)
    encoder.append(values, tickCount: tickCount, to: &raster)
    return raster
  }

  private func counts(_ raster: SpikeRaster) -> [Int] {
    raster.rows.reduce(into: [Int](repeating: 0, count: raster.rowCount)) { $0[Int($1)] += 1 }
  }

  @Test func ratesAtRandomAreTheProbabilities() throws {
    let parameters = try RateEncoder.Parameters(maximumRateInHertz: 200, scheme: .random(seed: 4))
    let values: [Float] = [0, 0.05, 0.25, 0.5, 1, 7, -1, .nan]
    let raster = raster(parameters, values, tickCount: 50_000)
    let seen: [Double] = [0, 0.05, 0.25, 0.5, 1, 1, 0, 0]
    for (count, value) in zip(counts(raster), seen) {
      let p = 0.2 * value
      // Five standard deviations: one row in a million seeds is further away.
      let distance = abs(Double(count) - 50_000 * p)
      let deviation = (50_000 * p * (1 - p)).squareRoot()
      #expect(distance <= 5 * deviation)
    }
    // Neighbouring ticks and rows are independent: pairs of spikes are as frequent as the product of probabilities.
    let rows = (0..<50_000).map { Set(raster.activeRows(at: $0)) }
    let both = Double(rows.filter { $0.contains(4) && $0.contains(5) }.count)
    let again = Double(zip(rows, rows.dropFirst()).filter { $0.contains(4) && $1.contains(4) }.count)
    #expect(abs(both - 2000) < 224 && abs(again - 2000) < 235)
    // At most one spike a tick.
    let fast = try RateEncoder.Parameters(maximumRateInHertz: 5000, scheme: .random(seed: 4))
    #expect(counts(self.raster(fast, [1, 0.2], tickCount: 300)) == [300, 300])
  }

  @Test func aDrawBelongsToSampleRowAndTick() throws {
    let parameters = try RateEncoder.Parameters(scheme: .random(seed: 4))
    let values = (0..<37).map { Float($0) / 37 }
    let whole = raster(parameters, values, tickCount: 40, sample: 3)
    var (encoder, pieces) = (RateEncoder(parameters, rowCount: 37), SpikeRaster(rowCount: 0))
    encoder.begin(sample: 9, &pieces)
    encoder.append(values, tickCount: 11, to: &pieces)
    encoder.begin(sample: 3, &pieces)
    encoder.append(values, tickCount: 1, to: &pieces)
    let matrix = [[Float]](repeating: values, count: 39).flatMap { $0 }
    matrix.withUnsafeBufferPointer { encoder.append($0, to: &pieces) }
    #expect(pieces == whole)
    #expect(raster(parameters, values, tickCount: 40, sample: 4) != whole)
    // A row's spikes do not depend on the values of the others.
    var dimmed = values
    dimmed[20] = 0
    let without = raster(parameters, dimmed, tickCount: 40, sample: 3)
    for tick in 0..<40 {
      #expect(Array(without.activeRows(at: tick)) == whole.activeRows(at: tick).filter { $0 != 20 })
    }
  }

  @Test func regularSpikesComeWhenTheSumPassesAWholeNumber() throws {
    let parameters = try RateEncoder.Parameters(maximumRateInHertz: 1000, scheme: .regular)
    let values: [Float] = [0, 0.1, 0.375, 0.5, 1]
    let raster = raster(parameters, values, tickCount: 997)
    for (row, value) in values.enumerated() {
      // Probabilities are held in steps of 2⁻³².
      let step = UInt64((Double(value) * 0x1p32).rounded())
      var count: UInt64 = 0
      for tick in 0..<997 {
        if raster.activeRows(at: tick).contains(Int32(row)) { count += 1 }
        #expect(count == (UInt64(tick + 1) * step) >> 32)
      }
    }
    #expect(recordingError { _ = try RateEncoder.Parameters(maximumRateInHertz: 0, scheme: .regular) } != nil)
    #expect(recordingError { _ = try RateEncoder.Parameters(tickInMicroseconds: 0, scheme: .regular) } != nil)
  }

  @Test func latencyFollowsItsLaw() throws {
    let log = try LatencyEncoder.Parameters(
      tickInMicroseconds: 100, tickCount: 1000,
      law: .logarithmic(timeConstantInMicroseconds: 20_000, threshold: 0.2))
    for value in stride(from: Float(0.21), through: 1, by: 0.01) {
      let s = Double(value)
      let time = 20_000 * Foundation.log(s / (s - 0.2))
      #expect(log.tick(of: value) == (time < 100_000 ? Int(time / 100) : nil), "\(value)")
    }
    // ln(1 / 0.8) · 20 ms = 4.46 ms.
    #expect(log.tick(of: 1) == 44 && log.tick(of: 9) == 44)
    #expect(log.tick(of: 0.2) == nil && log.tick(of: -1) == nil && log.tick(of: .nan) == nil)
    let linear = try LatencyEncoder.Parameters(tickCount: 8, law: .linear(threshold: 0.25))
    let ticks = [1, 0.9375, 0.875, 0.5, 0.375, 0.25, 0].map { linear.tick(of: Float($0)) }
    #expect(ticks == [0, 0, 1, 4, 5, nil, nil])
    #expect(
      recordingError {
        _ = try LatencyEncoder.Parameters(law: .logarithmic(timeConstantInMicroseconds: 1, threshold: 0))
      } != nil)
  }

  @Test func everyRowSpikesOnceAtItsLatency() throws {
    let parameters = try LatencyEncoder.Parameters(tickCount: 20, law: .linear(threshold: 0.1))
    let values = (0..<60).map { Float($0 * 17 % 60) / 59 }
    var (encoder, raster) = (LatencyEncoder(parameters, rowCount: 60), SpikeRaster(rowCount: 0))
    for _ in 0..<2 { values.withUnsafeBufferPointer { encoder.encode($0, into: &raster) } }
    #expect(raster.tickCount == 20)
    for tick in 0..<20 {
      let expected = values.indices.filter { parameters.tick(of: values[$0]) == tick }
      #expect(raster.activeRows(at: tick).map { Int($0) } == expected)
    }
    #expect(raster.spikeCount == values.filter { $0 > 0.1 }.count)
  }

  private func crossings(_ signal: [Float], _ parameters: LevelCrossing.Parameters) -> [[Int]] {
    var encoder = LevelCrossing(parameters)
    return signal.map { value in
      var rows: [Int] = []
      [value].withUnsafeBufferPointer { encoder.encode($0) { rows.append($0) } }
      return rows
    }
  }

  @Test func aSignalSpikesAtItsLevels() throws {
    let sharp = try LevelCrossing.Parameters(spacings: [1], hysteresis: 0)
    #expect(crossings([0.5, 0.9, 1, 0.99, 1.01], sharp) == [[], [], [0], [1], [0]])
    // With hysteresis a level is passed h/2 later.
    let dull = try LevelCrossing.Parameters(spacings: [1], hysteresis: 0.5)
    #expect(crossings([0.5, 1, 1.2, 1.25, 0.8, 0.75, 0.74], dull) == [[], [], [], [0], [], [], [1]])
    // One level a tick; negative levels; a second channel elsewhere.
    #expect(crossings([0.5, 3.6, 3.6, 3.6, 3.6, -1.6], dull) == [[], [0], [0], [0], [], [1]])
    let shifted = try LevelCrossing.Parameters(spacings: [2], offsets: [-5], hysteresis: 0)
    #expect(crossings([-4, -2.9, -3.1, -5.1], shifted) == [[], [0], [1], [1]])
    #expect(crossings([.nan, 0.5, .nan, .infinity, .infinity, 0], sharp) == [[], [], [], [0], [0], [1]])
  }

  @Test func aShiverAroundALevelSendsNothingWithHysteresis() throws {
    let signal = (0..<400).map { 3 + 0.24 * Float(sin(Double($0) * 1.7)) }
    let sharp = try LevelCrossing.Parameters(spacings: [1], hysteresis: 0)
    let dull = try LevelCrossing.Parameters(spacings: [1], hysteresis: 0.5)
    #expect(crossings(signal, sharp).filter { !$0.isEmpty }.count > 150)
    #expect(crossings(signal, dull).allSatisfy { $0.isEmpty })
    for wrong: Float in [-0.1, 1.1, .nan] {
      #expect(recordingError { _ = try LevelCrossing.Parameters(spacings: [1], hysteresis: wrong) } != nil)
    }
    #expect(recordingError { _ = try LevelCrossing.Parameters(spacings: [0]) } != nil)
    #expect(recordingError { _ = try LevelCrossing.Parameters(spacings: [1], offsets: [1, 2]) } != nil)
  }
}
