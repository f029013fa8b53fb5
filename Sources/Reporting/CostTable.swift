import Hardware

/// What writes cost, as a table: a row for each kind of event that happened, and their sum.
struct CostTable {
  let costs: WriteCosts
  /// Training samples among which the sum is shared out.
  let samples: UInt64

  var table: TextTable {
    var table = TextTable(header: ["component", "count", "energy (J)", "share", "chip time (s)"])
    let total = costs.energy
    for component in costs.components where component.count > 0 {
      table.append([
        component.name, NumberText.grouped(component.count), NumberText.compact(component.energy),
        NumberText.fixed(total > 0 ? component.energy / total : 0, decimals: 3),
        component.time > 0 ? NumberText.compact(component.time) : "–",
      ])
    }
    table.append(["all writes", "–", NumberText.compact(total), "–", NumberText.compact(costs.time)])
    table.append([
      "all writes, per training sample", "–", NumberText.compact(total / Double(max(samples, 1))), "–",
      NumberText.compact(costs.time / Double(max(samples, 1))),
    ])
    return table
  }

  /// What the times are.
  var caption: String {
    "Energy and chip time of all writes. Tiles of a layer write side by side, layers one after the other; the tiles "
      + "together were busy for \(NumberText.compact(costs.tileTime)) s."
  }
}
