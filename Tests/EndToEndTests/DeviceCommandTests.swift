import Foundation
import FoundationXML
import Testing

/// `crosspoint device` as a user calls it.
@Suite("Device commands")
struct DeviceCommandTests {
  private let folder = try! TemporaryFolder()
  private static let example = "\(Program.package)/Examples/devices/measured-trains.csv"

  private func text(_ name: String) throws -> String { try String(contentsOfFile: folder(name), encoding: .utf8) }

  @Test("list names all devices, as a table and as JSON")
  func list() throws {
    let table = try Program.run("device", "list")
    #expect(table.status == 0 && table.output.contains("rram-taox-hfox") && table.output.contains("µS"))
    let devices = try #require(try Program.run("device", "list", "--json").json["devices"] as? [[String: Any]])
    let names = devices.compactMap { $0["name"] as? String }
    #expect(names.count == devices.count && names.allSatisfy { table.output.contains($0) })
  }

  @Test("show gives every number with its unit and the sources")
  func show() throws {
    let shown = try Program.run("device", "show", "pcm-gst-2018")
    #expect(shown.status == 0)
    for part in ["12 µS", "Sources:", "Assumed", "Nandakumar", "full cycles"] { #expect(shown.output.contains(part)) }
    let object = try Program.run("device", "show", "pcm-gst-2018", "--json").json
    let numbers = try #require(object["numbers"] as? [[String: Any]])
    #expect(numbers.contains { $0["name"] as? String == "fully SET" && $0["value"] as? Double == 12e-6 })
    let unknown = try Program.run("device", "show", "rram-taox-hfo2")
    #expect(unknown.status == 64 && unknown.errors.contains("rram-taox-hfox"))
  }

  @Test("plot draws a known device and one's own")
  func plot() throws {
    let result = try Program.run("device", "plot", "fefet-hzo-2017", "--output", folder("f.svg"))
    #expect(result.status == 0 && result.output == "wrote \(folder("f.svg"))\n")
    #expect(XMLParser(data: Data(try text("f.svg").utf8)).parse())
    let missing = try Program.run("device", "plot", "ideal", "--output", folder("none/f.svg"))
    #expect(missing.status == 1 && missing.errors.hasPrefix("error: \(folder("none/f.svg")): cannot be written"))
  }

  @Test("fit writes a device file and a figure, finds what made the example, and the same each time")
  func fit() throws {
    let result = try Program.run("device", "fit", Self.example, "--output", folder("my-device.yaml"), "--json")
    #expect(result.status == 0)
    let object = try result.json
    func value(_ key: String) throws -> Double {
      try #require(object[key] as? Double ?? (object[key] as? [String: Any])?["value"] as? Double, "\(key)")
    }
    #expect(try abs(value("potentiation_nonlinearity") - 1.8) < 0.4)
    #expect(try abs(value("depression_nonlinearity") + 3.1) < 0.4)
    #expect(try abs(value("on_conductance") - 24e-6) < 2e-6)
    #expect(try abs(value("cycle_to_cycle_sigma") / 0.012 - 1) < 0.1)
    #expect(try abs(value("read_noise") / 0.015 - 1) < 0.15)
    #expect(object["stuck_off"] as? [String] == ["d10"])
    #expect(object["files"] as? [String] == [folder("my-device.yaml"), folder("my-device-fit.svg")])
    #expect(XMLParser(data: Data(try text("my-device-fit.svg").utf8)).parse())
    let other = try Program.run("device", "fit", Self.example, "--output", folder("my-device.yaml"), "--table")
    #expect(other.status == 1 && other.errors.contains("--overwrite"))
    let again = try Program.run("device", "fit", Self.example, "--output", folder("again.yaml"))
    #expect(again.output.contains("wrote \(folder("again-fit.svg"))"))
    #expect(try text("again.yaml") == text("my-device.yaml") && text("again-fit.svg") == text("my-device-fit.svg"))
  }

  @Test("what fit writes is the device of an experiment", arguments: [false, true])
  func experiment(tabulated: Bool) throws {
    let file = folder("my-device.yaml")
    let fit = try Program.launch(
      ["device", "fit", Self.example, "--output", file, "--json"] + (tabulated ? ["--table"] : [])
    ).end().json
    let on = try #require((fit["on_conductance"] as? [String: Any])?["value"] as? Double)
    let shown = try #require(try Program.run("device", "show", file, "--json").json["numbers"] as? [[String: Any]])
    func number(_ section: String, _ name: String) -> Double? {
      shown.first { $0["section"] as? String == section && $0["name"] as? String == name }?["value"] as? Double
    }
    #expect(number("state", "fully SET") == on)
    #expect(number("noise", "of a pulse, σ") == fit["cycle_to_cycle_sigma"] as? Double)
    #expect(number("noise", "of a read, σ") == fit["read_noise"] as? Double)
    #expect(number("spread", "of the range, σ") == fit["range_sigma"] as? Double)
    #expect(number("faults", "stuck off since fabrication") == 0.1)
    if tabulated {
      #expect(number("response", "SET table") == 61)
    } else {
      let label = (fit["depression_nonlinearity"] as? [String: Any])?["value"] as? Double
      #expect(number("response", "RESET nonlinearity") == label)
      #expect(number("response", "RESET pulses over the range") == 60)
    }
    #expect(try Program.run("device", "plot", file, "--output", folder("mine.svg")).status == 0)
    let run = try Program.run(
      "run", Program.watchExercises, "--output", folder("run"), "--json",
      set: Workload.rram.overrides + ["run.passes=1", "device.file=\(file)"])
    #expect(run.status == 0, "\(run.errors)")
  }

  @Test("files that cannot be fitted are refused in one sentence, and nothing is written")
  func refusals() throws {
    let cases = [
      ("device,phase,pulse,conductance\n1,LTP,0,3\n", "no unit"), ("", "holds no table"),
      ("phase,pulse,conductance_uS\nLTP,0,-3\n", "above 0"), ("phase,pulse,conductance_uS\nLTP,0,3\n", "at least 5"),
      (String(repeating: "x,", count: 200_000), "longer than"),
    ]
    for (content, part) in cases {
      let file = try folder.write(content.utf8, to: "bad.csv")
      let result = try Program.run("device", "fit", file, "--output", folder("bad.yaml"))
      #expect(result.status == 1 && !result.isCrash && result.errors.hasPrefix("error: \(file)"), "\(result)")
      #expect(result.errors.contains(part) && result.errors.split(separator: "\n").count == 1, "\(result.errors)")
    }
    let none = try Program.run("device", "fit", folder("none.csv"), "--output", folder("bad.yaml"))
    #expect(none.status == 1 && none.errors.contains("\(folder("none.csv")): cannot be read"))
    #expect(!FileManager.default.fileExists(atPath: folder("bad.yaml")))
  }
}
