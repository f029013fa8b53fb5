import Glibc

/// The devices of a measurement while they are being fitted: each device, all together, and the noise around them.
///
/// Curves need the noise to be weighed, and the noise needs curves to be told from, so both are improved in turns.
struct FittedPopulation {
  /// One device.
  struct Device {
    var name: String
    var trains: [(polarity: ExponentialResponse.Polarity, values: [Double])]
    var pair: CurvePair
    var fit: CurveFit
  }

  private(set) var devices: [Device]
  private(set) var pooled: CurvePair
  private(set) var shared: CurveFit
  private(set) var noise = TrainNoise(cycleSigma: 0, readSigma: 0)
  private(set) var hasCycleNoise = false
  private(set) var hasReadNoise = false
  /// Spreads of the curvatures among devices.
  private(set) var curvatureSpreads: (potentiation: Spread, depression: Spread)
  /// Spread of Gmin and Gmax among devices, relative.
  private(set) var rangeSpread: Spread
  let file: String

  init(_ measurement: PulseMeasurement, devices chosen: [Int]) throws(MeasurementError) {
    file = measurement.name
    let pooled = Self.pair(measurement) { Set(chosen).contains($0) }
    let mean = pooled.potentiation.values
    guard let first = mean.first, let last = mean.last, last > first else {
      throw .noWindow(
        file: measurement.name, start: Self.text(mean.first ?? 0), end: Self.text(mean.last ?? 0))
    }
    self.pooled = pooled
    let initial = CurveFit(findingCurvaturesOf: pooled, weights: .equal(pooled))
    shared = initial
    var trains: [[(polarity: ExponentialResponse.Polarity, values: [Double])]] =
      Array(repeating: [], count: measurement.devices.count)
    for train in measurement.potentiation.trains { trains[train.device].append((.potentiation, train.conductances)) }
    for train in measurement.depression.trains { trains[train.device].append((.depression, train.conductances)) }
    devices = chosen.map { number in
      let pair = Self.pair(of: trains[number], like: pooled)
      return Device(
        name: measurement.devices[number], trains: trains[number], pair: pair,
        fit: CurveFit(pair, weights: .equal(pair), shape: initial.shape))
    }
    curvatureSpreads = (Spread([], errors: []), Spread([], errors: []))
    rangeSpread = Spread([], errors: [])
    for _ in 0..<3 { improve() }
    guard shared.range > 3 * shared.rangeError, shared.high > 0 else {
      throw .noWindow(file: file, start: Self.text(shared.low), end: Self.text(shared.high))
    }
    // A fit may lead the beginning of a noisy curve below zero; a conductance cannot be there.
    shared.low = max(shared.low, 1e-6 * shared.range)
  }

  private static func pair(_ measurement: PulseMeasurement, of isChosen: (Int) -> Bool) -> CurvePair {
    func curve(_ set: PulseMeasurement.TrainSet) -> CurvePair.Curve {
      mean(set.trains.filter { isChosen($0.device) }.map(\.conductances), pulses: set.pulses)
    }
    return CurvePair(potentiation: curve(measurement.potentiation), depression: curve(measurement.depression))
  }

  private static func pair(
    of trains: [(polarity: ExponentialResponse.Polarity, values: [Double])], like pooled: CurvePair
  ) -> CurvePair {
    func curve(_ polarity: ExponentialResponse.Polarity) -> CurvePair.Curve {
      mean(trains.filter { $0.polarity == polarity }.map(\.values), pulses: pooled[polarity].pulses)
    }
    return CurvePair(potentiation: curve(.potentiation), depression: curve(.depression))
  }

  private static func mean(_ trains: [[Double]], pulses: [Int]) -> CurvePair.Curve {
    var values = Array(repeating: 0.0, count: pulses.count)
    for train in trains {
      for index in values.indices { values[index] += train[index] / Double(max(trains.count, 1)) }
    }
    return CurvePair.Curve(pulses: pulses, values: values, count: trains.count)
  }

  /// One turn: noise around the present curves, then curves weighed by it.
  private mutating func improve() {
    estimateNoise()
    shared = CurveFit(
      findingCurvaturesOf: pooled, weights: CurveWeights(pooled, around: shared, noise: noise), start: shared.shape)
    let own = devices.map { device in
      CurveFit(
        findingCurvaturesOf: device.pair, weights: CurveWeights(device.pair, around: device.fit, noise: noise),
        start: shared.shape)
    }
    curvatureSpreads = (
      Spread(own.map(\.curvatures.potentiation), errors: own.map(\.curvatureErrors.potentiation)),
      Spread(own.map(\.curvatures.depression), errors: own.map(\.curvatureErrors.depression))
    )
    for (index, fit) in own.enumerated() {
      let shape = CurveShape.curvatures(
        curvatureSpreads.potentiation.shrunken(fit.curvatures.potentiation, error: fit.curvatureErrors.potentiation),
        curvatureSpreads.depression.shrunken(fit.curvatures.depression, error: fit.curvatureErrors.depression))
      refit(index, shape: shape)
    }
    spreadRanges()
  }

