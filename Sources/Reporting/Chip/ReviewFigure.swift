import Devices
import Hardware

/// Figures of the review that founded this field, from the chip model: data, drawing, and what agrees.
///
/// - Reference: A. Moitra et al. 2024, arXiv:2408.12767.
public struct ReviewFigure {
  /// What it shows.
  public let title: String
  /// Its data, with a header.
  public let csv: String
  /// As SVG.
  public let svg: String
  /// Where it agrees with what the review prints, where not, and why.
  public let remarks: [String]

  /// Names of the figures there are.
  public static let names = ["review-7", "review-8", "review-12"]

  /// Density of spikes behind the first layer, where nothing was measured.
  private static let density = 0.1

  /// A figure by its name; `nil` for one that is not there.
  /// - Throws: `ChipError`, which these networks do not give cause for.
  public static func named(_ name: String) throws -> ReviewFigure? {
    switch name {
    case "review-7": try areas()
    case "review-8": try timesteps()
    case "review-12": try membranes()
    default: nil
    }
  }

  private init(title: String, csv: String, bars: StackedBars, remarks: [String]) {
    self.title = title
    self.csv = csv
    self.remarks = remarks
    var canvas = SVGCanvas(width: FigureStyle.width, height: bars.height + 56)
    canvas.text(title, at: CanvasPoint(x: 20, y: 22), bold: true, size: FigureStyle.titleSize)
    bars.draw(on: &canvas, top: 44)
    svg = canvas.document(title: title)
  }

  /// A network on the chip of `neurosim`.
  private static func estimate(size: Int, ticks: Int, membrane: MembraneMemory = .staticRAM) throws -> ChipEstimate {
    var use = ChipUse()
    use.membrane = membrane
    use.converterBits = 5
    let shape = try NetworkShape.vgg16(size: size, ticks: ticks, density: density)
    let plan = try ChipPlan(shape, crossbar: 64, elementsPerTile: 8)
    let name = "rram-65nm"
    guard let technology = DeviceTechnology.named(name) else {
      throw ChipError.unknownDevice(name: name, known: DeviceTechnology.all.map(\.name))
    }
    return ChipEstimate.expected(
      shape, plan: plan, constants: .neuroSim, device: technology.parameters, hardware: HardwareParameters(), use: use)
  }

  private static func percent(_ part: Double) -> String { NumberText.fixed(100 * part, decimals: 1) + " %" }

  private static func membraneArea(_ estimate: ChipEstimate) -> Double {
    estimate.areas.first { $0.name == "membrane memory" }?.area ?? 0
  }

  private static func areaBars(_ chips: [(name: String, estimate: ChipEstimate)]) -> StackedBars {
    let parts = chips[0].estimate.areas.sorted { $0.area > $1.area }.prefix(5).map(\.name)
    return StackedBars(
      parts: parts + ["others"],
      bars: chips.map { name, estimate in
        let shown = parts.map { part in estimate.areas.first { $0.name == part }?.area ?? 0 }
        return StackedBars.Bar(
          name: name, values: shown + [estimate.area - shown.reduce(0, +)],
          figure: NumberText.compact(estimate.area * 1e6) + " mm²")
      })
  }

  private static func areaTable(_ chips: [(name: String, estimate: ChipEstimate)], key: String) -> String {
    chips.reduce(into: "\(key),circuit,square_metres\n") { text, chip in
      for area in chip.estimate.areas { text += "\(chip.name),\(area.name),\(area.area)\n" }
    }
  }

  private static func areas() throws -> ReviewFigure {
    let chips = [
      ("CIFAR-10", try estimate(size: 32, ticks: 4)), ("TinyImageNet", try estimate(size: 64, ticks: 4)),
    ]
    let shares = chips.map { membraneArea($0.1) / $0.1.area }
    return ReviewFigure(
      title: "Figure 7: area of VGG16 by circuit", csv: areaTable(chips, key: "dataset"), bars: areaBars(chips),
      remarks: [
        "Membrane memory takes \(percent(shares[0])) on CIFAR-10 and \(percent(shares[1])) on TinyImageNet; the review prints "
          + "11.7 % and 25 % for the module of the neurons.",
        "It grows with the square of the image while crossbars stay: this agrees. The logic of the neurons, which the "
          + "review's module has beside its memory, has no published area and is not in these.",
      ])
  }

  private static func timesteps() throws -> ReviewFigure {
    let ticks = Array(1...8)
    let estimates = try ticks.map { try estimate(size: 32, ticks: $0) }
    var csv = "ticks,energy_joules,latency_seconds,energy_delay_product_joule_seconds,tera_operations_per_joule\n"
    for (tick, chip) in zip(ticks, estimates) {
      csv += "\(tick),\(chip.energy),\(chip.latency),\(chip.energyDelayProduct),\(chip.teraOperationsPerJoule)\n"
    }
    let growth = estimates[7].energyDelayProduct / estimates[0].energyDelayProduct
    let efficiency = estimates.map(\.teraOperationsPerJoule)
    return ReviewFigure(
      title: "Figure 8: energy-delay product of VGG16 on CIFAR-10 over timesteps", csv: csv,
      bars: StackedBars(
        parts: ["energy · delay"],
        bars: zip(ticks, estimates).map {
          StackedBars.Bar(
            name: "T = \($0)", values: [$1.energyDelayProduct],
            figure: "\(NumberText.compact($1.energyDelayProduct)) J·s")
        }),
      remarks: [
        "From 1 to 8 timesteps the product grows \(NumberText.compact(growth))-fold: energy and latency are both proportional to "
          + "timesteps, so it goes with their square.",
        "TOPS/W, dense, is \(NumberText.compact(efficiency[0])) with one timestep and \(NumberText.compact(efficiency[7])) with eight: "
          + "operations and energy grow together. It would fall if an inference counted as one pass whatever its timesteps; per "
          + "inference it is \(NumberText.compact(efficiency[0])) and \(NumberText.compact(efficiency[7] / 8)).",
        "The review's values can only be read off its drawing and are not compared.",
      ])
  }

  private static func membranes() throws -> ReviewFigure {
    var chips: [(String, ChipEstimate)] = []
    for (name, size) in [("CIFAR-10", 32), ("TinyImageNet", 64)] {
      for memory in [MembraneMemory.staticRAM, .ferroelectric] {
        chips.append(("\(name), \(memory.rawValue)", try estimate(size: size, ticks: 4, membrane: memory)))
      }
    }
    let saved = [1 - chips[1].1.area / chips[0].1.area, 1 - chips[3].1.area / chips[2].1.area]
    let dearer = chips[1].1.energy / chips[0].1.energy - 1
    let minutes = MembraneMemory.lifetime(endurance: 1e6, ticksPerSecond: 400) / 60
    return ReviewFigure(
      title: "Figure 12: membranes in SRAM and in FeFET, VGG16", csv: areaTable(chips, key: "chip"),
      bars: areaBars(chips),
      remarks: [
        "The memory itself shrinks to a seventh, the review's figure, which is put in; the chip shrinks by \(percent(saved[0])) on "
          + "CIFAR-10 and \(percent(saved[1])) on TinyImageNet, and takes \(percent(dearer)) more energy.",
        "Not in the review: a cell is written in every timestep. With 4 of them at 100 images a second and an endurance of 10⁶, "
          + "the memory lasts \(NumberText.fixed(minutes, decimals: 0)) minutes.",
        "The review's loss of 3 to 4 % of accuracy from variation of the cells is not modelled.",
      ])
  }
}
