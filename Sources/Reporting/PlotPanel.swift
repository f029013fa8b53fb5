/// A rectangle on the canvas in px.
struct PlotFrame: Equatable {
  var x: Double
  var y: Double
  var width: Double
  var height: Double

  var maxX: Double { x + width }
  var maxY: Double { y + height }

  func overlaps(_ other: PlotFrame) -> Bool {
    x < other.maxX && other.x < maxX && y < other.maxY && other.y < maxY
  }
}

/// One pair of axes: a frame, two scales and their names.
struct PlotPanel {
  let frame: PlotFrame
  let x: AxisScale
  let y: AxisScale

  init(
    frame: PlotFrame, x: (kind: AxisScale.Kind, lower: Double, upper: Double),
    y: (kind: AxisScale.Kind, lower: Double, upper: Double)
  ) {
    self.frame = frame
    self.x = AxisScale(x.kind, from: x.lower, to: x.upper, start: frame.x, end: frame.maxX)
    self.y = AxisScale(y.kind, from: y.lower, to: y.upper, start: frame.maxY, end: frame.y)
  }

  func point(_ xValue: Double, _ yValue: Double) -> CanvasPoint {
    CanvasPoint(x: x.position(xValue), y: y.position(yValue))
  }

  /// Draws grid, axes and names; `xLabel` nil leaves the x axis to a panel below, `yLabel` nil the y axis to one on the left.
  func drawAxes(on canvas: inout SVGCanvas, xLabel: String?, yLabel: String?) {
    for tick in y.ticks(about: max(2, Int(frame.height / 34))) {
      let place = y.position(tick.value)
      canvas.line(
        from: CanvasPoint(x: frame.x, y: place), to: CanvasPoint(x: frame.maxX, y: place),
        Stroke(color: FigureStyle.grid))
      guard yLabel != nil else { continue }
      canvas.text(
        tick.label, at: CanvasPoint(x: frame.x - 6, y: place + 4), anchor: .end, fill: FigureStyle.quietInk)
    }
    if let yLabel {
      canvas.text(
        yLabel, at: CanvasPoint(x: frame.x - 46, y: frame.y + frame.height / 2), anchor: .middle, upwards: true)
    }
    canvas.line(
      from: CanvasPoint(x: frame.x, y: frame.maxY), to: CanvasPoint(x: frame.maxX, y: frame.maxY),
      Stroke(color: FigureStyle.axis))
    drawXTicks(on: &canvas, labelled: xLabel != nil)
    if let xLabel {
      canvas.text(xLabel, at: CanvasPoint(x: frame.x + frame.width / 2, y: frame.maxY + 33), anchor: .middle)
    }
  }

  private func drawXTicks(on canvas: inout SVGCanvas, labelled: Bool) {
    for tick in x.ticks(about: max(2, Int(frame.width / 64))) {
      let place = x.position(tick.value)
      canvas.line(
        from: CanvasPoint(x: place, y: frame.maxY), to: CanvasPoint(x: place, y: frame.maxY + 4),
        Stroke(color: FigureStyle.axis))
      guard labelled else { continue }
      canvas.text(
        tick.label, at: CanvasPoint(x: place, y: frame.maxY + 17), anchor: .middle, fill: FigureStyle.quietInk)
    }
  }
}

/// Names written beside the ends of lines, moved apart so that none covers another.
enum EndLabels {
  struct Label {
    var text: String
    var color: String
    /// The wished-for middle of the text, px.
    var y: Double
  }

  /// Draws `labels` at `x`, their middles inside `range` where there is room.
  static func draw(_ labels: [Label], x: Double, within range: ClosedRange<Double>, on canvas: inout SVGCanvas) {
    let order = labels.indices.sorted { (labels[$0].y, $0) < (labels[$1].y, $1) }
    let places = spread(order.map { labels[$0].y }, gap: FigureStyle.lineHeight, within: range)
    for (index, place) in zip(order, places) {
      canvas.text(labels[index].text, at: CanvasPoint(x: x, y: place + 4), fill: labels[index].color)
    }
  }

  /// Ascending `wishes` moved as little as a downward and an upward sweep allow, at least `gap` apart.
  static func spread(_ wishes: [Double], gap: Double, within range: ClosedRange<Double>) -> [Double] {
    var places = wishes.map { max(range.lowerBound, min(range.upperBound, $0)) }
    for index in places.indices.dropFirst() { places[index] = max(places[index], places[index - 1] + gap) }
    guard let last = places.last, last > range.upperBound else { return places }
    places[places.count - 1] = range.upperBound
    for index in places.indices.dropLast().reversed() { places[index] = min(places[index], places[index + 1] - gap) }
    return places
  }
}
