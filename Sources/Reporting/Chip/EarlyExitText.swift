import Emulation

/// What dynamic timesteps save and cost, as a table.
public struct EarlyExitText {
  private let rows: [EarlyExitStudy.Row]
  private let chosen: EarlyExitStudy.Row?

  /// - Parameter chosen: the row that training samples chose.
  public init(_ rows: [EarlyExitStudy.Row], chosen: EarlyExitStudy.Row?) {
    self.rows = rows
    self.chosen = chosen
  }

  /// The table, and a sentence on the row that was chosen.
  public var text: String {
    var table = TextTable(header: [
      "entropy", "training accuracy", "accuracy", "ticks", "J per inference", "s per inference", "J·s",
    ])
    for row in rows {
      table.append([
        row.threshold == 0 ? "never" : NumberText.compact(row.threshold),
        NumberText.fixed(row.trainingAccuracy, decimals: 4), NumberText.fixed(row.accuracy, decimals: 4),
        NumberText.fixed(row.ticks, decimals: 1), NumberText.compact(row.energyJoules),
        NumberText.compact(row.latencySeconds), NumberText.compact(row.energyDelayProduct),
      ])
    }
    var text = table.rendered()
    if let chosen, let whole = rows.first(where: { $0.threshold == 0 }), whole.ticks > 0, whole.energyDelayProduct > 0 {
      func saved(_ part: Double, _ all: Double) -> String { NumberText.fixed(100 * (1 - part / all), decimals: 1) }
      text += "\nchosen by training samples: entropy \(NumberText.compact(chosen.threshold)); on test samples "
      text += "\(saved(chosen.ticks, whole.ticks)) % fewer ticks, \(saved(chosen.energyJoules, whole.energyJoules)) % "
      text += "less energy, \(saved(chosen.energyDelayProduct, whole.energyDelayProduct)) % less energy · delay, "
      text += "\(NumberText.fixed(100 * (chosen.accuracy - whole.accuracy), decimals: 2)) points of accuracy\n"
    }
    return text
  }
}
