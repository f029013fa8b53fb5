import Foundation
import FoundationXML
import Testing

/// `crosspoint estimate` and `crosspoint early-exit` on a real run.
@Suite("Estimates of a chip", .serialized)
struct EstimateTests {
  private let folder = try! TemporaryFolder()

  private func record(_ result: Program.Result) throws -> [String: Any] {
    try #require(result.status == 0, "\(result.errors)")
    return try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
  }

  @Test("the energy of a run is that of its parts, is in its files, and is the same when it was killed and resumed")
  func run() throws {
    try #require(try Workload.rram.launch(in: folder("whole")).end().status == 0)
    let interrupted = try Workload.rram.launch(in: folder("killed"))
    #expect(interrupted.wait { (try? Remains(of: folder("killed")).metrics.count) ?? 0 > 200 })
    interrupted.send(SIGKILL)
    _ = try interrupted.end()
    try #require(try Program.run("resume", folder("killed")).status == 0)

    let whole = try Program.run("estimate", folder("whole"), "--json", "--output", folder("chip"))
    let killed = try Program.run("estimate", folder("killed"), "--json")
    #expect(whole.output == killed.output)
    let json = try record(whole)
    let components = try #require(json["components"] as? [[String: Any]])
    let sum = components.reduce(0) { $0 + ($1["energy_joules"] as? Double ?? .nan) }
    let energy = try #require(json["energy_joules"] as? Double)
    #expect(abs(sum / energy - 1) < 1e-9)
    for part in ["read", "convert", "digital", "communicate", "write"] {
      #expect(components.contains { $0["part"] as? String == part }, "\(part)")
    }
    let lines = try String(contentsOfFile: folder("chip/estimate.csv"), encoding: .utf8).split(separator: "\n")
    #expect(lines.count == components.count + 2)
    #expect(XMLParser(data: try Data(contentsOf: URL(filePath: folder("chip/chip.svg")))).parse())
    let summary = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: folder("whole/summary.json"))))
        as? [String: Any])
    for (part, key) in [
      ("read", "read_energy_joules"), ("convert", "conversion_energy_joules"), ("digital", "digital_energy_joules"),
      ("write", "write_energy_joules"),
    ] {
      let energy = components.filter { $0["part"] as? String == part }
        .reduce(0) { $0 + ($1["energy_joules"] as? Double ?? .nan) }
      #expect(abs(energy / (summary[key] as? Double ?? .nan) - 1) < 1e-9, "\(part)")
    }

    let exits = try record(
      Program.run("early-exit", folder("whole"), "--entropy", "0.9", "--samples", "20", "--json"))
    let rows = try #require(exits["rows"] as? [[String: Any]])
    let ticks = rows.compactMap { $0["ticks"] as? Double }
    #expect(rows.count == 2 && ticks[1] <= ticks[0])
  }

  @Test("mistakes are told in a sentence")
  func mistakes() throws {
    let experiment = try Program.run("estimate", Program.watchExercises)
    #expect(experiment.status == 1)
    #expect(experiment.errors.contains("expected layers of a network"), "\(experiment.errors)")
    let constant = try Program.run("estimate", folder("none.yaml"), "--constant", "leakage")
    #expect(constant.status == 64 && constant.errors.contains("NAME=NUMBER"), "\(constant.errors)")
    let nothing = try Program.run("estimate")
    #expect(nothing.status == 64 && nothing.errors.contains("name a run folder"), "\(nothing.errors)")
    let figure = try Program.run("figure", "review-99")
    #expect(figure.status == 64 && figure.errors.contains("review-7"), "\(figure.errors)")
    let list = try Program.run("estimate", "--list-constants", "spikesim-65nm")
    #expect(list.status == 0 && list.output.contains("conversion_energy") && list.output.contains("arXiv:2210.12899"))
    let missing = try Program.run("estimate", folder("nowhere"))
    #expect(missing.status == 1 && missing.errors.contains("nowhere"), "\(missing.errors)")
  }
}
