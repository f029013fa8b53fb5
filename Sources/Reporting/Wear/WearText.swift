import Emulation

/// What runs did to their devices, as tables.
public struct WearText {
  private let records: [(name: String, record: WearRecord)]
  private let heat: InputHeat?
  private let samplesPerSecond: Double?

  /// The tables of some records.
  /// - Parameters:
  ///   - heat: what drives the rows of the first, where its recording was found.
  ///   - samplesPerSecond: the duty at which lifetimes are told; `nil` for none.
  public init(_ records: [(name: String, record: WearRecord)], heat: InputHeat?, samplesPerSecond: Double?) {
    self.records = records
    self.heat = heat
    self.samplesPerSecond = samplesPerSecond
  }

  /// All tables with what they say.
  public var tables: [ReportContent.Table] {
    var tables = records.map { name, record in
      ReportContent.Table(caption: "\(name): pulses and wear by layer", table: layers(of: record))
    }
    tables += records.map { name, record in
      ReportContent.Table(
        caption: "\(name): share of their own lives that devices have spent", table: spread(of: record))
    }
    tables += records.map { name, record in
      ReportContent.Table(caption: "\(name): hottest lines", table: hotLines(of: record))
    }
    if let heat, let first = records.first {
      tables.append(
        .init(caption: "\(first.name): what drives the hottest rows" + correlation(heat), table: table(heat)))
    }
    if records.count > 1 { tables.append(.init(caption: "Side by side", table: comparison)) }
    if let lifetimes { tables.append(.init(caption: lifetimesCaption, table: lifetimes)) }
    return tables
  }

  /// The tables for a terminal.
  public var text: String {
    tables.map { "\($0.caption)\n\n\($0.table.rendered())" }.joined(separator: "\n")
      + (samplesPerSecond == nil ? "" : "\n\(WearLifetimes.method)\n")
  }

  private func layers(of record: WearRecord) -> TextTable {
    var table = TextTable(header: [
      "layer", "devices", "SET", "RESET", "refresh", "verify reads", "half-selects", "travel", "mean pulses",
      "max/mean",
      "Gini", "untouched", "failed", "stuck",
    ])
    let unit = record.configuration.device.parameters.quantity.unit
    for layer in record.layers {
      let pulses = WearStatistics(layer.pulses.map { Double($0) })
      func sum(_ counts: [UInt32]) -> String { NumberText.compact(counts.reduce(0) { $0 + Double($1) }) }
      table.append([
        layer.name, NumberText.grouped(pulses.count), sum(layer.setPulses), sum(layer.resetPulses),
        sum(layer.refreshPulses), sum(layer.verifyReads),
        NumberText.compact(layer.halfSelects.reduce(0) { $0 + Double($1) }),
        NumberText.compact(layer.travel.reduce(0, +)) + " " + unit, NumberText.compact(pulses.mean),
        NumberText.compact(pulses.maximumOverMean), NumberText.fixed(pulses.gini, decimals: 3),
        NumberText.fixed(pulses.untouched, decimals: 3), NumberText.grouped(layer.hasFailed.count { $0 }),
        NumberText.grouped(layer.conditions.count { $0 != .sound }),
      ])
    }
    return table
  }

  private func spread(of record: WearRecord) -> TextTable {
    var table = TextTable(
      header: ["layer", "mean"] + WearStatistics.shares.map { "\($0) below" } + ["largest", "max/mean", "Gini"])
    for layer in record.layers {
      let spent = WearStatistics(layer.lifeFractions.map { Double($0) })
      table.append(
        [layer.name, NumberText.compact(spent.mean)] + spent.quantiles.map { NumberText.compact($0) }
          + [
            NumberText.compact(spent.maximum), NumberText.compact(spent.maximumOverMean),
            NumberText.fixed(spent.gini, decimals: 3),
          ])
    }
    return table
  }

