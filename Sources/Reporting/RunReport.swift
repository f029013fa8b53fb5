import Crossbars
import Emulation
import Foundation

/// Writes what a finished run leaves behind: `results.h5`, the figures and `report.html`.
public struct RunReport {
  private let run: EmulationRun
  private let summary: RunSummary
  private let rows: [MetricsRow]

  /// A report of `run`, whose metrics file is complete.
  public init(run: EmulationRun, summary: RunSummary) throws {
    self.run = run
    self.summary = summary
    rows = MetricsRow.rows(of: try run.folder.read(run.folder.metricsPath))
  }

  /// Writes all files.
  public func write() throws {
    let initial = run.experiment.network.makeNetwork()
    try ResultsFile(run: run, initial: initial, summary: summary, rows: rows).write(to: run.folder.resultsPath)
    let figures = try self.figures(initial: initial)
    try FileManager.default.createDirectory(atPath: run.folder.figuresPath, withIntermediateDirectories: true)
    for figure in figures {
      try run.folder.write(figure.svg, to: "\(run.folder.figuresPath)/\(figure.name).svg")
    }
    try run.folder.write(HTMLReport.page(try content(figures)), to: run.folder.reportPath)
  }

  private struct NamedFigure {
    var name: String
    var svg: String
    var caption: String
  }

  private func figures(initial: any EmulatedNetwork) throws -> [NamedFigure] {
    let arrays = run.network.arrays
    let maps = try arrays.map { name, array in
      try WearMap(
        layerName: name, rows: array.layout.rows, columns: array.layout.columns, tileRows: array.layout.tileRows,
        tileColumns: array.layout.tileColumns, pulses: array.pulsesPerSynapse, stuck: array.stuckSynapses)
    }
    let histograms = zip(arrays, initial.arrays).map { now, before in
      ConductanceHistogram(layerName: now.name, now: now.array, before: before.array)
    }
    let distributions = arrays.map { WearDistribution(layerName: $0.name, pulses: $0.array.pulsesPerDevice) }
    let verified = arrays.map { VerifiedLayer(layerName: $0.name, histogram: $0.array.verifyHistogram) }
    let figures = [
      NamedFigure(
        name: "learning", svg: Figures.learning(curve),
        caption: "Accuracy on samples never learned from and of decisions made before learning; pulses of all devices."),
      NamedFigure(
        name: "wear-map", svg: Figures.wearMap(maps),
        caption: "Pulses that the worse-worn device of each synapse has received, tile by tile."),
      NamedFigure(
        name: "wear-distribution", svg: Figures.wearDistribution(distributions),
        caption: "Share of devices that have received at least so many pulses."),
      NamedFigure(
        name: "conductance", svg: Figures.conductanceHistograms(histograms),
        caption: "Conductance of the devices before and after learning."),
    ]
    guard summary.verified != nil else { return figures }
    return figures + [
      NamedFigure(
        name: "verified-writes", svg: Figures.verifiedWrites(verified),
        caption: "Pulses that verified writes needed, and how far from their target they left the device.")
    ]
  }

  private var curve: LearningCurve {
    var curve = LearningCurve()
    for row in rows {
      let samples = Double(row.samples)
      switch row.phase {
      case .train:
        curve.runningAccuracy.append(CurvePoint(samples: samples, value: row.accuracy))
        curve.setPulses.append(CurvePoint(samples: samples, value: Double(row.setPulses)))
        curve.resetPulses.append(CurvePoint(samples: samples, value: Double(row.resetPulses)))
        curve.stuckDevices.append(CurvePoint(samples: samples, value: Double(row.stuckDevices)))
      case .test:
        curve.testAccuracy.append(CurvePoint(samples: samples, value: row.accuracy))
      }
    }
    if curve.stuckDevices.allSatisfy({ $0.value == 0 }) { curve.stuckDevices = [] }
    curve.chanceAccuracy = 1 / Double(run.experiment.source.classNames.count)
    return curve
  }

