import Foundation
import Testing

/// `crosspoint nir`, and runs that begin as a graph.
@Suite("NIR commands") struct NIRCommandTests {
  let folder: URL
  private static let golden = "\(Program.package)/Tests/CheckpointsTests/Fixtures/golden.nir"

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "nir-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  private func place(_ name: String) -> String { folder.appending(path: name).path }

  @Test func showPrintsNodesAndTheNetwork() throws {
    let result = try Program.run("nir", "show", Self.golden)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.contains("lif     LIF     [4]     tau 0.01 s, r 10, v_leak 0, v_threshold 0.6"))
    #expect(result.output.contains("As a network: 3-4-2, recurrent, leak 0.9 in a tick of 0.001 s, threshold 0.6"))
    let json = try Program.run("nir", "show", Self.golden, "--json").json
    #expect((json["nodes"] as? [Any])?.count == 7 && json["is_network"] as? Bool == true)
  }

  @Test func showRefusesOtherFiles() throws {
    let result = try Program.run("nir", "show", Program.watchRecording)
    #expect(result.status == 1)
    #expect(result.errors.contains("is not a NIR file: expected HDF5 with a group node of type NIRGraph, found "))
  }

  @Test func aRunIsExportedAndContinued() throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    let short = ["run.passes=1", "stream.limit=40", "run.threads=1", "crossbar.weight_limit=0.5"]
    let (first, graph, second) = (place("first"), place("net.nir"), place("second"))
    let run = try Program.run("run", Program.watchExercises, "--output", first, "--quiet", set: short)
    #expect(run.status == 0, "\(run.errors)")
    let export = try Program.run("nir", "export", first, "--output", graph)
    #expect(export.status == 0, "\(export.errors)")
    #expect(export.output.hasPrefix("wrote \(graph): 6 nodes, after 40 training samples"))
    let more = try Program.run(
      "run", Program.watchExercises, "--output", second, "--quiet", set: short + ["network.weights_from=\(graph)"])
    #expect(more.status == 0, "\(more.errors)")
    #expect(FileManager.default.fileExists(atPath: "\(second)/initial.nir"))
    let nowhere = try Program.run("nir", "export", place("none"), "--output", graph)
    #expect(nowhere.status == 1 && nowhere.errors.contains("is not a run folder: experiment.yaml is missing"))
    let unwritable = try Program.run("nir", "export", second, "--output", place("no/such.nir"))
    #expect(unwritable.status == 1 && unwritable.errors.contains("cannot write"))
  }
}
