import Glibc

extension DeviceFit {
  /// Fits a technology to measured pulse trains.
  ///
  /// - Parameters:
  ///   - measurement: whole trains of both polarities of at least one device.
  ///   - tabulated: whether to take the mean curves as they are instead of looking for a law.
  /// - Throws: `MeasurementError` where no device switches, or where a curve turns back by more than its noise.
  /// - Complexity: proportional to the number of readings.
  public init(_ measurement: PulseMeasurement, tabulated: Bool = false) throws(MeasurementError) {
    let screening = StuckScreening(measurement)
    var population = try FittedPopulation(measurement, devices: screening.switching)
    let candidates = population.candidates()
    let length = max(measurement.potentiation.length, measurement.depression.length)
    if tabulated && length > Self.longestTable {
      throw .longTable(file: measurement.name, pulses: length, limit: Self.longestTable)
    }
    // A law that misses the mean curves by less than a hundredth of the range is better than a table, which repeats their
    // noise and knows no spread of labels.
    let canTabulate = length <= Self.longestTable && population.quality.residual >= 0.01
    let shape =
      tabulated ? .table : Self.choice(among: canTabulate ? candidates : candidates.filter { $0.shape != .table })
    try population.checkDirection(eachDevice: shape != .table)
    if shape != .exponential { population.describe(as: shape) }
    self.init(population, measurement, shape: shape, candidates: candidates)
    stuckOff = screening.stuckOff.map { measurement.devices[$0] }
    stuckOn = screening.stuckOn.map { measurement.devices[$0] }
    notes = measurement.omissions.map { "left out: \($0)" } + population.doubts(shape: shape)
  }

  /// Pulses of the longest train that is written as a table.
  public static let longestTable = 2000

  /// The shape with the least criterion.
  private static func choice(among candidates: [Candidate]) -> Shape {
    candidates.dropFirst().reduce(candidates[0]) { $1.criterion < $0.criterion ? $1 : $0 }.shape
  }

  private init(
    _ population: FittedPopulation, _ measurement: PulseMeasurement, shape: Shape, candidates: [Candidate]
  ) {
    let (fit, pair, noise) = (population.shared, population.pooled, population.noise)
    source = Source(
      name: measurement.name, digest: measurement.digest, devices: measurement.devices.count,
      trains: pair.potentiation.count + pair.depression.count,
      readings: pair.potentiation.count * pair.potentiation.values.count
        + pair.depression.count * pair.depression.values.count)
    self.shape = shape
    self.candidates = candidates
    let count = Double(population.devices.count)
    func estimate(_ value: Double, _ error: Double, spread: Double) -> Estimate {
      Estimate(value: value.rounded(digits: 5), error: (error * error + spread * spread / count).squareRoot())
    }
    let spread = min(population.rangeSpread.sigma, FittedPopulation.widestSpread)
    off = estimate(fit.low, fit.lowError, spread: spread * fit.low)
    on = estimate(fit.high, fit.highError, spread: spread * fit.high)
    potentiation = population.curve(.potentiation, shape: shape)
    depression = population.curve(.depression, shape: shape)
    cycleNoise = CycleNoise(sigma: noise.cycleSigma.rounded(digits: 4), kind: noise.kind)
    readNoise = noise.readSigma.rounded(digits: 4)
    (hasCycleNoise, hasReadNoise) = (population.hasCycleNoise, population.hasReadNoise)
    variation = DeviceVariation(
      nonlinearitySigma: shape == .exponential ? population.labelSigma.rounded(digits: 4) : 0,
      rangeSigma: spread.rounded(digits: 4))
    (determination, meanResidual) = population.quality
    (stuckOff, stuckOn, notes) = ([], [], [])
  }
}

/// Devices that do not switch: those whose readings span less than a fifth of what most devices span.
struct StuckScreening {
  private(set) var switching: [Int] = []
  private(set) var stuckOff: [Int] = []
  private(set) var stuckOn: [Int] = []

  init(_ measurement: PulseMeasurement) {
    var readings = Array(repeating: [Double](), count: measurement.devices.count)
    for train in measurement.potentiation.trains + measurement.depression.trains {
      readings[train.device] += train.conductances
    }
    // Between the 5th and the 95th percentile: single bad readings do not make a dead device live.
    let spans = readings.map { values in
      let sorted = values.sorted()
      return (low: sorted[sorted.count / 20], high: sorted[sorted.count - 1 - sorted.count / 20])
    }
    let widths = spans.map { $0.high - $0.low }.sorted()
    let usual = widths[widths.count * 3 / 4]
    switching = spans.indices.filter { spans[$0].high - spans[$0].low >= 0.2 * usual }
    let lows = switching.map { spans[$0].low }.sorted()
    let highs = switching.map { spans[$0].high }.sorted()
    guard !lows.isEmpty else { return }
    let middle = (lows[lows.count / 2] + highs[highs.count / 2]) / 2
    for device in spans.indices where spans[device].high - spans[device].low < 0.2 * usual {
      if (spans[device].low + spans[device].high) / 2 > middle {
        stuckOn.append(device)
      } else {
        stuckOff.append(device)
      }
    }
  }
}

extension Double {
  /// The number with so many significant digits: more would pretend to a precision that no measurement has.
  func rounded(digits: Int) -> Double {
    guard self != 0, isFinite else { return self }
    let exponent = Int(log10(abs(self)).rounded(.down)) - digits + 1
    let scaled = (self / pow(10, Double(exponent))).rounded()
    // Division by a power of ten, not multiplication by its inexact inverse, gives the nearest number.
    return exponent < 0 ? scaled / pow(10, Double(-exponent)) : scaled * pow(10, Double(exponent))
  }
}
