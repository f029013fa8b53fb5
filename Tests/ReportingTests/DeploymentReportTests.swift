import Testing

@testable import Emulation
@testable import Reporting

/// What deployments and studies of them say and draw.
@Suite("Reports of deployments")
struct DeploymentReportTests {
  /// A study of made rows: device, policy, life in years, accuracy after learning.
  private func sentences(_ made: [(device: String, policy: String, life: Double, learned: Double)]) throws -> [String] {
    let document = try StudyDocument(
      text: "experiment: x\ngrid:\n  d: [1]\n  p: [1]\nage: {for: 5y, duty: 1/s}", file: "s.yaml")
    let year = try ProductTime.seconds("1y")
    let rows = made.map { device, policy, life, learned in
      var row = StudyRow(
        Study.Point(
          name: "\(device)+\(policy)", values: [device, policy], seed: 1, fold: nil, overrides: [], folder: ""),
        problem: "")
      row.problem = nil
      row.values = ["useful_life": life * year, "test_accuracy": learned, "aged_accuracy": learned - 0.1]
      return row
    }
    let table = StudyTable(try Study(document, folds: 1), rows: rows)
    return StudyAdvice(table: table, duration: 5 * year).sentences
  }

  @Test("a design that wears out is said to, with what lasts longer and is as accurate")
  func advice() throws {
    #expect(
      try sentences([
        ("fefet", "direct", 2, 0.7), ("fefet", "threshold", 5, 0.68), ("fefet", "rare", 5, 0.3),
        ("rram", "rare", 5, 0.9),
      ]) == [
        "fefet, direct wears out after 2 y of the 5 y wanted; threshold would save it: it lasts the 5 y, at an accuracy of 0.580."
      ])
    #expect(
      try sentences([("fefet", "direct", 2, 0.7), ("fefet", "threshold", 4, 0.7)]) == [
        "fefet, direct wears out after 2 y of the 5 y wanted; with threshold it lasts 4 y, 2 times as long.",
        "fefet, threshold wears out after 4 y of the 5 y wanted; no other of its kind lasts longer and is as accurate.",
      ])
    // What never learned is no remedy, and another device may be one.
    #expect(
      try sentences([("fefet", "direct", 2, 0.7), ("fefet", "none", 5, 0.3), ("rram", "direct", 5, 0.8)]) == [
        "fefet, direct wears out after 2 y of the 5 y wanted; no other of its kind lasts longer and is as accurate, "
          + "but rram, direct lasts the 5 y, at an accuracy of 0.700."
      ])
    #expect(try sentences([("rram", "direct", 5, 0.7)]).isEmpty)
  }

  private func curve(_ name: String, group: String = "", worn: Double) -> DeploymentCurve {
    let rows = (0..<9).map { (index: Int) -> DeploymentRow in
      let failed = worn * Double(max(index - 3, 0))
      let accuracy = 0.8 - 0.02 * Double(index)
      return DeploymentRow(
        samples: UInt64(1 << index), seconds: Double(1 << (2 * index)), presentedSamples: 1, accuracy: accuracy,
        onlineAccuracy: nil, wornDevices: 0, wornFraction: failed, stuckDevices: 0, wearRate: 1, pulseRate: 1,
        energyPerSample: 1)
    }
    return DeploymentCurve(name: name, group: group, rows: rows)
  }

  @Test("one life has its name at its end, several have a column for each group and a legend")
  func figures() {
    let one = Figures.deployment([curve("alone", worn: 0.01)])
    // The mean of the last three: two are beyond the end.
    #expect(one.contains("alone 0.660") && one.contains("alone 0.05"))
    let many = Figures.deployment([
      curve("direct", group: "rram", worn: 0.01), curve("direct", group: "fefet", worn: 0.1),
      curve("threshold", group: "fefet", worn: 0),
    ])
    for text in ["rram", "fefet", "direct", "threshold"] {
      #expect(many.ranges(of: ">\(text)<").count == 1, "\(text)")
    }
    #expect(many.ranges(of: "test accuracy").count == 1 && many.ranges(of: "time of deployment").count == 2)
    // Nothing failed: no panel of failures.
    #expect(!Figures.deployment([curve("sound", worn: 0)]).contains("failed devices"))
    #expect(Figures.deployment([]).contains("svg"))
  }
}
