/// How evenly something is spread over devices.
///
///     G = Σᵢ (2i − n − 1)·xᵢ / (n·Σ xᵢ),   x ascending, i = 1…n
///
/// The Gini coefficient G is 0 where all have the same, and near 1 where few have all.
public struct WearStatistics: Codable, Sendable, Equatable {
  /// Number of devices.
  public var count: Int
  /// Sum over them.
  public var sum: Double
  /// Mean.
  public var mean: Double
  /// Standard deviation over all.
  public var standardDeviation: Double
  /// Largest.
  public var maximum: Double
  /// Values below which half, 0.9, 0.99 and 0.999 of the devices lie.
  public var quantiles: [Double]
  /// Gini coefficient.
  public var gini: Double
  /// Devices with nothing at all, as a share.
  public var untouched: Double

  /// Shares of the quantiles.
  public static let shares = [0.5, 0.9, 0.99, 0.999]

  /// Largest over mean; 0 where there is nothing.
  public var maximumOverMean: Double { mean > 0 ? maximum / mean : 0 }

  /// The statistics of some values, not negative. O(n log n).
  public init(_ values: [Double]) {
    let sorted = values.sorted()
    count = sorted.count
    let total = Double(max(count, 1))
    sum = sorted.reduce(0, +)
    let mean = sum / total
    self.mean = mean
    standardDeviation = (sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / total).squareRoot()
    maximum = sorted.last ?? 0
    quantiles = Self.shares.map { share in
      sorted.isEmpty ? 0 : sorted[min(Int((share * Double(sorted.count)).rounded(.up)), sorted.count) - 1]
    }
    var weighted = 0.0
    for (index, value) in sorted.enumerated() { weighted += (2 * Double(index + 1) - total - 1) * value }
    gini = sum > 0 ? weighted / (total * sum) : 0
    untouched = Double(sorted.count { $0 == 0 }) / total
  }
}
