/// A value at a moment of a run.
public struct CurvePoint: Equatable, Sendable {
  /// Samples learned from so far.
  public var samples: Double
  /// The value, in the unit of its curve.
  public var value: Double

  /// A value after `samples` samples.
  public init(samples: Double, value: Double) {
    self.samples = samples
    self.value = value
  }

  var isFinite: Bool { samples.isFinite && value.isFinite }
}

/// What happened over a run: how well the network did, and what the devices took for it.
///
/// Every curve ascends in samples; points that are not finite are left out, empty curves are not drawn.
public struct LearningCurve: Equatable, Sendable {
  /// Fraction of recent training samples classified right before learning from them, 0…1.
  public var runningAccuracy: [CurvePoint] = []
  /// Fraction of the test samples classified right, one point per test, 0…1.
  public var testAccuracy: [CurvePoint] = []
  /// SET pulses since the start, all devices together.
  public var setPulses: [CurvePoint] = []
  /// RESET pulses since the start, all devices together.
  public var resetPulses: [CurvePoint] = []
  /// Devices that no longer switch.
  public var stuckDevices: [CurvePoint] = []
  /// The accuracy of guessing, 0…1, drawn as a reference.
  public var chanceAccuracy: Double?

  /// A curve without points.
  public init() {}
}

extension Figures {
  /// Accuracy above, cumulative pulses below, and stuck devices below that if there are any, over samples seen.
  ///
  /// The pulse axis is logarithmic when the two kinds of pulses differ more than fiftyfold.
  public static func learning(_ curve: LearningCurve, title: String = "Accuracy and programming pulses") -> String {
    let finite = curve.keepingFinitePoints()
    let last = finite.all.map(\.samples).max()
    guard let last else { return noData(title) }
    let first = min(0, finite.all.map(\.samples).min() ?? 0)
    var plots = [accuracyPlot(finite), pulsePlot(finite)].compactMap { $0 }
    if let stuck = stuckPlot(finite) { plots.append(stuck) }

    let (top, gap, bottom) = (36.0, 18.0, 46.0)
    let height = top + plots.reduce(0) { $0 + $1.height } + gap * Double(plots.count - 1) + bottom
    var canvas = SVGCanvas(width: FigureStyle.width, height: height)
    drawTitle(title, on: &canvas)
    var y = top
    for (index, plot) in plots.enumerated() {
      let panel = PlotPanel(
        frame: PlotFrame(x: 70, y: y, width: FigureStyle.width - 70 - 112, height: plot.height),
        x: (.linear, first, last), y: (plot.kind, plot.lower, plot.upper))
      panel.drawAxes(on: &canvas, xLabel: index == plots.count - 1 ? "samples seen" : nil, yLabel: plot.label)
      plot.draw(in: panel, on: &canvas)
      y += plot.height + gap
    }
    return canvas.document(title: title)
  }

  private static func accuracyPlot(_ curve: LearningCurve) -> LinePlot? {
    let values = (curve.runningAccuracy + curve.testAccuracy).map(\.value)
    guard let lowest = values.min(), let highest = values.max() else { return nil }
    let chance = curve.chanceAccuracy.flatMap { $0.isFinite ? $0 : nil }
    let lower = ((min(lowest, chance ?? lowest) - 0.02) * 5).rounded(.down) / 5
    var lines: [LinePlot.Line] = []
    if let chance {
      let ends = [curve.all.map(\.samples).min() ?? 0, curve.all.map(\.samples).max() ?? 0]
      lines.append(
        LinePlot.Line(
          name: "chance", points: ends.map { CurvePoint(samples: $0, value: chance) }, color: FigureStyle.quietInk,
          dash: "2 3"))
    }
    lines.append(
      LinePlot.Line(
        name: "training" + accuracy(curve.runningAccuracy), points: curve.runningAccuracy,
        color: FigureStyle.seriesColor(0)))
    lines.append(
      LinePlot.Line(
        name: "test" + accuracy(curve.testAccuracy), points: curve.testAccuracy, color: FigureStyle.seriesColor(1),
        hasMarkers: true))
    return LinePlot(
      label: "accuracy (fraction)", height: 200, kind: .linear, lower: max(0, min(lower, 0.8)), upper: max(1, highest),
      lines: lines.filter { !$0.points.isEmpty })
  }

  private static func pulsePlot(_ curve: LearningCurve) -> LinePlot? {
    let values = (curve.setPulses + curve.resetPulses).map(\.value)
    guard let highest = values.max() else { return nil }
    let totals = [curve.setPulses, curve.resetPulses].compactMap(\.last?.value).filter { $0 > 0 }
    let isSpread = totals.count == 2 && (totals.max() ?? 1) > 50 * (totals.min() ?? 1)
    let smallest = values.filter { $0 > 0 }.min() ?? 1
    return LinePlot(
      label: "pulses since start", height: 140, kind: isSpread ? .logarithmic : .linear,
      lower: isSpread ? smallest : 0, upper: max(highest, isSpread ? 10 * smallest : 1),
      lines: [
        LinePlot.Line(
          name: named("SET", curve.setPulses.last), points: curve.setPulses, color: FigureStyle.seriesColor(2)),
        LinePlot.Line(
          name: named("RESET", curve.resetPulses.last), points: curve.resetPulses, color: FigureStyle.seriesColor(3)),
      ].filter { !$0.points.isEmpty })
  }

  private static func stuckPlot(_ curve: LearningCurve) -> LinePlot? {
    guard let highest = curve.stuckDevices.map(\.value).max(), highest > 0 else { return nil }
    return LinePlot(
      label: "devices", height: 70, kind: .linear, lower: 0, upper: highest,
      lines: [
        LinePlot.Line(
          name: named("stuck", curve.stuckDevices.last), points: curve.stuckDevices, color: FigureStyle.ink)
      ])
  }

  private static func accuracy(_ points: [CurvePoint]) -> String {
    points.last.map { " " + NumberText.fixed($0.value, decimals: 3) } ?? ""
  }

  private static func named(_ name: String, _ last: CurvePoint?) -> String {
    last.map { "\(name) \(NumberText.compact($0.value))" } ?? name
  }
}

extension LearningCurve {
  fileprivate var all: [CurvePoint] { runningAccuracy + testAccuracy + setPulses + resetPulses + stuckDevices }

  fileprivate func keepingFinitePoints() -> LearningCurve {
    var curve = self
    for path in [\LearningCurve.runningAccuracy, \.testAccuracy, \.setPulses, \.resetPulses, \.stuckDevices] {
      curve[keyPath: path].removeAll { !$0.isFinite }
    }
    return curve
  }
}
