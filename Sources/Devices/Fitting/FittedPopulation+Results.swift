import Glibc

extension FittedPopulation {
  /// The ways to describe the mean curves, by the same noise.
  func candidates() -> [DeviceFit.Candidate] {
    let weights = CurveWeights(pooled, around: shared, noise: noise)
    let linear = CurveFit(pooled, weights: weights, shape: .curvatures(0, 0))
    let exponential = CurveFit(findingCurvaturesOf: pooled, weights: weights, start: shared.shape)
    let readings = pooled.potentiation.values.count + pooled.depression.values.count
    return [
      DeviceFit.Candidate(shape: .linear, parameters: 0, deviance: linear.cost),
      DeviceFit.Candidate(shape: .exponential, parameters: 2, deviance: exponential.cost),
      DeviceFit.Candidate(shape: .table, parameters: readings - 2, deviance: 0),
    ]
  }

  /// Spread of the labels among devices, of both polarities together.
  var labelSigma: Double {
    func sigma(_ spread: Spread, _ curvature: Double) -> Double {
      spread.sigma * ProgressCurve.labelSlope(curvature: curvature)
    }
    let up = sigma(curvatureSpreads.potentiation, shared.curvatures.potentiation)
    let down = sigma(curvatureSpreads.depression, shared.curvatures.depression)
    return ((up * up + down * down) / 2).squareRoot()
  }

  /// The mean curve of one polarity with its label.
  func curve(_ polarity: ExponentialResponse.Polarity, shape: DeviceFit.Shape) -> DeviceFit.Curve {
    let length = pooled[polarity].pulses.last ?? 1
    guard shape == .exponential else {
      let straight = (0...length).map { Double($0) / Double(length) }
      return DeviceFit.Curve(
        length: length, label: DeviceFit.Estimate(value: 0, error: shape == .linear ? 0 : .infinity),
        progress: shape == .linear ? straight : table(polarity).map { ($0 * 1e7).rounded() / 1e7 })
    }
    let isUp = polarity == .potentiation
    let curvature = isUp ? shared.curvatures.potentiation : shared.curvatures.depression
    let slope = ProgressCurve.labelSlope(curvature: curvature)
    let error = (isUp ? shared.curvatureErrors.potentiation : shared.curvatureErrors.depression) * slope
    let spread = (isUp ? curvatureSpreads.potentiation : curvatureSpreads.depression).sigma * slope
    let label = (isUp ? 1 : -1) * ProgressCurve.label(curvature: curvature)
    return DeviceFit.Curve(
      length: length,
      label: DeviceFit.Estimate(
        value: label.rounded(digits: 4), error: (error * error + spread * spread / Double(devices.count)).squareRoot()),
      progress: (0...length).map { ProgressCurve.value(Double($0) / Double(length), curvature: curvature) })
  }

  /// Coefficient of determination of the mean curves, and their root mean square deviation as a fraction of the range.
  var quality: (determination: Double, residual: Double) {
    var (residual, total, count) = (0.0, 0.0, 0.0)
    let all = pooled.potentiation.values + pooled.depression.values
    let mean = all.reduce(0, +) / Double(all.count)
    for polarity in [ExponentialResponse.Polarity.potentiation, .depression] {
      for (value, state) in zip(pooled[polarity].values, shared.states(polarity, of: pooled)) {
        residual += (value - state) * (value - state)
        total += (value - mean) * (value - mean)
        count += 1
      }
    }
    return (1 - residual / max(total, .leastNormalMagnitude), (residual / count).squareRoot() / shared.range)
  }

  /// Refuses curves that turn back by more than their noise.
  func checkDirection(eachDevice: Bool) throws(MeasurementError) {
    try check(pooled, range: shared.range, curve: "the mean of all devices", isTable: !eachDevice)
    guard eachDevice else { return }
    for device in devices {
      try check(device.pair, range: device.fit.range, curve: "device \(device.name)", isTable: false)
    }
  }

  private func check(_ pair: CurvePair, range: Double, curve: String, isTable: Bool) throws(MeasurementError) {
    for polarity in [ExponentialResponse.Polarity.potentiation, .depression] {
      let (pulses, values) = (pair[polarity].pulses, pair[polarity].values)
      let sign = polarity == .potentiation ? 1.0 : -1
      let count = Double(pair[polarity].count)
      let sigma = noise.kind == .additive ? noise.cycleSigma : noise.cycleSigma / Double(pulses.last ?? 1)
      // Whatever the noise, a thousandth of the range is nothing to refuse a measurement for.
      let floor = 1e-6 * range * range
      let fall = MonotoneCurve.worstFall(
        pulses: pulses, values: values.map { sign * $0 }, writeVariance: pow(sigma * range, 2) / count,
        readVariance: { pow(noise.readSigma * values[$0], 2) / count + floor })
      guard let fall, fall.deviations > Self.largestFall else { continue }
      let pulse = pulses[fall.to]
      throw .notMonotone(
        file: file, curve: curve, polarity: "\(polarity)", pulse: pulse, from: Self.text(values[fall.from]),
        to: Self.text(values[fall.to]), hint: Self.hint(isTable: isTable, pulse: pulses[fall.from], curve: curve))
    }
  }

  /// In standard deviations: among millions of readings chance alone does not reach it.
  private static let largestFall = 6.0

  private static func hint(isTable: Bool, pulse: Int, curve: String) -> String {
    let cut = "cut the trains after pulse \(pulse)"
    if isTable { return "\(cut): a table of levels must not turn back" }
    return curve.hasPrefix("device")
      ? "remove that device, \(cut), or use --table, which needs the mean curve only" : "\(cut)"
  }
}
