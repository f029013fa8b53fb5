import Emulation
import Glibc

/// Devices of one run, as a figure of survival draws them.
public struct SurvivalSeries: Sendable {
  /// Name at its end.
  public var name: String
  /// The curve.
  public var curve: SurvivalCurve
  /// Share that theory lets survive a wear; `nil` for none.
  public var theory: (@Sendable (Double) -> Double)?

  /// A named curve.
  public init(name: String, curve: SurvivalCurve, theory: (@Sendable (Double) -> Double)? = nil) {
    self.name = name
    self.curve = curve
    self.theory = theory
  }
}

extension Figures {
  /// Share of failed devices by the wear they had taken, from Kaplan and Meier, with theory as dashed lines.
  public static func survival(
    _ series: [SurvivalSeries], title: String = "Failed devices by the wear they took"
  ) -> String {
    let drawable = series.filter { !$0.curve.steps.isEmpty }
    let steps = drawable.flatMap(\.curve.steps)
    guard let first = steps.map(\.wear).filter({ $0 > 0 }).min(), let last = drawable.map(\.curve.end).max() else {
      return noData("\(title): none has failed")
    }
    let lowest = steps.map { 1 - $0.survivors }.filter { $0 > 0 }.min() ?? 1e-6
    var canvas = SVGCanvas(width: FigureStyle.width, height: 316)
    drawTitle(title, on: &canvas)
    let frame = PlotFrame(x: 70, y: 46, width: FigureStyle.width - 70 - 170, height: 222)
    let panel = PlotPanel(
      frame: frame, x: (.logarithmic, first, max(last, first * 10)), y: (.logarithmic, lowest / 1.5, 1))
    panel.drawAxes(
      on: &canvas, xLabel: "wear of a device (full-cycle equivalents)", yLabel: "failed (fraction)")
    var labels: [EndLabels.Label] = []
    for (index, one) in drawable.enumerated() {
      let color = FigureStyle.seriesColor(index)
      let points = thinned(one.curve.steps).map { panel.point($0.wear, max(1 - $0.survivors, lowest / 1.5)) }
      canvas.polyline(points, Stroke(color: color, width: 1.8))
      for point in points where points.count < 3 { canvas.circle(at: point, radius: 3, fill: color) }
      if let theory = one.theory {
        let places = (0...80).map { first * pow(max(last, first * 10) / first, Double($0) / 80) }
        canvas.polyline(
          places.map { panel.point($0, max(1 - theory($0), lowest / 1.5)) },
          Stroke(color: color, width: 1, dash: "4 3"))
      }
      if let end = points.last { labels.append(.init(text: one.name, color: color, y: end.y)) }
    }
    EndLabels.draw(labels, x: frame.maxX + 10, within: frame.y...frame.maxY, on: &canvas)
    return canvas.document(title: title)
  }

  private static func thinned(_ steps: [SurvivalCurve.Step]) -> [SurvivalCurve.Step] {
    guard steps.count > 400 else { return steps }
    return (0..<400).map { steps[$0 * (steps.count - 1) / 399] }
  }
}
