import Hardware

/// Energy of each layer stacked by part, area by circuit, and the tiles on their mesh.
public struct ChipFigure {
  private let title: String
  private let estimate: ChipEstimate
  private let plan: ChipPlan

  private static let margin = 20.0
  private static let bar = 18.0

  /// The figure of an estimate.
  public init(title: String, estimate: ChipEstimate, plan: ChipPlan) {
    self.title = title
    self.estimate = estimate
    self.plan = plan
  }

  /// As SVG.
  public var svg: String {
    let cell = min(28, (FigureStyle.width - 2 * Self.margin) / Double(plan.meshWidth))
    let rows = (plan.tileCount + plan.meshWidth - 1) / plan.meshWidth
    let energy = energyBars
    let areaTop = energy.height + 60
    let planTop = areaTop + 100
    var canvas = SVGCanvas(width: FigureStyle.width, height: planTop + Double(rows) * cell + 50)
    canvas.text(
      FigureStyle.fitted("\(title): energy of a sample by layer", width: FigureStyle.width - 2 * Self.margin),
      at: CanvasPoint(x: Self.margin, y: 22), bold: true, size: FigureStyle.titleSize)
    energy.draw(on: &canvas, top: 42)
    drawArea(&canvas, top: areaTop)
    drawPlan(&canvas, top: planTop, cell: cell)
    return canvas.document(title: title)
  }

  private var energyBars: StackedBars {
    let parts = ChipEstimate.Part.allCases.filter { part in
      estimate.layers.contains { $0.energy(of: part) > 0 }
    }
    return StackedBars(
      parts: parts.map(\.rawValue),
      bars: estimate.layers.map { layer in
        StackedBars.Bar(
          name: layer.name, values: parts.map { layer.energy(of: $0) / estimate.samples },
          figure: "\(NumberText.compact(layer.energy / estimate.samples)) J")
      })
  }

  private func drawArea(_ canvas: inout SVGCanvas, top: Double) {
    canvas.text(
      "Area: \(NumberText.compact(estimate.area * 1e6)) mm²", at: CanvasPoint(x: Self.margin, y: top), bold: true,
      size: FigureStyle.titleSize)
    let largest = estimate.areas.sorted { $0.area > $1.area }
    let shown = largest.prefix(5)
    let rest = largest.dropFirst(5).reduce(0) { $0 + $1.area }
    let parts = shown.map { ($0.name, $0.area) } + (rest > 0 ? [("others", rest)] : [])
    StackedBars.legend(
      parts.map { "\($0.0) \(NumberText.fixed(100 * $0.1 / estimate.area, decimals: 0)) %" }, on: &canvas, y: top + 20)
    var x = Self.margin
    let width = FigureStyle.width - 2 * Self.margin
    for (index, part) in parts.enumerated() {
      let length = estimate.area > 0 ? part.1 / estimate.area * width : 0
      canvas.rectangle(
        PlotFrame(x: x, y: top + 30, width: length, height: Self.bar), fill: FigureStyle.seriesColor(index))
      x += length
    }
  }

  private func drawPlan(_ canvas: inout SVGCanvas, top: Double, cell: Double) {
    canvas.text(
      "Floor plan: \(plan.tileCount) tiles of \(plan.elementsPerTile) processing elements, colours by layer",
      at: CanvasPoint(x: Self.margin, y: top - 12), bold: true, size: FigureStyle.titleSize)
    for tile in 0..<plan.tileCount {
      let (column, row) = plan.position(ofTile: tile)
      let held = estimate.layers.indices.filter { plan.places[$0].tiles.contains(tile) }
      for (part, layer) in held.enumerated() {
        // A tile of several layers is cut among them.
        let height = (cell - 2) / Double(held.count)
        canvas.rectangle(
          PlotFrame(
            x: Self.margin + Double(column) * cell, y: top + Double(row) * cell + Double(part) * height,
            width: cell - 2, height: height), fill: FigureStyle.seriesColor(layer),
          opacity: layer / FigureStyle.series.count % 2 == 0 ? 1 : 0.55)
      }
    }
  }
}
