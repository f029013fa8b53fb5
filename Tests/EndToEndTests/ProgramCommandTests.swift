import Foundation
import FoundationXML
import HDF5Store
import Testing

/// `crosspoint program` as a user calls it.
@Suite("Program command")
struct ProgramCommandTests {
  private let folder = try! TemporaryFolder()

  /// A NIR graph of two layers, 30 inputs, 20 and 4 outputs.
  private func graph() throws -> String {
    let path = folder("net.nir")
    let file = try HDF5File.create(at: path)
    try file.write("NIRGraph", to: "node/type", description: "test")
    for (name, type, shape) in [("fc1", "Linear", [20, 30]), ("fc2", "Affine", [4, 20]), ("conv", "Conv1d", [4, 4])] {
      let count = shape[0] * shape[1]
      try file.write(type, to: "node/nodes/\(name)/type", description: "test")
      try file.write(
        (0..<count).map { Float($0) / Float(count) - 0.5 }, shape: shape, to: "node/nodes/\(name)/weight", units: "1",
        description: "test")
    }
    try file.close()
    return path
  }

  @Test("prints errors, pulses, energy and time, as text and as JSON")
  func printing() throws {
    let path = try graph()
    let text = try Program.run("program", path, "--dataset", "fc1", "--scheme", "write-verify", "--after", "1 day")
    #expect(text.status == 0 && text.errors.isEmpty, "\(text)")
    for part in [
      "30 inputs x 20 outputs", "rram-taox-hfox", "write-verify", "of the range", "SET pulses", "total", "gain",
    ] {
      #expect(text.output.contains(part), "\(text.output)")
    }
    let object = try Program.run("program", path, "--dataset", "fc1", "--scheme", "write-verify", "--json").json
    #expect(object["shape"] as? [Int] == [30, 20] && object["devices"] as? Int == 1200)
    let errors = try #require(object["device_errors"] as? [String: Any])
    #expect(try 0.003...0.008 ~= #require(errors["median"] as? Double))
    let costs = try #require(object["costs"] as? [[String: Any]])
    let energy = try #require(object["energy"] as? Double)
    #expect(abs(costs.compactMap { $0["energy"] as? Double }.reduce(0, +) / energy - 1) < 1e-9)
    #expect((object["citations"] as? [String])?.isEmpty == false)
  }