  private func hotLines(of record: WearRecord) -> TextTable {
    var table = TextTable(header: ["layer", "hottest rows", "share of pulses", "hottest columns", "share of pulses"])
    for layer in record.layers {
      let (rows, columns) = (layer.pulsesOfRows, layer.pulsesOfColumns)
      let total = Double(max(rows.reduce(0, +), 1))
      func hottest(_ counts: [UInt64]) -> (names: String, share: String) {
        let best = counts.indices.sorted { (counts[$0], $1) > (counts[$1], $0) }.prefix(5)
        let share = best.reduce(0) { $0 + Double(counts[$1]) } / total
        return (best.map(String.init).joined(separator: " "), NumberText.fixed(share, decimals: 3))
      }
      let (row, column) = (hottest(rows), hottest(columns))
      table.append([layer.name, row.names, row.share, column.names, column.share])
    }
    return table
  }

  private func correlation(_ heat: InputHeat) -> String {
    heat.rankCorrelation.map {
      " (rank correlation of pulses with input spikes over all rows: \(NumberText.fixed($0, decimals: 2)))"
    } ?? ""
  }

  private func table(_ heat: InputHeat) -> TextTable {
    var table = TextTable(header: ["row", "driven by", "pulses", "input spikes per sample", "mean of all rows"])
    let mean = heat.rows.reduce(0) { $0 + $1.spikesPerSample } / Double(max(heat.rows.count, 1))
    for row in heat.hottest(8) {
      table.append([
        "\(row.row)", row.name, NumberText.grouped(row.pulses), NumberText.compact(row.spikesPerSample),
        NumberText.compact(mean),
      ])
    }
    return table
  }

  /// The runs in columns.
  private var comparison: TextTable {
    var table = TextTable(header: ["of all devices"] + records.map(\.name))
    func row(_ name: String, _ value: (WearRecord) -> String) {
      table.append([name] + records.map { value($0.record) })
    }
    let pulses = records.map { WearStatistics($0.record.layers.flatMap(\.pulses).map { Double($0) }) }
    let spent = records.map { WearStatistics($0.record.layers.flatMap(\.lifeFractions).map { Double($0) }) }
    func figures(_ name: String, _ list: [WearStatistics], _ value: (WearStatistics) -> String) {
      table.append([name] + list.map(value))
    }
    row("device") { $0.configuration.device.preset.name }
    row("write policy") { "\($0.configuration.resolved["writes.policy"]?.text ?? "")" }
    row("seed") { "\($0.configuration.run.seed)" }
    row("training samples") { NumberText.grouped($0.samples) }
    row("test accuracy") { $0.testAccuracy.map { NumberText.fixed($0, decimals: 4) } ?? "–" }
    figures("pulses, mean", pulses) { NumberText.compact($0.mean) }
    figures("pulses, max/mean", pulses) { NumberText.compact($0.maximumOverMean) }
    figures("pulses, Gini", pulses) { NumberText.fixed($0.gini, decimals: 3) }
    figures("life spent, mean", spent) { NumberText.compact($0.mean) }
    figures("life spent, 0.99 below", spent) { NumberText.compact($0.quantiles[2]) }
    figures("life spent, largest", spent) { NumberText.compact($0.maximum) }
    row("failed devices") { NumberText.grouped($0.layers.reduce(0) { $0 + $1.hasFailed.count { $0 } }) }
    return table
  }

  // MARK: Lifetimes

  private var lifetimesCaption: String {
    "Projected lifetime at \(NumberText.compact(samplesPerSecond ?? 0)) samples/s, from now on; for chips like these from fresh on"
  }

  private var lifetimes: TextTable? {
    guard let samplesPerSecond else { return nil }
    let lifetimes = WearLifetimes(records.map(\.record), samplesPerSecond: samplesPerSecond)
    func time(_ seconds: Double?) -> String {
      guard let seconds else { return "never" }
      return seconds == 0 ? "already" : ProductTime.text(seconds)
    }
    var table = TextTable(
      header: ["event"] + records.flatMap { ["\($0.name)", "chips like it", "95 of 100"] }
        + (lifetimes.areRepeats ? ["over the seeds", "95 % interval"] : []))
    for event in lifetimes.events {
      var cells = [event.name]
      for place in records.indices {
        cells += [time(event.ofChips[place]), time(event.expected[place])]
        cells.append(event.range[place].map { "\(time($0.lowerBound)) … \(time($0.upperBound))" } ?? "")
      }
      if lifetimes.areRepeats {
        cells +=
          event.overRuns.map { [time($0.mean), "\(time($0.low)) … \(time($0.high))"] } ?? ["–", "–"]
      }
      table.append(cells)
    }
    return table
  }
}
