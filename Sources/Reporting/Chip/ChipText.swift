import Emulation
import Hardware

/// An estimate of a chip as tables, for a terminal and as CSV.
public struct ChipText {
  private let title: String
  private let estimate: ChipEstimate
  private let plan: ChipPlan
  private let constants: ChipConstants
  private let per: String

  /// - Parameter per: what a sample is, in words: `inference`, `learned sample`.
  public init(title: String, estimate: ChipEstimate, plan: ChipPlan, constants: ChipConstants, per: String) {
    self.title = title
    self.estimate = estimate
    self.plan = plan
    self.constants = constants
    self.per = per
  }

  /// All tables.
  public var text: String {
    var text = "\(title)\n\(plan.elementCount) processing elements in \(plan.tileCount) "
    text += "\(plan.tileCount == 1 ? "tile" : "tiles") of \(plan.elementsPerTile), "
    text += "crossbars of \(plan.crossbar) × \(plan.crossbar), constants \(constants.name)\n\n"
    text += summary.rendered() + "\n" + parts.rendered() + "\n" + layers.rendered() + "\n" + areas.rendered() + "\n"
    text += "An operation is one multiply-accumulate; dense ones count every weight at every tick, spike or not.\n"
    if estimate.layers.contains(where: { $0.effectiveOperations == nil }) {
      text += "Energy follows cycles, not spikes; latency counts a cycle for each output value: for comparison only.\n"
    }
    if estimate.latency == 0 {
      text += "Exact reads (no converters, no noise) have energy but no time: what is per second is left out.\n"
    }
    return text
  }

  private var summary: TextTable {
    var table = TextTable(header: ["figure", "value", "unit"])
    func row(_ name: String, _ value: Double, _ unit: String) {
      table.append([name, NumberText.compact(value, digits: 4), unit])
    }
    row("energy per \(per)", estimate.energy / estimate.samples, "J")
    let isTimed = estimate.latency > 0
    row("latency per \(per)", isTimed ? estimate.latency / estimate.samples : .nan, "s")
    row("power", isTimed ? estimate.power : .nan, "W")
    row("area", estimate.area * 1e6, "mm²")
    row("operations per \(per), dense", estimate.operations / estimate.samples, "MAC")
    if let effective {
      row("operations per \(per), effective", effective / estimate.samples, "MAC")
      row("energy per effective operation", effective > 0 ? estimate.energy / effective : .nan, "J")
    }
    row("throughput, dense", isTimed ? estimate.teraOperationsPerSecond : .nan, "TOPS")
    row("efficiency, dense", estimate.teraOperationsPerJoule, "TOPS/W")
    row("density, dense", isTimed ? estimate.teraOperationsPerSecondAndArea : .nan, "TOPS/mm²")
    row("energy-delay product", isTimed ? estimate.energyDelayProduct : .nan, "J·s")
    return table
  }

  private var effective: Double? {
    let all = estimate.layers.compactMap(\.effectiveOperations)
    return all.count == estimate.layers.count ? all.reduce(0, +) : nil
  }

  private var parts: TextTable {
    var table = TextTable(header: ["part", "component", "count", "J per \(per)", "share"])
    let total = estimate.energy
    func row(_ part: String, _ name: String, _ count: String, _ energy: Double) {
      table.append([
        part, name, count, NumberText.compact(energy / estimate.samples, digits: 4),
        NumberText.fixed(total > 0 ? energy / total : 0, decimals: 3),
      ])
    }
    for component in estimate.components {
      row(component.part.rawValue, component.name, NumberText.compact(component.count), component.energy)
    }
    if estimate.leakedEnergy > 0 { row("leak", "leakage", "–", estimate.leakedEnergy) }
    row("all", "all", "–", total)
    return table
  }

