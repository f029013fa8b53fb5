import Emulation
import Foundation
import Quantities

extension Figures {
  /// What programming left: weights against targets, their errors, the pulses that it took, errors by target, and, where the
  /// array was looked at later, errors over time.
  public static func programming(_ result: ProgrammedArray, title: String, summary: String = "") -> String {
    var panels: [(PlotFrame, inout SVGCanvas) -> Void] = [
      { drawWeights(result, frame: $0, on: &$1) },
      { drawErrors(result, frame: $0, on: &$1) },
      { drawPulses(result, frame: $0, on: &$1) },
      { drawErrorsByTarget(result, frame: $0, on: &$1) },
    ]
    if result.ages.count > 1 { panels.append { drawErrorsOverTime(result, frame: $0, on: &$1) } }
    var canvas = SVGCanvas(width: FigureStyle.width, height: PanelGrid.height(panels: panels.count))
    drawTitle(title, on: &canvas)
    canvas.text(
      FigureStyle.fitted(summary, width: FigureStyle.width * 1.1), at: CanvasPoint(x: 16, y: 38),
      fill: FigureStyle.quietInk)
    for (index, draw) in panels.enumerated() { draw(PanelGrid.frame(index, of: panels.count), &canvas) }
    return canvas.document(title: title)
  }

  // MARK: Weights against targets

  /// Above so many synapses their density is drawn in place of single points.
  private static let mostPoints = 2000

  private static func drawWeights(_ result: ProgrammedArray, frame: PlotFrame, on canvas: inout SVGCanvas) {
    let bound =
      [result.targets, result.weights].joined().reduce(Double(result.parameters.weightLimit)) {
        max($0, Double(abs($1)))
      }
      * 1.05
    let panel = PlotPanel(frame: frame, x: (.linear, -bound, bound), y: (.linear, -bound, bound))
    let isDense = result.synapseCount > mostPoints
    panel.drawTitle(
      "Weights", facts: isDense ? "darker: more synapses" : "\(result.synapseCount) synapses", on: &canvas)
    panel.drawAxes(on: &canvas, xLabel: "target", yLabel: "programmed")
    if isDense {
      drawDensity(result, in: panel, bound: bound, on: &canvas)
    } else {
      for (target, weight) in zip(result.targets, result.weights) {
        canvas.circle(
          at: panel.point(Double(target), Double(weight)), radius: 1.5, fill: FigureStyle.seriesColor(0))
      }
    }
    panel.drawLine([-bound, bound], [-bound, bound], color: FigureStyle.quietInk, width: 1, dash: "3 3", on: &canvas)
  }

  private static func drawDensity(
    _ result: ProgrammedArray, in panel: PlotPanel, bound: Double, on canvas: inout SVGCanvas
  ) {
    let (width, height) = (Int(panel.frame.width / 2), Int(panel.frame.height / 2))
    var counts = [Int](repeating: 0, count: width * height)
    for (target, weight) in zip(result.targets, result.weights) {
      let x = Int((Double(target) / bound + 1) / 2 * Double(width))
      let y = Int(((1 - Double(weight) / bound) / 2 * Double(height)).clamped(to: 0, Double(height - 1)))
      counts[y * width + min(max(x, 0), width - 1)] += 1
    }
    let scale = AxisScale(.logarithmic, from: 0.7, to: Double(max(counts.max() ?? 1, 2)), start: 0.08, end: 1)
    let indices = counts.map { count -> UInt8 in
      guard count > 0 else { return WearRaster.gapIndex }
      let level = scale.position(Double(count)) * Double(WearRaster.levels - 1)
      return WearRaster.firstLevelIndex + UInt8(level.rounded())
    }
    let png = PNGEncoder.encode(indices: indices, width: width, palette: WearRaster.palette)
    canvas.image(pngBase64: Data(png).base64EncodedString(), in: panel.frame)
  }

  // MARK: Errors

  private static func drawErrors(_ result: ProgrammedArray, frame: PlotFrame, on canvas: inout SVGCanvas) {
    let limit = Double(result.parameters.weightLimit)
    let errors = result.weightErrors
    let statistics = ErrorStatistics(errors).divided(by: limit)
    let bound = max(min(statistics.largest * 1.02, statistics.percentile99 * 2.2), 1e-6)
    let bins = HistogramBins(errors.lazy.map { Double($0) / limit }, from: -bound, to: bound, count: 61)
    let panel = PlotPanel(
      frame: frame, x: (.linear, -bound, bound), y: (.linear, 0, Double(bins.counts.max() ?? 1) * 1.1))
    let beyond = bins.outside > 0 ? ", \(NumberText.grouped(bins.outside)) beyond" : ""
    panel.drawTitle(
      "Errors", facts: "RMS \(NumberText.compact(statistics.rootMeanSquare, digits: 2)) of the limit\(beyond)",
      on: &canvas)
    panel.drawAxes(on: &canvas, xLabel: "error (fraction of the weight limit)", yLabel: "synapses per bin")
    bins.draw(in: panel, color: FigureStyle.seriesColor(1), on: &canvas)
  }

