import Devices
import Glibc

extension Figures {
  /// What a memory device does: its pulse trains, its steps, and where it has them drift and survival.
  ///
  /// The trains are emulated device by device, pulse by pulse, from the same seed each time.
  public static func device(_ parameters: DeviceParameters, title: String, summary: String = "") -> String {
    let population = DevicePopulation(parameters)
    let unit = DeviceUnit(parameters.quantity, largest: parameters.on)
    var panels: [(PlotFrame, inout SVGCanvas) -> Void] = [
      { drawTrain(population, isUp: true, unit, frame: $0, on: &$1) },
      { drawTrain(population, isUp: false, unit, frame: $0, on: &$1) },
      { drawSteps(parameters, unit, frame: $0, on: &$1) },
    ]
    if parameters.retention != .none { panels.append { drawRetention(parameters, unit, frame: $0, on: &$1) } }
    if parameters.endurance.isLimited { panels.append { drawSurvival(parameters.endurance, frame: $0, on: &$1) } }
    var canvas = SVGCanvas(width: FigureStyle.width, height: PanelGrid.height(panels: panels.count))
    drawTitle(title, on: &canvas)
    canvas.text(
      FigureStyle.fitted(summary, width: FigureStyle.width * 1.1), at: CanvasPoint(x: 16, y: 38),
      fill: FigureStyle.quietInk)
    for (index, draw) in panels.enumerated() { draw(PanelGrid.frame(index, of: panels.count), &canvas) }
    return canvas.document(title: title)
  }

  private static let singleDevices = 6

  private static func drawTrain(
    _ population: DevicePopulation, isUp: Bool, _ unit: DeviceUnit, frame: PlotFrame, on canvas: inout SVGCanvas
  ) {
    let train = isUp ? population.potentiation : population.depression
    let color = FigureStyle.seriesColor(isUp ? 0 : 1)
    let shown = (population.potentiation.states + population.depression.states).prefix(singleDevices)
    let tops = [population.potentiation, population.depression].flatMap { zip($0.mean, $0.deviation).map { $0 + $1 } }
    let highest = max(tops.max() ?? 1, shown.joined().max() ?? 1) / unit.scale
    let panel = PlotPanel(
      frame: frame, x: (.linear, 0, train.pulses.last ?? 1), y: (.linear, 0, highest * 1.06))
    panel.drawTitle(
      isUp ? "Potentiation" : "Depression",
      facts: "mean ± σ, \(singleDevices) devices", on: &canvas)
    panel.drawAxes(
      on: &canvas, xLabel: isUp ? "SET pulses" : "RESET pulses",
      yLabel: "\(unit.name.hasSuffix("F") ? "capacitance" : "conductance") (\(unit.name))")
    let scaled = { (value: Double) in value / unit.scale }
    panel.drawBand(
      train.pulses, from: zip(train.mean, train.deviation).map { scaled($0 - $1) },
      to: zip(train.mean, train.deviation).map { scaled($0 + $1) }, color: color, on: &canvas)
    for states in train.states.prefix(singleDevices) {
      panel.drawLine(train.pulses, states.map(scaled), color: "#9a9a9a", width: 0.8, on: &canvas)
    }
    panel.drawLine(train.pulses, train.mean.map(scaled), color: color, width: 2.2, on: &canvas)
  }

  private static func drawSteps(
    _ parameters: DeviceParameters, _ unit: DeviceUnit, frame: PlotFrame, on canvas: inout SVGCanvas
  ) {
    let range = parameters.on - parameters.off
    let levels = (0...80).map { Double($0) / 80 }
    let step = { (level: Double, pulse: Double) in meanStep(parameters, from: level, pulse: pulse) * range / unit.scale
    }
    let up = levels.map { step($0, 1) }
    let down = levels.map { step($0, -1) }
    let positive = (up + down).filter { $0 > 0 }
    let (least, most) = (positive.min() ?? 0, positive.max() ?? 1)
    // One-shot RESET beside gradual SET: on a linear scale the latter would lie on the axis.
    let isSpread = (up.max() ?? 1) * 20 < (down.max() ?? 1) || (down.max() ?? 1) * 20 < (up.max() ?? 1)
    let floor = max(least, most * 1e-4)
    let panel = PlotPanel(
      frame: frame, x: (.linear, parameters.off / unit.scale, parameters.on / unit.scale),
      y: isSpread ? (.logarithmic, floor, most * 3) : (.linear, 0, most * 1.22))
    panel.drawTitle("Step of one pulse", facts: "mean, typical device", on: &canvas)
    panel.drawAxes(
      on: &canvas, xLabel: "state before the pulse (\(unit.name))", yLabel: "size of the step (\(unit.name))")
    let states = levels.map { (parameters.off + $0 * range) / unit.scale }
    panel.drawLine(
      states, up.map { max($0, isSpread ? floor : 0) }, color: FigureStyle.seriesColor(0), width: 2, on: &canvas)
    panel.drawLine(
      states, down.map { max($0, isSpread ? floor : 0) }, color: FigureStyle.seriesColor(1), width: 2, on: &canvas)
    panel.drawKey(
      [("SET", FigureStyle.seriesColor(0)), ("RESET", FigureStyle.seriesColor(1))], fromRight: true, on: &canvas)
  }

