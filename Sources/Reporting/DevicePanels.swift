/// Two panels to a line, each with a title, as the figures of devices use them.
struct PanelGrid {
  static let top = 48.0
  static let panelHeight = 178.0
  static let lineHeight = 262.0
  private static let left = 70.0
  private static let gap = 92.0

  /// Height of a drawing of so many panels.
  static func height(panels: Int) -> Double { top + Double((panels + 1) / 2) * lineHeight }

  /// Frame of a panel by its number; the last one takes the whole line where it would stand alone.
  static func frame(_ index: Int, of count: Int) -> PlotFrame {
    let width = (FigureStyle.width - left - gap - 24) / 2
    let isAlone = index == count - 1 && count % 2 == 1
    return PlotFrame(
      x: left + Double(index % 2) * (width + gap), y: top + 26 + Double(index / 2) * lineHeight,
      width: isAlone ? 2 * width + gap : width, height: panelHeight)
  }
}

extension PlotPanel {
  /// A title above the frame, with quiet facts behind it.
  func drawTitle(_ title: String, facts: String = "", on canvas: inout SVGCanvas) {
    let room = frame.width - FigureStyle.textWidth(title) - 14
    canvas.heading(
      title, facts: FigureStyle.fitted(facts, width: max(room, 0)), at: CanvasPoint(x: frame.x, y: frame.y - 9))
  }

  /// The band between two curves over the same places.
  func drawBand(
    _ places: [Double], from lower: [Double], to upper: [Double], color: String, on canvas: inout SVGCanvas
  ) {
    let there = zip(places, upper).map { point($0, $1) }
    let back = zip(places, lower).reversed().map { point($0, $1) }
    canvas.polygon(there + back, fill: color, opacity: 0.18)
  }

  func drawLine(
    _ places: [Double], _ values: [Double], color: String, width: Double = 1.6, dash: String? = nil,
    on canvas: inout SVGCanvas
  ) {
    canvas.polyline(zip(places, values).map { point($0, $1) }, Stroke(color: color, width: width, dash: dash))
  }

  /// A key in one line at the top of the frame's inside, `fromRight` or from the left.
  func drawKey(_ entries: [(name: String, color: String)], fromRight: Bool, on canvas: inout SVGCanvas) {
    let widths = entries.map { FigureStyle.textWidth($0.name) + 34 }
    var x = fromRight ? frame.maxX - widths.reduce(0, +) : frame.x + 10
    for (entry, width) in zip(entries, widths) {
      canvas.line(
        from: CanvasPoint(x: x, y: frame.y + 9), to: CanvasPoint(x: x + 16, y: frame.y + 9),
        Stroke(color: entry.color, width: 2))
      canvas.text(entry.name, at: CanvasPoint(x: x + 21, y: frame.y + 13), fill: entry.color, haloed: true)
      x += width
    }
  }
}
