import Crossbars
import Foundation

extension Figures {
  /// The first vector of a crossbar: currents of its columns, ideal, exact and approximate, and where its cells lose voltage.
  public static func crossbar(_ study: CrossbarStudy, title: String) throws -> String {
    let (rows, columns) = (study.circuit.rows, study.circuit.columns)
    let ladders = try study.circuit.currents(
      transfer: try study.circuit.approximateTransfer(), voltages: study.voltages, vectors: study.solution.vectors)
    var canvas = SVGCanvas(width: FigureStyle.width, height: PanelGrid.height(panels: 2) + 8)
    drawTitle(title, on: &canvas)
    let lines = study.circuit.lines
    let facts = [
      ("word line", lines.wordLine), ("bit line", lines.bitLine), ("driver", lines.driver), ("sense", lines.sense),
    ]
    .filter { $0.1 > 0 }.map { "\($0.0) \(NumberText.compact($0.1)) Ω" }.joined(separator: ", ")
    canvas.text(
      "\(rows) rows x \(columns) columns; " + (facts.isEmpty ? "ideal lines" : facts)
        + "; first vector of row voltages",
      at: CanvasPoint(x: 16, y: 38), fill: FigureStyle.quietInk)
    let curves = [
      ("ideal", study.idealCurrents, 1), ("exact", study.solution.currents, 0), ("two ladders", ladders, 2),
    ].map { CurrentCurve(name: $0.0, values: Array($0.1.prefix(columns)), series: $0.2) }
    drawCurrents(curves, frame: PanelGrid.frame(0, of: 2), on: &canvas)
    VoltageLossMap(study).draw(in: PanelGrid.frame(1, of: 2), on: &canvas)
    return canvas.document(title: title)
  }

  private static func drawCurrents(_ curves: [CurrentCurve], frame: PlotFrame, on canvas: inout SVGCanvas) {
    let all = curves.flatMap(\.values)
    let (low, high) = (min(all.min() ?? 0, 0), max(all.max() ?? 0, 0))
    let (factor, unit) = Self.prefix(max(high, -low))
    let panel = PlotPanel(
      frame: frame, x: (.linear, 0, Double(max((curves.first?.values.count ?? 1) - 1, 1))),
      y: (.linear, low * factor, (high + 0.22 * (high - low)) * factor))
    panel.drawTitle("Currents of the columns", on: &canvas)
    panel.drawAxes(on: &canvas, xLabel: "column", yLabel: "current (\(unit)A)")
    for curve in curves {
      let color = FigureStyle.seriesColor(curve.series)
      let places = curve.values.indices.map(Double.init)
      let values = curve.values.map { $0 * factor }
      panel.drawLine(places, values, color: color, dash: curve.series == 2 ? "5 3" : nil, on: &canvas)
      guard curve.values.count <= 32 else { continue }
      for (place, value) in zip(places, values) { canvas.circle(at: panel.point(place, value), radius: 2, fill: color) }
    }
    panel.drawKey(curves.map { ($0.name, FigureStyle.seriesColor($0.series)) }, fromRight: true, on: &canvas)
  }

  /// The SI prefix that brings a current to between 1 and 1000, or the nearest one.
  private static func prefix(_ amperes: Double) -> (factor: Double, unit: String) {
    for (factor, unit) in [(1.0, ""), (1e3, "m"), (1e6, "µ"), (1e9, "n")] where amperes * factor >= 1 {
      return (factor, unit)
    }
    return amperes > 0 ? (1e12, "p") : (1, "")
  }
}

/// Currents of all columns by one way of computing them.
private struct CurrentCurve {
  var name: String
  var values: [Double]
  var series: Int
}

/// What lies between the voltage of a row and that of each of its cells, as colours.
private struct VoltageLossMap {
  private let rows: Int
  private let columns: Int
  /// `[rows × columns]`, fraction of the largest row voltage.
  private let losses: [Double]
  private let largest: Double

