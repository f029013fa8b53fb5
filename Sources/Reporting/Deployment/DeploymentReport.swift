import Emulation
import Foundation

/// Writes what a finished deployment leaves behind: the figures and `report.html`.
public struct DeploymentReport {
  private let run: DeploymentRun
  private let summary: DeploymentSummary

  /// A report of a deployment.
  public init(run: DeploymentRun, summary: DeploymentSummary) {
    self.run = run
    self.summary = summary
  }

  /// Writes all files.
  public func write() throws {
    let curve = DeploymentCurve(name: summary.experiment, rows: run.rows)
    let maps = try run.network.arrays.map { name, array in
      try WearMap(
        layerName: name, rows: array.layout.rows, columns: array.layout.columns, tileRows: array.layout.tileRows,
        tileColumns: array.layout.tileColumns, pulses: array.pulsesPerSynapse, stuck: array.stuckSynapses)
    }
    let figures = [
      ("deployment", Figures.deployment([curve]), "Test accuracy and failed devices over the time of deployment."),
      (
        "wear-map", Figures.wearMap(maps, title: "Wear map at the end: pulses per device"),
        "Pulses that the worse-worn device of each synapse has received, replayed ones among them; failed devices are red."
      ),
    ]
    try FileManager.default.createDirectory(atPath: run.folder.figuresPath, withIntermediateDirectories: true)
    for (name, svg, _) in figures { try run.folder.write(svg, to: "\(run.folder.figuresPath)/\(name).svg") }
    var content = ReportContent(title: "\(summary.experiment), deployed")
    content.subtitle =
      "\(ProductTime.text(summary.parameters.duration)) at "
      + "\(NumberText.compact(summary.parameters.samplesPerSecond)) samples/s on "
      + run.experiment.configuration.device.preset.name
    let text = DeploymentText(summary)
    content.notices = [text.verdict, DeploymentText.method]
    content.headlines = [
      .init(label: "accuracy at the start", value: NumberText.fixed(summary.initialAccuracy, decimals: 3)),
      .init(label: "accuracy at the end", value: NumberText.fixed(summary.finalAccuracy, decimals: 3)),
      .init(label: "failed devices", value: NumberText.compact(summary.wornFraction)),
      .init(
        label: "first failure",
        value: summary.firstFailureSeconds.map(ProductTime.text) ?? "> \(ProductTime.text(summary.seconds))"),
    ]
    content.figures = figures.map { .init(svg: $0.1, caption: $0.2) }
    content.tables = [.init(caption: "Results", table: text.table)]
    content.experimentYAML = run.experiment.configuration.resolved.yaml
    content.provenance = [
      .init("version", "crosspoint \(ProgramVersion.text)"),
      .init("seed", "\(run.experiment.configuration.run.seed)"),
      .init("recording", run.experiment.configuration.stream.path),
      .init("SHA-256 of the recording", run.experiment.fingerprint),
    ]
    let preset = run.experiment.configuration.device.preset
    content.citations = preset.citations.map { .init(subject: preset.name, text: $0) }
    try run.folder.write(HTMLReport.page(content), to: run.folder.reportPath)
  }
}
