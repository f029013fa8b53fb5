import Devices
import Glibc

extension Figures {
  /// Measured pulse trains with the fit through them, and what the fit leaves over.
  public static func deviceFit(_ fit: DeviceFit, _ measurement: PulseMeasurement) -> String {
    let name = fit.source.name.split(separator: "/").last.map(String.init) ?? fit.source.name
    let title = "Device fitted to \(name)"
    let unit = DeviceUnit(.conductance, largest: fit.on.value)
    let summaries = [true, false].map { TrainSummary(fit, measurement, isUp: $0) }
    let highest = summaries.flatMap { $0.shown.joined() + zip($0.mean, $0.deviation).map { $0 + $1 } }.max() ?? 1
    let residuals = summaries.flatMap { summary in
      zip(summary.residual, summary.residualError).map { abs($0) + 2 * $1 }
    }
    let bound = max(residuals.max() ?? 0.01, 0.002) * 1.15
    var canvas = SVGCanvas(width: FigureStyle.width, height: PanelGrid.height(panels: 2) + residualHeight + 78)
    drawTitle(title, on: &canvas)
    canvas.text(
      FigureStyle.fitted(summaryLine(of: fit), width: FigureStyle.width * 1.1), at: CanvasPoint(x: 16, y: 38),
      fill: FigureStyle.quietInk)
    for (index, summary) in summaries.enumerated() {
      var frame = PanelGrid.frame(index, of: 2)
      let panel = PlotPanel(
        frame: frame, x: (.linear, 0, summary.pulses.last ?? 1), y: (.linear, 0, highest * 1.06 / unit.scale))
      draw(summary, fit, unit, in: panel, on: &canvas)
      frame.y += PanelGrid.lineHeight
      frame.height = residualHeight
      let lower = PlotPanel(frame: frame, x: (.linear, 0, summary.pulses.last ?? 1), y: (.linear, -bound, bound))
      drawResidual(summary, in: lower, on: &canvas)
    }
    return canvas.document(title: title)
  }

  private static let residualHeight = 104.0

  private static func summaryLine(of fit: DeviceFit) -> String {
    let stuck = fit.stuckOff.count + fit.stuckOn.count
    return "\(fit.source.devices) devices (\(stuck) stuck), \(fit.source.trains) trains; noise of a pulse "
      + "\(NumberText.compact(fit.cycleNoise.sigma)) of the \(fit.cycleNoise.kind == .additive ? "range" : "step"), "
      + "of a read \(NumberText.compact(fit.readNoise)); R² \(NumberText.fixed(fit.determination, decimals: 4)), "
      + "RMS residual \(NumberText.compact(fit.meanResidual, digits: 2)) of the range"
  }

  private static func draw(
    _ summary: TrainSummary, _ fit: DeviceFit, _ unit: DeviceUnit, in panel: PlotPanel, on canvas: inout SVGCanvas
  ) {
    let color = FigureStyle.seriesColor(summary.isUp ? 0 : 1)
    let curve = summary.isUp ? fit.potentiation : fit.depression
    let facts =
      fit.shape == .exponential
      ? "label \(NumberText.fixed(curve.label.value, decimals: 2)) ± \(NumberText.compact(curve.label.error, digits: 2))"
      : fit.shape.rawValue
    panel.drawTitle(summary.isUp ? "Potentiation" : "Depression", facts: facts, on: &canvas)
    panel.drawAxes(
      on: &canvas, xLabel: summary.isUp ? "SET pulses" : "RESET pulses", yLabel: "conductance (\(unit.name))")
    for train in summary.shown {
      panel.drawLine(summary.pulses, train.map { $0 / unit.scale }, color: "#b0b0b0", width: 0.7, on: &canvas)
    }
    panel.drawBand(
      summary.pulses, from: zip(summary.mean, summary.deviation).map { ($0 - $1) / unit.scale },
      to: zip(summary.mean, summary.deviation).map { ($0 + $1) / unit.scale }, color: color, on: &canvas)
    for (pulse, mean) in summary.markers {
      canvas.circle(
        at: panel.point(pulse, mean / unit.scale), radius: 2.6, fill: "#ffffff",
        stroke: Stroke(color: color, width: 1.2))
    }
    let states = fit.states(summary.isUp ? .potentiation : .depression)
    panel.drawLine(
      states.indices.map(Double.init), states.map { $0 / unit.scale }, color: FigureStyle.ink, width: 1.8, on: &canvas)
    panel.drawKey(
      [("measured, mean ± σ", color), ("fit", FigureStyle.ink)], fromRight: !summary.isUp, on: &canvas)
  }

