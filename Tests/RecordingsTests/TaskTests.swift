import Kernels
import Recordings
import Testing

/// Tasks that are made.
@Suite struct TaskTests {
  private func raster(_ source: some SampleSource, _ index: Int) throws -> SpikeRaster {
    var raster = SpikeRaster(rowCount: source.inputRowCount)
    try source.encode(sample: index, into: &raster)
    return raster
  }

  @Test func theLabelOfTemporalExclusiveOrIsInTheSpikes() throws {
    let source = try TemporalExclusiveOr(trainingTrials: 400, testTrials: 20, seed: 3)
    #expect(source.sampleCount == 420)
    var cues = [0, 0, 0, 0]
    for index in 0..<420 {
      let raster = try raster(source, index)
      let description = source.description(ofSample: index)
      #expect(description.split == (index < 400 ? .train : .test) && raster.tickCount == 100)
      let active = [5..<15, 45..<55].map { cue in Set(cue.flatMap { raster.activeRows(at: $0).map { Int($0) / 10 } }) }
      #expect(active.allSatisfy { $0.count == 1 })
      let bits = active.map { $0.first ?? 0 }
      #expect(description.label == bits[0] ^ bits[1])
      #expect(
        (0..<100).allSatisfy { (5..<15).contains($0) || (45..<55).contains($0) || raster.activeRows(at: $0).isEmpty })
      cues[bits[0] * 2 + bits[1]] += 1
    }
    // Four equally frequent cases of 420: 105 ± 4 standard deviations of 8.9.
    #expect(cues.allSatisfy { abs($0 - 105) < 36 }, "\(cues)")
  }

  @Test func aRowOfTemporalExclusiveOrSpikesInHalfOfTheTicks() throws {
    let source = try TemporalExclusiveOr(trainingTrials: 500, testTrials: 1, seed: 1)
    let spikes = try (0..<500).reduce(0) { $0 + (try raster(source, $1).spikeCount) }
    // 500 trials of 20 ticks of ten rows: 50 000 ± 5 standard deviations of 158.
    #expect(abs(spikes - 50_000) < 800, "\(spikes)")
  }

  @Test func trialsFollowFromTheSeedAlone() throws {
    let first = try TemporalExclusiveOr(trainingTrials: 50, testTrials: 5, seed: 3)
    let second = try TemporalExclusiveOr(trainingTrials: 50, testTrials: 5, seed: 3)
    let other = try TemporalExclusiveOr(trainingTrials: 50, testTrials: 5, seed: 4)
    #expect(try raster(first, 17) == raster(second, 17) && raster(first, 17) != raster(other, 17))
    #expect(first.fingerprint == second.fingerprint && first.fingerprint != other.fingerprint)
  }

  @Test func allTrialsOfAPatternAreAlike() throws {
    let source = try PatternGeneration(trainingTrials: 3, testTrials: 1, ticks: 1000, seed: 2)
    let raster = try raster(source, 0)
    #expect(try raster == self.raster(source, 3))
    // 100 rows in 1000 ticks with a probability of 0.05: 5000 ± 5 standard deviations of 69.
    #expect(raster.tickCount == 1000 && abs(raster.spikeCount - 5000) < 345)
    let curve = try #require(source.targetSignals(ofSample: 1))
    #expect(curve.count == 1000)
    // Whole periods: no mean, and a power of Σ a²/2 with amplitudes from 0.5 to 2.
    #expect(abs(curve.reduce(0, +)) < 0.1)
    let power = curve.reduce(0) { $0 + $1 * $1 } / 1000
    #expect(power > 4 * 0.125 && power < 4 * 2)
  }

  @Test func settingsOutOfRangeAreRefused() {
    #expect(throws: RecordingError.self) { try TemporalExclusiveOr(trainingTrials: 0, testTrials: 1, seed: 1) }
    #expect(throws: RecordingError.self) {
      try PatternGeneration(trainingTrials: 1, testTrials: 1, ticks: 9, seed: 1)
    }
  }
}
