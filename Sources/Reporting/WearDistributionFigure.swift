import Glibc

/// The pulses each device of one layer has received, in any order.
public struct WearDistribution: Equatable, Sendable {
  /// The layer's name, as the user gave it.
  public let layerName: String
  /// SET and RESET pulses per device.
  public let pulses: [UInt64]

  /// The devices of one layer; negative counts are taken as zero.
  public init(layerName: String, pulses: [some BinaryInteger]) {
    self.layerName = layerName
    self.pulses = pulses.map { UInt64(clamping: $0) }
  }

  /// A place on the distribution: `fraction` of the devices has at least `pulses` pulses.
  struct Step: Equatable {
    var pulses: Double
    var fraction: Double
  }

  /// The complementary cumulative distribution at its distinct pulse counts above zero, ascending; when there are more
  /// than `limit`, at counts about equally spaced in their logarithm, the last always among them.
  func complementaryDistribution(limit: Int = 240) -> [Step] {
    let sorted = pulses.filter { $0 > 0 }.sorted()
    var steps: [Step] = []
    for (index, value) in sorted.enumerated() where index == 0 || value != sorted[index - 1] {
      steps.append(
        Step(pulses: Double(value), fraction: Double(sorted.count - index) / Double(pulses.count)))
    }
    guard steps.count > limit, let first = steps.first, let last = steps.last else { return steps }
    let stretch = log10(last.pulses / first.pulses) / Double(limit - 1)
    var kept = [first]
    for step in steps where log10(step.pulses / kept[kept.count - 1].pulses) >= stretch { kept.append(step) }
    return kept.last == last ? kept : kept + [last]
  }
}

extension Figures {
  /// The fraction of devices with at least so many pulses, on two logarithmic axes, one line per layer.
  ///
  /// `enduranceInPulses`, where known, is drawn as the line the curves must not reach.
  public static func wearDistribution(
    _ layers: [WearDistribution], enduranceInPulses: Double? = nil,
    title: String = "Wear distribution: devices by pulses received"
  ) -> String {
    let drawable = layers.filter { !$0.pulses.isEmpty }
    let curves = drawable.map { $0.complementaryDistribution() }
    let steps = curves.joined()
    guard let lowest = steps.map(\.pulses).min(), let highest = steps.map(\.pulses).max() else { return noData(title) }
    let endurance = enduranceInPulses.flatMap { $0.isFinite && $0 >= 1 ? $0 : nil }
    let rarest = steps.map(\.fraction).min() ?? 1

    var canvas = SVGCanvas(width: FigureStyle.width, height: 316)
    drawTitle(title, on: &canvas)
    let panel = PlotPanel(
      frame: PlotFrame(x: 70, y: 46, width: FigureStyle.width - 70 - 32, height: 222),
      x: (.logarithmic, min(1, lowest), max(highest, endurance ?? 0, 10) * 1.25), y: (.logarithmic, rarest / 1.5, 1))
    panel.drawAxes(
      on: &canvas, xLabel: "pulses per device (SET + RESET)", yLabel: "fraction with at least as many")
    if let endurance { drawEndurance(endurance, in: panel, on: &canvas) }
    for (index, curve) in curves.enumerated() {
      let stroke = Stroke(
        color: FigureStyle.seriesColor(index), width: 1.6, dash: FigureStyle.seriesDash(index))
      canvas.polyline(stepLine(curve, in: panel), stroke)
      if let last = curve.last {
        canvas.circle(at: panel.point(last.pulses, last.fraction), radius: 2.6, fill: stroke.color)
      }
    }
    let right = endurance.map { panel.x.position($0) } ?? panel.frame.maxX
    let marks = curves.flatMap { stepLine($0, in: panel) }
    drawWearNames(drawable, leftOf: right, avoiding: marks, in: panel, on: &canvas)
    return canvas.document(title: title)
  }

  /// The fraction holds up to and including a pulse count, then drops.
  private static func stepLine(_ curve: [WearDistribution.Step], in panel: PlotPanel) -> [CanvasPoint] {
    guard let first = curve.first else { return [] }
    var points = [panel.point(panel.x.lower, first.fraction)]
    for (step, next) in zip(curve, curve.dropFirst()) {
      points.append(panel.point(step.pulses, step.fraction))
      points.append(panel.point(step.pulses, next.fraction))
    }
    return points + curve.suffix(1).map { panel.point($0.pulses, $0.fraction) }
  }

  private static func drawEndurance(_ endurance: Double, in panel: PlotPanel, on canvas: inout SVGCanvas) {
    let x = panel.x.position(endurance)
    canvas.line(
      from: CanvasPoint(x: x, y: panel.frame.y), to: CanvasPoint(x: x, y: panel.frame.maxY),
      Stroke(color: ColorMap.stuck.hex, width: 1.2, dash: "5 3"))
    let text = "endurance \(NumberText.compact(endurance))"
    let fits = x + FigureStyle.textWidth(text) / 2 <= FigureStyle.width - 8
    canvas.text(
      text, at: CanvasPoint(x: fits ? x : FigureStyle.width - 8, y: panel.frame.y - 6), anchor: fits ? .middle : .end,
      fill: "#c11a10")
  }

  /// Names in the upper right corner, which falling curves mostly leave free, or else in the lower left one.
  private static func drawWearNames(
    _ layers: [WearDistribution], leftOf right: Double, avoiding marks: [CanvasPoint], in panel: PlotPanel,
    on canvas: inout SVGCanvas
  ) {
    let names = layers.prefix(12).map { layer in
      let unwritten = Double(layer.pulses.count { $0 == 0 }) / Double(layer.pulses.count)
      let most = NumberText.compact(Double(layer.pulses.max() ?? 0))
      let name = FigureStyle.fitted(layer.layerName, width: 150)
      return "\(name): most \(most), never written \(NumberText.compact(unwritten, digits: 2))"
    }
    let width = names.map { FigureStyle.textWidth($0) }.max() ?? 0
    let height = Double(names.count) * FigureStyle.lineHeight
    func isTaken(_ box: PlotFrame) -> Bool {
      zip(marks, marks.dropFirst()).contains { a, b in
        max(a.x, b.x) > box.x && min(a.x, b.x) < box.maxX && max(a.y, b.y) > box.y && min(a.y, b.y) < box.maxY
      }
    }
    let upper = PlotFrame(x: right - 10 - width, y: panel.frame.y + 6, width: width, height: height)
    let lower = PlotFrame(x: panel.frame.x + 10, y: panel.frame.maxY - 8 - height, width: width, height: height)
    let isLow = isTaken(upper) && !isTaken(lower)
    for (index, name) in names.enumerated() {
      let baseline = (isLow ? lower : upper).y + Double(index) * FigureStyle.lineHeight + 11
      canvas.text(
        name, at: CanvasPoint(x: isLow ? lower.x : right - 10, y: baseline), anchor: isLow ? .start : .end,
        fill: FigureStyle.seriesColor(index), haloed: true)
    }
  }
}
