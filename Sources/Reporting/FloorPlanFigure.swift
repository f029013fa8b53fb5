import Hardware

extension Figures {
  /// Chip tiles as boxes that hold processing elements that hold crossbars, in reading order, coloured by layer.
  ///
  /// The filled part of a crossbar is what its layer uses: word lines from the top, bit lines from the left. Where a chip has
  /// more crossbars than can be seen, elements are filled to their used share, and then chip tiles to that of their layers.
  public static func floorPlan(_ mapping: ChipMapping, title: String = "Floor plan") -> String {
    var canvas = SVGCanvas(width: FigureStyle.width, height: 0)
    drawTitle(title, on: &canvas)
    let drawing = FloorPlanDrawing(mapping)
    let bottom = drawing.drawTiles(top: 34, on: &canvas)
    canvas.height = drawing.drawKey(top: bottom + 14, on: &canvas) + 8
    return canvas.document(title: title)
  }
}

/// A chip on the page.
private struct FloorPlanDrawing {
  let mapping: ChipMapping
  let layout: FloorPlanLayout

  private static let margin = 16.0
  private static let idle = "#c4c4c4"
  private static let ground = "#f4f4f4"
  private static let mostLegendLines = 24

  init(_ mapping: ChipMapping) {
    self.mapping = mapping
    layout = FloorPlanLayout(mapping, width: FigureStyle.width - 2 * Self.margin)
  }

  /// The colours of the series, and lighter ones from there on.
  private func color(ofLayer layer: Int) -> String {
    let series = FigureStyle.seriesColor(layer)
    guard layer / FigureStyle.series.count % 2 == 1, let value = UInt32(series.dropFirst(), radix: 16) else {
      return series
    }
    var color = RGB(value)
    for channel in [\RGB.red, \.green, \.blue] {
      color[keyPath: channel] = UInt8((Int(color[keyPath: channel]) + 255) / 2)
    }
    return color.hex
  }

  // MARK: Chip tiles

  /// Draws the chip and returns where it ends.
  func drawTiles(top: Double, on canvas: inout SVGCanvas) -> Double {
    for tile in 0..<layout.shownTiles {
      let x = Self.margin + Double(tile % layout.tilesPerRow) * (layout.tileWidth + layout.tileGap)
      let y = top + Double(tile / layout.tilesPerRow) * (layout.tileHeight + layout.tileGap)
      drawTile(tile, at: CanvasPoint(x: x, y: y), on: &canvas)
    }
    let rows = LayoutCount.rows(layout.shownTiles, layout.tilesPerRow)
    let bottom = top + Double(rows) * (layout.tileHeight + layout.tileGap)
    let hidden = mapping.chipTileCount - layout.shownTiles
    guard hidden > 0 else { return bottom }
    canvas.text(
      "and \(NumberText.grouped(hidden)) more chip tiles", at: CanvasPoint(x: Self.margin, y: bottom + 10),
      fill: FigureStyle.quietInk)
    return bottom + 18
  }

  private func drawTile(_ tile: Int, at corner: CanvasPoint, on canvas: inout SVGCanvas) {
    let frame = PlotFrame(
      x: corner.x, y: corner.y + layout.labelHeight, width: layout.tileWidth,
      height: layout.tileHeight - layout.labelHeight)
    if layout.labelHeight > 0 {
      canvas.text(
        layout.tileWidth > 80 ? "chip tile \(tile)" : "\(tile)", at: CanvasPoint(x: frame.x, y: frame.y - 4),
        fill: FigureStyle.quietInk)
    }
    canvas.rectangle(frame, fill: Self.ground, stroke: Stroke(color: "#bbbbbb"))
    let count = mapping.geometry.elementsPerChipTile
    guard layout.detail != .chipTiles else { return drawShares(ofTile: tile, in: frame, on: &canvas) }
    let pitch = layout.elementSide.x + layout.elementGap
    let rise = layout.elementSide.y + layout.elementGap
    for place in 0..<count {
      let element = PlotFrame(
        x: frame.x + layout.tilePadding + Double(place % layout.elementsPerLine) * pitch,
        y: frame.y + layout.tilePadding + Double(place / layout.elementsPerLine) * rise,
        width: layout.elementSide.x, height: layout.elementSide.y)
      drawElement(tile * count + place, in: element, on: &canvas)
    }
  }

