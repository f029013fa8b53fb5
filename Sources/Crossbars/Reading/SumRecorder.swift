import Kernels

/// Magnitudes of the sums that the columns of tiles carry to their converters, as a histogram: what a full scale is
/// calibrated with. Not for reads on several threads.
public final class SumRecorder: @unchecked Sendable {
  private static let binCount = 1 << 14

  /// Weight up to which sums are told apart.
  public let limit: Double
  /// Sums seen.
  public private(set) var count = 0
  private var bins = [Int](repeating: 0, count: binCount + 1)

  /// - Parameter limit: above 0.
  public init(limit: Double) {
    precondition(limit > 0, "sums have a size")
    self.limit = limit
  }

  func record(_ sums: UnsafePointer<Float>, count columns: Int) {
    for column in 0..<columns {
      let place = abs(Double(sums[column])) / limit * Double(Self.binCount)
      bins[place < Double(Self.binCount) ? Int(place) : Self.binCount] += 1
    }
    count += columns
  }

  /// Magnitude that this share of the sums does not exceed, to 1/16384 of `limit`; `nil` before any read.
  public func quantile(_ share: Double) -> Double? {
    guard count > 0 else { return nil }
    var seen = 0
    let wanted = share * Double(count)
    for (bin, number) in bins.enumerated() {
      seen += number
      if Double(seen) >= wanted { return limit * Double(min(bin + 1, Self.binCount)) / Double(Self.binCount) }
    }
    return limit
  }
}
