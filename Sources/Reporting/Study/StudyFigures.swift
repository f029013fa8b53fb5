import Emulation

extension Figures {
  /// A figure of each combination with its 95 % interval over seeds and folds; single measurements as small dots.
  public static func studyPoints(_ table: StudyTable, figure: StudyRow.Figure) -> String {
    let shown = table.combinations.filter { $0.interval(figure.name) != nil }
    let title = "\(figure.description)"
    let values = shown.flatMap { $0.rows.compactMap { $0.values[figure.name] } }
    guard let lowest = values.min(), let highest = values.max() else { return noData(title) }
    let ends = shown.compactMap { $0.interval(figure.name) }.flatMap {
      [$0.mean - ($0.halfWidth ?? 0), $0.mean + ($0.halfWidth ?? 0)]
    }
    let isLogarithmic = lowest > 0 && highest / lowest > 30
    let lower = isLogarithmic ? lowest : min(lowest, max(ends.min() ?? lowest, figure.unit == "1" ? 0 : -.infinity))
    let upper = isLogarithmic ? highest : max(highest, min(ends.max() ?? highest, figure.unit == "1" ? 1 : .infinity))
    let step = 20.0
    var canvas = SVGCanvas(width: FigureStyle.width, height: 36 + step * Double(shown.count) + 56)
    drawTitle(title, on: &canvas)
    let frame = PlotFrame(x: 250, y: 36, width: FigureStyle.width - 250 - 32, height: step * Double(shown.count))
    let panel = PlotPanel(
      frame: frame, x: (isLogarithmic ? .logarithmic : .linear, lower, upper), y: (.linear, 0, 1))
    for (index, combination) in shown.enumerated() {
      guard let interval = combination.interval(figure.name) else { continue }
      let y = frame.y + step * (Double(index) + 0.5)
      let name = FigureStyle.fitted(combination.title, width: 236, size: FigureStyle.textSize)
      canvas.text(name, at: CanvasPoint(x: 242, y: y + 4), anchor: .end)
      canvas.line(from: .init(x: frame.x, y: y), to: .init(x: frame.maxX, y: y), Stroke(color: FigureStyle.grid))
      for row in combination.rows {
        guard let value = row.values[figure.name] else { continue }
        canvas.circle(at: .init(x: panel.x.position(value), y: y), radius: 2, fill: FigureStyle.quietInk)
      }
      if let half = interval.halfWidth {
        canvas.line(
          from: .init(x: panel.x.position(interval.mean - half), y: y),
          to: .init(x: panel.x.position(interval.mean + half), y: y),
          Stroke(color: FigureStyle.seriesColor(0), width: 2))
      }
      canvas.circle(at: .init(x: panel.x.position(interval.mean), y: y), radius: 4, fill: FigureStyle.seriesColor(0))
    }
    for tick in panel.x.ticks(about: 6) {
      let x = panel.x.position(tick.value)
      canvas.line(from: .init(x: x, y: frame.maxY), to: .init(x: x, y: frame.maxY + 4), Stroke(color: FigureStyle.axis))
      canvas.text(tick.label, at: .init(x: x, y: frame.maxY + 17), anchor: .middle, fill: FigureStyle.quietInk)
    }
    canvas.text(
      "\(figure.name)\(figure.unit == "1" ? "" : " (\(figure.unit))"), mean and 95 % interval",
      at: .init(x: frame.x + frame.width / 2, y: frame.maxY + 36), anchor: .middle)
    return canvas.document(title: title)
  }

