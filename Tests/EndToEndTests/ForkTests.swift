import Checkpoints
import Foundation
import Testing

/// New runs that begin as the state of another.
@Suite("Forks")
struct ForkTests {
  private let folder = try! TemporaryFolder()

  /// A run that was stopped half way, and the same run to its end.
  private func halves(_ workload: Workload = .rram) throws -> (half: String, whole: String) {
    let (half, whole) = (folder("half"), folder("whole"))
    let complete = try workload.launch(in: whole, ["checkpoint.keep=1000"]).end()
    try #require(complete.status == 0, "\(complete.errors)")
    try FileManager.default.copyItem(atPath: whole, toPath: half)
    // What a run that was killed after 250 samples has.
    let checkpoints = try CheckpointStore(folder: half + "/checkpoints").paths()
    for path in checkpoints where try CheckpointReader.read(path).position.samplesSeen > 250 {
      try FileManager.default.removeItem(atPath: path)
    }
    try FileManager.default.removeItem(atPath: half + "/summary.json")
    return (half, whole)
  }

  private func origin(of path: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: "\(path)/provenance.json"))
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    return try #require(object["origin"] as? [String: Any])
  }

  private func contents(of path: String) throws -> [String: Data] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: path)
    return Dictionary(
      uniqueKeysWithValues: names.map {
        ($0, FileManager.default.contents(atPath: "\(path)/\($0)") ?? Data())
      })
  }

  @Test("a fork without changes ends as the run it left, which stays as it is")
  func unchanged() throws {
    let (half, whole) = try halves()
    let before = try contents(of: half)
    let result = try Program.run("resume", half, "--output", folder("fork"))
    try #require(result.status == 0, "\(result.errors)")
    #expect(try contents(of: half) == before)
    #expect(try Remains(of: folder("fork")) == Remains(of: whole))
    let origin = try origin(of: folder("fork"))
    #expect(
      origin["from_sample"] as? Int == 250 && (origin["changes"] as? [String])?.isEmpty == true)
    let difference = try Program.run("diff", folder("fork"), whole)
    #expect(
      difference.status == 0 && difference.output.contains("the same state"), "\(difference.output)"
    )
  }

  @Test("another seed is another future of the same devices")
  func otherFuture() throws {
    let (half, whole) = try halves()
    for seed in [7, 8] {
      let result = try Program.run(
        "resume", half, "--output", folder("\(seed)"), "--fork-seed", "\(seed)")
      try #require(result.status == 0, "\(result.errors)")
    }
    let ends = try ["7", "8"].map { try #require(try Remains(of: folder($0)).checkpoint) }
    let old = try #require(try Remains(of: whole).checkpoint)
    let layers = (ends + [old]).map { $0.network.layers[0].array }
    #expect(
      layers[0].conductances != layers[1].conductances
        && layers[0].conductances != layers[2].conductances)
    // A device that wore out before the fork is worn in all futures, and nothing that was written is undone.
    let start = try #require(try Remains(of: half).checkpoint).network.layers[0].array
    for layer in layers {
      for plane in start.wear.indices {
        #expect(zip(layer.wear[plane], start.wear[plane]).allSatisfy { $0 >= $1 })
        #expect(
          zip(layer.conditions[plane], start.conditions[plane]).allSatisfy { $1 == 0 || $0 == $1 })
      }
    }
    let origin = try origin(of: folder("7"))
    #expect(origin["changes"] as? [String] == ["run.noise_seed: 7 here, 0 there"])
    let difference = try Program.run("diff", folder("7"), folder("8"))
    #expect(
      difference.status == 1 && difference.output.contains("network/layers/hidden1/conductance"))
  }

  @Test("rate, policy and stream may change, and what the state lacks begins anew")
  func changed() throws {
    let (half, _) = try halves()
    let result = try Program.run(
      "resume", half, "--output", folder("fork"),
      set: ["learning.rate=1e-5", "writes.policy=stochastic-rounding", "learning.optimiser=adam"])
    try #require(result.status == 0, "\(result.errors)")
    let origin = try origin(of: folder("fork"))
    let changes = try #require(origin["changes"] as? [String])
    #expect(
      changes.contains { $0.hasPrefix("learning.rate:") }
        && changes.contains { $0.hasPrefix("writes.policy:") })
    let anew = try #require(origin["begun_anew"] as? [String])
    #expect(
      anew.contains("network/layers/hidden1/pending_changes")
        && anew.contains("network/layers/hidden1/first_moment"))
    let metrics = try Remains(of: folder("fork")).metrics.split(separator: "\n")
    #expect(metrics.count == 1 + 3 * 11, "the rows before the fork and after it, none twice")
    let other = try Program.run(
      "resume", half, "--output", folder("stream"), set: ["stream.limit=60", "run.passes=1"])
    try #require(other.status == 0, "\(other.errors)")
    let end = try #require(try Remains(of: folder("stream")).checkpoint)
    let before = try #require(try Remains(of: half).checkpoint)
    #expect(end.position.samplesSeen == 60, "the passes begin anew")
    #expect(end.network.readTicks > before.network.readTicks, "the clock goes on")
    let pulses = [end, before].map {
      $0.network.layers[0].array.setPulses.joined().reduce(0) { $0 + UInt64($1) }
    }
    #expect(pulses[0] >= pulses[1])
  }

  @Test("what would make another chip is refused by name")
  func refused() throws {
    let (half, _) = try halves()
    let result = try Program.run(
      "resume", half, "--output", folder("fork"), set: ["device.preset=pcm-gst-2018"])
    #expect(
      result.status == 1
        && result.errors.contains("device.preset: pcm-gst-2018 here, rram-taox-hfox there"))
    #expect(
      result.errors.contains("learning.*")
        && !FileManager.default.fileExists(atPath: folder("fork")))
    let seed = try Program.run("resume", half, "--fork-seed", "3")
    #expect(seed.status == 64 && seed.errors.contains("--output"))
  }

  @Test("a fork that is killed goes on as a fork")
  func killed() throws {
    let (half, _) = try halves()
    let whole = try Program.run(
      "resume", half, "--output", folder("uninterrupted"), "--fork-seed", "5")
    try #require(whole.status == 0)
    let expected = try Remains(of: folder("uninterrupted"))
    var random = SplitMix64(3)
    var kills = 0
    for number in 0..<6 {
      let target = folder("killed\(number)")
      while true {
        let isBegun = FileManager.default.fileExists(atPath: "\(target)/experiment.yaml")
        if !isBegun { try? FileManager.default.removeItem(atPath: target) }
        let program =
          isBegun
          ? try Program.launch(["resume", target])
          : try Program.launch(["resume", half, "--output", target, "--fork-seed", "5"])
        usleep(UInt32.random(in: 20_000...400_000, using: &random))
        if kills < 2 * (number + 1) { program.send(SIGKILL) }
        let result = try program.end()
        if result.status == 0 && !result.isCrash { break }
        kills += 1
        try #require(result.isCrash && result.status == SIGKILL, "\(result.errors)")
      }
      #expect(try Remains(of: target) == expected)
    }
    #expect(kills > 5)
  }

  @Test("a transplanted array keeps its devices, their states and their wear")
  func transplanted() throws {
    let (half, _) = try halves()
    let before = try #require(try Remains(of: half).checkpoint)
    let settings =
      Workload.rram.overrides + ["learning.rule=none", "run.passes=1", "run.noise_seed=9"]
    let result = try Program.run(
      "run", Program.watchExercises, "--output", folder("new"), "--transplant", half, "--layer",
      "hidden1",
      set: settings)
    try #require(result.status == 0, "\(result.errors)")
    let after = try #require(try Remains(of: folder("new")).checkpoint)
    #expect(
      after.network.layers[0].array.conductances == before.network.layers[0].array.conductances)
    #expect(after.network.layers[0].array.wear == before.network.layers[0].array.wear)
    #expect(
      after.network.layers[1].array.conductances != before.network.layers[1].array.conductances)
    #expect(after.position.samplesSeen == 200 && after.network.readTicks > before.network.readTicks)
    #expect(try origin(of: folder("new"))["arrays"] as? [String] == ["hidden1"])
    let other = try Program.run(
      "run", Program.watchExercises, "--output", folder("other"), "--seed", "4", "--transplant",
      half, set: settings)
    #expect(
      other.status == 1 && other.errors.contains("run.seed: 4 here, 1 there"), "\(other.errors)")
  }

  @Test("--resume auto begins, goes on, or says that all is done; never another experiment's run")
  func automatic() throws {
    let expected = try Workload.rram.launch(in: folder("whole")).end()
    try #require(expected.status == 0)
    let arguments = ["run", Program.watchExercises, "--output", folder("auto"), "--resume", "auto"]
    let first = try Program.launch(arguments, set: Workload.rram.overrides)
    #expect(first.wait { (try? Remains(of: folder("auto")).metrics.count) ?? 0 > 200 })
    first.send(SIGUSR1)
    #expect(try first.end().status == 138)
    for _ in 0..<2 {
      let result = try Program.launch(arguments, set: Workload.rram.overrides).end()
      #expect(result.status == 0, "\(result.errors)")
      #expect(try Remains(of: folder("auto")) == Remains(of: folder("whole")))
    }
    let other = try Program.launch(arguments, set: Workload.rram.overrides + ["learning.rate=1e-3"])
      .end()
    #expect(other.status == 1 && other.errors.contains("learning.rate"), "\(other.errors)")
  }
}
