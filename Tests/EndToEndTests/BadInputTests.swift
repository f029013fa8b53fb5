import Checkpoints
import Foundation
import Testing

/// Everything a user can get wrong ends in one sentence: which file, where in it, what was expected, what was found.
@Suite("Bad input")
struct BadInputTests {
  private let folder = try! TemporaryFolder()

  /// Runs the watch exercises with overrides and expects a failure whose text has all `parts`.
  private func refuse(_ overrides: [String], _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation)
    throws
  {
    let result = try Program.run("run", Program.watchExercises, "--output", folder(UUID().uuidString), set: overrides)
    expect(result, parts, sourceLocation)
  }

  private func expect(_ result: Program.Result, _ parts: [String], _ sourceLocation: SourceLocation) {
    #expect(result.status == 1 && !result.isCrash, "\(result)", sourceLocation: sourceLocation)
    #expect(result.errors.hasPrefix("error: "), sourceLocation: sourceLocation)
    for part in parts { #expect(result.errors.contains(part), "\(result.errors)", sourceLocation: sourceLocation) }
  }

  // MARK: Recordings

  @Test func recordings() throws {
    try refuse(["stream.path=none.h5"], "recording none.h5 not found; looked for none.h5, ", "--set stream.path=PATH")
    let whole = try Data(contentsOf: URL(filePath: Program.watchRecording))
    let cut = try folder.write(whole.prefix(whole.count * 3 / 5), to: "cut.h5")
    try refuse(["stream.path=\(cut)"], cut, "\(whole.count)", "\(whole.count * 3 / 5)")
    let text = try folder.write("time,x,y\n".utf8, to: "text.h5")
    try refuse(["stream.path=\(text)"], text, "HDF5")
    try refuse(["stream.path=\(folder.path)"], folder.path)
    try refuse(["network.time_step=10 ms"], "network.time_step is 10 ms", "20", Program.watchRecording)
    try refuse(["stream.window=100 s"], "at most", Program.watchRecording)
  }

  /// An N-MNIST folder of one sound recording and one file of `bytes`.
  private func nmnist(_ bytes: [UInt8], label: String = "3") throws -> String {
    let root = UUID().uuidString
    try folder.write([5, 6, 0x80, 0, 1], to: "\(root)/Train/1/00001.bin")
    try folder.write([5, 6, 0x80, 0, 1], to: "\(root)/Test/1/00001.bin")
    try folder.write(bytes, to: "\(root)/Train/\(label)/00002.bin")
    return folder(root)
  }

  private func refuseNMNIST(_ path: String, _ parts: String..., sourceLocation: SourceLocation = #_sourceLocation)
    throws
  {
    let experiment = try folder.write(
      "stream:\n  kind: n-mnist\n  path: \(path)\nrun: {passes: 1}\n".utf8, to: "n.yaml")
    let result = try Program.run("run", experiment, "--output", folder(UUID().uuidString))
    expect(result, parts, sourceLocation)
  }

  @Test func eventRecordings() throws {
    let outside = try nmnist([5, 6, 0x80, 0, 1, 40, 6, 0, 0, 2])
    try refuseNMNIST(outside, "\(outside)/Train/3/00002.bin", "corrupt at byte 5", "below (34, 34)", "(40, 6)")
    let cut = try nmnist([5, 6, 0x80, 0, 1, 7, 7])
    try refuseNMNIST(cut, "\(cut)/Train/3/00002.bin", "truncated at byte 5", "5 bytes", "2")
    let empty = try nmnist([])
    try refuseNMNIST(empty, "\(empty)/Train/3/00002.bin", "at least one event")
    let label = try nmnist([5, 6, 0x80, 0, 1], label: "three")
    try refuseNMNIST(label, "\(label)/Train/three", "0 to 9", "'three'")
    try refuseNMNIST(folder.path, folder.path, "Train", "no such folder")
  }

  // MARK: Experiments

  @Test func experiments() throws {
    try refuse(["netwrk.hidden=[16]"], "unknown key netwrk.hidden; the nearest valid key is network.hidden")
    try refuse(["network.membrane_time_constant=50"], "network.membrane_time_constant", "50", "ms")
    try refuse(["network.membrane_time_constant=50 uS"], "network.membrane_time_constant", "uS")
    try refuse(["crossbar.adc_bits=40"], "crossbar.adc_bits", "0", "16", "40")
    try refuse(["crossbar.adc_bits=six"], "crossbar.adc_bits", "six")
    try refuse(["writes.policy=exact"], "writes.policy", "device.preset: ideal")
    try refuse(["stream.fold=5"], "stream.fold (5) must be below stream.folds (5)")
    try refuse(["adc_bits"], "adc_bits", "key=value")
    let file = try folder.write("stream:\n  kind: n-mnist\n  path: x\nnetwork:\n  hiden: [3]\n".utf8, to: "e.yaml")
    for command in [["run", file], ["config", "check", file], ["crossvalidate", file]] {
      let result = try Program.launch(command).end()
      expect(result, ["\(file):5: unknown key network.hiden", "network.hidden"], #_sourceLocation)
    }
    for path in [folder("none.yaml"), folder.path] {
      expect(try Program.run("run", path), ["\(path): cannot be read"], #_sourceLocation)
    }
    let broken = try folder.write("stream: [1, {\n".utf8, to: "broken.yaml")
    expect(try Program.run("run", broken), ["\(broken):"], #_sourceLocation)
  }

  @Test func usage() throws {
    for arguments in [["run"], ["fly"], ["inspect"], ["run", "a", "--threads", "x"], ["config", "explain", "zzz"]] {
      let result = try Program.launch(arguments).end()
      #expect(result.status == 64 && !result.isCrash && result.errors.contains("Usage:"), "\(arguments)")
    }
    let threads = try Program.run("run", Program.watchExercises, "--threads", "0", "--output", folder("t"))
    expect(threads, ["run.threads", "1", "256", "found 0"], #_sourceLocation)
    #expect(!FileManager.default.fileExists(atPath: folder("t")))
  }

  // MARK: Run folders

  @Test func checkpoints() throws {
    let run = folder("run")
    try #require(try Workload.rram.launch(in: run, ["run.passes=1"]).end().status == 0)
    let before = try Remains(of: run)
    let store = CheckpointStore(folder: "\(run)/checkpoints")

    let newest = try #require(try store.paths().last)
    try damage(newest)
    let resumed = try Program.run("resume", run)
    #expect(resumed.status == 0)
    #expect(resumed.errors.contains("warning: skipped \(newest): "))
    #expect(try Remains(of: run) == before)

    try #require(try Workload.rram.launch(in: folder("other"), ["run.passes=1", "run.seed=5"]).end().status == 0)
    let other = try #require(try CheckpointStore(folder: folder("other/checkpoints")).paths().last)
    try FileManager.default.removeItem(atPath: newest)
    try FileManager.default.copyItem(atPath: other, toPath: newest)
    expect(
      try Program.run("resume", run), ["\(newest) belongs to another experiment", "run.seed: 1 here, 5 there"],
      #_sourceLocation)

    for path in try store.paths() { try damage(path) }
    let none = try Program.run("resume", run)
    expect(none, ["\(run)/checkpoints has no usable checkpoint"] + (try store.paths()), #_sourceLocation)

    expect(
      try Program.run("resume", folder("nothing")), ["\(folder("nothing")) is not a run folder: experiment.yaml"],
      #_sourceLocation)
    expect(try Program.run("inspect", newest), [newest], #_sourceLocation)
  }

  private func damage(_ path: String) throws {
    let handle = try #require(FileHandle(forUpdatingAtPath: path))
    try handle.truncate(atOffset: try handle.seekToEnd() / 2)
    try handle.close()
  }

  @Test func nothingToInspect() throws {
    for path in [folder("none"), folder.path] { expect(try Program.run("inspect", path), [path], #_sourceLocation) }
    let text = try folder.write("hello".utf8, to: "hello.h5")
    expect(try Program.run("inspect", text), [text, "HDF5"], #_sourceLocation)
  }
}
