import Foundation
import Testing

/// Recordings of events, as a user meets them: looked at, converted, shown.
@Suite("Recordings on the command line")
struct StreamCommandTests {
  private let folder = try! TemporaryFolder()

  /// Events of a camera of 96 × 64 pixels, as lines of text: bursts, pauses and several events at one time.
  private static let events: [(time: Int, x: Int, y: Int, p: Int)] = {
    var random = SplitMix64(7)
    var time = 1_000
    return (0..<5000).map { index in
      time += index % 700 == 699 ? 40_000 : Int(random.next() % 90)
      return (time, Int(random.next() % 96), Int(random.next() % 64), Int(random.next() % 2))
    }
  }()

  private static func text(_ events: [(time: Int, x: Int, y: Int, p: Int)]) -> String {
    events.map { "\($0.time),\($0.x),\($0.y),\($0.p)\n" }.joined()
  }

  private func csv() throws -> String { try folder.write(Self.text(Self.events).utf8, to: "events.csv") }

  /// The lines of a table with events.
  private func lines(_ path: String) throws -> [Substring] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").filter { $0.first?.isNumber ?? false }
  }

  private func succeed(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) throws
    -> Program.Result
  {
    let result = try Program.launch(arguments).end()
    #expect(result.status == 0 && !result.isCrash, "\(result)", sourceLocation: sourceLocation)
    return result
  }

  private func inspect(_ path: String, _ options: String...) throws -> [String: Any] {
    let result = try Program.launch(["inspect", path, "--json"] + options).end()
    let inspections = try #require(try result.json["inspections"] as? [[String: Any]])
    return try #require(inspections[0]["recording"] as? [String: Any])
  }

  @Test(
    "a recording comes back from every format as it was",
    arguments: ["events.es", "events.dat", "events.evt2", "events.raw", "events.aedat4", "events.h5", "events.npy"])
  func roundTrip(name: String) throws {
    let source = try csv()
    let (written, back) = (folder(name), folder("back.csv"))
    let format = name == "events.evt2" ? ["--format", "evt2"] : []
    _ = try succeed("convert", source, written, "--sensor", "96x64")
    let result = try Program.launch(["convert", written, back] + format).end()
    #expect(result.status == 0, "\(result)")
    #expect(try lines(back).joined(separator: "\n") == Self.text(Self.events).dropLast())
    let figures = try inspect(written, "--format", try name == "events.evt2" ? "evt2" : Self.format(of: name))
    #expect(figures["events"] as? Int == Self.events.count)
    #expect(figures["on_events"] as? Int == Self.events.count { $0.p == 1 })
    #expect(figures["last_time"] as? Int == Self.events.last?.time)
  }

  private static func format(of name: String) throws -> String {
    let formats = ["es": "es", "dat": "dat", "raw": "evt3", "aedat4": "aedat4", "h5": "hdf5", "npy": "npy"]
    return try #require(formats[String(name.split(separator: ".")[1])])
  }

  @Test("a span, a preparation and an origin act together")
  func parts() throws {
    let (source, part) = (try csv(), folder("part.csv"))
    let result = try succeed(
      "convert", source, part, "--sensor", "96x64", "--from", "50ms", "--until", "150 ms", "--prepare",
      "crop 48x32+8+4, on", "--origin", "first-event", "--json")
    let zero = Self.events[0].time
    let expected = Self.events.filter { event in
      50_000..<150_000 ~= event.time - zero && 8..<56 ~= event.x && 4..<36 ~= event.y && event.p == 1
    }
    let first = try #require(expected.first)
    let shifted = expected.map { (time: $0.time - first.time, x: $0.x - 8, y: $0.y - 4, p: $0.p) }
    #expect(try lines(part).joined(separator: "\n") == Self.text(shifted).dropLast())
    #expect(try result.json["events"] as? Int == expected.count)
    #expect(try result.json["origin_in_microseconds"] as? Int == first.time)
  }

  @Test("what a format cannot hold is counted and told, with what to do")
  func losses() throws {
    let late = try folder.write("5,1,1,1\n5000000000,2,2,0\n".utf8, to: "late.csv")
    let result = try succeed("convert", late, folder("late.dat"), "--json")
    #expect(try result.json["dropped_times"] as? Int == 1)
    #expect(result.errors.contains("warning: 1 events were dropped") && result.errors.contains("--origin first-event"))
    let later = try folder.write("5000000000,2,2,0\n".utf8, to: "later.csv")
    let none = try Program.run("convert", later, folder("none.dat"))
    #expect(none.status == 1 && none.errors.contains("--origin first-event"), "\(none)")
    #expect(!FileManager.default.fileExists(atPath: folder("none.dat")))
    let sized = try Program.run("convert", try csv(), folder("unsized.es"))
    #expect(sized.status == 1 && sized.errors.contains("--sensor 96x64"), "\(sized)")
  }

  @Test("a damaged recording gives its good part on request only")
  func damage() throws {
    let whole = folder("whole.dat")
    _ = try succeed("convert", try csv(), whole, "--sensor", "96x64")
    let bytes = try Data(contentsOf: URL(filePath: whole))
    let cut = try folder.write(bytes.dropLast(8 * 1000 + 3), to: "cut.dat")
    let good = Self.events.count - 1001

    let looked = try Program.run("inspect", cut, "--json")
    #expect(looked.status == 1 && looked.errors.hasPrefix("error: \(cut): truncated at byte"), "\(looked)")
    let inspections = try #require(try looked.json["inspections"] as? [[String: Any]])
    let figures = try #require(inspections[0]["recording"] as? [String: Any])
    #expect(figures["events"] as? Int == good)
    let ending = try #require(figures["ending"] as? [String: Any])
    #expect(ending["kind"] as? String == "truncated" && ending["byte"] as? Int == bytes.count - 8 * 1001)

    let refused = try Program.run("convert", cut, folder("no.csv"))
    #expect(refused.status == 1 && refused.errors.contains("--partial"), "\(refused)")
    #expect(!FileManager.default.fileExists(atPath: folder("no.csv")))
    let seen = try Program.run("view", cut, "--sensor", "96x64", "--output", folder("cut.png"), "--json")
    #expect(try seen.status == 1 && seen.json["events"] as? Int == good, "\(seen)")
    let kept = try succeed("convert", cut, folder("part.csv"), "--partial")
    #expect(kept.errors.contains("warning: only the part before the damage"))
    #expect(try lines(folder("part.csv")).count == good)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { !$0.contains(".partial") })
  }

  @Test("times that go back are put in order on request")
  func order() throws {
    let path = try folder.write("10,1,1,1\n30,2,1,1\n20,3,1,0\n40,4,1,0\n".utf8, to: "back.csv")
    _ = try succeed("convert", path, folder("clamped.csv"))
    #expect(try lines(folder("clamped.csv")) == ["10,1,1,1", "30,2,1,1", "30,3,1,0", "40,4,1,0"])
    _ = try succeed("convert", path, folder("sorted.csv"), "--order", "reorder", "--reorder-window", "1 ms")
    #expect(try lines(folder("sorted.csv")) == ["10,1,1,1", "20,3,1,0", "30,2,1,1", "40,4,1,0"])
    let rejected = try Program.run("convert", path, folder("none.csv"), "--order", "reject")
    #expect(rejected.status == 1 && rejected.errors.contains("at least 30"), "\(rejected)")
  }

  @Test("a recording is shown as text, PNG and GIF")
  func pictures() throws {
    let source = try csv()
    let text = try succeed("view", source, "--sensor", "96x64", "--width", "48", "--colour", "never")
    let rows = text.output.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    #expect(rows.count == 16 && rows.allSatisfy { $0.count == 48 } && text.output.contains { ".:+*#".contains($0) })
    let png = try succeed(
      "view", source, "--sensor", "96x64", "--frame", "10ms", "--output", folder("a.png"), "--width", "192", "--json")
    #expect(try png.json["events"] as? Int == Self.events.count { $0.time < Self.events[0].time + 10_000 })
    let head = [UInt8](try Data(contentsOf: URL(filePath: folder("a.png"))).prefix(24))
    #expect(head[1...3].elementsEqual("PNG".utf8) && head[18...19] == [0, 192] && head[22...23] == [0, 128])
    let gif = try succeed(
      "view", source, "--sensor", "96x64", "--frame", "100ms", "--output", folder("a.gif"), "--json")
    let duration = Self.events[Self.events.count - 1].time - Self.events[0].time
    #expect(try gif.json["frames"] as? Int == duration / 100_000 + 1)
    #expect(try Data(contentsOf: URL(filePath: folder("a.gif"))).starts(with: "GIF89a".utf8))
  }

  @Test("sampled recordings become one sensor file with their classes")
  func signals() throws {
    for (name, scale) in [("slow", 1.0), ("fast", 3.0)] {
      let rows = (0..<200).map { "\($0 * 10),\(scale * Double($0 % 20)),\(-scale)\n" }.joined()
      try folder.write("t,a,b\n\(rows)".utf8, to: "\(name).csv")
    }
    let result = try succeed(
      "convert", folder("slow.csv"), folder("fast.csv"), folder("both.h5"), "--time-column", "t", "--time-unit", "ms",
      "--unit", "g", "--label", "slow", "--label", "fast", "--subject", "4", "--json")
    #expect(try result.json["samples"] as? Int == 400)
    #expect(try result.json["sample_rate"] as? Double == 100)
    let shown = try succeed("inspect", folder("both.h5"))
    #expect(shown.output.contains("sensor recording") && shown.output.contains("fast") && shown.output.contains("100"))
    let table = try succeed("inspect", folder("slow.csv"), "--time-column", "t", "--time-unit", "ms")
    #expect(table.output.contains("sampled recording") && table.output.contains("19.0000"))
  }

  @Test(
    "transcodes of other programs hold the events of their source",
    .enabled(if: FileManager.default.fileExists(atPath: "\(Program.data)/formats/transcodes")),
    arguments: ["sample_zstd.aedat4", "sample_lz4_high.aedat4", "sample_none.aedat4"])
  func transcodes(name: String) throws {
    let transcodes = "\(Program.data)/formats/transcodes"
    _ = try succeed("convert", "\(transcodes)/src_aedat4_320x240_events.npy", folder("source.csv"))
    _ = try succeed("convert", "\(transcodes)/\(name)", folder("other.csv"))
    #expect(
      try Data(contentsOf: URL(filePath: folder("source.csv"))) == Data(contentsOf: URL(filePath: folder("other.csv"))))
  }

  @Test(
    "damaged files end in one sentence",
    .enabled(if: FileManager.default.fileExists(atPath: "\(Program.data)/formats/malformed")))
  func malformed() throws {
    let malformed = "\(Program.data)/formats/malformed"
    // One of them ends after a whole event.
    for name in try FileManager.default.contentsOfDirectory(atPath: malformed)
    where name.contains("truncated") && !name.hasSuffix(".es") {
      let result = try Program.run("inspect", "\(malformed)/\(name)")
      #expect(
        result.status == 1 && !result.isCrash && result.errors.hasPrefix("error: \(malformed)/\(name): "), "\(result)")
    }
  }
}