  private mutating func refit(_ index: Int, shape: CurveShape) {
    let device = devices[index]
    devices[index].fit = CurveFit(
      device.pair, weights: CurveWeights(device.pair, around: device.fit, noise: noise), shape: shape)
  }

  /// The spread of both ends of the range, and the ranges as far as they can be told from it.
  private mutating func spreadRanges() {
    let low = max(shared.low, 1e-3 * shared.range)
    let fits = devices.map(\.fit)
    rangeSpread = Spread(
      fits.map { $0.low / low } + fits.map { $0.high / shared.high },
      errors: fits.map { $0.lowError / low } + fits.map { $0.highError / shared.high })
    let ranges = Spread(fits.map(\.range), errors: fits.map(\.rangeError))
    for index in devices.indices {
      let fit = devices[index].fit
      devices[index].fit.range = max(ranges.shrunken(fit.range, error: fit.rangeError), 0.05 * shared.range)
    }
  }

  /// Describes all devices by another shape.
  mutating func describe(as shape: DeviceFit.Shape) {
    let curves = CurveShape.progress(progress(.potentiation), progress(.depression))
    let new = shape == .linear ? CurveShape.curvatures(0, 0) : curves
    for _ in 0..<2 {
      shared = CurveFit(pooled, weights: CurveWeights(pooled, around: shared, noise: noise), shape: new)
      for index in devices.indices { refit(index, shape: new) }
      spreadRanges()
      estimateNoise()
    }
    curvatureSpreads = (Spread([], errors: []), Spread([], errors: []))
    shared.low = max(shared.low, 1e-6 * shared.range)
  }

  /// Progress of the pooled curve at its readings, made to rise.
  private func progress(_ polarity: ExponentialResponse.Polarity) -> [Double] {
    let whole = table(polarity)
    return pooled[polarity].pulses.map { whole[$0] }
  }

  /// Progress of the pooled curve after every pulse, made to rise.
  func table(_ polarity: ExponentialResponse.Polarity) -> [Double] {
    let sign = polarity == .potentiation ? 1.0 : -1
    return MonotoneCurve.progress(pulses: pooled[polarity].pulses, values: pooled[polarity].values.map { sign * $0 })
  }

  private mutating func estimateNoise() {
    let samples = residuals()
    let parameters = Double(2 * devices.count) / Double(max(samples.count, 1))
    let estimate = NoiseEstimate(samples, parametersPerTrain: parameters)
    noise = estimate.noise
    (hasCycleNoise, hasReadNoise) = (estimate.hasCycleNoise, estimate.hasReadNoise)
    let isUp = devices.flatMap { $0.trains.map { $0.polarity == .potentiation } }
    func startSigma(_ up: Bool) -> Double {
      let chosen = zip(samples, isUp).filter { $0.1 == up }.map(\.0)
      let sum = chosen.reduce(0.0) { total, sample in
        let (residual, reading) = (sample.residuals[0], noise.readSigma * sample.states[0])
        return total + (residual * residual - reading * reading) / (sample.range * sample.range)
      }
      return max(0, sum / Double(max(chosen.count, 1))).squareRoot()
    }
    noise.startSigmas = (startSigma(true), startSigma(false))
  }

  /// Every train around its mean curve: the device's own, and what all devices deviate from the law in common.
  private func residuals() -> [NoiseEstimate.Sample] {
    var samples: [NoiseEstimate.Sample] = []
    var common: [Bool: (sum: [Double], count: Double)] = [:]
    for device in devices {
      for (polarity, values) in device.trains {
        let states = device.fit.states(polarity, of: device.pair)
        let pulses = device.pair[polarity].pulses
        let residuals = zip(values, states).map { $0 - $1 }
        let logRatio = device.fit.shape.logRatio(polarity, length: pulses.last ?? 1)
        let startSigma = polarity == .potentiation ? noise.startSigmas.potentiation : noise.startSigmas.depression
        let free = NoiseWhitening.free(
          pulses: pulses, states: states, low: device.fit.low, range: device.fit.range, logRatio: logRatio,
          noise: noise,
          startSigma: startSigma)
        samples.append(
          NoiseEstimate.Sample(
            pulses: pulses, states: states, surroundings: NoiseEstimate.smoothed(values), range: device.fit.range,
            logRatio: logRatio, residuals: residuals, free: free))
        var entry = common[polarity == .potentiation] ?? (Array(repeating: 0, count: values.count), 0)
        for index in residuals.indices { entry.sum[index] += residuals[index] / device.fit.range }
        entry.count += 1
        common[polarity == .potentiation] = entry
      }
    }
    // A few trains cannot tell what they have in common from their own noise.
    guard samples.count >= 6 else { return samples }
    var index = 0
    for device in devices {
      for (polarity, _) in device.trains {
        if let entry = common[polarity == .potentiation], entry.count > 2 {
          let correction = (entry.count / (entry.count - 1)).squareRoot()
          for place in samples[index].residuals.indices {
            let mean = entry.sum[place] / entry.count * device.fit.range
            samples[index].residuals[place] = (samples[index].residuals[place] - mean) * correction
          }
        }
        index += 1
      }
    }
    return samples
  }

  static func text(_ siemens: Double) -> String { "\((siemens * 1e6).rounded(digits: 4)) µS" }
}