  private var layers: TextTable {
    var table = TextTable(header: ["layer", "elements", "tiles", "utilisation", "J per \(per)", "read s", "write s"])
    for layer in estimate.layers {
      let tiles = layer.place.tiles
      table.append([
        layer.name, "\(layer.place.elements.count)",
        tiles.count == 1 ? "\(tiles.lowerBound)" : "\(tiles.lowerBound)–\(tiles.upperBound - 1)",
        NumberText.fixed(layer.place.utilisation, decimals: 3),
        NumberText.compact(layer.energy / estimate.samples, digits: 4),
        NumberText.compact(layer.readTime / estimate.samples), NumberText.compact(layer.writeTime / estimate.samples),
      ])
    }
    return table
  }

  private var areas: TextTable {
    var table = TextTable(header: ["circuit", "count", "mm²", "share"])
    for area in estimate.areas {
      table.append([
        area.name, NumberText.compact(area.count), NumberText.compact(area.area * 1e6, digits: 4),
        NumberText.fixed(area.area / estimate.area, decimals: 3),
      ])
    }
    table.append(["all", "–", NumberText.compact(estimate.area * 1e6, digits: 4), "–"])
    return table
  }

  /// A line for each layer and component: `layer,part,component,count,energy_joules`, of all samples.
  public var csv: String {
    var text = "layer,part,component,count,energy_joules\n"
    for layer in estimate.layers {
      for component in layer.components {
        text += "\(quoted(layer.name)),\(component.part.rawValue),\(quoted(component.name)),\(component.count),"
        text += "\(component.energy)\n"
      }
    }
    return text + "all,leak,leakage,,\(estimate.leakedEnergy)\n"
  }

  private func quoted(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" }) else { return text }
    return "\"" + text.map { $0 == "\"" ? "\"\"" : "\($0)" }.joined() + "\""
  }

  /// The constants, each with unit and source.
  public static func table(of constants: ChipConstants) -> String {
    var table = TextTable(header: ["constant", "value", "unit", "what", "source"])
    for entry in constants.entries {
      table.append([
        entry.key.rawValue, NumberText.compact(entry.value, digits: 7), entry.unit, entry.meaning, entry.source,
      ])
    }
    return table.rendered()
  }

  /// As one JSON object.
  public func json() throws -> String {
    struct Row: Encodable {
      var layer: String?
      var part: String
      var component: String
      var count: Double
      var energyJoules: Double
    }
    struct Circuit: Encodable {
      var circuit: String
      var count: Double
      var squareMetres: Double
    }
    struct Record: Encodable {
      var name: String
      var constants: String
      var per: String
      var samples: Double
      var energyJoules: Double
      var latencySeconds: Double
      var powerWatt: Double
      var areaSquareMetres: Double
      var denseOperations: Double
      var effectiveOperations: Double?
      var teraOperationsPerSecond: Double
      var teraOperationsPerJoule: Double
      var teraOperationsPerSecondAndSquareMillimetre: Double
      var energyDelayProductJouleSeconds: Double
      var elements: Int
      var tiles: Int
      var components: [Row]
      var areas: [Circuit]
    }
    return try JSONText.encode(
      Record(
        name: title, constants: constants.name, per: per, samples: estimate.samples, energyJoules: estimate.energy,
        latencySeconds: estimate.latency, powerWatt: estimate.power, areaSquareMetres: estimate.area,
        denseOperations: estimate.operations, effectiveOperations: effective,
        teraOperationsPerSecond: estimate.teraOperationsPerSecond,
        teraOperationsPerJoule: estimate.teraOperationsPerJoule,
        teraOperationsPerSecondAndSquareMillimetre: estimate.teraOperationsPerSecondAndArea,
        energyDelayProductJouleSeconds: estimate.energyDelayProduct, elements: plan.elementCount,
        tiles: plan.tileCount,
        components: estimate.layers.flatMap { layer in
          layer.components.map {
            Row(
              layer: layer.name, part: $0.part.rawValue, component: $0.name, count: $0.count,
              energyJoules: $0.energy)
          }
        },
        areas: estimate.areas.map { Circuit(circuit: $0.name, count: $0.count, squareMetres: $0.area) }))
  }
}
