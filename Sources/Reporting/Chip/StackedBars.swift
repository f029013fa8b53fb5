/// Horizontal bars of parts, each with a name before it and a figure behind it.
struct StackedBars {
  struct Bar {
    var name: String
    var values: [Double]
    var figure: String
  }

  /// Names of the parts, in the order of the values of each bar.
  var parts: [String]
  var bars: [Bar]

  private static let margin = 20.0
  private static let labels = 130.0
  private static let figures = 110.0
  private static let bar = 18.0
  private static let gap = 6.0

  var height: Double { Double(bars.count) * (Self.bar + Self.gap) + 24 }

  func draw(on canvas: inout SVGCanvas, top: Double) {
    Self.legend(parts, on: &canvas, y: top)
    let width = FigureStyle.width - 2 * Self.margin - Self.labels - Self.figures
    let longest = bars.map { $0.values.reduce(0, +) }.max() ?? 0
    for (index, bar) in bars.enumerated() {
      let y = top + 12 + Double(index) * (Self.bar + Self.gap)
      canvas.text(FigureStyle.fitted(bar.name, width: Self.labels - 8), at: CanvasPoint(x: Self.margin, y: y + 13))
      var x = Self.margin + Self.labels
      for (color, value) in bar.values.enumerated() {
        let length = longest > 0 ? value / longest * width : 0
        canvas.rectangle(
          PlotFrame(x: x, y: y, width: length, height: Self.bar), fill: FigureStyle.seriesColor(color),
          opacity: color < FigureStyle.series.count ? 1 : 0.5)
        x += length
      }
      canvas.text(bar.figure, at: CanvasPoint(x: x + 5, y: y + 13), fill: FigureStyle.quietInk)
    }
  }

  /// Names with their colours, on one line.
  static func legend(_ names: [String], on canvas: inout SVGCanvas, y: Double) {
    var x = margin
    for (index, name) in names.enumerated() {
      canvas.rectangle(
        PlotFrame(x: x, y: y - 9, width: 10, height: 10), fill: FigureStyle.seriesColor(index),
        opacity: index < FigureStyle.series.count ? 1 : 0.5)
      canvas.text(name, at: CanvasPoint(x: x + 14, y: y))
      x += 24 + FigureStyle.textWidth(name)
    }
  }
}
