import Testing

@testable import Reporting

@Suite("Conductance histograms")
struct HistogramTests {
  @Test("every finite value is counted once, in its bin")
  func counts() {
    let histogram = ConductanceHistogram(
      layerName: "a", plusBefore: [0.0, 1, 2, 10, .nan], plusAfter: [4.999, 5.0], minusAfter: [10.0], binCount: 10)
    #expect(histogram.binEdges.first == 0 && histogram.binEdges.last == 10 && histogram.binEdges.count == 11)
    #expect(histogram.plus.before == [1, 1, 1, 0, 0, 0, 0, 0, 0, 1])
    #expect(histogram.plus.after == [0, 0, 0, 0, 1, 1, 0, 0, 0, 0])
    #expect(histogram.minus?.before == [] && histogram.minus?.after.last == 1)
  }

  @Test(
    "one level, no level and absurd levels are drawn",
    arguments: [
      [12.0, 12], [0, 0], [-5, -5], [-1.7e308, 1.7e308], [.infinity, 3], [1e-300, 2e-300],
    ])
  func odd(values: [Double]) {
    let histogram = ConductanceHistogram(layerName: "a", plusBefore: values, plusAfter: values)
    #expect(histogram.plus.after.reduce(0, +) == values.count { $0.isFinite })
    #expect(zip(histogram.binEdges, histogram.binEdges.dropFirst()).allSatisfy { !($0 > $1) })
    #expect(XMLOutline(Figures.conductanceHistograms([histogram])).message == nil)
  }

  @Test("edges and counts that do not fit are errors")
  func refusals() {
    let counts = ConductanceHistogram.Counts(before: [1], after: [2, 3])
    #expect(throws: ReportingError.wrongCount(layer: "a", values: "devices per bin", expected: 2, found: 1)) {
      try ConductanceHistogram(layerName: "a", binEdges: [0, 1, 2], plus: counts, minus: nil)
    }
    for edges in [[], [1], [1, 1, 2], [2, 1, 0], [0, .infinity, .infinity], [.nan, 1, 2]] as [[Double]] {
      #expect(throws: ReportingError.badBinEdges(layer: "a")) {
        try ConductanceHistogram(layerName: "a", binEdges: edges, plus: counts, minus: nil)
      }
    }
  }
}
