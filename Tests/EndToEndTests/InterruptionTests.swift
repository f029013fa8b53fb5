import Checkpoints
import Foundation
import Testing

/// A run ends with the same bits however it is stopped.
@Suite("Interruptions", .serialized)
struct InterruptionTests {
  private let folder = try! TemporaryFolder()

  private func uninterrupted(_ workload: Workload) throws -> Remains {
    let result = try workload.launch(in: folder("whole")).end()
    try #require(result.status == 0, "\(result.errors)")
    return try Remains(of: folder("whole"))
  }

  @Test("SIGKILL at twenty random moments", arguments: [Workload.ideal, .rram, .incremental])
  func killed(_ workload: Workload) throws {
    let expected = try uninterrupted(workload)
    #expect(try #require(expected.checkpoint).position.isComplete)
    #expect(expected.metrics.split(separator: "\n").count == 1 + 3 * 11)
    if workload.testDescription == "RRAM" { #expect(expected.stuckDevices > 20) }
    var random = SplitMix64(7)
    var (kills, runs) = (0, 0)
    while kills < 20 {
      let target = folder("killed\(runs)")
      runs += 1
      while true {
        let program = try workload.launch(in: target)
        let isKilled = kills < 20
        if isKilled {
          usleep(UInt32.random(in: 10_000...250_000, using: &random))
          program.send(SIGKILL)
        }
        let result = try program.end()
        if result.status == 0 && !result.isCrash { break }
        try #require(isKilled && result.isCrash && result.status == SIGKILL, "\(result.errors)")
        kills += 1
      }
      #expect(try Remains(of: target) == expected, "run \(runs), \(kills) kills")
      let files = try FileManager.default.contentsOfDirectory(atPath: target + "/checkpoints")
      // Incremental ones have their full ones with them, and the best may stay.
      let most = workload.testDescription == "incremental" ? 7 : 3
      #expect(3...most ~= files.count && files.allSatisfy { $0.hasSuffix(".h5") }, "\(files)")
    }
  }

  @Test(
    "Ctrl-C, SIGTERM and SIGUSR1 save, say how to go on, and end with their code",
    arguments: [SIGINT, SIGTERM, SIGUSR1])
  func signalled(_ signal: Int32) throws {
    let expected = try uninterrupted(.rram)
    let target = folder("stopped")
    let program = try Workload.rram.launch(in: target)
    #expect(program.wait { (try? Remains(of: target).metrics.count) ?? 0 > 200 })
    program.send(signal)
    let result = try program.end()
    #expect(result.status == 128 + signal && !result.isCrash)
    #expect(result.errors.contains("continue with: crosspoint resume \(target)"))
    #expect(try #require(try Remains(of: target).checkpoint).position.isComplete == false)
    #expect(!FileManager.default.fileExists(atPath: target + "/summary.json"))
    let resumed = try Program.run("resume", target)
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try Remains(of: target) == expected)
  }

  @Test("a folder that is moved away ends the run with a sentence; from its new place it goes on with the same bits")
  func vanished() throws {
    let expected = try uninterrupted(.rram)
    let target = folder("run")
    let program = try Workload.rram.launch(in: target)
    #expect(program.wait { (try? Remains(of: target).metrics.count) ?? 0 > 200 })
    try FileManager.default.moveItem(atPath: target, toPath: folder("moved"))
    let result = try program.end()
    #expect(result.status == 1 && !result.isCrash)
    #expect(result.errors.contains("error: cannot ") && result.errors.contains("\(target)/"), "\(result.errors)")
    #expect(result.errors.contains("No such file or directory"), "\(result.errors)")
    let resumed = try Program.run("resume", folder("moved"))
    #expect(resumed.status == 0, "\(resumed.errors)")
    #expect(try Remains(of: folder("moved")) == expected)
  }

  @Test("a folder belongs to one process and one run")
  func occupied() throws {
    let target = folder("run")
    let program = try Workload.rram.launch(in: target, ["run.passes=1000"])
    #expect(program.wait { FileManager.default.fileExists(atPath: target + "/provenance.json") })
    let second = try Program.run("resume", target)
    #expect(second.status == 1 && second.errors.contains("another process is running in \(target)"))
    program.send(SIGTERM)
    #expect(try program.end().status == 143)
    let before = try Remains(of: target)
    let again = try Program.run("run", Program.watchExercises, "--output", target)
    #expect(again.status == 1)
    #expect(
      again.errors
        == "error: \(target) already holds a run; continue it with `crosspoint resume \(target)` or choose another --output\n"
    )
    #expect(try Remains(of: target) == before)
  }

  @Test("memory does not depend on the length of the stream")
  func memory() throws {
    func peak(passes: Int) throws -> Double {
      let result = try Program.run(
        "run", Program.watchExercises, "--output", folder("passes\(passes)"), "--json",
        set: ["network.hidden=[8]", "run.passes=\(passes)", "run.threads=1", "checkpoint.interval=100 ms"])
      return try #require(result.json["peak_rss_bytes"] as? Double)
    }
    let (short, long) = (try peak(passes: 1), try peak(passes: 10))
    #expect(long < 1.05 * short, "\(short) bytes for one pass, \(long) for ten")
  }
}