  /// One bar across the tile for each layer in it, as wide as its share of the elements.
  private func drawShares(ofTile tile: Int, in frame: PlotFrame, on canvas: inout SVGCanvas) {
    let count = mapping.geometry.elementsPerChipTile
    let elements = tile * count..<min((tile + 1) * count, mapping.elementCount)
    var next = elements.lowerBound
    while let layer = mapping.layer(ofElement: next) {
      let end = min(elements.upperBound, mapping.layers[layer].elements.upperBound)
      let x = frame.x + frame.width * Double(next - elements.lowerBound) / Double(count)
      canvas.rectangle(
        PlotFrame(x: x, y: frame.y, width: frame.width * Double(end - next) / Double(count), height: frame.height),
        fill: color(ofLayer: layer))
      guard end < elements.upperBound else { return }
      next = end
    }
  }

  // MARK: Elements and crossbars

  private func drawElement(_ element: Int, in frame: PlotFrame, on canvas: inout SVGCanvas) {
    guard let layer = mapping.layer(ofElement: element) else {
      return canvas.rectangle(frame, fill: "none", stroke: Stroke(color: Self.idle, dash: "3 3"))
    }
    let placement = mapping.layers[layer]
    let color = color(ofLayer: layer)
    canvas.rectangle(frame, fill: "#ffffff", stroke: Stroke(color: color, width: layout.cell > 12 ? 1.4 : 0.7))
    let crossbars = placement.crossbars(ofElement: element)
    guard layout.detail == .crossbars else {
      let used = crossbars.reduce(0) { $0 + $1.utilisation } / Double(mapping.geometry.crossbarsPerElement)
      let height = frame.height * used
      return canvas.rectangle(
        PlotFrame(x: frame.x, y: frame.maxY - height, width: frame.width, height: height), fill: color)
    }
    for slot in 0..<mapping.geometry.crossbarsPerElement {
      let cell = PlotFrame(
        x: frame.x + layout.elementPadding + Double(slot % layout.crossbarsPerLine) * (layout.cell + layout.cellGap),
        y: frame.y + layout.elementPadding + Double(slot / layout.crossbarsPerLine) * (layout.cell + layout.cellGap),
        width: layout.cell, height: layout.cell)
      if slot < crossbars.count {
        draw(crossbars[slot], color: color, in: cell, on: &canvas)
      } else {
        canvas.rectangle(cell, fill: "none", stroke: Stroke(color: Self.idle, width: 0.7))
      }
    }
  }

  private func draw(_ crossbar: PlacedCrossbar, color: String, in cell: PlotFrame, on canvas: inout SVGCanvas) {
    canvas.rectangle(cell, fill: color, opacity: 0.2)
    canvas.rectangle(
      PlotFrame(
        x: cell.x, y: cell.y, width: max(cell.width * crossbar.columnFraction, 0.5),
        height: max(cell.height * crossbar.rowFraction, 0.5)), fill: color)
  }

  // MARK: Key

  /// The layers, then what the boxes mean; returns where it ends.
  func drawKey(top: Double, on canvas: inout SVGCanvas) -> Double {
    var y = top
    for (index, layer) in mapping.layers.prefix(Self.mostLegendLines).enumerated() {
      canvas.rectangle(
        PlotFrame(x: Self.margin, y: y - 9, width: 11, height: 11), fill: color(ofLayer: index))
      let name = FigureStyle.fitted(layer.shape.name, width: 150)
      canvas.heading(name, facts: Self.facts(layer), at: CanvasPoint(x: Self.margin + 18, y: y))
      y += 17
    }
    let hidden = mapping.layers.count - Self.mostLegendLines
    if hidden > 0 {
      canvas.text(
        "and \(hidden) more layers", at: CanvasPoint(x: Self.margin + 18, y: y), fill: FigureStyle.quietInk)
      y += 17
    }
    let geometry = mapping.geometry
    let used = NumberText.fixed(mapping.utilisation, decimals: 3)
    canvas.text(
      "\(layout.detail.explanation) · crossbars of \(geometry.crossbarRows) × \(geometry.crossbarColumns) · "
        + "\(used) of all devices on the chip in use",
      at: CanvasPoint(x: Self.margin, y: y + 6), fill: FigureStyle.quietInk)
    return y + 12
  }

  private static func facts(_ layer: LayerPlacement) -> String {
    func count(_ number: Int, _ thing: String) -> String {
      "\(NumberText.grouped(number)) \(thing)\(number == 1 ? "" : "s")"
    }
    return "\(layer.shape.rows) × \(layer.shape.columns) · \(layer.gridRows) × \(layer.gridColumns) = "
      + "\(count(layer.crossbarCount, "crossbar")) in \(count(layer.elementCount, "PE")) · "
      + "\(NumberText.fixed(layer.utilisation, decimals: 3)) used · "
      + "\(count(layer.additionsPerRead, "partial-sum addition")) per read"
  }
}
