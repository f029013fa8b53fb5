import Glibc

/// Noise of measured trains: of every pulse, carried along by the later ones, and of every reading, which is not.
///
///     x(k+1) = r·x(k) + ε,  ε ~ N(0, (σ·R)²)  or N(0, (σ·ΔG)²)      deviation of the state from the mean curve
///     y(k)   = x(k) + η,    η ~ N(0, (s·G)²)                        deviation of a reading
///
/// The increments of y show which is which: writing adds σ² to their variance only, reading adds 2s² and takes s² away
/// from the covariance of neighbours (lag 1). The Kalman filter weighs exactly these, and all longer lags, by their worth.
struct TrainNoise {
  /// What σ is a fraction of.
  var kind = CycleNoise.Kind.additive
  /// σ.
  var cycleSigma: Double
  /// s, relative to the conductance.
  var readSigma: Double
  /// Scatter of the state before potentiation and before depression, fraction of the range.
  var startSigmas = (potentiation: 0.0, depression: 0.0)
}

/// Makes the noise of one train white and of unit variance: a Kalman filter with gains fixed beforehand, so that it is a
/// linear map and can be laid over data and model alike.
///
/// Where the noise of the pulses reaches an end of the range the device cuts it, and the mean no longer follows the law.
/// Readings whose mean state is closer to an end than twice the noise gathered so far are therefore passed through the filter
/// but not counted, unless that leaves less than a fifth of them.
struct NoiseWhitening {
  private var gains: [Double] = []
  private var ratios: [Double] = []
  private var scales: [Double] = []
  /// Σ ln of the variances of the innovations: the normalisation of the likelihood.
  private(set) var logDeterminant = 0.0
  /// Readings that count.
  private(set) var count = 0

  /// For readings after `pulses` pulses with mean `states` of a device between `low` and `low + range`.
  ///
  /// - Parameters:
  ///   - readings: what the noise of a reading is relative to; `nil`: `states`.
  ///   - logRatio: ln r of one pulse.
  ///   - startSigma: scatter of the state before the train, fraction of the range; `nil` takes the first reading as given.
  ///   - free: whether a reading is far enough from the ends to count.
  init(
    pulses: [Int], states: [Double], readings: [Double]? = nil, range: Double, logRatio: Double, noise: TrainNoise,
    startSigma: Double?, free: [Bool]
  ) {
    let floor = range * 1e-9
    var variance = pow((startSigma ?? 0) * range, 2)
    for index in pulses.indices {
      let reading = pow(noise.readSigma * (readings ?? states)[index], 2) + floor * floor
      if index == 0 && startSigma == nil {
        (gains, scales) = ([1], [0])
        variance = reading
      } else {
        let innovation = variance + reading
        gains.append(variance / innovation)
        scales.append(free[index] ? 1 / innovation.squareRoot() : 0)
        logDeterminant += free[index] ? log(innovation) : 0
        count += free[index] ? 1 : 0
        variance *= reading / innovation
      }
      guard index + 1 < pulses.count else { break }
      let pulseCount = Double(pulses[index + 1] - pulses[index])
      let exponent = Self.exponent(pulseCount, logRatio)
      ratios.append(exp(exponent))
      let step = Self.stepVariance(
        noise, range: range, pulses: pulseCount, logRatio: logRatio, change: states[index + 1] - states[index])
      variance = exp(2 * exponent) * variance + step
    }
  }

  /// No noise model: every reading counts the same.
  init(count: Int, scale: Double) {
    gains = Array(repeating: 0, count: count)
    ratios = Array(repeating: 1, count: max(0, count - 1))
    scales = Array(repeating: scale, count: count)
    self.count = count
  }

  /// The innovations of `values`, each divided by its standard deviation.
  func whitened(_ values: [Double]) -> [Double] {
    var result: [Double] = []
    result.reserveCapacity(values.count)
    var state = 0.0
    for index in values.indices {
      let innovation = values[index] - state
      result.append(innovation * scales[index])
      state += gains[index] * innovation
      if index < ratios.count { state *= ratios[index] }
    }
    return result
  }

  /// Which readings are far enough from the ends of the range; all of them where too few are.
  static func free(
    pulses: [Int], states: [Double], low: Double, range: Double, logRatio: Double, noise: TrainNoise, startSigma: Double
  ) -> [Bool] {
    let far = farFromEnds(
      pulses: pulses, states: states, low: low, range: range, logRatio: logRatio, noise: noise, startSigma: startSigma)
    return isEnough(far) ? far : far.map { _ in true }
  }

  /// Whether readings far from the ends suffice.
  static func isEnough(_ far: [Bool]) -> Bool { 5 * far.count { $0 } >= far.count }

  /// Which readings are further from the ends of the range than twice the noise gathered so far.
  static func farFromEnds(
    pulses: [Int], states: [Double], low: Double, range: Double, logRatio: Double, noise: TrainNoise, startSigma: Double
  ) -> [Bool] {
    var variance = pow(startSigma * range, 2)
    var result: [Bool] = []
    for index in pulses.indices {
      if index > 0 {
        let pulseCount = Double(pulses[index] - pulses[index - 1])
        variance =
          exp(2 * exponent(pulseCount, logRatio)) * variance
          + stepVariance(
            noise, range: range, pulses: pulseCount, logRatio: logRatio, change: states[index] - states[index - 1])
      }
      let distance = min(states[index] - low, low + range - states[index])
      // The reading before the train is at the end of the range whatever the noise.
      result.append(pulses[index] == 0 || distance > 2 * variance.squareRoot())
    }
    return result
  }

  /// n·ln r; a train away from its asymptote is bounded: its noise would overflow, and nothing is measured there.
  private static func exponent(_ pulses: Double, _ logRatio: Double) -> Double { min(pulses * logRatio, 40) }

  /// Variance that the pulses between two readings add.
  private static func stepVariance(
    _ noise: TrainNoise, range: Double, pulses: Double, logRatio: Double, change: Double
  ) -> Double {
    switch noise.kind {
    case .additive:
      pow(noise.cycleSigma * range, 2)
        * (logRatio == 0 ? pulses : expm1(2 * exponent(pulses, logRatio)) / expm1(2 * logRatio))
    case .relative: pow(noise.cycleSigma * change, 2) / pulses
    }
  }
}
