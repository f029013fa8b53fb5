import Foundation
import Testing

/// Disks that are full or cannot be written to. They are mounted in a namespace of their own, which goes away with the
/// process.
@Suite("Storage", .enabled(if: Namespace.isAvailable, "needs unshare(1) and the right to mount"))
struct StorageTests {
  private let folder = try! TemporaryFolder()

  @Test("a full disk ends the run with a sentence; with room it goes on with the same bits")
  func fullDisk() throws {
    let whole = try Workload.rram.launch(in: folder("whole"), ["checkpoint.keep=100"]).end()
    try #require(whole.status == 0)
    let overrides = (Workload.rram.overrides + ["checkpoint.keep=100"]).map { "--set '\($0)'" }.joined(separator: " ")
    let result = try Namespace.run(
      """
      mkdir disk copy
      mount -t tmpfs -o size=1m none disk
      '\(Program.path)' run '\(Program.watchExercises)' --output disk/run \(overrides) 2>full.txt
      echo "full $?"
      '\(Program.path)' resume disk/run 2>still-full.txt
      echo "still full $?"
      mount -o remount,size=64m disk
      '\(Program.path)' resume disk/run >/dev/null 2>resumed.txt
      echo "resumed $?"
      cp -r disk/run/. copy
      """, in: folder)
    #expect(result.output == "full 1\nstill full 1\nresumed 0\n", "\(result)")
    for file in ["full.txt", "still-full.txt"] {
      let text = try String(contentsOfFile: folder(file), encoding: .utf8)
      #expect(text.hasSuffix("\n") && text.contains("No space left on device") && text.contains("disk/run"), "\(text)")
    }
    #expect(!(try String(contentsOfFile: folder("resumed.txt"), encoding: .utf8)).contains("skipped"))
    #expect(try Remains(of: folder("copy")) == Remains(of: folder("whole")))
  }

  @Test("with checkpoint.when_failing=continue a run outlives a full disk, and nothing is missing")
  func carriesOn() throws {
    let settings = ["checkpoint.keep=100", "checkpoint.when_failing=continue", "run.passes=40"]
    let whole = try Workload.ideal.launch(in: folder("whole"), settings).end()
    try #require(whole.status == 0)
    let overrides = (Workload.ideal.overrides + settings).map { "--set '\($0)'" }.joined(separator: " ")
    let result = try Namespace.run(
      """
      mkdir disk copy
      mount -t tmpfs -o size=2m none disk
      '\(Program.path)' run '\(Program.watchExercises)' --output disk/run \(overrides) >/dev/null 2>told.txt &
      until grep -q 'will try again' told.txt; do sleep 0.02; done
      '\(Program.path)' verify disk/run >/dev/null
      echo "sound $?"
      mount -o remount,size=256m disk
      wait $!
      echo "ended $?"
      cp -r disk/run/. copy
      """, in: folder)
    #expect(result.output == "sound 0\nended 0\n", "\(result)")
    let told = try String(contentsOfFile: folder("told.txt"), encoding: .utf8)
    #expect(told.contains("No space left on device") && told.contains("checkpoint.when_failing"), "\(told)")
    #expect(try Remains(of: folder("copy")) == Remains(of: folder("whole")))
  }

  @Test("an output folder that cannot be written to is named")
  func readOnly() throws {
    let result = try Namespace.run(
      """
      mkdir -p disk
      mount -t tmpfs none disk
      mkdir disk/there
      mount -o remount,ro disk
      for target in disk/new disk/there; do
        '\(Program.path)' run '\(Program.watchExercises)' --output $target
        echo "status $?"
      done
      """, in: folder)
    #expect(result.output == "status 1\nstatus 1\n")
    #expect(
      result.errors == """
        error: cannot create folder disk/new: Read-only file system
        error: cannot write into disk/there: Read-only file system

        """)
  }
}

/// A shell whose mounts nobody else sees.
enum Namespace {
  static let isAvailable =
    (try? run("mkdir m && mount -t tmpfs none m && mount -o remount,ro m", in: TemporaryFolder()).status) == 0

  static func run(_ script: String, in folder: TemporaryFolder) throws -> Program.Result {
    let isRoot = geteuid() == 0
    let command = ["unshare", isRoot ? "-m" : "-rm", "sh", "-c", "cd '\(folder.path)' && \(script)"]
    return try RunningProgram("/usr/bin/env", command).end()
  }
}
