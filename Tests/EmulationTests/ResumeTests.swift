import Checkpoints
import Foundation
import Testing

@testable import Emulation

/// A run that was stopped ends as if it had never been.
@Suite("Resume")
struct ResumeTests {
  private let laboratory = try! TinyLaboratory()

  @Test("two passes and two more are four passes", arguments: ["accumulate-threshold", "stochastic-rounding"])
  func extended(policy: String) throws {
    let overrides = ["writes.policy=\(policy)"]
    _ = try laboratory.begin("whole", overrides + ["run.passes=4"]).execute()
    _ = try laboratory.begin("parts", overrides + ["run.passes=2"]).execute()
    let resumed = try laboratory.resume("parts", ["run.passes=4", "run.threads=2"])
    #expect(resumed.wasComplete == false && resumed.run.position.pass == 2)
    _ = try resumed.run.execute()
    var parts = try laboratory.remains("parts")
    let whole = try laboratory.remains("whole")
    // The threads are the one line that differs.
    parts.checkpoint?.experiment = try #require(whole.checkpoint?.experiment)
    #expect(parts == whole)
    #expect(try #require(whole.checkpoint).network.layers[0].array.conditions.joined().contains { $0 != 0 })
  }

  @Test(
    "cuts after every few samples, in training and in tests, change nothing",
    arguments: [
      ["run.passes=2"], ["learning.update_ticks=13", "network.hidden=[20,10]"], ["run.evaluate=end"],
      ["device.preset=ideal", "writes.policy=exact", "crossbar.adc_bits=0", "device.endurance=0"],
      [
        "crossbar.mapping=bit-slices", "crossbar.slice_signs=twos-complement",
        "crossbar.store_complements=true", "learning.rate=0.01",
      ],
      [
        "crossbar.mapping=reference-column", "crossbar.wire_model=exact",
        "crossbar.bit_line_resistance=5ohm", "crossbar.wire_staleness=0.01",
      ],
      ["crossbar.adc_full_scale=calibrated", "crossbar.adc_calibration_samples=5"],
      ["device.preset=fcm-hzo", "crossbar.charge_read=sharing", "writes.policy=stochastic-rounding"],
      [
        "learning.rule=rectangular-stdp", "network.decision=votes", "network.inhibition=winner-take-all",
        "network.homeostasis=0.1", "network.initial_weight_mean=0.3",
      ],
      ["learning.rule=triplet-stdp", "learning.reward=decision", "network.initial_weight_mean=0.3"],
      [
        "network.membrane_bits=12", "network.membrane_leak=stochastic", "network.recurrent=true",
        "learning.update_ticks=13",
      ],
      ["stream.direct_rows=true", "crossbar.dac_gain_sigma=0.02", "learning.update_ticks=13"],
      ["stream.rate_rows=true", "stream.highest_rate=300 Hz", "stream.delta_coding=level-crossing"],
      [
        "writes.levelling=row-rotation", "writes.spare_rows=2", "writes.levelling_interval=7", "writes.retire_after=3",
        "device.endurance=3",
      ],
      ["writes.levelling=row-swap", "writes.levelling_interval=5", "writes.biasing=half-voltage"],
    ])
  func cuts(overrides: [String]) throws {
    _ = try laboratory.begin("whole", overrides).execute()
    try laboratory.begin("cut", overrides).execute(samples: 17)
    var sessions = 1
    var phases: Set<Bool> = []
    while true {
      let run = try laboratory.resume("cut").run
      if run.position.isComplete { break }
      phases.insert(run.position.isTesting)
      try run.execute(samples: 17)
      sessions += 1
    }
    #expect(sessions > 5 && phases == [true, false])
    #expect(try laboratory.remains("cut") == laboratory.remains("whole"))
    let provenance = try JSONText.decode(
      Provenance.self, from: String(contentsOfFile: laboratory.folder("cut/provenance.json"), encoding: .utf8))
    #expect(provenance.sessions.count == sessions + 1)
  }

  @Test("a complete run computes nothing more")
  func complete() throws {
    _ = try laboratory.begin("run").execute()
    let before = try laboratory.remains("run")
    let resumed = try laboratory.resume("run")
    #expect(resumed.wasComplete)
    guard case .completed(let summary) = try resumed.run.execute() else { throw Unfinished() }
    #expect(summary.samples == 96)
    #expect(try laboratory.remains("run") == before)
  }

  @Test("a run killed before its first checkpoint begins again")
  func noCheckpoint() throws {
    _ = try laboratory.begin("whole").execute()
    do {
      let run = try laboratory.begin("killed")
      try "\(MetricsRow.header)\n10,1,train,half a ro".write(
        toFile: run.folder.metricsPath, atomically: false, encoding: .utf8)
    }
    let resumed = try laboratory.resume("killed")
    #expect(resumed.run.position.samplesSeen == 0)
    _ = try resumed.run.execute()
    #expect(try laboratory.remains("killed") == laboratory.remains("whole"))
  }

  @Test("rows written after the checkpoint are taken back")
  func rowsAfterTheCheckpoint() throws {
    _ = try laboratory.begin("whole").execute()
    try laboratory.begin("cut").execute(samples: 25)
    for file in ["metrics.csv", "events.jsonl"] {
      let handle = try #require(FileHandle(forWritingAtPath: laboratory.folder("cut/\(file)")))
      try handle.seekToEnd()
      try handle.write(contentsOf: Data("30,1,train,1,1,1".utf8))
    }
    _ = try laboratory.resume("cut").run.execute()
    #expect(try laboratory.remains("cut") == laboratory.remains("whole"))
  }

  @Test("a damaged newest checkpoint is passed over, with its reason")
  func damaged() throws {
    _ = try laboratory.begin("run", ["checkpoint.every_samples=20"]).execute()
    let before = try laboratory.remains("run")
    let store = CheckpointStore(folder: laboratory.folder("run/checkpoints"))
    let newest = try #require(try store.paths().last)
    let handle = try #require(FileHandle(forUpdatingAtPath: newest))
    try handle.truncate(atOffset: 3000)
    let resumed = try laboratory.resume("run")
    #expect(resumed.skippedCheckpoints.count == 1 && resumed.skippedCheckpoints[0].hasPrefix(newest))
    #expect(resumed.run.position.samplesSeen < 96 || resumed.run.position.isTesting)
    _ = try resumed.run.execute()
    #expect(try laboratory.remains("run") == before)
  }

  private struct Unfinished: Error {}
}
