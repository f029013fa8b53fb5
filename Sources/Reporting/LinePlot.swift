/// The lines of one panel over samples seen, each named at its end if it has a name.
struct LinePlot {
  struct Line {
    var name: String
    var points: [CurvePoint]
    var color: String
    var dash: String?
    var hasMarkers = false
  }

  var label: String
  var height: Double
  var kind: AxisScale.Kind
  var lower: Double
  var upper: Double
  var lines: [Line]

  /// At most this many points of a line are drawn, and a quarter as many markers.
  static let pointLimit = 800

  func draw(in panel: PlotPanel, on canvas: inout SVGCanvas) {
    var labels: [EndLabels.Label] = []
    for line in lines {
      let isReference = line.dash != nil
      let points = Self.thinned(line.points, limit: Self.pointLimit).map { panel.point($0.samples, $0.value) }
      canvas.polyline(points, Stroke(color: line.color, width: isReference ? 1 : 1.6, dash: line.dash))
      if line.hasMarkers || points.count == 1 {
        for point in Self.thinned(line.points, limit: Self.pointLimit / 4) {
          canvas.circle(
            at: panel.point(point.samples, point.value), radius: 3.2, fill: line.color,
            stroke: Stroke(color: "#ffffff"))
        }
      }
      if let end = points.last, !line.name.isEmpty {
        labels.append(EndLabels.Label(text: line.name, color: line.color, y: end.y))
      }
    }
    EndLabels.draw(
      labels, x: panel.frame.maxX + 10, within: panel.frame.y...panel.frame.maxY, on: &canvas)
  }

  /// `points` as they are, or the first, the last and the extremes of equal stretches between when there are too many.
  static func thinned(_ points: [CurvePoint], limit: Int) -> [CurvePoint] {
    guard points.count > limit else { return points }
    let buckets = (limit - 2) / 2
    let inner = points.count - 2
    var kept = [points[0]]
    for bucket in 0..<buckets {
      let range = 1 + bucket * inner / buckets..<1 + (bucket + 1) * inner / buckets
      guard let low = range.min(by: { points[$0].value < points[$1].value }),
        let high = range.max(by: { points[$0].value < points[$1].value })
      else { continue }
      kept.append(points[min(low, high)])
      if low != high { kept.append(points[max(low, high)]) }
    }
    return kept + [points[points.count - 1]]
  }
}
