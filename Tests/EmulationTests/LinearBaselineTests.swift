import Kernels
import Recordings
import Testing

@testable import Emulation

/// Samples given as spike counts per row: row r spikes in the first `counts[r]` ticks.
private final class CountSource: SampleSource {
  let inputRowCount: Int
  let classNames: [String]
  let samples: [(counts: [Int], label: Int, group: Int)]
  let fingerprint = "counts"
  let encodingReport: EncodingReport? = nil

  init(classes: Int, _ samples: [(counts: [Int], label: Int, group: Int)]) {
    inputRowCount = samples[0].counts.count
    classNames = (0..<classes).map { "class \($0)" }
    self.samples = samples
  }

  var sampleCount: Int { samples.count }

  func description(ofSample index: Int) -> SampleDescription {
    SampleDescription(
      identifier: "s\(index)", label: samples[index].label, group: samples[index].group, split: .unspecified,
      tickCount: 20)
  }

  func fit(trainingSamples: [Int]) {}

  func encode(sample index: Int, into raster: inout SpikeRaster) {
    raster.removeAll(rowCount: inputRowCount)
    for tick in 0..<20 {
      for (row, count) in samples[index].counts.enumerated() where tick < count { raster.appendRow(row) }
      raster.endTick()
    }
  }
}

@Suite struct LinearBaselineTests {
  /// Three classes, each with rows of its own above a common background; row 3 never spikes.
  private func separable(count: Int, isGrouped: Bool) -> CountSource {
    let stream = RandomStream(key: 7)
    return CountSource(
      classes: 3,
      (0..<count).map { sample in
        let words = stream.words(array: 0, item: sample, event: 0)
        var counts = [words[0], words[1], words[2]].map { Int($0 % 4) }
        counts[sample % 3] += 8
        return (counts + [0], sample % 3, isGrouped ? sample / 10 : -1)
      })
  }

  @Test(arguments: [false, true])
  func separableClassesAreToldApart(isGrouped: Bool) throws {
    let source = separable(count: 90, isGrouped: isGrouped)
    let baseline = try LinearBaseline(
      source: source, trainingSamples: Array(0..<60), testSamples: Array(60..<90))
    #expect(baseline.trainAccuracy == 1)
    #expect(baseline.testAccuracy == 1)
    #expect(baseline.validationAccuracy == 1)
    // Of equally good ridges the largest.
    #expect(baseline.ridge == LinearBaseline.ridges.last)
    #expect((baseline.features, baseline.trainingSamples, baseline.testSamples) == (4, 60, 30))
  }

  @Test func labelsThatSayNothingCannotBeLearned() throws {
    let stream = RandomStream(key: 8)
    let samples = (0..<400).map { sample in
      let words = stream.words(array: 0, item: sample, event: 0)
      return (counts: [Int(words[0] % 9), Int(words[1] % 9)], label: Int(words[2] % 2), group: -1)
    }
    let baseline = try LinearBaseline(
      source: CountSource(classes: 2, samples), trainingSamples: Array(0..<200), testSamples: Array(200..<400))
    #expect((0.35...0.65).contains(baseline.testAccuracy))
    #expect((0.35...0.65).contains(baseline.validationAccuracy))
  }

  /// Two features with the values 0 or 2, four samples: means 1, σ 1, correlation 0, so (1 + ridge)·w = c.
  @Test(arguments: [0.001, 0.5, 3])
  func uncorrelatedFeaturesShrinkByTheRidge(ridge: Double) throws {
    let equations = equations([[0, 0], [2, 0], [0, 2], [2, 2]], labels: [0, 1, 0, 1])
    let solved = equations.classifier(ridge: ridge)
    let classifier = try #require(solved)
    // Label 1 is feature 0: covariance ½, so w = ½ / (1 + ridge) about the mean score ½.
    let w = 0.5 / (1 + ridge)
    for (sample, expected) in [([0, 0], 0.5 - w), ([2, 2], 0.5 + w), ([0, 2], 0.5 - w), ([1, 5], 0.5)] {
      let scores = classifier.scores(counts(sample))
      #expect(abs(scores[1] - expected) < 1e-12)
      #expect(abs(scores[0] - (1 - expected)) < 1e-12)
    }
  }

  /// Correlated features, solved by hand. Samples (0,0) (2,2) (2,0) (4,2), labels 0 1 1 1.
  ///
  /// Means 2 and 1, σ √2 and 1, correlation r = 1/√2, c = (√2/4, 1/4) for label 1.
  @Test func correlatedFeaturesMatchTheHandSolvedCase() throws {
    let ridge = 0.25
    let equations = equations([[0, 0], [2, 2], [2, 0], [4, 2]], labels: [0, 1, 1, 1])
    let solved = equations.classifier(ridge: ridge)
    let classifier = try #require(solved)
    let (r, d) = (0.5.squareRoot(), 1 + ridge)
    let c = (2.0.squareRoot() / 4, 0.25)
    let determinant = d * d - r * r
    let w = ((d * c.0 - r * c.1) / determinant, (d * c.1 - r * c.0) / determinant)
    for sample in [[0, 0], [4, 2], [3, 7]] {
      let expected = 0.75 + w.0 * (Double(sample[0]) - 2) / 2.0.squareRoot() + w.1 * (Double(sample[1]) - 1)
      #expect(abs(classifier.scores(counts(sample))[1] - expected) < 1e-12)
    }
  }

  @Test func leavingAPartOutIsNeverHavingSeenIt() throws {
    let samples = [[0, 1, 5], [3, 3, 0], [1, 0, 2], [4, 1, 1], [0, 6, 2]]
    let labels = [0, 1, 1, 0, 1]
    let all = equations(samples, labels: labels)
    let part = equations(Array(samples[3...]), labels: Array(labels[3...]))
    let others = equations(Array(samples[..<3]), labels: Array(labels[..<3]))
    let rest = all.without(part)
    let (left, fresh) = (rest.classifier(ridge: 0.1), others.classifier(ridge: 0.1))
    let (classifier, expected) = (try #require(left), try #require(fresh))
    for sample in samples { #expect(classifier.scores(counts(sample)) == expected.scores(counts(sample))) }
  }

  @Test func whatCannotBeFittedIsRefused() {
    let source = separable(count: 9, isGrouped: false)
    #expect(throws: BaselineError.tooFewSamples(expected: 2, found: 1)) {
      try LinearBaseline(source: source, trainingSamples: [0], testSamples: [1])
    }
    let wide = CountSource(classes: 2, [([Int](repeating: 0, count: 8193), 0, -1)])
    #expect(throws: BaselineError.tooManyRows(expected: 8192, found: 8193)) {
      try LinearBaseline(source: wide, trainingSamples: [0], testSamples: [0])
    }
  }

  private func counts(_ values: [Int]) -> SpikeCounts {
    let source = CountSource(classes: 1, [(values, 0, -1)])
    var raster = SpikeRaster(rowCount: values.count)
    source.encode(sample: 0, into: &raster)
    var counts = SpikeCounts(rowCount: values.count)
    counts.count(raster)
    return counts
  }

  private func equations(_ samples: [[Int]], labels: [Int]) -> NormalEquations {
    var equations = NormalEquations(features: samples[0].count, classes: 2)
    for (sample, label) in zip(samples, labels) { equations.add(counts(sample), label: label) }
    return equations
  }
}
