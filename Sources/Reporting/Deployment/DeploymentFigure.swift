import Emulation

/// The life of one deployed network, as a figure draws it.
public struct DeploymentCurve: Sendable {
  /// Name in the legend.
  public var name: String
  /// Curves of a group share a column of panels.
  public var group: String
  /// Its measured windows, the start first.
  public var rows: [DeploymentRow]

  /// A named life.
  public init(name: String, group: String = "", rows: [DeploymentRow]) {
    self.name = name
    self.group = group
    self.rows = rows
  }
}

extension Figures {
  /// Accuracy above and the share of failed devices below, over the time of deployment; a column for each group.
  ///
  /// Time is logarithmic, since wear begins early and ends late; the start stands at the left end. The share of failed devices
  /// is logarithmic too and begins with one device. Accuracies are means over `DeploymentSummary.accuracySpan` windows.
  public static func deployment(_ curves: [DeploymentCurve], title: String = "Years of deployment") -> String {
    let drawable = curves.filter { $0.rows.count > 1 }
    guard let scales = DeploymentScales(drawable) else { return noData(title) }
    let (groups, names) = (distinct(drawable.map(\.group)), distinct(drawable.map(\.name)))
    let isNamed = groups.count == 1
    let columns = groups.map { group in
      scales.plots(drawable.filter { $0.group == group }, names: names, isNamed: isNamed)
    }
    let (left, right, gap) = (70.0, isNamed ? 190.0 : 16.0, 14.0)
    let (top, rowGap, bottom) = (isNamed ? 36.0 : 72.0, 18.0, 46.0)
    let width = (FigureStyle.width - left - right - gap * Double(groups.count - 1)) / Double(groups.count)
    let heights = columns[0].map(\.height)
    var canvas = SVGCanvas(
      width: FigureStyle.width, height: top + heights.reduce(0, +) + rowGap * Double(heights.count - 1) + bottom)
    drawTitle(title, on: &canvas)
    if !isNamed { drawLegend(names, from: left, y: 42, on: &canvas) }
    for (column, plots) in columns.enumerated() {
      let x = left + Double(column) * (width + gap)
      if !isNamed { canvas.text(groups[column], at: CanvasPoint(x: x + width / 2, y: 62), anchor: .middle) }
      var y = top
      for (row, plot) in plots.enumerated() {
        let panel = PlotPanel(
          frame: PlotFrame(x: x, y: y, width: width, height: plot.height), x: scales.time,
          y: (plot.kind, plot.lower, plot.upper))
        panel.drawAxes(
          on: &canvas, xLabel: row == plots.count - 1 ? "time of deployment (\(scales.unit.name))" : nil,
          yLabel: column == 0 ? plot.label : nil)
        plot.draw(in: panel, on: &canvas)
        y += plot.height + rowGap
      }
    }
    return canvas.document(title: title)
  }

  private static func distinct(_ words: [String]) -> [String] {
    words.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  private static func drawLegend(_ names: [String], from left: Double, y: Double, on canvas: inout SVGCanvas) {
    var x = left
    for (index, name) in names.enumerated() {
      let color = FigureStyle.seriesColor(index)
      canvas.line(
        from: CanvasPoint(x: x, y: y - 4), to: CanvasPoint(x: x + 18, y: y - 4), Stroke(color: color, width: 2))
      canvas.text(name, at: CanvasPoint(x: x + 23, y: y), fill: color)
      x += 23 + FigureStyle.textWidth(name) + 18
    }
  }
}

/// The axes that all panels of deployments share.
private struct DeploymentScales {
  let unit: (name: String, seconds: Double)
  let time: (kind: AxisScale.Kind, lower: Double, upper: Double)
  let accuracy: ClosedRange<Double>
  /// Smallest share of failed devices; `nil` where none failed.
  let failures: Double?
  private let first: Double

  /// `nil` where there is nothing to draw.
  init?(_ curves: [DeploymentCurve]) {
    let rows = curves.flatMap(\.rows)
    let times = rows.map(\.seconds).filter { $0 > 0 }
    let accuracies = curves.flatMap { DeploymentSummary.meanAccuracies($0.rows) }
    guard let earliest = times.min(), let last = times.max(), let low = accuracies.min(), let high = accuracies.max()
    else { return nil }
    // Of what comes before four decades nothing can be told apart.
    first = max(earliest, last * 1e-4)
    let longest = ProductTime.units.last { last >= 2 * $0.seconds } ?? ProductTime.units[0]
    unit = (longest.name, longest.seconds)
    time = (.logarithmic, first / longest.seconds, last / longest.seconds)
    accuracy = max((low * 10).rounded(.down) / 10, 0)...max((high * 10).rounded(.up) / 10, 0.1)
    failures = rows.map(\.wornFraction).filter { $0 > 0 }.min()
  }

  /// The panels of a group, from above.
  /// - Parameters:
  ///   - names: those of all groups, in the order of their colours.
  ///   - isNamed: whether the lines have their names and last values at their ends.
  func plots(_ curves: [DeploymentCurve], names: [String], isNamed: Bool) -> [LinePlot] {
    func line(_ curve: DeploymentCurve, _ values: [Double], _ last: String) -> LinePlot.Line {
      LinePlot.Line(
        name: isNamed ? "\(curve.name) \(last)" : "", points: points(curve.rows, values),
        color: FigureStyle.seriesColor(names.firstIndex(of: curve.name) ?? 0))
    }
    let above = LinePlot(
      label: "test accuracy, mean of \(DeploymentSummary.accuracySpan)", height: 200, kind: .linear,
      lower: accuracy.lowerBound, upper: accuracy.upperBound,
      lines: curves.map { curve in
        let means = DeploymentSummary.meanAccuracies(curve.rows)
        return line(curve, means, NumberText.fixed(means[means.count - 1], decimals: 3))
      })
    guard let failures else { return [above] }
    let below = LinePlot(
      label: "failed devices (fraction)", height: 160, kind: .logarithmic, lower: failures, upper: 1,
      lines: curves.compactMap { curve in
        let failed = DeploymentCurve(name: curve.name, rows: curve.rows.filter { $0.wornFraction > 0 })
        guard let share = failed.rows.last?.wornFraction else { return nil }
        return line(failed, failed.rows.map(\.wornFraction), NumberText.compact(share))
      })
    return [above, below]
  }

  private func points(_ rows: [DeploymentRow], _ values: [Double]) -> [CurvePoint] {
    let begin = rows.lastIndex { $0.seconds <= first } ?? 0
    return zip(rows, values).dropFirst(begin).map {
      CurvePoint(samples: max($0.seconds, first) / unit.seconds, value: $1)
    }
  }
}
