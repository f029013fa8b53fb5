import Kernels
import Recordings

/// What a linear classifier makes of the same spikes: the accuracy a network has to beat to be worth its devices.
///
/// Features are the spike counts of the input rows, standardised on the training samples; weights are ridge regression
/// on one-hot labels. The ridge is the one of `ridges` that decides best when a part of the training samples is left
/// out, part by part; test samples are seen once, at the end. Memory is that of three matrices `[rows × rows]`, whatever
/// the number of samples, which are read three times.
/// - Reference: A. E. Hoerl, R. W. Kennard, Technometrics 12, 55 (1970), doi:10.1080/00401706.1970.10488634.
public struct LinearBaseline: Codable, Sendable, Equatable {
  /// Ridges tried, in variances of a feature.
  public static let ridges = [0.001, 0.01, 0.1, 1, 10]
  /// Most input rows: three matrices of this size take 1.6 GB.
  public static let largestRowCount = 8192
  private static let largestPartCount = 5

  /// Number of input rows.
  public let features: Int
  /// Ridge chosen.
  public let ridge: Double
  /// Share of the left-out training samples decided rightly with this ridge, 0…1.
  public let validationAccuracy: Double
  /// Share of the training samples decided rightly, 0…1.
  public let trainAccuracy: Double
  /// Share of the test samples decided rightly, 0…1.
  public let testAccuracy: Double
  /// Samples fitted.
  public let trainingSamples: Int
  /// Samples tested.
  public let testSamples: Int

  /// Fits and tests the classifier on the split of an experiment.
  public init(experiment: Experiment) throws {
    try self.init(
      source: experiment.source, trainingSamples: experiment.trainingSamples, testSamples: experiment.testSamples)
  }

  /// Fits the classifier on some samples of a source and tests it on others.
  ///
  /// - Throws: `BaselineError`, or what the source throws for a sample it cannot read.
  public init(source: some SampleSource, trainingSamples: [Int], testSamples: [Int]) throws {
    let features = source.inputRowCount
    guard features <= Self.largestRowCount else {
      throw BaselineError.tooManyRows(expected: Self.largestRowCount, found: features)
    }
    let reader = CountReader(source: source)
    let parts = Self.parts(of: trainingSamples, in: source)
    guard parts.count > 1 else { throw BaselineError.tooFewSamples(expected: 2, found: trainingSamples.count) }
    let all = try reader.equations(of: trainingSamples)
    let (ridge, validationAccuracy) = try Self.choose(all, parts: parts, reader: reader)
    guard let classifier = all.classifier(ridge: ridge) else { throw BaselineError.unsolvable(ridge: ridge) }
    self.features = features
    self.ridge = ridge
    self.validationAccuracy = validationAccuracy
    trainAccuracy = try reader.accuracy(of: classifier, on: trainingSamples)
    testAccuracy = try reader.accuracy(of: classifier, on: testSamples)
    self.trainingSamples = trainingSamples.count
    self.testSamples = testSamples.count
  }

  /// The parts left out one after the other: no person is on both sides where the source knows people.
  private static func parts(of samples: [Int], in source: some SampleSource) -> [[Int]] {
    let groups = samples.map { source.description(ofSample: $0).group }
    let distinct = Set(groups).sorted()
    let rank = Dictionary(uniqueKeysWithValues: distinct.enumerated().map { ($1, $0) })
    let isGrouped = distinct.count > 1 && distinct[0] >= 0
    let count = min(largestPartCount, isGrouped ? distinct.count : samples.count)
    var parts = [[Int]](repeating: [], count: count)
    for (position, sample) in samples.enumerated() {
      parts[(isGrouped ? rank[groups[position]] ?? 0 : position) % count].append(sample)
    }
    return parts
  }

  private static func choose(
    _ all: borrowing NormalEquations, parts: [[Int]], reader: CountReader
  ) throws -> (ridge: Double, accuracy: Double) {
    var correct = [Int](repeating: 0, count: ridges.count)
    for part in parts {
      let rest = all.without(try reader.equations(of: part))
      let classifiers = ridges.map { rest.classifier(ridge: $0) }
      try reader.forEach(part) { counts, label in
        for (index, classifier) in classifiers.enumerated() where classifier?.decision(counts) == label {
          correct[index] += 1
        }
      }
    }
    // Of equals the largest: the simplest.
    var best = ridges.count - 1
    for index in ridges.indices.reversed() where correct[index] > correct[best] { best = index }
    return (ridges[best], Double(correct[best]) / Double(parts.joined().count))
  }
}

/// Reads samples as spike counts, one at a time.
private struct CountReader {
  let source: any SampleSource

  func forEach(_ samples: [Int], _ body: (SpikeCounts, _ label: Int) -> Void) throws {
    let loader = try SampleLoader(source: source, samples: samples)
    defer { loader.stop() }
    var raster = SpikeRaster(rowCount: source.inputRowCount)
    var counts = SpikeCounts(rowCount: source.inputRowCount)
    while let sample = try loader.next(into: &raster) {
      counts.count(raster)
      body(counts, source.description(ofSample: sample).label)
    }
  }

  func equations(of samples: [Int]) throws -> NormalEquations {
    var equations = NormalEquations(features: source.inputRowCount, classes: source.classNames.count)
    try forEach(samples) { counts, label in equations.add(counts, label: label) }
    return equations
  }

  func accuracy(of classifier: LinearClassifier, on samples: [Int]) throws -> Double {
    var correct = 0
    try forEach(samples) { counts, label in if classifier.decision(counts) == label { correct += 1 } }
    return Double(correct) / Double(samples.count)
  }
}

/// Why there is no linear baseline.
public enum BaselineError: Error, Equatable, CustomStringConvertible {
  /// The matrices would not fit into memory.
  case tooManyRows(expected: Int, found: Int)
  /// Nothing can be left out.
  case tooFewSamples(expected: Int, found: Int)
  /// The equations are singular to working precision.
  case unsolvable(ridge: Double)

  /// One sentence a user can act on.
  public var description: String {
    switch self {
    case .tooManyRows(let expected, let found):
      "the linear baseline takes up to \(expected) input rows, the stream has \(found); choose a smaller sensor or "
        + "fewer stream.level_rows"
    case .tooFewSamples(let expected, let found):
      "the linear baseline needs at least \(expected) training samples, or groups where samples have one, to choose "
        + "its ridge; found \(found); raise stream.limit or choose another stream.split"
    case .unsolvable(let ridge):
      "the equations of the linear baseline cannot be solved with a ridge of \(ridge); the recording may hold numbers "
        + "far out of range"
    }
  }
}