  private static func drawPulses(_ result: ProgrammedArray, frame: PlotFrame, on canvas: inout SVGCanvas) {
    let sorted = result.sortedPulses
    let mean = sorted.reduce(0.0) { $0 + Double($1) } / Double(max(sorted.count, 1))
    let high = sorted.isEmpty ? 1 : sorted[min(sorted.count - 1, Int(0.999 * Double(sorted.count)))]
    let width = max(((Double(high) + 1) / 60).rounded(.up), 1)
    let count = Int((Double(high) + 1) / width) + 1
    let bins = HistogramBins(sorted.lazy.map { Double($0) + 0.5 }, from: 0, to: Double(count) * width, count: count)
    let panel = PlotPanel(
      frame: frame, x: (.linear, 0, Double(count) * width), y: (.linear, 0, Double(bins.counts.max() ?? 1) * 1.1))
    let beyond = bins.outside > 0 ? ", \(NumberText.grouped(bins.outside)) beyond" : ""
    let rounds = result.rounds.count > 1 ? " in \(result.rounds.count) rounds" : ""
    panel.drawTitle("Pulses", facts: "mean \(NumberText.compact(mean))\(rounds)\(beyond)", on: &canvas)
    panel.drawAxes(on: &canvas, xLabel: "SET and RESET pulses of a device", yLabel: "devices per bin")
    bins.draw(in: panel, color: FigureStyle.seriesColor(2), on: &canvas)
  }

  private static func drawErrorsByTarget(_ result: ProgrammedArray, frame: PlotFrame, on canvas: inout SVGCanvas) {
    let limit = Double(result.parameters.weightLimit)
    let tenths = result.tenths.filter { $0.count > 0 }
    let places = tenths.map { ($0.lower + $0.upper) / 2 }
    let squares = tenths.map { $0.rootMeanSquare / limit }
    let means = tenths.map { $0.mean / limit }
    let (low, high) = (min(means.min() ?? 0, 0), max(squares.max() ?? 0, 1e-6))
    let panel = PlotPanel(
      frame: frame, x: (.linear, -limit, limit), y: (.linear, low - 0.1 * (high - low), high + 0.25 * (high - low)))
    panel.drawTitle("Errors by target", facts: "tenths of the range", on: &canvas)
    panel.drawAxes(on: &canvas, xLabel: "target", yLabel: "of the weight limit")
    panel.drawLine([-limit, limit], [0, 0], color: FigureStyle.axis, width: 1, on: &canvas)
    for (values, series) in [(squares, 0), (means, 1)] {
      let color = FigureStyle.seriesColor(series)
      panel.drawLine(places, values, color: color, on: &canvas)
      for (place, value) in zip(places, values) {
        canvas.circle(at: panel.point(place, value), radius: 2.6, fill: color)
      }
    }
    panel.drawKey(
      [("RMS", FigureStyle.seriesColor(0)), ("mean", FigureStyle.seriesColor(1))], fromRight: true, on: &canvas)
  }

  // MARK: Time

  private static func drawErrorsOverTime(_ result: ProgrammedArray, frame: PlotFrame, on canvas: inout SVGCanvas) {
    let limit = Double(result.parameters.weightLimit)
    guard let first = result.ages.first else { return }
    let later = result.ages.dropFirst()
    let times = later.map(\.age.seconds)
    let (raw, scaled) = (later.map { $0.errors.rootMeanSquare / limit }, later.map { $0.scaledError / limit })
    let (low, high) = (times.min() ?? 1, times.max() ?? 1)
    let fresh = first.errors.rootMeanSquare / limit
    let panel = PlotPanel(
      frame: frame, x: (.logarithmic, low / 1.5, high * 1.5),
      y: (.linear, 0, max((raw + scaled).max() ?? 0, fresh, 1e-6) * 1.25))
    panel.drawTitle("Errors over time", facts: "RMS; dashed: right after programming", on: &canvas)
    panel.drawAxes(on: &canvas, xLabel: "time since programming (s)", yLabel: "of the weight limit")
    panel.drawLine(
      [low / 1.5, high * 1.5], [fresh, fresh], color: FigureStyle.quietInk, width: 1, dash: "3 3", on: &canvas)
    for (values, series) in [(raw, 0), (scaled, 2)] {
      let color = FigureStyle.seriesColor(series)
      panel.drawLine(times, values, color: color, on: &canvas)
      for (time, value) in zip(times, values) {
        canvas.circle(at: panel.point(time, value), radius: 2.6, fill: color)
      }
    }
    panel.drawKey(
      [("weights as they are", FigureStyle.seriesColor(0)), ("one gain corrected", FigureStyle.seriesColor(2))],
      fromRight: false, on: &canvas)
  }
}

/// Counts in equal bins, drawn as a filled outline.
private struct HistogramBins {
  let counts: [Int]
  /// Values beyond the ends.
  let outside: Int
  private let lower: Double
  private let width: Double

  init(_ values: some Sequence<Double>, from lower: Double, to upper: Double, count: Int) {
    var counts = [Int](repeating: 0, count: count)
    var outside = 0
    for value in values {
      let place = (value - lower) / (upper - lower) * Double(count)
      if place >= 0 && place <= Double(count) { counts[min(Int(place), count - 1)] += 1 } else { outside += 1 }
    }
    self.counts = counts
    self.outside = outside
    self.lower = lower
    width = (upper - lower) / Double(count)
  }

  func draw(in panel: PlotPanel, color: String, on canvas: inout SVGCanvas) {
    var outline = [panel.point(lower, 0)]
    for (bin, count) in counts.enumerated() {
      let left = lower + Double(bin) * width
      outline += [panel.point(left, Double(count)), panel.point(left + width, Double(count))]
    }
    outline.append(panel.point(lower + Double(counts.count) * width, 0))
    canvas.polygon(outline, fill: color, opacity: 0.28)
    canvas.polyline(outline, Stroke(color: color, width: 1.3))
  }
}

extension Double {
  fileprivate func clamped(to lower: Double, _ upper: Double) -> Double { Swift.min(Swift.max(self, lower), upper) }
}
