extension Figures {
  /// Conductances of every layer before (dashed outline) and after (filled) the run, G+ and G− over each other.
  ///
  /// The count axis is logarithmic where the peaks before and after differ more than twentyfold, as they do when
  /// all devices start at one level.
  public static func conductanceHistograms(
    _ layers: [ConductanceHistogram], title: String = "Conductances before and after learning"
  ) -> String {
    let drawable = layers.filter { !$0.isEmpty }
    guard !drawable.isEmpty else { return noData(title) }
    let perLine = min(2, drawable.count)
    let (top, panelHeight, lineHeight) = (50.0, 180.0, 262.0)
    let cellWidth = (FigureStyle.width - 16) / Double(perLine)
    let lines = (drawable.count + perLine - 1) / perLine
    var canvas = SVGCanvas(width: FigureStyle.width, height: top + Double(lines) * lineHeight - 8)
    drawTitle(title, on: &canvas)
    drawHistogramKey(hasPairs: drawable.contains { $0.minus != nil }, at: CanvasPoint(x: 16, y: 40), on: &canvas)
    for (index, layer) in drawable.enumerated() {
      let frame = PlotFrame(
        x: Double(index % perLine) * cellWidth + 70, y: top + Double(index / perLine) * lineHeight + 26,
        width: cellWidth - (perLine > 1 ? 84 : 70), height: panelHeight)
      drawHistogram(layer, in: frame, on: &canvas)
    }
    return canvas.document(title: title)
  }

  private static func drawHistogram(
    _ layer: ConductanceHistogram, in frame: PlotFrame, on canvas: inout SVGCanvas
  ) {
    let sets = [layer.plus, layer.minus].compactMap { $0 }
    let peaks = sets.flatMap { [$0.before.max() ?? 0, $0.after.max() ?? 0] }.filter { $0 > 0 }
    let (low, high) = (peaks.min() ?? 1, peaks.max() ?? 1)
    let isLogarithmic = high > 20 * low
    let panel = PlotPanel(
      frame: frame, x: (.linear, layer.binEdges.first ?? 0, layer.binEdges.last ?? 1),
      y: (isLogarithmic ? .logarithmic : .linear, isLogarithmic ? 0.7 : 0, Double(high) * (isLogarithmic ? 1.6 : 1.06)))
    canvas.text(
      FigureStyle.fitted(layer.layerName, width: frame.width / 1.1), at: CanvasPoint(x: frame.x, y: frame.y - 8),
      bold: true)
    panel.drawAxes(on: &canvas, xLabel: layer.axisLabel, yLabel: "devices per bin")
    for (index, counts) in sets.enumerated() {
      let outline = outline(of: counts.after.map { Double($0) }, edges: layer.binEdges, in: panel)
      canvas.polygon(outline, fill: FigureStyle.seriesColor(index), opacity: 0.28)
      canvas.polyline(outline, Stroke(color: FigureStyle.seriesColor(index), width: 1.3))
    }
    for (index, counts) in sets.enumerated() {
      let outline = outline(of: counts.before.map { Double($0) }, edges: layer.binEdges, in: panel)
      canvas.polyline(outline, Stroke(color: FigureStyle.seriesColor(index), width: 1.3, dash: "4 2.5"))
    }
  }

  /// The steps of `counts` from the axis up and back down to it, empty bins at either end left out.
  static func outline(of counts: [Double], edges: [Double], in panel: PlotPanel) -> [CanvasPoint] {
    guard let first = counts.firstIndex(where: { $0 > 0 }), let last = counts.lastIndex(where: { $0 > 0 }) else {
      return []
    }
    var points = [panel.point(edges[first], panel.y.lower)]
    for bin in first...last {
      points.append(panel.point(edges[bin], counts[bin]))
      points.append(panel.point(edges[bin + 1], counts[bin]))
    }
    return points + [panel.point(edges[last + 1], panel.y.lower)]
  }

  private static func drawHistogramKey(hasPairs: Bool, at point: CanvasPoint, on canvas: inout SVGCanvas) {
    var x = point.x
    let names = hasPairs ? ["G+", "G−"] : ["G"]
    for (index, name) in names.enumerated() {
      let color = FigureStyle.seriesColor(index)
      let swatch = PlotFrame(x: x, y: point.y - 9, width: 16, height: 10)
      canvas.rectangle(swatch, fill: color, opacity: 0.28, stroke: Stroke(color: color, width: 1.3))
      canvas.text("\(name) after", at: CanvasPoint(x: x + 22, y: point.y))
      x += 22 + FigureStyle.textWidth("\(name) after") + 14
      canvas.line(
        from: CanvasPoint(x: x, y: point.y - 4), to: CanvasPoint(x: x + 18, y: point.y - 4),
        Stroke(color: color, width: 1.3, dash: "4 2.5"))
      canvas.text("\(name) before", at: CanvasPoint(x: x + 24, y: point.y))
      x += 24 + FigureStyle.textWidth("\(name) before") + 26
    }
  }
}