  /// Combinations by two figures, a third as the size of their dots; those of the front are filled and joined.
  public static func front(_ table: StudyTable, figures: [StudyRow.Figure]) -> String {
    let title = "Front of \(figures.map(\.name).joined(separator: ", "))"
    let front = Set(table.front(figures))
    let points = table.combinations.enumerated().compactMap { index, combination -> FrontPoint? in
      let means = figures.compactMap { combination.interval($0.name)?.mean }
      guard means.count == figures.count else { return nil }
      return FrontPoint(index: index, name: combination.title, x: means[1], y: means[0], size: means.dropFirst(2).first)
    }
    guard figures.count >= 2, !points.isEmpty else { return noData(title) }
    func axis(_ values: [Double]) -> (kind: AxisScale.Kind, lower: Double, upper: Double) {
      let (low, high) = (values.min() ?? 0, values.max() ?? 1)
      if low > 0, high / low > 10 { return (.logarithmic, low / 1.5, high * 1.5) }
      let margin = high > low ? (high - low) * 0.08 : abs(high) * 0.05 + 1e-12
      return (.linear, low - margin, high + margin)
    }
    var canvas = SVGCanvas(width: FigureStyle.width, height: 396)
    drawTitle(title, on: &canvas)
    let frame = PlotFrame(x: 78, y: 40, width: FigureStyle.width - 78 - 32, height: 300)
    let panel = PlotPanel(frame: frame, x: axis(points.map(\.x)), y: axis(points.map(\.y)))
    panel.drawAxes(on: &canvas, xLabel: label(figures[1]), yLabel: label(figures[0]))
    let joined = points.filter { front.contains($0.index) }.sorted { $0.x < $1.x }
    canvas.polyline(
      joined.map { panel.point($0.x, $0.y) }, Stroke(color: FigureStyle.seriesColor(0), width: 1, dash: "4 3"))
    let largest = points.compactMap(\.size).max() ?? 0
    let dots = points.map { point in
      let radius = point.size.map { 3 + 7 * ($0 / max(largest, 1e-300)).squareRoot() } ?? 5
      return (place: panel.point(point.x, point.y), radius: radius, isFirst: front.contains(point.index))
    }
    for dot in dots {
      canvas.circle(
        at: dot.place, radius: dot.radius, fill: dot.isFirst ? FigureStyle.seriesColor(0) : "#d0d0d0",
        stroke: Stroke(color: "#ffffff"))
    }
    var names = PlacedNames(within: frame)
    // Those of the front have the first choice of a place.
    for index in points.indices.sorted(by: { dots[$0].isFirst && !dots[$1].isFirst }) {
      let dot = dots[index]
      let spot = names.place(points[index].name, beside: dot.place, radius: dot.radius)
      canvas.text(
        points[index].name, at: CanvasPoint(x: spot.x, y: spot.y + 4),
        fill: dot.isFirst ? FigureStyle.ink : FigureStyle.quietInk,
        haloed: true)
    }
    if let third = figures.dropFirst(2).first {
      canvas.text(
        "dots grow with \(third.name)", at: CanvasPoint(x: frame.maxX, y: 30), anchor: .end, fill: FigureStyle.quietInk)
    }
    return canvas.document(title: title)
  }

  /// Names beside dots, none over another where there is room.
  private struct PlacedNames {
    let frame: PlotFrame
    private var taken: [PlotFrame] = []

    init(within frame: PlotFrame) { self.frame = frame }

    /// Left end and middle of a name: right of its dot or left of it, and as few lines above or below as will do.
    mutating func place(_ name: String, beside dot: CanvasPoint, radius: Double) -> CanvasPoint {
      let width = FigureStyle.textWidth(name)
      let sides = [dot.x + radius + 4, dot.x - radius - 4 - width].filter { $0 >= frame.x && $0 + width <= frame.maxX }
      var spots: [PlotFrame] = []
      for lines in [0.0, -1, 1, -2, 2, -3, 3, -4, 4] {
        for x in sides.isEmpty ? [dot.x + radius + 4] : sides {
          let top = dot.y + (lines - 0.5) * FigureStyle.lineHeight
          spots.append(PlotFrame(x: x, y: top, width: width, height: FigureStyle.lineHeight))
        }
      }
      let spot = spots.first { spot in !taken.contains { $0.overlaps(spot) } } ?? spots[0]
      taken.append(spot)
      return CanvasPoint(x: spot.x, y: spot.y + FigureStyle.lineHeight / 2)
    }
  }

  private struct FrontPoint {
    var index: Int
    var name: String
    var x: Double
    var y: Double
    var size: Double?
  }

  private static func label(_ figure: StudyRow.Figure) -> String {
    figure.name + (figure.unit == "1" ? "" : " (\(figure.unit))")
  }
}

extension StudyTable {
  /// The figures of a list such as `test_accuracy,wear_per_sample`; the usual ones where there is no list.
  /// - Throws: `StudyError.unknownFigure`, `StudyError.malformed` for fewer than two.
  public func front(named list: String?) throws -> [StudyRow.Figure] {
    let isAged = figures.contains { $0.name == "useful_life" }
    let usual =
      isAged
      ? "aged_accuracy,useful_life,deployed_energy_per_sample"
      : "test_accuracy,one_percent_failed_samples,energy_per_sample"
    let names = (list ?? usual).split(separator: ",").map { $0.trimmingPrefix(" ").description }
    guard 2...3 ~= names.count else {
      throw StudyError.malformed(
        file: "--pareto", line: 1, expected: "two or three figures", found: "\(names.count)")
    }
    return try names.map { try figure($0) }
  }
}
