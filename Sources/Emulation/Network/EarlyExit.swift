import Glibc

/// Ends a sample as soon as what was seen of it decides: dynamic timesteps.
///
///     H = −Σ p·ln p / ln K        p = softmax of the mean outputs so far        the sample ends when H < `threshold`
///
/// | symbol | name | unit | range |
/// | --- | --- | --- | --- |
/// | | `threshold`: 0 for never | 1 | 0…1 |
/// | | `interval`: ticks between looks | ticks | ≥ 1 |
/// | K | classes | | ≥ 2 |
///
/// - Reference: Y. Li et al., DT-SNN (2023), arXiv:2305.17346.
public struct EarlyExit: Sendable, Equatable {
  /// Entropy below which a sample ends.
  public var threshold: Double
  /// Ticks between looks.
  public var interval: Int

  /// Sets all.
  public init(threshold: Double, interval: Int = 10) {
    precondition((0...1).contains(threshold) && interval > 0, "an entropy from 0 to 1, looked at every so many ticks")
    self.threshold = threshold
    self.interval = interval
  }

  /// Whether outputs that add up to `evidence` over `ticks` decide.
  func ends(evidence: [Float], ticks: Int) -> Bool {
    ticks > 0 && Self.entropy(evidence.map { Double($0) / Double(ticks) }) < threshold
  }

  /// Entropy of the softmax of `outputs` relative to that of even odds: 0 for certain, 1 for no idea.
  static func entropy(_ outputs: [Double]) -> Double {
    guard outputs.count > 1, let largest = outputs.max() else { return 0 }
    let weights = outputs.map { exp($0 - largest) }
    let sum = weights.reduce(0, +)
    let entropy = weights.reduce(0) { total, weight in
      let odds = weight / sum
      return odds > 0 ? total - odds * log(odds) : total
    }
    return entropy / log(Double(outputs.count))
  }
}
