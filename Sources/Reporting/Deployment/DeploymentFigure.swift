import Emulation

/// The life of one deployed network, as a figure draws it.
public struct DeploymentCurve: Sendable {
  /// Name at its end.
  public var name: String
  /// Its measured windows, the start first.
  public var rows: [DeploymentRow]

  /// A named life.
  public init(name: String, rows: [DeploymentRow]) {
    self.name = name
    self.rows = rows
  }
}

extension Figures {
  /// Accuracy above and the share of failed devices below, over the time of deployment.
  ///
  /// Time is logarithmic, since wear begins early and ends late; the start stands at the left end. The share of failed devices
  /// is logarithmic too and begins with one device.
  public static func deployment(_ curves: [DeploymentCurve], title: String = "Years of deployment") -> String {
    let drawable = curves.filter { $0.rows.count > 1 }
    let times = drawable.flatMap(\.rows).map(\.seconds).filter { $0 > 0 }
    guard let earliest = times.min(), let last = times.max() else { return noData(title) }
    // Of what comes before four decades nothing can be told apart.
    let first = max(earliest, last * 1e-4)
    let unit = ProductTime.units.last { last >= 2 * $0.seconds } ?? ProductTime.units[0]
    let plots = [
      accuracy(drawable, from: first, unit: unit.seconds), failures(drawable, from: first, unit: unit.seconds),
    ]
    .compactMap { $0 }
    let (top, gap, bottom) = (36.0, 18.0, 46.0)
    let height = top + plots.reduce(0) { $0 + $1.height } + gap * Double(plots.count - 1) + bottom
    var canvas = SVGCanvas(width: FigureStyle.width, height: height)
    drawTitle(title, on: &canvas)
    var y = top
    for (index, plot) in plots.enumerated() {
      let panel = PlotPanel(
        frame: PlotFrame(x: 70, y: y, width: FigureStyle.width - 70 - 190, height: plot.height),
        x: (.logarithmic, first / unit.seconds, last / unit.seconds), y: (plot.kind, plot.lower, plot.upper))
      panel.drawAxes(
        on: &canvas, xLabel: index == plots.count - 1 ? "time of deployment (\(unit.name))" : nil, yLabel: plot.label)
      plot.draw(in: panel, on: &canvas)
      y += plot.height + gap
    }
    return canvas.document(title: title)
  }

  private static func accuracy(_ curves: [DeploymentCurve], from first: Double, unit: Double) -> LinePlot? {
    let values = curves.flatMap(\.rows).map(\.accuracy)
    guard let lowest = values.min(), let highest = values.max() else { return nil }
    return LinePlot(
      label: "test accuracy (fraction)", height: 200, kind: .linear, lower: max((lowest * 10).rounded(.down) / 10, 0),
      upper: max((highest * 10).rounded(.up) / 10, 0.1),
      lines: curves.enumerated().map { index, curve in
        LinePlot.Line(
          name: "\(curve.name) \(NumberText.fixed(curve.rows[curve.rows.count - 1].accuracy, decimals: 3))",
          points: points(curve, from: first, unit: unit, \.accuracy), color: FigureStyle.seriesColor(index))
      })
  }

  private static func failures(_ curves: [DeploymentCurve], from first: Double, unit: Double) -> LinePlot? {
    let shares = curves.flatMap(\.rows).map(\.wornFraction).filter { $0 > 0 }
    guard let lowest = shares.min() else { return nil }
    return LinePlot(
      label: "failed devices (fraction)", height: 160, kind: .logarithmic, lower: lowest, upper: 1,
      lines: curves.enumerated().compactMap { index, curve in
        guard let share = curve.rows.last?.wornFraction, share > 0 else { return nil }
        let failed = DeploymentCurve(name: curve.name, rows: curve.rows.filter { $0.wornFraction > 0 })
        return LinePlot.Line(
          name: "\(curve.name) \(NumberText.compact(share))",
          points: points(failed, from: first, unit: unit, \.wornFraction), color: FigureStyle.seriesColor(index))
      })
  }

  private static func points(
    _ curve: DeploymentCurve, from first: Double, unit: Double, _ value: KeyPath<DeploymentRow, Double>
  ) -> [CurvePoint] {
    let begin = curve.rows.lastIndex { $0.seconds <= first } ?? 0
    return curve.rows[begin...].map { CurvePoint(samples: max($0.seconds, first) / unit, value: $0[keyPath: value]) }
  }
}
