import Emulation
import Foundation

/// Writes what a study came to: `table.csv`, `summary.csv`, `study.h5`, figures and `report.html`.
public struct StudyReport {
  private let table: StudyTable
  private let study: Study
  private let folder: String
  private let front: [StudyRow.Figure]
  private let title: String

  /// A report of a study.
  /// - Parameter front: two or three figures whose front is drawn.
  public init(_ table: StudyTable, study: Study, folder: String, front: [StudyRow.Figure], title: String) {
    self.table = table
    self.study = study
    self.folder = folder
    self.front = front
    self.title = title
  }

  private typealias Figure = (name: String, svg: String, caption: String)

  /// Writes all files, each as a whole.
  /// - Returns: their paths.
  public func write() throws -> [String] {
    try FileManager.default.createDirectory(atPath: "\(folder)/figures", withIntermediateDirectories: true)
    try FigureFile.write(table.csv, to: "\(folder)/table.csv")
    try FigureFile.write(table.summaryCSV, to: "\(folder)/summary.csv")
    try StudyFile(table: table).write(to: "\(folder)/study.h5")
    let figures = try figures
    for figure in figures { try FigureFile.write(figure.svg, to: "\(folder)/figures/\(figure.name).svg") }
    try FigureFile.write(HTMLReport.page(content(figures)), to: "\(folder)/report.html")
    return ["report.html", "table.csv", "summary.csv", "study.h5"].map { "\(folder)/\($0)" }
      + figures.map { "\(folder)/figures/\($0.name).svg" }
  }

  private var figures: [Figure] {
    get throws {
      let accuracy = try table.figure("test_accuracy")
      var figures: [Figure] = [
        ("accuracy", Figures.studyPoints(table, figure: accuracy), "Test accuracy of each combination over its seeds."),
        (
          "front", Figures.front(table, figures: front),
          "Combinations that no other beats in all of the figures are dark and joined."
        ),
      ]
      guard study.document.deployment != nil else { return figures }
      let curves = try table.combinations.compactMap { combination -> DeploymentCurve? in
        guard let row = combination.rows.first(where: { $0.problem == nil }) else { return nil }
        let path = "\(folder)/\(row.point.agedFolder)/deployment.csv"
        let (group, name) = (combination.values.dropLast().joined(separator: ", "), combination.values.last ?? "")
        return DeploymentCurve(
          name: name.isEmpty ? group : name, group: name.isEmpty ? "" : group,
          rows: DeploymentRow.rows(of: try String(contentsOfFile: path, encoding: .utf8)))
      }
      figures.append(
        (
          "deployment", Figures.deployment(curves),
          "Test accuracy and failed devices over the time of deployment, of the first seed of each combination."
        ))
      figures.append(
        (
          "useful-life", Figures.studyPoints(table, figure: try table.figure("useful_life")),
          "Time to a loss of 0.1 of accuracy or a tenth of the devices, at most the deployment."
        ))
      return figures
    }
  }

  /// The means of all combinations, and what they say.
  public var text: String {
    summaryTable.rendered() + "\n" + (sentences + problems).map { "\($0)\n" }.joined() + "\n"
  }

  private var summaryTable: TextTable {
    let isAged = study.document.deployment != nil
    let shown =
      isAged
      ? ["test_accuracy", "aged_accuracy", "failed_fraction", "useful_life", "deployed_energy_per_sample"]
      : [
        "test_accuracy", "pulses_per_device_and_sample", "wear_per_sample", "one_percent_failed_samples",
        "energy_per_sample",
      ]
    var summary = TextTable(
      header: table.axes.map { String($0.split(separator: ".").last ?? "") } + ["n"] + shown + ["front"])
    let best = Set(table.front(front))
    for (index, combination) in table.combinations.enumerated() {
      let complete = combination.rows.count { $0.problem == nil }
      let cells = shown.map { name -> String in
        guard let interval = combination.interval(name) else { return "–" }
        if name == "useful_life" { return ProductTime.text(interval.mean) }
        let half = interval.halfWidth.map { " ± \(NumberText.compact($0, digits: 2))" } ?? ""
        return NumberText.compact(interval.mean) + half
      }
      summary.append(combination.values + ["\(complete)"] + cells + [best.contains(index) ? "●" : ""])
    }
    return summary
  }

  private var sentences: [String] {
    study.document.deployment.map { StudyAdvice(table: table, duration: $0.duration).sentences } ?? []
  }

  private var problems: [String] {
    table.rows.compactMap { row in row.problem.map { "\(row.point.name), seed \(row.point.seed): \($0)" } }
  }

  private func content(_ figures: [Figure]) -> ReportContent {
    var content = ReportContent(title: title)
    content.subtitle =
      "\(table.combinations.count) combinations, \(table.rows.count) runs of \(study.document.experiment)"
    content.notices = sentences + problems
    if study.document.deployment != nil { content.notices.append(DeploymentText.method) }
    content.figures = figures.map { .init(svg: $0.svg, caption: $0.caption) }
    content.tables = [
      .init(caption: "Means over seeds and folds with 95 % intervals (Student t)", table: summaryTable)
    ]
    content.provenance = [
      .init("version", "crosspoint \(ProgramVersion.text)"), .init("experiment", study.document.experiment),
    ]
    return content
  }

  /// The JSON object of the study.
  public func json(files: [String]) throws -> String {
    struct Row: Encodable {
      var values: [String]
      var seed: UInt64
      var fold: Int?
      var figures: [String: Double]
      var problem: String?
    }
    struct Result: Encodable {
      var axes: [String]
      var rows: [Row]
      var sentences: [String]
      var files: [String]
    }
    return try JSONText.encode(
      Result(
        axes: table.axes,
        rows: table.rows.map {
          Row(
            values: $0.point.values, seed: $0.point.seed, fold: $0.point.fold, figures: $0.values, problem: $0.problem)
        }, sentences: sentences, files: files))
  }
}
