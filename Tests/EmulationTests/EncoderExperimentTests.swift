import Foundation
import Kernels
import Recordings
import Testing

@testable import Emulation

/// Each way to make spikes of a channel carries enough for a network to learn from.
@Suite("Encoders in experiments")
struct EncoderExperimentTests {
  private let laboratory = try! TinyLaboratory()
  /// A few rows alone, with weights that make neurons spike from them.
  private static let alone = [
    "stream.delta_rows=false", "stream.level_rows=0", "network.initial_weight_sigma=0.5", "crossbar.weight_limit=1",
  ]

  @Test(
    "an experiment with each encoder learns, with the same bits for any threads",
    arguments: [
      ["stream.level_rows=0"], ["stream.level_rows=0", "stream.delta_coding=level-crossing"],
      alone + ["stream.rate_rows=true", "stream.highest_rate=50 Hz"],
      alone + ["stream.rate_rows=true", "stream.highest_rate=50 Hz", "stream.rate_coding=regular"],
      alone + ["stream.latency_rows=true", "stream.latency_window=200 ms"],
      alone + ["stream.latency_rows=true", "stream.latency_law=linear"], alone + ["stream.direct_rows=true"],
    ])
  func learns(overrides: [String]) throws {
    let short = overrides + ["stream.limit=400", "run.passes=2", "run.evaluate=end"]
    let summary = try laboratory.example("01-watch-exercises", overrides: short + ["run.threads=1"])
    // Ten classes; the most frequent has less than a fifth of the windows.
    #expect(summary.testAccuracy > 0.3, "\(overrides)")
    let again = try TinyLaboratory().example("01-watch-exercises", overrides: short + ["run.threads=2"])
    #expect(again.testConfusion == summary.testConfusion && again.setPulses == summary.setPulses)
  }

  @Test("random spikes follow the seed")
  func seeds() throws {
    func spikes(_ seed: Int) throws -> Int {
      let experiment = try laboratory.experiment(
        Self.alone + ["stream.rate_rows=true", "stream.highest_rate=300 Hz", "run.seed=\(seed)"])
      var raster = SpikeRaster(rowCount: experiment.source.inputRowCount)
      try experiment.source.encode(sample: 0, into: &raster)
      return raster.rows.reduce(into: Hasher()) { $0.combine($1) }.finalize()
    }
    #expect(try spikes(1) == spikes(1))
    #expect(try spikes(1) != spikes(2))
  }

  @Test("rows that make no sense are refused with a sentence")
  func refusals() {
    let cases: [(overrides: [String], words: String)] = [
      (Self.alone, "without input"), (["stream.level_rows=1"], "one level says nothing"),
      (["stream.kind=n-mnist", "stream.rate_rows=true"], "needs sampled channels"),
      (["stream.latency_rows=true", "stream.latency_window=0.0001 ms"], "ticks of a window"),
      (["stream.highest_rate=5 Hz"], "stream.rate_rows"),
    ]
    for (overrides, words) in cases {
      #expect(sentence { _ = try laboratory.configuration(overrides) }.contains(words), "\(overrides)")
    }
  }

  @Test("a paced run waits as long as its samples last, and comes to the same")
  func paced() throws {
    let overrides = ["run.passes=1", "checkpoint.interval=0 s"]
    _ = try laboratory.begin("fast", overrides).execute()
    let experiment = try laboratory.experiment(overrides)
    let samples = experiment.trainingSamples + experiment.testSamples
    let ticks = samples.reduce(0) { $0 + experiment.source.description(ofSample: $1).tickCount }
    let seconds = Double(ticks) * experiment.configuration.network.timeStep.seconds
    let start = SessionClock.now
    _ = try laboratory.begin("paced", overrides + ["stream.speed=\(seconds / 0.4)"]).execute()
    #expect(SessionClock.now - start >= 0.38)
    #expect(try laboratory.remains("paced").metrics == laboratory.remains("fast").metrics)
  }
}
