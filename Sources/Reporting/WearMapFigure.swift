import FoundationEssentials

extension Figures {
  /// Pulses per device of every layer as a mosaic of its tiles, inputs along x and neurons along y.
  ///
  /// Colour is the logarithm of SET plus RESET pulses on one scale for all layers; grey devices were never written, red
  /// ones are stuck. Where devices outnumber pixels, a pixel shows the most worn of the devices it covers.
  public static func wearMap(_ layers: [WearMap], title: String = "Wear map: pulses per device") -> String {
    let drawable = layers.filter { !$0.pulses.isEmpty }
    guard !drawable.isEmpty else { return noData(title) }
    let positive = drawable.lazy.flatMap(\.pulses).filter { $0 > 0 }
    let range = (lower: Double(positive.min() ?? 1), upper: Double(positive.max() ?? 10))

    var canvas = SVGCanvas(width: FigureStyle.width, height: 0)
    drawTitle(title, on: &canvas)
    var y = 30.0
    for layer in drawable {
      y = drawLayer(layer, range: range, top: y, on: &canvas)
    }
    canvas.height = drawWearKey(of: drawable, range: range, top: y + 6, on: &canvas)
    return canvas.document(title: title)
  }

  /// Draws one layer below `top` and returns where the next may begin.
  private static func drawLayer(
    _ layer: WearMap, range: (lower: Double, upper: Double), top: Double, on canvas: inout SVGCanvas
  ) -> Double {
    let scale = AxisScale(.logarithmic, from: range.lower, to: range.upper, start: 0, end: 1)
    let size = mosaicSize(rows: layer.rows, columns: layer.columns)
    let raster = WearRaster(layer, size: size, scale: scale)
    let frame = PlotFrame(x: 58, y: top + 20, width: size.width, height: size.height)
    drawLayerTitle(layer, at: CanvasPoint(x: frame.x, y: top + 12), on: &canvas)

    let png = PNGEncoder.encode(indices: raster.indices, width: raster.x.pixels, palette: WearRaster.palette)
    let pixel = CanvasPoint(x: frame.width / Double(raster.x.pixels), y: frame.height / Double(raster.y.pixels))
    canvas.image(pngBase64: Data(png).base64EncodedString(), in: frame)
    func place(row: Int, column: Int) -> CanvasPoint {
      CanvasPoint(
        x: frame.x + (Double(raster.x.pixel(row)) + Double(raster.x.magnification) / 2) * pixel.x,
        y: frame.y + (Double(raster.y.pixel(column)) + Double(raster.y.magnification) / 2) * pixel.y)
    }
    if min(frame.width / Double(layer.rows), frame.height / Double(layer.columns)) < 4 {
      ringStuckDevices(of: layer, place: place, on: &canvas)
    }
    for tick in indexTicks(layer.rows, about: Int(frame.width / 50)) {
      let x = place(row: tick, column: 0).x
      canvas.line(
        from: CanvasPoint(x: x, y: frame.maxY + 1), to: CanvasPoint(x: x, y: frame.maxY + 4),
        Stroke(color: FigureStyle.axis))
      canvas.text(
        "\(tick)", at: CanvasPoint(x: x, y: frame.maxY + 16), anchor: .middle, fill: FigureStyle.quietInk)
    }
    for tick in indexTicks(layer.columns, about: Int(frame.height / 28)) {
      let y = place(row: 0, column: tick).y
      canvas.text("\(tick)", at: CanvasPoint(x: frame.x - 6, y: y + 4), anchor: .end, fill: FigureStyle.quietInk)
    }
    canvas.text(
      "input (row)", at: CanvasPoint(x: frame.x + frame.width / 2, y: frame.maxY + 31), anchor: .middle)
    canvas.text(
      "neuron (column)", at: CanvasPoint(x: 20, y: frame.y + frame.height / 2), anchor: .middle, upwards: true)
    return frame.maxY + 46
  }

  /// The full width, so that layers line up, and a height near that of square devices which can still be read.
  private static func mosaicSize(rows: Int, columns: Int) -> (width: Double, height: Double) {
    let width = min(FigureStyle.width - 58 - 16, 24 * Double(rows))
    let square = width / Double(rows) * Double(columns)
    let readable = min(24 * Double(columns), columns < 32 ? 100 : 170)
    return (width.rounded(), min(max(square, readable, 24), 256).rounded())
  }