  private func content(_ figures: [NamedFigure]) throws -> ReportContent {
    var content = ReportContent(title: summary.experiment)
    let configuration = run.experiment.configuration
    let network = run.experiment.network
    let features = network.features.map { $0.stages.map(\.notation).joined(separator: "-") + ", " } ?? ""
    content.subtitle =
      "\(network.inputRows) inputs, \(features)\(network.hidden.map(String.init).joined(separator: ", ")) "
      + "hidden neurons, \(run.experiment.source.classNames.count) classes on \(configuration.device.preset.name)"
    content.headlines = [
      .init(label: "test accuracy", value: NumberText.fixed(summary.testAccuracy, decimals: 3)),
      .init(label: "online accuracy", value: NumberText.fixed(summary.onlineAccuracy, decimals: 3)),
      .init(label: "pulses", value: NumberText.compact(Double(summary.setPulses + summary.resetPulses))),
      .init(label: "write energy per sample", value: NumberText.compact(summary.writeEnergyPerSample) + " J"),
      .init(label: "energy per sample", value: NumberText.compact(summary.energyPerSample) + " J"),
      .init(label: "stuck devices", value: NumberText.grouped(summary.stuckDevices)),
      .init(label: "training samples per second", value: NumberText.compact(summary.samplesPerSecond)),
    ]
    content.figures = figures.map { .init(svg: $0.svg, caption: $0.caption) }
    content.tables = [.init(caption: "Results", table: SummaryText(summary: summary, folder: run.folder).table)]
    let learning = LearningTables(summary: summary)
    if let confusion = learning.confusion {
      content.tables.append(.init(caption: "Decisions of the last test, a row for each class", table: confusion))
    }
    if let tasks = learning.tasks {
      content.tables.append(.init(caption: "Test accuracy on the classes of each task, after each test", table: tasks))
    }
    if !summary.learning.isEmpty {
      content.tables.append(.init(caption: "What learning needs of the chip", table: learning.needs))
    }
    let (writes, reads) = run.costs
    let readTable = ReadCostTable(costs: reads, samples: run.samplesPresented)
    if reads.energy > 0 { content.tables.append(.init(caption: readTable.caption, table: readTable.table)) }
    let costs = CostTable(costs: writes, samples: summary.samples)
    if writes.energy > 0 { content.tables.append(.init(caption: costs.caption, table: costs.table)) }
    content.experimentYAML = configuration.resolved.yaml
    content.provenance = [
      .init("version", "crosspoint \(ProgramVersion.text)"), .init("seed", "\(configuration.run.seed)"),
      .init("recording", configuration.stream.path), .init("SHA-256 of the recording", run.experiment.fingerprint),
    ]
    content.commands = [
      .init(purpose: "run it again", line: "crosspoint run \(run.folder.experimentPath) --output OTHER-FOLDER"),
      .init(
        purpose: "add passes",
        line: "crosspoint resume \(run.folder.path) --set run.passes=\(2 * configuration.run.passes)"),
      .init(purpose: "look at the state", line: "crosspoint inspect \(run.folder.checkpointsPath)"),
    ]
    let preset = configuration.device.preset
    content.citations = preset.citations.map { .init(subject: preset.name, text: $0) }
    return content
  }
}

extension CrossbarArray {
  /// Pulses of all kinds of the worst-worn device of each synapse, row-major `[rows × columns]`.
  var pulsesPerSynapse: [UInt64] {
    (1..<planeCount).reduce(into: pulses(plane: 0)) { worst, plane in
      for (index, count) in pulses(plane: plane).enumerated() { worst[index] = max(worst[index], count) }
    }
  }

  /// Pulses of all kinds of every device, plane after plane.
  var pulsesPerDevice: [UInt64] { (0..<planeCount).flatMap(pulses(plane:)) }

  private func pulses(plane: Int) -> [UInt64] {
    let kinds: [WearLedger.PulseKind] = [.set, .reset, .refresh]
    var sum = [UInt64](repeating: 0, count: layout.rows * layout.columns)
    for kind in kinds {
      for (index, count) in ledger.pulses(kind, plane: plane).enumerated() { sum[index] += UInt64(count) }
    }
    return sum
  }

  /// Whether any device of a synapse no longer answers to pulses, row-major `[rows × columns]`.
  var stuckSynapses: [Bool] {
    (1..<planeCount).reduce(into: conditions(plane: 0).map { $0 != .sound }) { stuck, plane in
      for (index, condition) in conditions(plane: plane).enumerated() where condition != .sound { stuck[index] = true }
    }
  }
}

extension ConductanceHistogram {
  /// The states of all devices of an array, in the prefix that suits them.
  init(layerName: String, now: CrossbarArray, before: CrossbarArray) {
    let device = now.parameters.device
    let unit = DeviceUnit(device.quantity, largest: device.on)
    // A weight that is no pair has plus devices only.
    let isPaired = now.parameters.mapping.scheme == .differentialPair
    let half = isPaired ? now.planeCount / 2 : now.planeCount
    func states(_ array: CrossbarArray, _ planes: Range<Int>) -> [Float] {
      planes.flatMap { array.conductances(plane: $0).map { $0 / Float(unit.scale) } }
    }
    self.init(
      layerName: layerName, unit: unit.name, plusBefore: states(before, 0..<half), plusAfter: states(now, 0..<half),
      minusBefore: states(before, half..<now.planeCount), minusAfter: states(now, half..<now.planeCount))
  }
}
