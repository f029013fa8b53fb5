/// How a line is drawn; lengths in px.
struct Stroke {
  var color: String
  var width = 1.0
  var dash: String?
}

/// A point on the canvas in px, y downwards.
struct CanvasPoint: Equatable {
  var x: Double
  var y: Double
}

/// Where a text's given point lies on it.
enum TextAnchor: String {
  case start, middle, end
}

/// Builds one SVG drawing; every text is escaped and every number is rounded to 0.01 px.
struct SVGCanvas {
  let width: Double
  var height: Double
  private var body = ""

  init(width: Double, height: Double) {
    self.width = width
    self.height = height
  }

  mutating func line(from a: CanvasPoint, to b: CanvasPoint, _ stroke: Stroke) {
    body += "<path d=\"M\(pair(a))L\(pair(b))\"\(attributes(of: stroke))/>\n"
  }

  /// An open line through `points`; nothing when there are fewer than two.
  mutating func polyline(_ points: [CanvasPoint], _ stroke: Stroke) {
    guard points.count > 1 else { return }
    body += "<polyline points=\"\(list(points))\"\(attributes(of: stroke)) stroke-linejoin=\"round\"/>\n"
  }

  mutating func polygon(_ points: [CanvasPoint], fill: String, opacity: Double) {
    guard points.count > 2 else { return }
    body += "<polygon points=\"\(list(points))\" fill=\"\(fill)\" fill-opacity=\"\(number(opacity))\"/>\n"
  }

  mutating func rectangle(_ frame: PlotFrame, fill: String, opacity: Double = 1, stroke: Stroke? = nil) {
    body += "<rect\(attributes(of: frame)) fill=\"\(fill)\""
    if opacity < 1 { body += " fill-opacity=\"\(number(opacity))\"" }
    body += stroke.map { strokeAttributes($0) } ?? ""
    body += "/>\n"
  }

  mutating func circle(at center: CanvasPoint, radius: Double, fill: String, stroke: Stroke? = nil) {
    body += "<circle cx=\"\(number(center.x))\" cy=\"\(number(center.y))\" r=\"\(number(radius))\" fill=\"\(fill)\""
    body += (stroke.map { strokeAttributes($0) } ?? "") + "/>\n"
  }

  mutating func text(
    _ text: String, at point: CanvasPoint, anchor: TextAnchor = .start, fill: String = FigureStyle.ink,
    bold: Bool = false, size: Double = FigureStyle.textSize, upwards: Bool = false, haloed: Bool = false
  ) {
    body += "<text x=\"\(number(point.x))\" y=\"\(number(point.y))\""
    if anchor != .start { body += " text-anchor=\"\(anchor.rawValue)\"" }
    if fill != FigureStyle.ink { body += " fill=\"\(fill)\"" }
    if bold { body += " font-weight=\"bold\"" }
    if size != FigureStyle.textSize { body += " font-size=\"\(number(size))\"" }
    if haloed { body += " paint-order=\"stroke\" stroke=\"#ffffff\" stroke-width=\"4\" stroke-linejoin=\"round\"" }
    if upwards { body += " transform=\"rotate(-90 \(number(point.x)) \(number(point.y)))\"" }
    body += ">\(Markup.escaped(Markup.singleLine(text)))</text>\n"
  }

  /// A bold name followed by quiet facts on the same line.
  mutating func heading(_ name: String, facts: String, at point: CanvasPoint) {
    body += "<text x=\"\(number(point.x))\" y=\"\(number(point.y))\">"
    body += "<tspan font-weight=\"bold\">\(Markup.escaped(Markup.singleLine(name)))</tspan>"
    body += "<tspan dx=\"10\" fill=\"\(FigureStyle.quietInk)\">\(Markup.escaped(facts))</tspan></text>\n"
  }

  /// A PNG stretched over `frame`.
  ///
  /// Left to the viewer's smoothing: nearest-pixel scaling of a raster finer than the screen would drop whole lines.
  mutating func image(pngBase64: String, in frame: PlotFrame) {
    body += "<image\(attributes(of: frame)) preserveAspectRatio=\"none\""
    body += " href=\"data:image/png;base64,\(pngBase64)\"/>\n"
  }

  /// The whole drawing on a white ground, as a document that also stands inside an HTML page.
  func document(title: String) -> String {
    let size =
      "width=\"\(number(width))\" height=\"\(number(height))\" viewBox=\"0 0 \(number(width)) \(number(height))\""
    let name = Markup.escaped(Markup.singleLine(title))
    return """
      <svg xmlns="http://www.w3.org/2000/svg" \(size) role="img" aria-label="\(name)" \
      font-family="\(FigureStyle.fontStack)" font-size="\(number(FigureStyle.textSize))" fill="\(FigureStyle.ink)">
      <title>\(name)</title>
      <rect width="\(number(width))" height="\(number(height))" fill="#ffffff"/>
      \(body)</svg>

      """
  }

  private func number(_ value: Double) -> String { NumberText.coordinate(value) }

  private func pair(_ point: CanvasPoint) -> String { "\(number(point.x)),\(number(point.y))" }

  private func list(_ points: [CanvasPoint]) -> String { points.map(pair).joined(separator: " ") }

  private func attributes(of stroke: Stroke) -> String { " fill=\"none\"" + strokeAttributes(stroke) }

  private func strokeAttributes(_ stroke: Stroke) -> String {
    " stroke=\"\(stroke.color)\"" + (stroke.width == 1 ? "" : " stroke-width=\"\(number(stroke.width))\"")
      + (stroke.dash.map { " stroke-dasharray=\"\($0)\"" } ?? "")
  }

  private func attributes(of frame: PlotFrame) -> String {
    " x=\"\(number(frame.x))\" y=\"\(number(frame.y))\" width=\"\(number(frame.width))\" height=\"\(number(frame.height))\""
  }
}
