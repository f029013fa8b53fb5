import Foundation
import FoundationXML
import Testing

/// `crosspoint crossbar` as a user calls it.
@Suite("Crossbar command")
struct CrossbarCommandTests {
  private let folder = try! TemporaryFolder()
  private static let crossbar = "\(Program.package)/Tests/RecordingsTests/Fixtures/irdrop_16x16_rw2.5_rb2.5.h5"

  @Test("A stored crossbar is solved into a file and a figure")
  func solve() throws {
    let object = try Program.run(
      "crossbar", "solve", Self.crossbar, "--output", folder("solution.h5"), "--figure", folder("figure.svg"), "--json"
    ).json
    #expect(object["shape"] as? [Int] == [16, 16, 6])
    #expect(try #require(object["kirchhoff_residual"] as? Double) < 1e-12)
    #expect(FileManager.default.fileExists(atPath: folder("solution.h5")))
    #expect(XMLParser(data: try Data(contentsOf: URL(filePath: folder("figure.svg")))).parse())
  }

  @Test("Cells that are not ohmic are solved by Newton's method; those that cannot be are refused")
  func nonlinearCells() throws {
    func solve(_ options: String...) throws -> Program.Result {
      try Program.launch(["crossbar", "solve", Self.crossbar, "--output", folder("cells.h5"), "--json"] + options).end()
    }
    let ohmic = try solve().json
    let object = try solve("--sinh", "0.1", "--transistor", "1e-3,0.7").json
    #expect(ohmic["iterations"] as? Int == 0)
    #expect(try #require(object["iterations"] as? Int) > 1)
    #expect(try #require(object["kirchhoff_residual"] as? Double) < 1e-10)
    let currents = [ohmic, object].compactMap { $0["largest_current"] as? Double }
    #expect(currents.count == 2 && currents[0] != currents[1])
    // Far apart from ohmic in no direction: a sinh of 100 V is a straight line.
    let straight = try #require(try solve("--sinh", "100").json["largest_current"] as? Double)
    #expect(abs(straight / currents[0] - 1) < 1e-5)
    for bad in [["--sinh", "0"], ["--sinh", "nan"], ["--transistor", "0,0.7"]] {
      let result = try Program.launch(["crossbar", "solve", Self.crossbar, "--output", folder("bad.h5")] + bad).end()
      #expect(result.status == 1 && !result.errors.isEmpty, "\(result.errors)")
    }
    let both = try Program.run(
      "crossbar", "solve", Self.crossbar, "--output", folder("bad.h5"), "--sinh", "1", "--polynomial", "0,0")
    #expect(both.status == 64)
  }

  @Test("The input is never overwritten")
  func inputStays() throws {
    let copy = folder("crossbar.h5")
    try FileManager.default.copyItem(atPath: Self.crossbar, toPath: copy)
    let before = try Data(contentsOf: URL(filePath: copy))
    let result = try Program.run("crossbar", "solve", copy, "--output", copy)
    #expect(result.status == 1 && result.errors.contains("another --output"))
    #expect(try Data(contentsOf: URL(filePath: copy)) == before)
  }

  @Test("Files that are no crossbar are refused with a sentence")
  func refusals() throws {
    let whole = try Data(contentsOf: URL(filePath: Self.crossbar))
    try whole.prefix(whole.count / 2).write(to: URL(filePath: folder("half.h5")))
    for file in [folder("half.h5"), folder("none.h5"), Program.watchExercises, Program.watchRecording] {
      let result = try Program.run("crossbar", "solve", file, "--output", folder("out.h5"))
      #expect(result.status == 1 && !result.isCrash && result.errors.contains(file), "\(result.errors)")
      #expect(!FileManager.default.fileExists(atPath: folder("out.h5")))
    }
  }

  @Test("The models of wires stand beside the exact one")
  func compare() throws {
    let object = try Program.run("crossbar", "compare", Self.crossbar, "--json").json
    let methods = try #require(object["methods"] as? [[String: Any]])
    let errors = methods.compactMap { ($0["error"] as? [String: Any])?["mean"] as? Double }
    #expect(errors.count == methods.count && errors.first == 0)
    // Two ladders beat ideal lines by far.
    #expect(try errors[2] < #require(errors.last) / 10)
    #expect(try Program.run("crossbar", "compare").status == 64)
  }
}
