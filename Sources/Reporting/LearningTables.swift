import Emulation
import Plasticity

/// What learning needed of the chip, and which classes were taken for which.
struct LearningTables {
  let summary: RunSummary

  /// State, reads and writes of the rule of each layer.
  var needs: TextTable {
    var table = TextTable(
      header: ["layer", "rule", "words kept", "per row", "per column", "per synapse", "also reads", "writes", "when"])
    for layer in summary.learning {
      let needs = layer.needs
      func words(_ once: Int, _ each: Int) -> String {
        [once > 0 ? "\(once)" : nil, each > 0 ? "\(each) a tick" : nil].compactMap { $0 }.joined(separator: " + ")
      }
      table.append([
        layer.layer, needs.rule, NumberText.grouped(layer.words), words(needs.wordsPerRow, needs.wordsPerRowAndTick),
        words(needs.wordsPerColumn, needs.wordsPerColumnAndTick), perSynapse(needs), needs.extraReads,
        needs.writeShape, needs.writeTiming,
      ])
    }
    return table
  }

  /// Words for each synapse: of the rule, the optimiser and the write policy.
  private func perSynapse(_ needs: LearningNeeds) -> String {
    let parts = [
      (needs.wordsPerSynapse, "rule"), (needs.optimiserWordsPerSynapse ?? 0, "optimiser"),
      (needs.policyWordsPerSynapse ?? 0, "writes"),
    ]
    return parts.filter { $0.0 > 0 }.map { "\($0.0) (\($0.1))" }.joined(separator: " + ")
  }

  /// Accuracy on the classes of each task after each test; `nil` where all classes come together.
  var tasks: TextTable? {
    guard let first = summary.taskAccuracies.first else { return nil }
    var table = TextTable(header: ["test"] + first.indices.map { "task \($0 + 1)" })
    for (test, accuracies) in summary.taskAccuracies.enumerated() {
      table.append(["\(test + 1)"] + accuracies.map { NumberText.fixed($0, decimals: 3) })
    }
    return table
  }

  /// Decisions of the last test by class; `nil` for too many classes for a page.
  var confusion: TextTable? {
    let classes = summary.classes.count
    guard classes <= 40, summary.testConfusion.contains(where: { $0 > 0 }) else { return nil }
    var table = TextTable(header: ["class"] + summary.classes + ["right"])
    for (label, name) in summary.classes.enumerated() {
      let row = summary.testConfusion[label * classes..<(label + 1) * classes]
      let total = row.reduce(0, +)
      let right = total == 0 ? "" : NumberText.fixed(Double(row[label * classes + label]) / Double(total), decimals: 2)
      table.append([name] + row.map { $0 == 0 ? "" : NumberText.grouped(Int($0)) } + [right])
    }
    return table
  }
}