  @Test("leaves arrays, a figure and the report in a folder, and the same bytes each time")
  func files() throws {
    let path = try graph()
    func run(_ name: String, _ more: String...) throws -> Program.Result {
      try Program.launch(
        [
          "program", path, "--dataset", "fc2", "--device", "pcm-gst-2018", "--after", "1 s, 1 h", "--rounds", "2",
          "--seed", "3", "--json", "--output", folder(name),
        ] + more
      ).end()
    }
    let first = try run("a")
    #expect(first.status == 0, "\(first)")
    let names = ["programmed.h5", "programming.json", "programming.svg"]
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder("a")).sorted() == names)
    #expect(try first.json["files"] as? [String] == [names[0], names[2], names[1]].map { folder("a/\($0)") })
    let figure = try Data(contentsOf: URL(filePath: folder("a/programming.svg")))
    #expect(XMLParser(data: figure).parse())
    let file = try HDF5File.open(at: folder("a/programmed.h5"))
    #expect(try file.shape(of: "conductance") == [2, 20, 4] && file.shape(of: "ages/gain") == [3])
    #expect(try file.textAttribute("units", of: "conductance") == "S")
    #expect(try file.textAttribute("configuration").contains("preset: pcm-gst-2018"))
    #expect(try file.read("target", as: Float.self)[1] == -0.25, "transposed: row 0, column 1 is [1][0] of the file")
    let pulses = try file.read("pulses", as: UInt32.self).reduce(0) { $0 + Int($1) }
    let rounds = try #require(try first.json["rounds"] as? [[String: Any]])
    #expect(rounds.compactMap { $0["pulses"] as? Int }.reduce(0, +) == pulses && pulses > 0)

    let refused = try run("a")
    #expect(refused.status == 64 && refused.errors.contains("--overwrite"))
    #expect(try run("a", "--overwrite").status == 0)
    _ = try run("b")
    for name in names.dropLast(0) where name != "programming.json" {
      let both = try ["a", "b"].map { try Data(contentsOf: URL(filePath: folder("\($0)/\(name)"))) }
      #expect(both[0] == both[1], "\(name)")
    }
  }

  @Test("takes devices and ways of writing from files")
  func sections() throws {
    let path = try graph()
    let device = try folder.write("device: {preset: rram-alox-hfo2, range_sigma: 0.02}\n".utf8, to: "mine.yaml")
    let own = try Program.run("program", path, "--dataset", "fc2", "--device", device, "--json")
    #expect(try own.json["device"] as? String == "rram-alox-hfo2", "\(own.errors)")
    let experiment = try folder.write(
      "stream: {kind: n-mnist, path: none}\nwrites: {scheme: write-verify}\ncrossbar: {weight_limit: 0.2}\n".utf8,
      to: "e.yaml")
    let refused = try Program.launch(["program", path, "--dataset", "fc2", "--experiment", experiment]).end()
    #expect(refused.status == 64 && refused.errors.contains("weights lie beyond crossbar.weight_limit (0.2)"))
    let taken = try Program.run("program", path, "--dataset", "fc2", "--experiment", experiment, "--clip", "--json")
      .json
    #expect(taken["scheme"] as? String == "write-verify" && taken["clipped_weights"] as? Int != 0)
    #expect(try abs(#require(taken["weight_limit"] as? Double) - 0.2) < 1e-6)
    let warned = try Program.run(
      "program", path, "--dataset", "fc2", "--scheme", "write-verify", "--set", "writes.tolerance=0.001")
    #expect(warned.status == 0 && warned.errors.hasPrefix("warning: writes.tolerance"))
  }

  @Test("what cannot be done is one sentence")
  func refusals() throws {
    let path = try graph()
    func expect(_ arguments: [String], status: Int32, _ parts: String...) throws {
      let result = try Program.launch(["program"] + arguments).end()
      #expect(result.status == status && !result.isCrash, "\(result)")
      for part in parts { #expect(result.errors.contains(part), "\(result.errors)") }
    }
    try expect([folder("none.h5")], status: 1, "error: \(folder("none.h5")): cannot be read")
    try expect([path], status: 1, "choose one with --dataset", "fc1", "[20 x 30]")
    try expect([path, "--dataset", "conv"], status: 1, "node conv is of type Conv1d", "Linear or Affine")
    try expect([path, "--dataset", "fc9"], status: 1, "no dataset 'fc9'")
    let fc = [path, "--dataset", "fc1"]
    try expect(fc + ["--device", "rram-taox-hfo"], status: 64, "rram-taox-hfox")
    try expect(fc + ["--scheme", "guess"], status: 1, "writes.scheme", "write-verify")
    try expect(fc + ["--device", "ideal", "--scheme", "write-verify"], status: 1, "writes.scheme has no effect")
    try expect(fc + ["--set", "crossbar.adc_bits=4"], status: 1, "crossbar.adc_bits has no effect")
    try expect(fc + ["--set", "writes.tolerance=0.1"], status: 1, "writes.tolerance has no effect")
    try expect(fc + ["--after", "tomorrow"], status: 64, "--after: 'tomorrow' is no time")
    try expect(fc + ["--rounds", "0"], status: 64, "--rounds 0")
    try expect(fc + ["--from", "nothing"], status: 64, "erased", "mid-range")
    try expect(fc + ["--output", "/proc/none"], status: 1, "/proc/none")
    try expect([], status: 64, "Usage:")
  }
}
