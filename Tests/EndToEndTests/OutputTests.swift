import Foundation
import FoundationXML
import Testing

/// What the program prints and leaves can be read by others.
@Suite("Output")
struct OutputTests {
  private let folder = try! TemporaryFolder()

  private func finishedRun() throws -> Program.Result {
    try Program.run(
      "run", Program.watchExercises, "--output", folder("run"), "--json",
      set: Workload.rram.overrides + ["run.passes=1"])
  }

  @Test("a finished run leaves its summary, report, figures and arrays")
  func files() throws {
    let result = try finishedRun()
    #expect(result.status == 0 && result.errors.contains("progress") == false)
    let printed = try result.json
    let saved = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: folder("run/summary.json"))))
    #expect(try #require(saved as? NSDictionary) == printed as NSDictionary)
    for key in [
      "test_accuracy", "online_accuracy", "samples", "ticks", "samples_per_second", "ticks_per_second", "wall_seconds",
      "peak_rss_bytes", "set_pulses", "reset_pulses", "stuck_devices",
    ] { #expect(printed[key] is NSNumber, "\(key)") }
    for line in try text("run/events.jsonl").split(separator: "\n") {
      #expect(try JSONSerialization.jsonObject(with: Data(line.utf8)) is [String: String])
    }
    let provenance = try JSONSerialization.jsonObject(with: Data(text("run/provenance.json").utf8)) as? [String: Any]
    #expect(provenance?["recording_sha256"] is String && (provenance?["sessions"] as? [Any])?.count == 1)
    let figures = try FileManager.default.contentsOfDirectory(atPath: folder("run/figures")).sorted()
    #expect(figures == ["conductance.svg", "learning.svg", "wear-distribution.svg", "wear-map.svg"])
    for figure in figures { #expect(Self.isXML(try text("run/figures/\(figure)")), "\(figure)") }
    // The doctype and the one kind of element without an end are all that keeps the page from being XML.
    let page = try text("run/report.html").split(separator: "\n").dropFirst().map {
      $0.hasPrefix("<meta ") ? $0.dropLast() + "/>" : $0
    }
    #expect(page.count > 50 && Self.isXML(page.joined(separator: "\n")))
  }

  private func text(_ name: String) throws -> String { try String(contentsOfFile: folder(name), encoding: .utf8) }

  private static func isXML(_ text: String) -> Bool { XMLParser(data: Data(text.utf8)).parse() }

  @Test("h5py opens the arrays in three lines", .enabled(if: Python.hasH5py, "needs python3 with h5py"))
  func arrays() throws {
    try #require(try finishedRun().status == 0)
    let result = try Python.run(
      """
      import h5py, sys
      file = h5py.File(sys.argv[1])
      print(file["layers/hidden1/weight"].shape, file["layers/hidden1/conductance"].attrs["units"], \
      int(file["layers/readout/set_pulses"][()].sum() + file["layers/hidden1/set_pulses"][()].sum()), \
      len(file["metrics/accuracy"]))
      """, folder("run/results.h5"))
    #expect(result.status == 0, "\(result.errors)")
    let pulses = try #require(
      (JSONSerialization.jsonObject(with: Data(text("run/summary.json").utf8)) as? [String: Any])?["set_pulses"] as? Int
    )
    #expect(result.output == "(60, 16) S \(pulses) 11\n")
  }

  @Test("inspect shows recordings, checkpoints and run folders, as text and as JSON")
  func inspect() throws {
    try #require(try finishedRun().status == 0)
    let checkpoints = try FileManager.default.contentsOfDirectory(atPath: folder("run/checkpoints")).sorted()
    var paths = [
      (Program.watchRecording, "sensor recording", "10 subjects"),
      (folder("run"), "checkpoint", "1 (complete)"), (folder("run/checkpoints"), "checkpoint", "60 x 16"),
      (folder("run/checkpoints/\(checkpoints[0])"), "checkpoint", "training samples seen"),
    ]
    let nmnist = "\(Program.data)/n-mnist"
    if FileManager.default.fileExists(atPath: nmnist) { paths.append((nmnist, "N-MNIST folder", "digit")) }
    _ = try folder.write("1\n3, 5\n-2, 1\n4, 9\n-1, 20\n".utf8, to: "spikes/a_train.dat")
    _ = try folder.write("1\n-2, 0\n-1, 30\n".utf8, to: "spikes/a_test.dat")
    paths.append((folder("spikes"), "spike text folder", "20 to 30 ms"))
    for (path, kind, part) in paths {
      let result = try Program.run("inspect", path)
      #expect(result.status == 0 && result.output.contains(kind) && result.output.contains(part), "\(result)")
    }
    let object = try Program.launch(["inspect", "--json"] + paths.map(\.0)).end().json
    #expect((object["inspections"] as? [[String: Any]])?.map { $0["kind"] as? String } == paths.map(\.1))
  }

  @Test("every key is explained, and what is checked can be checked again")
  func configuration() throws {
    let all = try Program.run("config", "explain")
    #expect(all.status == 0 && all.output.contains("crossbar.adc_bits") && all.output.contains("bits"))
    let some = try Program.run("config", "explain", "crossbar.adc")
    #expect(some.output.contains("crossbar.adc_bits") && !some.output.contains("run.seed"))
    #expect(try !Program.run("config", "explain", "--json").json.isEmpty)
    let checked = try Program.run("config", "check", Program.watchExercises, set: ["crossbar.adc_bits=5"])
    #expect(checked.output.contains("adc_bits: 5"))
    let resolved = try folder.write(checked.output.utf8, to: "watch-exercises.yaml")
    #expect(try Program.run("config", "check", resolved).output == checked.output)
    #expect(try Program.run("config", "check", Program.watchExercises, "--json").json["crossbar"] is [String: Any])
    #expect(try Program.run("--version").output.split(separator: ".").count == 3)
    for command in ["run", "resume", "crossvalidate", "inspect", "config"] {
      let help = try Program.run(command, "--help")
      #expect(help.status == 0 && help.output.contains("crosspoint \(command)"))
    }
  }

  @Test("cross-validation runs each fold once and refuses the folds of another experiment")
  func crossvalidate() throws {
    func command(_ seed: Int) throws -> Program.Result {
      try Program.run(
        "crossvalidate", Program.watchExercises, "--output", folder("folds"), "--json", "--seed", "\(seed)",
        set: ["stream.folds=2", "network.hidden=[8]", "run.passes=1", "stream.limit=50"])
    }
    let first = try command(1)
    let folds = try #require(first.json["folds"] as? [[String: Any]])
    let accuracies = folds.compactMap { $0["test_accuracy"] as? Double }
    #expect(folds.count == 2 && accuracies.count == 2)
    #expect(try abs(#require(first.json["mean_test_accuracy"] as? Double) - accuracies.reduce(0, +) / 2) < 1e-12)
    #expect(try command(1).output == first.output)
    let other = try command(2)
    #expect(other.status == 1 && other.errors.contains("run.seed: 2 here, 1 there"))
  }

  @Test(
    "N-MNIST learns from a few samples",
    .enabled(if: FileManager.default.fileExists(atPath: "\(Program.data)/n-mnist"), "needs n-mnist in CROSSPOINT_DATA"))
  func nmnist() throws {
    let experiment = try folder.write(
      "stream:\n  kind: n-mnist\n  path: \(Program.data)/n-mnist\nnetwork: {hidden: [32]}\n".utf8, to: "digits.yaml")
    let result = try Program.run(
      "run", experiment, "--output", folder("digits"), "--json", set: ["stream.limit=30", "run.passes=1"])
    let summary = try result.json
    #expect(summary["samples"] as? Int == 30 && (summary["set_pulses"] as? Int ?? 0) > 0)
  }

  @Test(
    "A network behind convolutions is resumed with the same bits",
    .enabled(if: FileManager.default.fileExists(atPath: "\(Program.data)/n-mnist"), "needs n-mnist in CROSSPOINT_DATA"))
  func convolution() throws {
    let experiment = try folder.write(
      """
      stream:
        kind: n-mnist
        path: \(Program.data)/n-mnist
      network: {hidden: [32], features: 6c5-2a-8c3-2m}
      crossbar: {mapping: reference-column}
      """.utf8, to: "maps.yaml")
    func run(_ name: String, passes: Int) throws -> Program.Result {
      try Program.run(
        "run", experiment, "--output", folder(name), "--json", set: ["stream.limit=20", "run.passes=\(passes)"])
    }
    let whole = try run("whole", passes: 2).json
    let part = try run("part", passes: 1)
    #expect(part.status == 0, "\(part.errors)")
    let resumed = try Program.run("resume", folder("part"), "--json", set: ["run.passes=2"]).json
    for key in ["test_accuracy", "set_pulses", "reset_pulses", "hidden_rate_hz"] {
      #expect("\(try #require(whole[key]))" == "\(try #require(resumed[key]))")
    }
    #expect(try #require(whole["devices_per_weight"] as? Double) > 1)
  }
}

/// Python, the other reader of the files.
enum Python {
  static let hasH5py = (try? run("import h5py").status) == 0

  static func run(_ script: String, _ arguments: String...) throws -> Program.Result {
    try RunningProgram("/usr/bin/env", ["python3", "-c", script] + arguments).end()
  }
}
