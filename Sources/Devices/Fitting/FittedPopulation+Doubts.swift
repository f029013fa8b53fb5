import Glibc

/// What the numbers of a fit do not say by themselves.
extension FittedPopulation {
  /// Widest relative spread of the range that an experiment can draw devices with.
  static let widestSpread = 0.49

  /// Gap between the curves, fraction of the range, that is worth a note.
  private static let largestGap = 0.02

  /// Greatest distance between the ends of the mean curves, as a fraction of the range; `nil` where trains begin at pulse 1.
  private var gap: Double? {
    let (up, down) = (pooled.potentiation, pooled.depression)
    guard up.pulses[0] == 0, down.pulses[0] == 0 else { return nil }
    let last = (up.values[up.values.count - 1], down.values[down.values.count - 1])
    return max(abs(down.values[0] - last.0), abs(last.1 - up.values[0])) / shared.range
  }

  /// What a reader should doubt.
  func doubts(shape: DeviceFit.Shape) -> [String] {
    var notes: [String] = []
    if devices.count == 1 {
      notes.append("one device tells nothing about the spread from device to device; it is written as 0")
    }
    if !hasReadNoise && noise.readSigma > 0 { notes.append("the read noise cannot be told from none") }
    if shape != .table, autocorrelation > 0.5 {
      notes.append("the mean curve departs from the law smoothly, not as noise does; compare with --table")
    }
    if let gap, gap > Self.largestGap {
      notes.append(
        "the mean curves do not close, by \(gap.rounded(digits: 2)) of the range: depression begins elsewhere than "
          + "potentiation ends, or ends elsewhere than it begins; the model has both begin and end alike")
    }
    if shared.high >= 1e-3 {
      notes.append(
        "Gmax is \(Self.text(shared.high)): experiments take devices below 1 mS; check the unit of the column")
    }
    if rangeSpread.sigma >= Self.widestSpread {
      notes.append(
        "the ranges of the devices differ by \(rangeSpread.sigma.rounded(digits: 2)) of their size; experiments take spreads "
          + "below 0.5, and \(Self.widestSpread) is written")
    }
    if isCut {
      notes.append(
        "the noise of the pulses leads most readings to the ends of the range, which cut it; labels and range are less "
          + "certain than their errors say")
    }
    return notes
  }

  /// Whether too few readings are free of the ends of the range.
  private var isCut: Bool {
    [
      (ExponentialResponse.Polarity.potentiation, noise.startSigmas.potentiation),
      (.depression, noise.startSigmas.depression),
    ]
    .contains { polarity, startSigma in
      let pulses = pooled[polarity].pulses
      let far = NoiseWhitening.farFromEnds(
        pulses: pulses, states: shared.states(polarity, of: pooled), low: shared.low, range: shared.range,
        logRatio: shared.shape.logRatio(polarity, length: pulses.last ?? 1), noise: noise, startSigma: startSigma)
      return !NoiseWhitening.isEnough(far)
    }
  }

  /// Correlation of neighbours among the whitened deviations of the mean curve: about 0 for noise, near 1 for a misfit.
  private var autocorrelation: Double {
    let weights = CurveWeights(pooled, around: shared, noise: noise)
    var (product, square) = (0.0, 0.0)
    for (polarity, filter) in [
      (ExponentialResponse.Polarity.potentiation, weights.potentiation), (.depression, weights.depression),
    ] {
      let deviations = zip(pooled[polarity].values, shared.states(polarity, of: pooled)).map { $0 - $1 }
      let white = filter.whitened(deviations)
      for (a, b) in zip(white, white.dropFirst()) { product += a * b }
      square += white.reduce(0) { $0 + $1 * $1 }
    }
    return square > 0 ? product / square : 0
  }
}
