/// Mean of a few measurements, with the interval that holds the true mean in 95 of 100 cases if they are normal.
///
///     mean ± t(0.975, n − 1)·s/√n,   s² = Σ(x − mean)²/(n − 1)
///
/// - Reference: t to ten degrees of freedom from the usual table; beyond, M. Abramowitz, I. Stegun, Handbook of Mathematical
///   Functions (1964), 26.7.5, whose first four terms leave an error below 1e-4 there.
public struct ConfidenceInterval: Codable, Sendable, Equatable {
  /// Number of measurements.
  public var count: Int
  /// Their mean.
  public var mean: Double
  /// Their standard deviation s; 0 for one.
  public var standardDeviation: Double
  /// Half of the width of the interval; `nil` for one measurement, which has none.
  public var halfWidth: Double?

  /// The interval of some measurements.
  /// - Precondition: there is one.
  public init(_ values: [Double]) {
    precondition(!values.isEmpty, "an interval needs a measurement")
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    count = values.count
    self.mean = mean
    guard values.count > 1 else {
      standardDeviation = 0
      return
    }
    standardDeviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)).squareRoot()
    halfWidth = Self.quantile(degreesOfFreedom: values.count - 1) * standardDeviation / n.squareRoot()
  }

  /// t(0.975) of so many degrees of freedom.
  static func quantile(degreesOfFreedom n: Int) -> Double {
    let table = [12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281]
    guard n > table.count else { return table[max(n, 1) - 1] }
    let (z, v) = (1.959964, Double(n))
    func power(_ exponent: Int) -> Double { (0..<exponent).reduce(1) { product, _ in product * z } }
    let first = (power(3) + z) / 4
    let second = (5 * power(5) + 16 * power(3) + 3 * z) / 96
    let third = (3 * power(7) + 19 * power(5) + 17 * power(3) - 15 * z) / 384
    return z + first / v + second / (v * v) + third / (v * v * v)
  }
}
