/// Moments and tail of a set of errors, in the unit of the errors.
public struct ErrorStatistics: Codable, Sendable, Equatable {
  /// Number of errors.
  public let count: Int
  /// Mean.
  public let mean: Double
  /// Root mean square.
  public let rootMeanSquare: Double
  /// Magnitude that half of them do not exceed.
  public let median: Double
  /// Magnitude that 99 % do not exceed.
  public let percentile99: Double
  /// Largest magnitude.
  public let largest: Double

  /// Statistics of no errors are all 0.
  public init(_ errors: [Float]) {
    count = errors.count
    guard !errors.isEmpty else {
      (mean, rootMeanSquare, median, percentile99, largest) = (0, 0, 0, 0, 0)
      return
    }
    var (sum, squares) = (0.0, 0.0)
    for error in errors {
      sum += Double(error)
      squares += Double(error) * Double(error)
    }
    mean = sum / Double(count)
    rootMeanSquare = (squares / Double(count)).squareRoot()
    let sizes = errors.map { abs($0) }.sorted()
    median = Double(sizes[Self.rank(0.5, of: count)])
    percentile99 = Double(sizes[Self.rank(0.99, of: count)])
    largest = Double(sizes[count - 1])
  }

  /// Position of a quantile among `count` sorted values, by the nearest rank.
  static func rank(_ share: Double, of count: Int) -> Int {
    min(max(Int((share * Double(count)).rounded(.up)) - 1, 0), count - 1)
  }

  private init(_ statistics: ErrorStatistics, dividedBy divisor: Double) {
    count = statistics.count
    mean = statistics.mean / divisor
    rootMeanSquare = statistics.rootMeanSquare / divisor
    median = statistics.median / divisor
    percentile99 = statistics.percentile99 / divisor
    largest = statistics.largest / divisor
  }

  /// The same in another unit.
  public func divided(by divisor: Double) -> ErrorStatistics { ErrorStatistics(self, dividedBy: divisor) }
}
