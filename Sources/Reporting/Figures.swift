/// Drawings of a run as SVG documents, 760 px wide on white.
///
/// Equal input gives equal bytes. A drawing holds a bounded number of marks however long the run, needs nothing from
/// outside, and stands in a file or inside an HTML page alike. Without data it says so.
public enum Figures {
  /// A drawing that says there is nothing to draw.
  static func noData(_ title: String) -> String {
    var canvas = SVGCanvas(width: FigureStyle.width, height: 120)
    let frame = PlotFrame(x: 16, y: 32, width: FigureStyle.width - 32, height: 72)
    drawTitle(title, on: &canvas)
    canvas.rectangle(frame, fill: "#f6f6f6")
    canvas.text(
      "no data", at: CanvasPoint(x: FigureStyle.width / 2, y: frame.y + frame.height / 2 + 4), anchor: .middle,
      fill: FigureStyle.quietInk)
    return canvas.document(title: title)
  }

  static func drawTitle(_ title: String, on canvas: inout SVGCanvas) {
    let size = FigureStyle.titleSize
    canvas.text(
      FigureStyle.fitted(title, width: FigureStyle.width - 32, size: size * 1.1), at: CanvasPoint(x: 16, y: 20),
      bold: true, size: size)
  }
}
