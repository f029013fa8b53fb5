import Glibc

/// Write and read noise of trains by maximum likelihood; see `NoiseWhitening` for what tells them apart.
///
/// For a given ratio of the two the best scale follows in closed form, so only the ratio is searched, by golden section.
struct NoiseEstimate {
  /// One train around its mean curve.
  struct Sample {
    var pulses: [Int]
    /// Mean conductances.
    var states: [Double]
    /// Conductances about the readings: where trains wander, the noise of a reading goes with these, not with the mean.
    var surroundings: [Double]
    /// Range of the device.
    var range: Double
    /// ln r of one pulse.
    var logRatio: Double
    /// Readings minus mean conductances.
    var residuals: [Double]
    /// Whether a reading is far enough from the ends of the range to follow the law.
    var free: [Bool]
  }

  var noise: TrainNoise
  /// Whether the data would be unlikely (1 in 20) without noise of the reads.
  var hasReadNoise: Bool
  /// Whether the data would be unlikely (1 in 20) without noise of the pulses.
  var hasCycleNoise: Bool

  /// Readings beyond this number would make the estimate slower but hardly better.
  private static let mostReadings = 200_000
  /// ln of the ratio of read to write noise: beyond its ends one of them is negligible.
  private static let ratios = -14.0...14.0

  /// - Parameter parametersPerTrain: parameters of the mean curves per train, which the residuals have lost.
  init(_ samples: [Sample], parametersPerTrain: Double) {
    let readings = samples.reduce(0) { $0 + $1.residuals.count }
    let step = max(1, readings / Self.mostReadings)
    let used = stride(from: 0, to: samples.count, by: step).map { samples[$0] }
    let additive = Self.search(used, kind: .additive, lost: parametersPerTrain)
    let relative = Self.search(used, kind: .relative, lost: parametersPerTrain)
    // Where all steps are alike the two are the same law, and small errors of the curves would choose: it takes clear odds
    // to leave the usual.
    let needed = 10 + 0.01 * Double(readings / step)
    let best = relative.likelihood > additive.likelihood + needed ? relative : additive
    let twentieth = 3.84 / 2
    noise = TrainNoise(
      kind: best.kind, cycleSigma: best.scale,
      readSigma: best.logRatio <= Self.ratios.lowerBound ? 0 : best.scale * exp(best.logRatio))
    if best.logRatio >= Self.ratios.upperBound { noise.cycleSigma = 0 }
    hasReadNoise = best.likelihood - best.withoutReads > twentieth
    hasCycleNoise = best.likelihood - best.withoutPulses > twentieth
  }

  /// Means of up to seven neighbouring values.
  static func smoothed(_ values: [Double]) -> [Double] {
    values.indices.map { index in
      let reach = min(3, index, values.count - 1 - index)
      let window = values[(index - reach)...(index + reach)]
      return window.reduce(0, +) / Double(window.count)
    }
  }

  private struct Candidate {
    var kind: CycleNoise.Kind
    var logRatio: Double
    var scale: Double
    var likelihood: Double
    var withoutReads = 0.0
    var withoutPulses = 0.0
  }

  private static func search(_ samples: [Sample], kind: CycleNoise.Kind, lost: Double) -> Candidate {
    func at(_ logRatio: Double) -> Candidate { evaluate(samples, kind: kind, logRatio: logRatio, lost: lost) }
    let grid = stride(from: ratios.lowerBound, through: ratios.upperBound, by: 1).map(at)
    var best = grid.max { $0.likelihood < $1.likelihood } ?? grid[0]
    if ratios.lowerBound < best.logRatio && best.logRatio < ratios.upperBound {
      let golden = (5.0.squareRoot() - 1) / 2
      var (low, high) = (best.logRatio - 1, best.logRatio + 1)
      var (left, right) = (at(high - golden * (high - low)), at(low + golden * (high - low)))
      while high - low > 1e-3 {
        if left.likelihood > right.likelihood {
          high = right.logRatio
          (left, right) = (at(high - golden * (high - low)), left)
        } else {
          low = left.logRatio
          (left, right) = (right, at(low + golden * (high - low)))
        }
      }
      best = left.likelihood > right.likelihood ? left : right
    }
    best.withoutReads = grid[0].likelihood
    best.withoutPulses = grid[grid.count - 1].likelihood
    return best
  }

  /// The likelihood with the best scale at a ratio of read to write noise; constants are left out.
  private static func evaluate(
    _ samples: [Sample], kind: CycleNoise.Kind, logRatio: Double, lost: Double
  ) -> Candidate {
    let unit = TrainNoise(kind: kind, cycleSigma: 1, readSigma: exp(logRatio))
    var (sum, logDeterminant, count) = (0.0, 0.0, 0)
    for sample in samples {
      let filter = NoiseWhitening(
        pulses: sample.pulses, states: sample.states, readings: sample.surroundings, range: sample.range,
        logRatio: sample.logRatio, noise: unit, startSigma: nil, free: sample.free)
      for value in filter.whitened(sample.residuals) { sum += value * value }
      logDeterminant += filter.logDeterminant
      count += filter.count
    }
    let n = Double(max(count, 1))
    let freedom = max(n - lost * Double(samples.count), n / 10)
    // Noise-free data have no likelihood; a floor far below any measurement keeps it finite.
    let variance = max(sum, n * 1e-24)
    return Candidate(
      kind: kind, logRatio: logRatio, scale: (variance / freedom).squareRoot(),
      likelihood: -0.5 * (n * log(variance / n) + logDeterminant))
  }
}