  /// Size of the mean step of one pulse, fraction of the range; of phase-change devices the steady one.
  private static func meanStep(_ parameters: DeviceParameters, from level: Double, pulse: Double) -> Double {
    var quiet = parameters
    quiet.cycleNoise.sigma = 0
    let model = DeviceModel(parameters: quiet)
    var cell = CellState(level: level, setsSinceReset: 50)
    model.apply(pulses: pulse, to: &cell, of: model.typical, gaussian: 0, uniform: 0.5)
    return max(0, pulse > 0 ? cell.level - level : level - cell.level)
  }

  private static func drawRetention(
    _ parameters: DeviceParameters, _ unit: DeviceUnit, frame: PlotFrame, on canvas: inout SVGCanvas
  ) {
    let range = parameters.on - parameters.off
    let times = (0...70).map { pow(10, Double($0) / 10) }
    let gaussians = (1..<64).map { normalQuantile(Double($0) / 64) }
    let panel = PlotPanel(
      frame: frame, x: (.logarithmic, 1, times[times.count - 1]),
      y: (.linear, 0, parameters.on * 1.08 / unit.scale))
    panel.drawTitle("Retention", facts: "median and ±σ of devices", on: &canvas)
    panel.drawAxes(on: &canvas, xLabel: "time since the write (s)", yLabel: "state (\(unit.name))")
    for (index, level) in [0.1, 0.4, 0.7, 1].enumerated() {
      let programmed = parameters.off + level * range
      let curves = times.map { age in
        gaussians.map { z in
          let coefficient = parameters.retention.coefficient(level: level, gaussian: z, deviceGaussian: z)
          return parameters.retention.state(
            programmed: programmed, age: age, coefficient: coefficient, low: parameters.off, range: range)
        }.sorted()
      }
      let color = FigureStyle.seriesColor([5, 2, 0, 3][index])
      func quantile(_ p: Double) -> [Double] { curves.map { $0[Int((p * 62).rounded())] / unit.scale } }
      panel.drawBand(times, from: quantile(0.159), to: quantile(0.841), color: color, on: &canvas)
      panel.drawLine(times, quantile(0.5), color: color, width: 1.8, on: &canvas)
    }
  }

  private static func drawSurvival(_ endurance: Endurance, frame: PlotFrame, on canvas: inout SVGCanvas) {
    let (first, last) = (endurance.wear(atFailedFraction: 1e-3), endurance.wear(atFailedFraction: 0.9999))
    let (low, high) = (
      pow(10, log10(max(first, 1e-9)).rounded(.down)), pow(10, log10(max(last, 1e-8)).rounded(.up))
    )
    let decades = log10(high / low)
    let wear = (0...160).map { low * pow(10, decades * Double($0) / 160) }
    let panel = PlotPanel(frame: frame, x: (.logarithmic, low, high), y: (.linear, 0, 1.04))
    let hundredth = endurance.wear(atFailedFraction: 0.01)
    panel.drawTitle("Survival", facts: "1 % dead at \(NumberText.compact(hundredth, digits: 2)) cycles", on: &canvas)
    panel.drawAxes(on: &canvas, xLabel: "wear (full-cycle equivalents)", yLabel: "fraction alive")
    let place = panel.x.position(hundredth)
    canvas.line(
      from: CanvasPoint(x: place, y: frame.y), to: CanvasPoint(x: place, y: frame.maxY),
      Stroke(color: FigureStyle.quietInk, dash: "2 3"))
    panel.drawLine(
      wear, wear.map { 1 - endurance.failedFraction(atWear: $0) }, color: FigureStyle.seriesColor(2), width: 2.2,
      on: &canvas)
  }

  /// Number below which a standard normal number lies with probability `p`, by bisection.
  private static func normalQuantile(_ p: Double) -> Double {
    var (low, high) = (-8.0, 8.0)
    for _ in 0..<50 {
      let middle = (low + high) / 2
      if 0.5 * erfc(-middle / 2.0.squareRoot()) < p { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
