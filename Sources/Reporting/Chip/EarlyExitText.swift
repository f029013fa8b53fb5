import Emulation

/// What dynamic timesteps save and cost, as a table.
public struct EarlyExitText {
  private let rows: [EarlyExitStudy.Row]
  private let choice: EarlyExitStudy.Choice?

  /// - Parameter choice: what became of entropies chosen by other samples.
  public init(_ rows: [EarlyExitStudy.Row], choice: EarlyExitStudy.Choice?) {
    self.rows = rows
    self.choice = choice
  }

  /// The table, and a sentence on the entropies that were chosen.
  public var text: String {
    var table = TextTable(header: ["entropy", "accuracy", "ticks", "J per inference", "s per inference", "J·s"])
    for row in rows {
      table.append([
        row.threshold == 0 ? "never" : NumberText.compact(row.threshold), NumberText.fixed(row.accuracy, decimals: 4),
        NumberText.fixed(row.ticks, decimals: 1), NumberText.compact(row.energyJoules),
        NumberText.compact(row.latencySeconds), NumberText.compact(row.energyDelayProduct),
      ])
    }
    var text = table.rendered()
    if let choice, choice.wholeTicks > 0 {
      let entropies = choice.thresholds.map { $0 == 0 ? "never" : NumberText.compact($0) }
      text += "\nentropy chosen by one half of the samples, judged by the other: "
      text += "\(entropies.joined(separator: " and ")); "
      text += "\(NumberText.fixed(100 * (1 - choice.ticks / choice.wholeTicks), decimals: 1)) % fewer ticks, accuracy "
      text += "\(NumberText.fixed(choice.accuracy, decimals: 4)) instead of "
      text += "\(NumberText.fixed(choice.wholeAccuracy, decimals: 4))\n"
    }
    return text
  }

  /// As one JSON object.
  public func json() throws -> String {
    struct Line: Encodable {
      var threshold: Double
      var accuracy: Double
      var ticks: Double
      var energyJoules: Double
      var latencySeconds: Double
      var energyDelayProductJouleSeconds: Double
    }
    struct Record: Encodable {
      var rows: [Line]
      var choice: EarlyExitStudy.Choice?
    }
    return try JSONText.encode(
      Record(
        rows: rows.map {
          Line(
            threshold: $0.threshold, accuracy: $0.accuracy, ticks: $0.ticks, energyJoules: $0.energyJoules,
            latencySeconds: $0.latencySeconds, energyDelayProductJouleSeconds: $0.energyDelayProduct)
        }, choice: choice))
  }
}
