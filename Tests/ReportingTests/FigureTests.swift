import Foundation
import Testing

@testable import Reporting

/// Every figure is well-formed, escaped, bounded, repeatable, and survives input that says nothing.
@Suite("Figures")
struct FigureTests {
  private func allFigures(name: String) throws -> [String] {
    let layer = try wornLayer(name, rows: 130, columns: 20)
    return [
      Figures.learning(learningCurve(points: 300), title: name),
      Figures.wearMap([layer, try wornLayer(name, rows: 3, columns: 2)], title: name),
      Figures.conductanceHistograms(
        [ConductanceHistogram(layerName: name, plusBefore: [1.0, 2], plusAfter: [2.0, 9], minusAfter: [3.0])],
        title: name),
      Figures.wearDistribution(
        [WearDistribution(layerName: name, pulses: layer.pulses)], enduranceInPulses: 1e6, title: name),
    ]
  }

  @Test("hostile names come out as text")
  func escaping() throws {
    for figure in try allFigures(name: hostileName) {
      let outline = XMLOutline(figure)
      #expect(outline.message == nil)
      #expect(outline.counts["script"] == nil)
      #expect(outline.counts["title"] == 1)
      #expect(outline.texts.contains { $0.hasPrefix("<script>\"l&1'  ]]> -->") })
    }
  }

  @Test("equal input gives equal bytes, other input other bytes")
  func deterministic() throws {
    #expect(try allFigures(name: "a") == allFigures(name: "a"))
    #expect(zip(try allFigures(name: "a"), try allFigures(name: "b")).allSatisfy { $0 != $1 })
  }

  @Test("nothing refers outside and no text leaves the canvas")
  func selfContained() throws {
    for figure in try allFigures(name: "layer") {
      let outline = XMLOutline(figure)
      let addresses = outline.values(of: "href", in: "image")
      #expect(addresses.allSatisfy { $0.hasPrefix("data:image/png;base64,") })
      let height = try #require(outline.values(of: "height", in: "svg").first.flatMap(Double.init))
      for (name, limit) in [("x", FigureStyle.width), ("y", height)] {
        #expect(outline.values(of: name, in: "text").compactMap(Double.init).allSatisfy { 0...limit ~= $0 })
      }
    }
  }

  @Test("no data is said, not drawn")
  func empty() throws {
    let hollow = try WearMap(layerName: "a", rows: 0, columns: 9, tileRows: 4, tileColumns: 4, pulses: [Int]())
    var broken = LearningCurve()
    broken.runningAccuracy = [CurvePoint(samples: 1, value: .nan), CurvePoint(samples: .infinity, value: 0.5)]
    let nothing: [Float] = []
    let figures = [
      Figures.learning(LearningCurve()), Figures.learning(broken), Figures.wearMap([]), Figures.wearMap([hollow]),
      Figures.conductanceHistograms([]),
      Figures.conductanceHistograms([ConductanceHistogram(layerName: "a", plusBefore: nothing, plusAfter: [.nan])]),
      Figures.wearDistribution([]), Figures.wearDistribution([WearDistribution(layerName: "a", pulses: [0, 0])]),
    ]
    for figure in figures {
      #expect(XMLOutline(figure).texts.contains("no data"))
      #expect(XMLOutline(figure).message == nil)
    }
  }

  @Test("a curve of a million points is drawn with a bounded number, extremes kept")
  func boundedCurve() {
    var curve = learningCurve(points: 1_000_000)
    curve.runningAccuracy[123_456].value = 0.011
    let figure = Figures.learning(curve)
    #expect(figure.utf8.count < 80_000)
    let thinned = LinePlot.thinned(curve.runningAccuracy, limit: LinePlot.pointLimit)
    #expect(thinned.count <= LinePlot.pointLimit)
    #expect(thinned.contains { $0.value == 0.011 })
    #expect(thinned.first == curve.runningAccuracy.first && thinned.last == curve.runningAccuracy.last)
    #expect(zip(thinned, thinned.dropFirst()).allSatisfy { $0.samples < $1.samples })
  }

  @Test("curves with one point, huge values and equal values are drawn")
  func oddCurves() {
    for value in [0, 0.5, -3, 1e300, -1e308] {
      var curve = LearningCurve()
      curve.testAccuracy = [CurvePoint(samples: 10, value: value)]
      curve.setPulses = [CurvePoint(samples: 10, value: value), CurvePoint(samples: 10, value: value)]
      curve.chanceAccuracy = .nan
      #expect(XMLOutline(Figures.learning(curve)).message == nil)
    }
  }

  @Test("stuck devices get a panel of their own only when there are any")
  func stuckPanel() {
    var curve = learningCurve(points: 200)
    #expect(XMLOutline(Figures.learning(curve)).texts.contains("stuck 3"))
    curve.stuckDevices = curve.stuckDevices.map { CurvePoint(samples: $0.samples, value: 0) }
    #expect(!XMLOutline(Figures.learning(curve)).texts.contains { $0.hasPrefix("stuck") })
  }

  @Test("the pulse axis turns logarithmic when the kinds differ more than fiftyfold")
  func automaticLogarithm() {
    var curve = learningCurve(points: 200)
    #expect(!XMLOutline(Figures.learning(curve)).texts.contains("100"))
    curve.resetPulses = curve.resetPulses.map { CurvePoint(samples: $0.samples, value: $0.value / 500) }
    #expect(XMLOutline(Figures.learning(curve)).texts.contains("100"))
  }
}
