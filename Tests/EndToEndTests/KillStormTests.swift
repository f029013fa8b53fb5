import Foundation
import Testing

/// Every learning rule on every technology, killed at random instants, ends as if it had never been.
///
/// The number of kills is `CROSSPOINT_KILLS`, 40 unless given; `make kill-storm` runs 500. They are spread over all pairs of
/// rule and technology, each of which is killed until its share is spent, however many runs that takes.
@Suite("Kill storm", .serialized)
struct KillStormTests {
  private let folder = try! TemporaryFolder()

  private static let kills =
    ProcessInfo.processInfo.environment["CROSSPOINT_KILLS"].flatMap(Int.init) ?? 40

  /// What a rule needs beside its name.
  private static let rules: [(name: String, overrides: [String])] =
    [
      ("e-prop", ["learning.rate=1e-4"]),
      ("e-prop, symmetric, recurrent", ["learning.feedback=symmetric", "network.recurrent=true"]),
      ("e-prop, Adam", ["learning.optimiser=adam"]),
      ("ottt", ["learning.rule=ottt"]),
      ("bptt", ["learning.rule=bptt"]),
      ("decolle", ["learning.rule=decolle"]),
    ]
    + ["pair-stdp", "triplet-stdp", "rectangular-stdp", "binary-stdp"].map { rule in
      (
        rule,
        [
          "learning.rule=\(rule)", "network.decision=votes", "network.inhibition=winner-take-all",
          "network.inhibition_time=40 ms", "network.homeostasis=0.3", "network.threshold=12", "network.reset=zero",
          "network.initial_weight_mean=0.5", "network.initial_weight_sigma=0.1", "crossbar.weight_limit=1",
        ]
      )
    }

  private static let technologies: [(name: String, overrides: [String])] = [
    ("ideal", ["device.preset=ideal", "writes.policy=exact"]),
    ("RRAM", ["device.preset=rram-taox-hfox", "device.endurance=2", "device.endurance_shape=1"]),
    ("PCM", ["device.preset=pcm-gst-2018"]),
    ("FeFET", ["device.preset=fefet-hzo-2017", "writes.policy=stochastic-rounding"]),
    ("STT-MRAM", ["device.preset=stt-mram"]),
    ("capacitive", ["device.preset=fcm-hzo"]),
    ("ECRAM", ["device.preset=ecram-li-2018"]),
  ]

  private static var workloads: [Workload] {
    rules.flatMap { rule in
      technologies.map { technology in
        Workload(
          testDescription: "\(rule.name) on \(technology.name)",
          overrides: [
            "network.hidden=[16]", "stream.limit=80", "run.passes=2", "run.metrics_samples=20", "run.threads=1",
            "checkpoint.every_samples=7", "checkpoint.interval=0 s",
          ] + rule.overrides + technology.overrides)
      }
    }
  }

  @Test("every rule on every technology, killed at random instants, ends with the same bits")
  func storm() throws {
    let workloads = Self.workloads
    var random = SplitMix64(11)
    var kills = 0
    // A short storm takes the pairs in an order that meets all rules and all technologies early.
    for (turn, place) in workloads.indices.map({ $0 * 29 % workloads.count }).enumerated() {
      let workload = workloads[place]
      let share = Self.kills * (turn + 1) / workloads.count - Self.kills * turn / workloads.count
      guard share > 0 else { continue }
      kills += try kill(workload, times: share, name: "\(place)", random: &random)
    }
    #expect(kills == Self.kills)
    print("kill storm: \(kills) kills, \(workloads.count) pairs of rule and technology")
  }

  private func kill(
    _ workload: Workload, times: Int, name: String, random: inout SplitMix64
  ) throws -> Int {
    let what = workload.testDescription
    let start = Date()
    let whole = try workload.launch(in: folder(name)).end()
    try #require(whole.status == 0, "\(what): \(whole.errors)")
    let microseconds = UInt32(min(max(Date().timeIntervalSince(start), 0.02), 2) * 1e6)
    let expected = try Remains(of: folder(name))
    var (kills, runs) = (0, 0)
    while kills < times {
      let target = folder("\(name)-\(runs)")
      runs += 1
      while true {
        let program = try workload.launch(in: target)
        if kills < times {
          usleep(UInt32.random(in: 5_000...microseconds, using: &random))
          program.send(SIGKILL)
        }
        let result = try program.end()
        if result.status == 0 && !result.isCrash { break }
        try #require(result.isCrash && result.status == SIGKILL, "\(what), \(kills) kills: \(result.errors)")
        kills += 1
      }
      #expect(try Remains(of: target) == expected, "\(what), run \(runs), \(kills) kills")
    }
    return kills
  }
}
