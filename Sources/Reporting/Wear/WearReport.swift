import Emulation
import Foundation

/// Writes what `crosspoint wear` finds into a folder: `wear.h5`, figures and `report.html`.
public struct WearReport {
  private let records: [(name: String, record: WearRecord)]
  private let text: WearText

  /// A report of some records, each under a name of its own.
  public init(_ records: [(name: String, record: WearRecord)], text: WearText) {
    self.records = records
    self.text = text
  }

  /// A figure with its file name and caption.
  private typealias Figure = (name: String, svg: String, caption: String)

  /// Writes all files, each as a whole, and makes the folder.
  /// - Returns: their paths.
  /// - Throws: `EmulationError.fileAccess`, `HDF5Error`.
  public func write(to folder: String) throws -> [String] {
    try FigureFile.makeFolder(at: "\(folder)/figures")
    try WearFile(records: records).write(to: "\(folder)/wear.h5")
    let figures = try figures
    for figure in figures { try FigureFile.write(figure.svg, to: "\(folder)/figures/\(figure.name).svg") }
    try FigureFile.write(HTMLReport.page(content(figures)), to: "\(folder)/report.html")
    return ["\(folder)/report.html", "\(folder)/wear.h5"] + figures.map { "\(folder)/figures/\($0.name).svg" }
  }

  private var isComparison: Bool { records.count > 1 }

  private func name(_ run: String, _ layer: LayerWear) -> String { isComparison ? "\(run) \(layer.name)" : layer.name }

  private var figures: [Figure] {
    get throws {
      let layers = records.flatMap { run, record in record.layers.map { (name: name(run, $0), layer: $0) } }
      let maps = try layers.map { name, layer in
        try WearMap(
          layerName: name, rows: layer.rows, columns: layer.columns, tileRows: layer.tile.rows,
          tileColumns: layer.tile.columns, pulses: layer.worstPulses, stuck: layer.stuckSynapses)
      }
      let distributions = layers.map { WearDistribution(layerName: $0.name, pulses: $0.layer.pulses) }
      var figures: [Figure] = [
        (
          "wear-map", Figures.wearMap(maps),
          "Pulses that the worse-worn device of each synapse has received, tile by tile; stuck devices are red."
        ),
        (
          "wear-distribution", Figures.wearDistribution(distributions),
          "Share of devices that have received at least so many pulses."
        ),
        (
          "survival", Figures.survival(survival),
          "Failed devices by the wear they had taken (Kaplan-Meier); dashed: the distribution of lives that was set."
        ),
      ]
      let histograms = conductances
      if !histograms.isEmpty {
        figures.append(
          (
            "conductance", Figures.conductanceHistograms(histograms), "States of the devices before learning and now."
          ))
      }
      return figures
    }
  }

  private var survival: [SurvivalSeries] {
    records.map { run, record in
      let curve = SurvivalCurve(
        wear: record.layers.flatMap(\.wear), hasFailed: record.layers.flatMap(\.hasFailed))
      let endurance = record.configuration.device.parameters.endurance
      guard endurance.isLimited else { return SurvivalSeries(name: run, curve: curve) }
      return SurvivalSeries(name: run, curve: curve, theory: { wear in 1 - endurance.failedFraction(atWear: wear) })
    }
  }

  private var conductances: [ConductanceHistogram] {
    records.flatMap { run, record -> [ConductanceHistogram] in
      guard let initial = record.initialStates else { return [] }
      return zip(record.layers, initial).map { layer, before in
        histogram(of: layer, before: before, name: name(run, layer), record: record)
      }
    }
  }

  private func histogram(
    of layer: LayerWear, before: [Float], name: String, record: WearRecord
  ) -> ConductanceHistogram {
    let device = record.configuration.device.parameters
    let unit = DeviceUnit(device.quantity, largest: device.on)
    // A weight that is no pair has plus devices only.
    let isPaired = record.configuration.crossbar.weightMapping.scheme == .differentialPair
    let half = layer.states.count / (isPaired ? 2 : 1)
    let (old, new) = (before.map { $0 / Float(unit.scale) }, layer.states.map { $0 / Float(unit.scale) })
    return ConductanceHistogram(
      layerName: name, unit: unit.name, plusBefore: Array(old[..<half]), plusAfter: Array(new[..<half]),
      minusBefore: Array(old[half...]), minusAfter: Array(new[half...]))
  }

  private func content(_ figures: [Figure]) -> ReportContent {
    var content = ReportContent(title: records.count == 1 ? "\(records[0].name): device wear" : "Device wear, compared")
    content.subtitle = records.map { "\($0.name): \($0.record.path)" }.joined(separator: ", ")
    let failed = records.map { $0.record.layers.reduce(0) { $0 + $1.hasFailed.count { $0 } } }
    for ((run, record), failed) in zip(records, failed).prefix(4) {
      let spent = record.layers.flatMap(\.lifeFractions).max() ?? 0
      content.headlines.append(
        .init(
          label: "largest share of a life, \(run)", value: NumberText.compact(Double(spent)),
          detail: "\(NumberText.grouped(failed)) failed devices"))
    }
    content.figures = figures.map { .init(svg: $0.svg, caption: $0.caption) }
    content.tables = text.tables
    content.notices = [WearLifetimes.method]
    content.experimentYAML = records.count == 1 ? records[0].record.configuration.resolved.yaml : ""
    content.provenance = records.map { .init("\($0.name), checkpoint", $0.record.checkpoint) }
    var named: Set<String> = []
    for (_, record) in records {
      let preset = record.configuration.device.preset
      guard named.insert(preset.name).inserted else { continue }
      content.citations += preset.citations.map { .init(subject: preset.name, text: $0) }
    }
    return content
  }
}

extension LayerWear {
  /// Pulses of the worst-worn device of each synapse, row-major `[rows × columns]`.
  var worstPulses: [UInt64] {
    let (pulses, plane) = (pulses, rows * columns)
    return (0..<plane).map { synapse in (0..<planes).reduce(0) { max($0, pulses[$1 * plane + synapse]) } }
  }

  /// Whether any device of a synapse is stuck, row-major `[rows × columns]`.
  var stuckSynapses: [Bool] {
    let plane = rows * columns
    return (0..<plane).map { synapse in (0..<planes).contains { conditions[$0 * plane + synapse] != .sound } }
  }
}
