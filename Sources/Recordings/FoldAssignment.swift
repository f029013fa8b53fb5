import Kernels

/// Splits the samples of a source into training and test samples, k times or once.
public struct FoldAssignment: Sendable {
  /// How to split.
  public enum Kind: Sendable, Equatable {
    /// By group, so that nobody is on both sides: of G groups in ascending order, the one at position p is tested in
    /// fold ⌊p·k / G⌋.
    case byGroup
    /// By sample, each label spread evenly over the folds; which sample goes where depends on the seed and the sample's
    /// identifier, not on the order of the samples.
    case bySample(seed: UInt64)
    /// The data set's own training and test parts: a single fold.
    case ownSplit
  }

  /// Number of folds.
  public let foldCount: Int
  /// Fold in which each sample is tested; −1 for a sample that is never tested.
  private let testFolds: [Int32]

  /// Assigns every sample to a fold.
  /// - Parameters:
  ///   - source: The samples.
  ///   - kind: How to split.
  ///   - foldCount: Number of folds, 2 or more; 1 for the data set's own split.
  /// - Throws: `RecordingError.folds`.
  public init(source: some SampleSource, kind: Kind, foldCount: Int) throws(RecordingError) {
    let range = kind == .ownSplit ? 1...1 : 2...max(source.sampleCount, 2)
    guard range.contains(foldCount) else {
      throw RecordingError.folds(
        expected: range.count == 1 ? "1 fold" : "\(range.lowerBound) to \(range.upperBound) folds",
        found: "\(foldCount)", advice: "choose the number of folds from this range")
    }
    self.foldCount = foldCount
    testFolds =
      switch kind {
      case .byGroup: try Self.assignByGroup(source, foldCount: foldCount)
      case .bySample(let seed): try Self.assignBySample(source, foldCount: foldCount, seed: seed)
      case .ownSplit: try Self.assignOwnSplit(source)
      }
  }

  /// Indices of the training and of the test samples of a fold, both ascending.
  /// - Precondition: `fold` is in `0..<foldCount`.
  public func indices(fold: Int) -> (train: [Int], test: [Int]) {
    precondition(fold >= 0 && fold < foldCount, "no fold \(fold)")
    var (train, test): ([Int], [Int]) = ([], [])
    for (index, testFold) in testFolds.enumerated() {
      if Int(testFold) == fold { test.append(index) } else { train.append(index) }
    }
    return (train, test)
  }

  private static func assignByGroup(
    _ source: some SampleSource, foldCount: Int
  ) throws(RecordingError) -> [Int32] {
    let sampleGroups = (0..<source.sampleCount).map { source.description(ofSample: $0).group }
    let groups = Set(sampleGroups).sorted()
    guard groups.allSatisfy({ $0 >= 0 }) else {
      throw RecordingError.folds(
        expected: "a group, such as a person, for every sample", found: "samples without one",
        advice: "split by sample instead")
    }
    guard groups.count >= foldCount else {
      throw RecordingError.folds(
        expected: "at least \(foldCount) groups", found: "\(groups.count)", advice: "ask for fewer folds")
    }
    let folds = Dictionary(
      uniqueKeysWithValues: groups.enumerated().map { ($1, Int32($0 * foldCount / groups.count)) })
    return sampleGroups.map { folds[$0] ?? -1 }
  }

  private static func assignBySample(
    _ source: some SampleSource, foldCount: Int, seed: UInt64
  ) throws(RecordingError) -> [Int32] {
    var byLabel: [Int: [(key: String, index: Int)]] = [:]
    for index in 0..<source.sampleCount {
      let description = source.description(ofSample: index)
      var hash = SHA256()
      hash.update("\(seed) \(description.identifier)")
      byLabel[description.label, default: []].append((hash.hexDigest(), index))
    }
    var folds = [Int32](repeating: -1, count: source.sampleCount)
    // Labels go round the folds one after another, so the sizes of the folds differ by one at most.
    var position = 0
    for label in byLabel.keys.sorted() {
      for (_, index) in (byLabel[label] ?? []).sorted(by: { $0.key < $1.key }) {
        folds[index] = Int32(position % foldCount)
        position += 1
      }
    }
    return folds
  }

  private static func assignOwnSplit(_ source: some SampleSource) throws(RecordingError) -> [Int32] {
    let splits = (0..<source.sampleCount).map { source.description(ofSample: $0).split }
    guard !splits.contains(.unspecified), splits.contains(.train), splits.contains(.test) else {
      throw RecordingError.folds(
        expected: "training and test samples, as marked by the data set",
        found: "samples without a mark or one part only",
        advice: "split by group or by sample instead")
    }
    return splits.map { $0 == .test ? 0 : -1 }
  }
}