  private static func drawLayerTitle(_ layer: WearMap, at point: CanvasPoint, on canvas: inout SVGCanvas) {
    let tiles = layer.tileCounts
    var facts = ["\(layer.rows) × \(layer.columns) devices"]
    if tiles.rows * tiles.columns > 1 {
      facts.append("\(tiles.rows) × \(tiles.columns) tiles of \(layer.tileRows) × \(layer.tileColumns)")
    }
    facts.append("most worn \(NumberText.compact(Double(layer.pulses.max() ?? 0)))")
    let stuckCount = layer.stuck.count { $0 }
    if stuckCount > 0 { facts.append("\(NumberText.grouped(stuckCount)) stuck") }
    canvas.heading(
      FigureStyle.fitted(layer.layerName, width: 220), facts: facts.joined(separator: " · "), at: point)
  }

  /// Rings around stuck devices too small to see; beyond 150 the red pixels themselves show the pattern.
  private static func ringStuckDevices(
    of layer: WearMap, place: (Int, Int) -> CanvasPoint, on canvas: inout SVGCanvas
  ) {
    let devices = layer.stuck.indices.filter { layer.stuck[$0] }
    guard devices.count <= 150 else { return }
    for device in devices {
      let center = place(device / layer.columns, device % layer.columns)
      canvas.circle(at: center, radius: 3, fill: "none", stroke: Stroke(color: "#ffffff", width: 2.6))
      canvas.circle(at: center, radius: 3, fill: "none", stroke: Stroke(color: ColorMap.stuck.hex, width: 1.4))
    }
  }

  /// Round indices of `count` places, at most about `wanted`.
  private static func indexTicks(_ count: Int, about wanted: Int) -> [Int] {
    let step = max(1, Int(AxisScale.niceStep(for: Double(count), about: max(1, wanted))))
    return Array(stride(from: 0, to: count, by: step))
  }

  /// The colour bar and the two special colours; returns the figure's height.
  private static func drawWearKey(
    of layers: [WearMap], range: (lower: Double, upper: Double), top: Double, on canvas: inout SVGCanvas
  ) -> Double {
    let bar = PlotFrame(x: 58, y: top + 6, width: 280, height: 11)
    let strip = (0..<WearRaster.levels).map { UInt8($0) + WearRaster.firstLevelIndex }
    let png = PNGEncoder.encode(indices: strip, width: strip.count, palette: WearRaster.palette)
    canvas.image(pngBase64: Data(png).base64EncodedString(), in: bar)
    let scale = AxisScale(.logarithmic, from: range.lower, to: range.upper, start: bar.x, end: bar.maxX)
    for tick in scale.ticks(about: 6) {
      let x = scale.position(tick.value)
      canvas.line(
        from: CanvasPoint(x: x, y: bar.maxY), to: CanvasPoint(x: x, y: bar.maxY + 4), Stroke(color: FigureStyle.axis))
      canvas.text(tick.label, at: CanvasPoint(x: x, y: bar.maxY + 16), anchor: .middle, fill: FigureStyle.quietInk)
    }
    canvas.text(
      "pulses per device (SET + RESET)", at: CanvasPoint(x: bar.x + bar.width / 2, y: bar.maxY + 31), anchor: .middle)
    drawSpecialColors(of: layers, at: CanvasPoint(x: bar.maxX + 36, y: bar.y), on: &canvas)
    return bar.maxY + 42
  }

  private static func drawSpecialColors(of layers: [WearMap], at point: CanvasPoint, on canvas: inout SVGCanvas) {
    var entries: [(color: RGB, label: String)] = []
    if layers.contains(where: { $0.pulses.contains(0) }) { entries.append((ColorMap.neverWritten, "never written")) }
    if layers.contains(where: { $0.stuck.contains(true) }) { entries.append((ColorMap.stuck, "stuck")) }
    var x = point.x
    for entry in entries {
      canvas.rectangle(PlotFrame(x: x, y: point.y, width: 11, height: 11), fill: entry.color.hex)
      canvas.text(entry.label, at: CanvasPoint(x: x + 17, y: point.y + 9.5))
      x += 17 + FigureStyle.textWidth(entry.label) + 10
    }
    let isBlocked = layers.contains { layer in
      let size = mosaicSize(rows: layer.rows, columns: layer.columns)
      return Double(layer.rows) > 2 * size.width || Double(layer.columns) > 2 * size.height
    }
    if isBlocked {
      canvas.text(
        "a pixel shows the most worn device it covers", at: CanvasPoint(x: point.x, y: point.y + 42),
        fill: FigureStyle.quietInk)
    }
  }
}
