import Foundation
import Testing

/// Studies, killed and taken up again.
@Suite("crosspoint study", .serialized)
struct StudyCommandTests {
  private let folder = try! TemporaryFolder()

  private func write(_ text: String) throws -> String {
    let experiment = Program.watchExercises
    let path = folder("study.yaml")
    try text.replacing("EXPERIMENT", with: experiment).write(toFile: path, atomically: true, encoding: .utf8)
    return path
  }

  private static let study = """
    experiment: EXPERIMENT
    set: [run.passes=2, stream.limit=100, checkpoint.every_samples=20]
    grid:
      writes.threshold: [1, 2, 4]
    points:
      refused: [writes.policy=exact]
    seeds: [1, 2]
    age: {for: 10min, duty: 10/s, window: 60, test_samples: 30}
    """

  private func contents(_ name: String) throws -> String { try String(contentsOfFile: folder(name), encoding: .utf8) }

  /// Sessions of the runs and deployments of a study, by folder.
  private func sessions(_ output: String) throws -> [String: Int] {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder(output)).filter {
      $0.hasSuffix("provenance.json")
    }
    return try Dictionary(
      uniqueKeysWithValues: paths.map { path in
        let text = try contents("\(output)/\(path)")
        return (path, text.ranges(of: "\"started\"").count)
      })
  }

  @Test("a study that is killed at any point comes to the same table, and nothing complete is run twice")
  func killed() throws {
    let path = try write(Self.study)
    let whole = try Program.run("study", path, "--output", folder("whole"), "--jobs", "2")
    #expect(whole.status == 0, "\(whole.errors)")
    #expect(whole.errors.contains("refused  refused:"))
    for delay in [0.3, 0.8, 1.5, 2.5, 4.0] {
      let program = try Program.launch(["study", path, "--output", folder("cut"), "--jobs", "2", "--quiet"])
      Thread.sleep(forTimeInterval: delay)
      program.send(SIGKILL)
      _ = try program.end()
    }
    let last = try Program.run("study", path, "--output", folder("cut"), "--jobs", "1")
    #expect(last.status == 0, "\(last.errors)")
    for name in ["table.csv", "summary.csv"] { #expect(try contents("cut/\(name)") == contents("whole/\(name)")) }
    let lines = try contents("cut/table.csv").split(separator: "\n")
    #expect(lines.count == 1 + 6 + 2 && lines.count { $0.contains("refused:") } == 2)
    let before = try sessions("cut")
    #expect(before.count == 12)
    let again = try Program.run("study", path, "--output", folder("cut"), "--json")
    #expect(again.status == 0 && again.output.contains("\"rows\""))
    #expect(try sessions("cut") == before)
    #expect(try sessions("whole").values.allSatisfy { $0 == 1 })
  }

  @Test("a child that begins after its study was killed does nothing")
  func orphan() throws {
    try FileManager.default.createDirectory(atPath: folder("gone"), withIntermediateDirectories: true)
    FileManager.default.createFile(atPath: folder("gone/.study-children"), contents: nil)
    let command = ["run", Program.watchExercises, "--output", folder("gone/point"), "--set", "stream.limit=20"]
    let child = try RunningProgram("/usr/bin/env", ["CROSSPOINT_STUDY=-1 \(folder("gone"))", Program.path] + command)
      .end()
    #expect(child.status == 128 + SIGTERM)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder("gone")) == [".study-children"])
  }

  @Test("Ctrl-C stops all points after saving; another process, other settings and a broken study are refused")
  func refusals() throws {
    let path = try write(Self.study.replacing("stream.limit=100", with: "stream.limit=1000"))
    let program = try Program.launch(["study", path, "--output", folder("one"), "--quiet"])
    Thread.sleep(forTimeInterval: 2)
    let second = try Program.run("study", path, "--output", folder("one"))
    #expect(second.status == 1 && second.errors.contains("another process is working on the study"))
    program.send(SIGINT)
    let stopped = try program.end()
    #expect(stopped.status == 130 && stopped.errors.contains("crosspoint study"))
    let list = try Program.run("study", path, "--output", folder("one"), "--dry-run")
    #expect(list.output.split(separator: "\n").count == 8 && list.output.contains("begun"))
    let other = try write(Self.study.replacing("run.passes=2", with: "run.passes=2, learning.rate=1e-5"))
    let different = try Program.run("study", other, "--output", folder("one"))
    #expect(different.status == 1 && different.errors.contains("learning.rate"))
    let broken = try write("experiment: EXPERIMENT\ngird:\n  a: [1]\n")
    let error = try Program.run("study", broken, "--output", folder("two"))
    #expect(error.status == 1 && error.errors.contains("study.yaml:2: unknown key gird"))
  }
}