  private static func drawResidual(_ summary: TrainSummary, in panel: PlotPanel, on canvas: inout SVGCanvas) {
    let color = FigureStyle.seriesColor(summary.isUp ? 0 : 1)
    panel.drawTitle("Residual", facts: "mean − fit ± 2 standard errors", on: &canvas)
    panel.drawAxes(on: &canvas, xLabel: summary.isUp ? "SET pulses" : "RESET pulses", yLabel: "of the range")
    panel.drawBand(
      summary.pulses, from: zip(summary.residual, summary.residualError).map { $0 - 2 * $1 },
      to: zip(summary.residual, summary.residualError).map { $0 + 2 * $1 }, color: color, on: &canvas)
    panel.drawLine(
      [panel.x.lower, panel.x.upper], [0, 0], color: FigureStyle.ink, width: 1, on: &canvas)
    panel.drawLine(summary.pulses, summary.residual, color: color, on: &canvas)
  }
}

/// Measured trains of one polarity of the devices that switch, reduced to what is drawn; at most some hundred readings.
private struct TrainSummary {
  let isUp: Bool
  let pulses: [Double]
  let mean: [Double]
  let deviation: [Double]
  /// A few single trains.
  let shown: [[Double]]
  /// Mean less fit, fraction of the range.
  let residual: [Double]
  let residualError: [Double]

  private static let mostReadings = 400
  private static let mostTrains = 12

  init(_ fit: DeviceFit, _ measurement: PulseMeasurement, isUp: Bool) {
    self.isUp = isUp
    let set = measurement.trains(isUp ? .potentiation : .depression)
    let stuck = Set(fit.stuckOff + fit.stuckOn)
    let trains = set.trains.filter { !stuck.contains(measurement.devices[$0.device]) }.map(\.conductances)
    let stride = max(1, set.pulses.count / Self.mostReadings)
    let places = Array(Swift.stride(from: 0, to: set.pulses.count, by: stride))
    let count = Double(max(trains.count, 1))
    let mean = places.map { place -> Double in trains.reduce(0.0) { $0 + $1[place] } / count }
    let deviation = zip(places, mean).map { place, mean -> Double in
      let squares = trains.reduce(0.0) { (sum: Double, train: [Double]) -> Double in
        sum + (train[place] - mean) * (train[place] - mean)
      }
      return (squares / count).squareRoot()
    }
    let every = max(1, trains.count / Self.mostTrains)
    shown = Swift.stride(from: 0, to: trains.count, by: every).prefix(Self.mostTrains).map { train in
      places.map { trains[train][$0] }
    }
    let states = fit.states(isUp ? .potentiation : .depression)
    let range = fit.on.value - fit.off.value
    pulses = places.map { Double(set.pulses[$0]) }
    residual = zip(places, mean).map { ($1 - states[set.pulses[$0]]) / range }
    residualError = deviation.map { $0 / range / count.squareRoot() }
    self.mean = mean
    self.deviation = deviation
  }

  /// About thirty places where the mean gets a circle.
  var markers: [(Double, Double)] {
    let every = max(1, pulses.count / 30)
    return Swift.stride(from: 0, to: pulses.count, by: every).map { (pulses[$0], mean[$0]) }
  }
}