  init(_ study: CrossbarStudy) {
    let solution = study.solution
    rows = solution.rows
    columns = solution.columns
    let drives = (0..<solution.rows).map { study.voltages[$0 * solution.vectors] }
    let scale = drives.reduce(0) { max($0, abs($1)) }
    losses = (0..<solution.rows * solution.columns).map { cell in
      let voltage = solution.wordLineVoltages[cell] - solution.bitLineVoltages[cell]
      return scale > 0 ? abs(drives[cell / solution.columns] - voltage) / scale : 0
    }
    largest = losses.max() ?? 0
  }

  /// Most pixels of the raster in one direction; more cells share them.
  private static let mostPixels = 512

  func draw(in frame: PlotFrame, on canvas: inout SVGCanvas) {
    let barWidth = 12.0
    let map = PlotFrame(x: frame.x, y: frame.y, width: frame.width - barWidth - 52, height: frame.height)
    let panel = PlotPanel(frame: map, x: (.linear, 0, Double(columns)), y: (.linear, Double(rows), 0))
    panel.drawTitle("Voltage lost at the cells, of the largest V", on: &canvas)
    canvas.image(pngBase64: Data(raster).base64EncodedString(), in: map)
    drawTicks(panel, on: &canvas)
    let bar = PlotFrame(x: map.maxX + 12, y: map.y, width: barWidth, height: map.height)
    let levels = (0..<WearRaster.levels).reversed().map { WearRaster.firstLevelIndex + UInt8($0) }
    canvas.image(
      pngBase64: Data(PNGEncoder.encode(indices: levels, width: 1, palette: WearRaster.palette)).base64EncodedString(),
      in: bar)
    for share in [0.0, 0.5, 1] {
      canvas.text(
        NumberText.compact(largest * share), at: CanvasPoint(x: bar.maxX + 5, y: bar.maxY - share * bar.height + 4),
        fill: FigureStyle.quietInk)
    }
  }

  private func drawTicks(_ panel: PlotPanel, on canvas: inout SVGCanvas) {
    let frame = panel.frame
    for tick in panel.y.ticks(about: 4) where tick.value < Double(rows) {
      canvas.text(
        tick.label, at: CanvasPoint(x: frame.x - 6, y: panel.y.position(tick.value) + 4), anchor: .end,
        fill: FigureStyle.quietInk)
    }
    for tick in panel.x.ticks(about: 4) where tick.value < Double(columns) {
      canvas.text(
        tick.label, at: CanvasPoint(x: panel.x.position(tick.value), y: frame.maxY + 17), anchor: .middle,
        fill: FigureStyle.quietInk)
    }
    canvas.text("column", at: CanvasPoint(x: frame.x + frame.width / 2, y: frame.maxY + 33), anchor: .middle)
    canvas.text(
      "row", at: CanvasPoint(x: frame.x - 46, y: frame.y + frame.height / 2), anchor: .middle, upwards: true)
  }

  /// Cells as squares of pixels, so that viewers which smooth keep them sharp; many cells share a pixel, and show the worst.
  private var raster: [UInt8] {
    func pixels(_ cells: Int) -> Int { cells > Self.mostPixels ? Self.mostPixels : cells * (Self.mostPixels / cells) }
    let (width, height) = (pixels(columns), pixels(rows))
    var worst = [Double](repeating: 0, count: width * height)
    for y in 0..<height {
      for row in Self.cells(at: y, of: height, count: rows) {
        for x in 0..<width {
          for column in Self.cells(at: x, of: width, count: columns) {
            worst[y * width + x] = max(worst[y * width + x], losses[row * columns + column])
          }
        }
      }
    }
    let indices = worst.map { loss -> UInt8 in
      let share = largest > 0 ? loss / largest : 0
      return WearRaster.firstLevelIndex + UInt8((share * Double(WearRaster.levels - 1)).rounded())
    }
    return PNGEncoder.encode(indices: indices, width: width, palette: WearRaster.palette)
  }

  private static func cells(at pixel: Int, of pixels: Int, count: Int) -> Range<Int> {
    let first = pixel * count / pixels
    return first..<max(first + 1, (pixel + 1) * count / pixels)
  }
}
