import Foundation
import Testing

@testable import Emulation

/// Studies: what is read, what is laid out, what comes out.
@Suite("Studies")
struct StudyTests {
  private static let text = """
    experiment: ../tiny.yaml
    set: [run.passes=1]
    grid:
      writes.policy: [accumulate-threshold, stochastic-rounding]
    variants:
      slow: [learning.rate=1e-4, learning.readout_rate=1e-4]
      as it is:
    points:
      ideal: [device.preset=ideal, writes.policy=exact]
    seeds: [3, 5]
    age: {for: 2d, duty: 10/min, window: 50, growth: 0.25}
    """

  @Test("a study is every combination with every seed, and points by themselves")
  func layout() throws {
    let document = try StudyDocument(text: Self.text, file: "studies/one.yaml")
    #expect(document.experiment == "studies/../tiny.yaml" && document.overrides == ["run.passes=1"])
    let age = try #require(document.deployment)
    #expect(age.duration == 172_800 && abs(age.samplesPerSecond - 1.0 / 6) < 1e-12 && age.windowSamples == 50)
    #expect(age.growth == 0.25 && age.failuresPerJump == DeploymentParameters.usualFailures)
    let study = try Study(document, folds: 5)
    #expect(study.axes == ["writes.policy", "variant"] && study.points.count == (4 + 1) * 2)
    let first = study.points[0]
    #expect(first.values == ["accumulate-threshold", "slow"] && first.seed == 3)
    #expect(
      first.overrides == [
        "run.passes=1", "writes.policy=accumulate-threshold", "learning.rate=1e-4", "learning.readout_rate=1e-4",
        "run.seed=3",
      ])
    #expect(first.folder == "points/accumulate-threshold+slow/seed-3")
    #expect(study.points[3].name == "accumulate-threshold+as_it_is" && study.points[9].values == ["ideal", ""])
    var folds = document
    folds.hasFolds = true
    #expect(try Study(folds, folds: 3).points.count == 30)
    #expect(try Study(folds, folds: 3).points[1].folder == "points/accumulate-threshold+slow/seed-3-fold-1")
  }

  @Test("what is wrong is said with its line")
  func errors() throws {
    let cases: [(text: String, words: String)] = [
      ("", "expected keys"), ("grid:\n  a: [1]", "experiment is missing"),
      ("experiment: x", "grid, variants or points"),
      ("experiment: x\ngrids:\n  a: [1]", ":2: unknown key grids; the nearest valid key is grid"),
      ("experiment: x\ngrid:\n  a: [1, 1]", ":3: expected values, each once"),
      ("experiment: x\ngrid: 5", ":2: expected keys with values"),
      ("experiment: x\nvariants:\n  a: [b]", ":3: expected settings such as key=value"),
      ("experiment: x\ngrid:\n  a: [1]\nseeds: [1, one]", "whole numbers"),
      ("experiment: x\ngrid:\n  a: [1]\nseeds: 0", "how many"),
      ("experiment: x\ngrid:\n  a: [1]\nage: {for: 5y}", "age.duty is missing"),
      ("experiment: x\ngrid:\n  a: [1]\nage: {for: 5, duty: 10/s}", "no length of time"),
      ("experiment: x\ngrid:\n  a: [1]\nage: {for: 5y, duty: 10/s, windows: 3}", "nearest valid key is window"),
      ("experiment: &a x\ngrid:\n  a: [*a]", "anchor"), ("experiment: [", "YAML"),
    ]
    for (text, words) in cases {
      let found = sentence { _ = try StudyDocument(text: text, file: "s.yaml") }
      #expect(found.contains(words), "\(text): \(found)")
    }
    var document = try StudyDocument(text: Self.text, file: "s.yaml")
    document.points = [("a b", []), ("a_b", [])]
    #expect(throws: StudyError.repeatedPoint("a_b")) { try Study(document, folds: 1) }
  }

  /// A table of made rows.
  private func table(_ values: [(name: String, seed: UInt64, figures: [String: Double])]) throws -> StudyTable {
    let document = try StudyDocument(text: "experiment: x\npoints:\n  a: []", file: "s.yaml")
    let study = try Study(document, folds: 1)
    let rows = values.map { name, seed, figures in
      var row = StudyRow(
        Study.Point(name: name, values: [name], seed: seed, fold: nil, overrides: [], folder: ""), problem: "")
      (row.problem, row.values) = (nil, figures)
      return row
    }
    return StudyTable(study, rows: rows)
  }

  @Test("the front has those that no other beats")
  func front() throws {
    var state: UInt64 = 88_172_645_463_325_252
    func random() -> Double {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return Double(state >> 40) / 1_000_000
    }
    let made = (0..<60).map { index in
      (
        name: "\(index)", seed: UInt64(1),
        figures: ["test_accuracy": (random()).rounded(), "wear_per_sample": random(), "energy_per_sample": random()]
      )
    }
    let table = try table(made)
    let figures = try ["test_accuracy", "wear_per_sample", "energy_per_sample"].map { try table.figure($0) }
    #expect(figures.map(\.isBetterHigher) == [true, false, false])
    let front = table.front(figures)
    func isBeaten(_ mine: [String: Double]) -> Bool {
      made.contains { other in
        let (a, b) = (other.figures, mine)
        let isAsGood =
          a["test_accuracy"]! >= b["test_accuracy"]! && a["wear_per_sample"]! <= b["wear_per_sample"]!
          && a["energy_per_sample"]! <= b["energy_per_sample"]!
        return isAsGood && a != b
      }
    }
    #expect(front == made.indices.filter { !isBeaten(made[$0].figures) })
    #expect(!front.isEmpty && front.count < made.count)
    #expect(throws: StudyError.self) { try table.figure("beauty") }
  }

  @Test("the tables tell means and intervals, and keep fields apart")
  func tables() throws {
    let table = try table([
      ("a, b", 1, ["test_accuracy": 0.5]), ("a, b", 2, ["test_accuracy": 0.75]), ("c", 1, ["samples": 10]),
    ])
    let lines = table.csv.split(separator: "\n").map(String.init)
    #expect(lines.count == 4 && lines[0].hasPrefix("point,seed,fold,test_accuracy,online_accuracy,samples (samples),"))
    #expect(lines[1].hasPrefix("\"a, b\",1,,0.5,,,") && lines[3].hasPrefix("c,1,,,,10.0,"))
    let summary = table.summaryCSV.split(separator: "\n").map(String.init)
    let interval = try #require(ConfidenceInterval([0.5, 0.75]).halfWidth)
    let deviation = ConfidenceInterval([0.5, 0.75]).standardDeviation
    #expect(summary.count == 3 && summary[1].hasPrefix("\"a, b\",0.625,\(deviation),\(interval),2,,,,0,"))
    #expect(summary[2].hasPrefix("c,,,,0,"))
  }
}
