/// Which checkpoints stay when another is saved.
public struct CheckpointRetention: Sendable, Equatable, ExpressibleByIntegerLiteral {
  /// Newest finished checkpoints that stay, at least 1.
  public var newest: Int
  /// Seconds of computing of which each begun one keeps its first checkpoint; 0 for none.
  public var interval: Double
  /// Whether the checkpoint with the best test accuracy stays, of those that were saved right after a test.
  public var keepsBest: Bool

  /// A policy from its parts.
  public init(newest: Int, interval: Double = 0, keepsBest: Bool = false) {
    self.newest = newest
    self.interval = interval
    self.keepsBest = keepsBest
  }

  /// The newest `value` only.
  public init(integerLiteral value: Int) { self.init(newest: value) }

  /// Whether positions have to be looked at.
  var needsPositions: Bool { interval > 0 || keepsBest }

  /// Which positions stay though they are not among the newest.
  ///
  /// - Parameters:
  ///   - older: positions that are not among the newest, oldest first; `nil` for a file that cannot be used.
  ///   - newer: the newest.
  func chosen(among older: [RunPosition?], newer: [RunPosition]) -> Set<Int> {
    var chosen: Set<Int> = []
    var last = -1.0
    for (index, position) in older.enumerated() {
      guard interval > 0, let position else { continue }
      let number = (position.wallSeconds / interval).rounded(.down)
      if number != last { chosen.insert(index) }
      last = number
    }
    guard keepsBest else { return chosen }
    let accuracies = older.map { $0?.accuracyOfTestBefore ?? -1 }
    let best = accuracies.max() ?? -1
    // Of equal ones the first stays.
    if best >= 0, newer.allSatisfy({ ($0.accuracyOfTestBefore ?? -1) <= best }),
      let index = accuracies.firstIndex(of: best)
    {
      chosen.insert(index)
    }
    return chosen
  }
}

extension RunPosition {
  /// Test accuracy of a state that was saved right after its test, fraction.
  fileprivate var accuracyOfTestBefore: Double? {
    sampleInPhase == 0 && !isTesting && samplesSeen > 0 ? testAccuracies.last : nil
  }
}
