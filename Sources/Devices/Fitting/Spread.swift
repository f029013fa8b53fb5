/// The spread of a quantity among devices, freed of the error with which each device's value was measured.
///
///     Σ (xᵢ − x̄)² / (s² + eᵢ²) = n − 1,    x̄ the mean weighted by 1 / (s² + eᵢ²)
///
/// Solved for s by bisection; 0 where the errors alone explain the scatter.
/// - Reference: R. C. Paule, J. Mandel, J. Res. Natl. Bur. Stand. 87, 377 (1982).
struct Spread: Equatable {
  /// Standard deviation among devices, s.
  var sigma = 0.0
  /// Weighted mean.
  var mean = 0.0
  /// Standard error of the mean, spread included.
  var meanError = 0.0

  /// - Parameters:
  ///   - values: one for each device, at least one with a finite error.
  ///   - errors: standard error of each.
  init(_ values: [Double], errors: [Double]) {
    let known = zip(values, errors).filter { $0.isFinite && $1.isFinite }
    let scale = known.map { abs($0.0) }.max() ?? 0
    let floor = scale * 1e-12 + Double.leastNormalMagnitude
    func sums(_ spread: Double) -> (mean: Double, weight: Double, chiSquared: Double) {
      var (weight, total) = (0.0, 0.0)
      for (value, error) in known {
        let w = 1 / max(spread * spread + error * error, floor * floor)
        weight += w
        total += w * value
      }
      let mean = weight > 0 ? total / weight : 0
      let chiSquared = known.reduce(0) {
        $0 + ($1.0 - mean) * ($1.0 - mean) / max(spread * spread + $1.1 * $1.1, floor * floor)
      }
      return (mean, weight, chiSquared)
    }
    let freedom = Double(known.count - 1)
    var (low, high) = (0.0, (scale + floor) * 2)
    if freedom > 0, sums(0).chiSquared > freedom {
      for _ in 0..<60 {
        let middle = (low + high) / 2
        if sums(middle).chiSquared > freedom { low = middle } else { high = middle }
      }
      sigma = (low + high) / 2
    }
    let final = sums(sigma)
    mean = final.mean
    meanError = final.weight > 0 ? 1 / final.weight.squareRoot() : .infinity
  }

  /// The value of one device as far as it can be told from its measurement and the others together.
  func shrunken(_ value: Double, error: Double) -> Double {
    let total = sigma * sigma + error * error
    return total > 0 && total.isFinite ? mean + (value - mean) * (sigma * sigma / total) : error == 0 ? value : mean
  }
}
