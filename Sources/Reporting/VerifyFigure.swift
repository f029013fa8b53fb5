import Crossbars

/// How the verified writes of one layer went.
public struct VerifiedLayer: Sendable, Equatable {
  /// The layer's name, as the user gave it.
  public var layerName: String
  /// Writes by pulses needed and by error left.
  public var histogram: VerifyHistogram

  /// The verified writes of a layer.
  public init(layerName: String, histogram: VerifyHistogram) {
    self.layerName = layerName
    self.histogram = histogram
  }

  fileprivate var isEmpty: Bool { !histogram.attempts.contains { $0 > 0 } }
}

extension Figures {
  /// For every layer, how many writes needed how many pulses (left) and what error they left (right), both counts on a
  /// logarithmic axis. Bins wider than one pulse show their mean.
  public static func verifiedWrites(
    _ layers: [VerifiedLayer], title: String = "Pulses needed and error left by verified writes"
  ) -> String {
    let drawable = layers.filter { !$0.isEmpty }
    guard !drawable.isEmpty else { return noData(title) }
    let (top, panelHeight, lineHeight) = (28.0, 150.0, 232.0)
    let width = (FigureStyle.width - 16) / 2
    var canvas = SVGCanvas(width: FigureStyle.width, height: top + Double(drawable.count) * lineHeight - 8)
    drawTitle(title, on: &canvas)
    for (index, layer) in drawable.enumerated() {
      let y = top + Double(index) * lineHeight + 26
      let frames = (0..<2).map { PlotFrame(x: Double($0) * width + 70, y: y, width: width - 84, height: panelHeight) }
      canvas.text(
        FigureStyle.fitted(layer.layerName, width: frames[0].width / 1.1), at: CanvasPoint(x: frames[0].x, y: y - 8),
        bold: true)
      drawAttempts(layer.histogram.attempts, in: frames[0], on: &canvas)
      drawResiduals(layer.histogram.residuals, in: frames[1], on: &canvas)
    }
    return canvas.document(title: title)
  }

  private static func drawAttempts(_ counts: [UInt64], in frame: PlotFrame, on canvas: inout SVGCanvas) {
    let edges = (0...counts.count).map { Double(VerifyHistogram.lowestAttempts(ofBin: $0)) }
    let perPulse = counts.indices.map { Double(counts[$0]) / (edges[$0 + 1] - edges[$0]) }
    let last = counts.lastIndex { $0 > 0 } ?? 0
    drawBars(
      perPulse, edges: edges, upTo: max(edges[last + 1], 5), from: 0, labels: ("pulses needed", "writes"), color: 0,
      in: frame, on: &canvas)
  }

  private static func drawResiduals(_ counts: [UInt64], in frame: PlotFrame, on canvas: inout SVGCanvas) {
    let edges = (0...counts.count).map { Double($0 - counts.count / 2) * VerifyHistogram.residualWidth }
    // Equal room on both sides of no error.
    let used = counts.indices.filter { counts[$0] > 0 }.map { max(abs(edges[$0]), abs(edges[$0 + 1])) }
    let reach = used.max() ?? VerifyHistogram.residualWidth
    drawBars(
      counts.map { Double($0) }, edges: edges, upTo: reach, from: -reach,
      labels: ("error left (fraction of the range)", "writes per bin"), color: 1, in: frame, on: &canvas)
  }

  private static func drawBars(
    _ counts: [Double], edges: [Double], upTo upper: Double, from lower: Double, labels: (x: String, y: String),
    color: Int, in frame: PlotFrame, on canvas: inout SVGCanvas
  ) {
    let filled = counts.filter { $0 > 0 }
    let least = min(filled.min() ?? 1, 1) * 0.7
    let panel = PlotPanel(
      frame: frame, x: (.linear, lower, upper), y: (.logarithmic, least, max(filled.max() ?? 1, 10 * least) * 1.6))
    panel.drawAxes(on: &canvas, xLabel: labels.x, yLabel: labels.y)
    let floored = counts.map { max($0, least) }
    let ends = (counts.firstIndex { $0 > 0 } ?? 0, counts.lastIndex { $0 > 0 } ?? 0)
    // An outline leaves out empty bins at its ends, so those between them lie on the axis.
    let shown = floored.indices.map { (ends.0...ends.1).contains($0) ? floored[$0] : 0 }
    let outline = outline(of: shown, edges: edges, in: panel)
    canvas.polygon(outline, fill: FigureStyle.seriesColor(color), opacity: 0.28)
    canvas.polyline(outline, Stroke(color: FigureStyle.seriesColor(color), width: 1.3))
  }
}
