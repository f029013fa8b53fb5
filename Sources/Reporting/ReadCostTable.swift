import Hardware

/// What reads and neurons cost, as a table: a row for each kind of event that happened, and their sums.
struct ReadCostTable {
  let costs: ReadCosts
  /// Samples presented, for learning and for tests, among which the sum is shared out.
  let samples: UInt64

  var table: TextTable {
    var table = TextTable(header: ["part", "component", "count", "energy (J)", "share", "chip time (s)"])
    let total = costs.energy
    for (part, component) in costs.parts where component.count > 0 {
      table.append([
        part.rawValue, component.name, NumberText.grouped(component.count), NumberText.compact(component.energy),
        NumberText.fixed(total > 0 ? component.energy / total : 0, decimals: 3),
        component.time > 0 ? NumberText.compact(component.time) : "–",
      ])
    }
    table.append(["all", "all reads", "–", NumberText.compact(total), "–", NumberText.compact(costs.time)])
    table.append([
      "all", "all reads, per sample presented", "–", NumberText.compact(total / Double(max(samples, 1))), "–",
      NumberText.compact(costs.time / Double(max(samples, 1))),
    ])
    return table
  }

  /// What the figures are.
  var caption: String {
    "Energy and chip time of all reads, of learning and of tests, and of the neurons they feed. Tiles of a layer are read "
      + "side by side, layers one after the other; the tiles together were busy for "
      + "\(NumberText.compact(costs.tileTime)) s. The learning rule, drivers and the network between tiles are not counted."
  }
}
