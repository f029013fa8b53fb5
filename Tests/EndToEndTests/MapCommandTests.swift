import Foundation
import FoundationXML
import Testing

/// `crosspoint map` as a user calls it.
@Suite("Map command")
struct MapCommandTests {
  private let folder = try! TemporaryFolder()
  private static let eventExample = "\(Program.package)/Examples/02-n-mnist.yaml"

  @Test("A floor plan of a recording's network: table, JSON and figure say the same, each time")
  func floorPlan() throws {
    let table = try Program.run("map", Program.watchExercises, "--figure", folder("plan.svg"))
    #expect(table.status == 0 && table.output.contains("wrote \(folder("plan.svg"))"), "\(table.errors)")
    let figure = try Data(contentsOf: URL(filePath: folder("plan.svg")))
    #expect(XMLParser(data: figure).parse())
    let object = try Program.run("map", Program.watchExercises, "--figure", folder("plan.svg"), "--json").json
    #expect(try Data(contentsOf: URL(filePath: folder("plan.svg"))) == figure)
    let layers = try #require(object["layers"] as? [[String: Any]])
    #expect(layers.map { $0["name"] as? String } == ["hidden1", "readout"])
    #expect(layers.map { $0["shape"] as? [Int] } == [[60, 256], [256, 7]])
    #expect(layers.map { $0["crossbar_grid"] as? [Int] } == [[1, 4], [4, 1]])
    #expect(object["crossbars"] as? Int == 8 && object["chip_tiles"] as? Int == 1 && object["faults"] == nil)
    #expect(object["devices"] as? Int == 2 * (60 * 256 + 256 * 7) && object["additions_per_read"] as? Int == 21)
    for name in ["hidden1", "readout"] { #expect(table.output.contains(name)) }
  }

  @Test("With inputs and outputs no recording is needed, and keys and chip can be changed")
  func withoutRecording() throws {
    let object = try Program.run(
      "map", Self.eventExample, "--inputs", "2312", "--outputs", "10", "--crossbars-per-element", "4",
      "--elements-per-tile", "2", "--json", set: ["crossbar.tile_rows=128", "stream.path=\(folder("none"))"]
    ).json
    // 19 × 4 crossbars in 19 elements, 2 × 1 in one.
    #expect(object["crossbars"] as? Int == 78 && object["elements"] as? Int == 20 && object["chip_tiles"] as? Int == 10)
    let missing = try Program.run("map", Self.eventExample, set: ["stream.path=\(folder("none"))"])
    #expect(missing.status == 1 && missing.errors.contains("--inputs and --outputs"))
  }

  @Test("Feature layers are on the plan, and need the image of the recording")
  func features() throws {
    let refused = try Program.run(
      "map", Self.eventExample, "--inputs", "2312", "--outputs", "10", set: ["network.features=12c5-4m"])
    #expect(refused.status == 1 && refused.errors.contains("leave out --inputs and --outputs"))
    let sensor = try Program.run("map", Program.watchExercises, set: ["network.features=12c5-4m"])
    #expect(sensor.status == 1 && sensor.errors.contains("needs recordings of a camera"))
  }

  @Test(
    "Feature layers of an event camera are mapped, and around their faults",
    .enabled(if: FileManager.default.fileExists(atPath: "\(Program.data)/n-mnist"), "needs n-mnist in CROSSPOINT_DATA"))
  func convolution() throws {
    let set = ["network.features=12c5-4m", "network.hidden=[32]", "device.stuck_off_fraction=0.02"]
    let object = try Program.run("map", Self.eventExample, "--faults", "--json", set: set).json
    let layers = try #require(object["layers"] as? [[String: Any]])
    #expect(layers.map { $0["shape"] as? [Int] } == [[50, 12], [588, 32], [32, 10]])
    let faults = try #require((object["faults"] as? [String: Any])?["layers"] as? [[String: Any]])
    #expect(faults.map { $0["weights"] as? Int } == [600, 18_816, 320])
  }

  @Test("A chip too large to show every crossbar still has a figure", arguments: ["40000", "4000000"])
  func largeChip(inputs: String) throws {
    let result = try Program.run(
      "map", Self.eventExample, "--inputs", inputs, "--outputs", "10", "--figure", folder("large.svg"))
    #expect(result.status == 0, "\(result.errors)")
    let figure = try Data(contentsOf: URL(filePath: folder("large.svg")))
    #expect(figure.count < 4_000_000 && XMLParser(data: figure).parse())
  }

  @Test("Every remedy lowers the error that stuck devices make, spare columns too")
  func faults() throws {
    let set = ["device.stuck_off_fraction=0.05", "device.stuck_on_fraction=0.02"]
    let object = try Program.run(
      "map", Program.watchExercises, "--faults", "--spare-columns", "3", "--json", set: set
    ).json
    let faults = try #require(object["faults"] as? [String: Any])
    #expect(faults["weights"] as? String == "initial" && faults["spare_columns"] as? Int == 3)
    for layer in try #require(faults["layers"] as? [[String: Any]]) {
      let stages = try #require(layer["stages"] as? [[String: Any]])
      let errors = stages.compactMap { $0["weight_error"] as? Double }
      #expect(errors.count == 6 && errors == errors.sorted(by: >) && errors[5] < 0.5 * errors[1])
      #expect(try #require(layer["recovered_fraction"] as? Double) > 0.95)
      #expect(try #require(layer["stuck_devices"] as? Int) > 0)
    }
    let other = try Program.run("map", Program.watchExercises, "--faults", "--seed", "2", set: set)
    #expect(other.status == 0 && other.output.contains("the partner compensates"))
    #expect(
      other.output != (try Program.run("map", Program.watchExercises, "--faults", "--seed", "3", set: set)).output)
    let sound = try Program.run("map", Program.watchExercises, "--faults")
    #expect(sound.status == 0 && sound.output.contains("nothing to remedy"))
    #expect(sound.output.contains("device.stuck_off_fraction"))
  }

  @Test("Weights of a run are taken if they are those of the network")
  func weightsOfARun() throws {
    let run = try Program.run(
      "run", Program.watchExercises, "--quiet", "--output", folder("run"),
      set: ["run.passes=1", "stream.limit=20", "network.hidden=[32]"])
    #expect(run.status == 0, "\(run.errors)")
    let results = folder("run/results.h5")
    let set = ["device.stuck_off_fraction=0.05", "network.hidden=[32]"]
    let object = try Program.run(
      "map", Program.watchExercises, "--faults", "--weights", results, "--json", set: set
    ).json
    #expect((object["faults"] as? [String: Any])?["weights"] as? String == results)
    let other = try Program.run(
      "map", Program.watchExercises, "--faults", "--weights", results, set: ["device.stuck_off_fraction=0.05"])
    #expect(other.status == 1 && other.errors.contains("expected [60 x 256]") && other.errors.contains("[60 x 32]"))
    let none = try Program.run(
      "map", Program.watchExercises, "--faults", "--weights", folder("none.h5"), set: set)
    #expect(none.status == 1 && none.errors.contains("none.h5"))
  }

  @Test(
    "Bad options end in a sentence, not in a trap",
    arguments: [
      (["--inputs", "5"], Int32(64), "--outputs"), (["--inputs", "0", "--outputs", "2"], 64, "--inputs 0"),
      (["--crossbars-per-element", "0"], 1, "crossbars per element"),
      (["--elements-per-tile", "9999"], 1, "elements per chip tile"), (["--spare-columns", "2"], 64, "--faults"),
      (["--faults", "--spare-columns", "-1"], 64, "--spare-columns"),
      (["--figure", "/dev/null/plan.svg"], 1, "/dev/null/plan.svg"),
      (
        ["--inputs", "4000000", "--outputs", "2", "--faults", "--set", "device.stuck_on_fraction=0.1"], 1,
        "at most"
      ),
    ])
  func badOptions(arguments: [String], status: Int32, sentence: String) throws {
    let result = try Program.launch(["map", Program.watchExercises] + arguments).end()
    #expect(result.status == status && !result.isCrash && result.errors.contains(sentence), "\(result.errors)")
  }
}
