import Kernels

/// Draws the individual devices of a technology, a pure function of seed, array and device number.
public struct DeviceFactory: Sendable {
  /// The technology.
  public let parameters: DeviceParameters
  private let variation: RandomStream
  private let lives: RandomStream
  private let faults: RandomStream
  private let retention: RandomStream
  private let typical: DeviceNumbers
  private let shapes: NonlinearityTable?

  /// Events of the stream of variation: ranges and labels from 0 on, drawn again while the range is empty, then steps.
  private static let rangeAttempts: UInt64 = 16
  private static let stepEvent = rangeAttempts

  /// Prepares the draws of a run.
  public init(parameters: DeviceParameters, seed: UInt64) {
    self.parameters = parameters
    variation = RandomStream(seed: seed, purpose: .deviceVariation)
    lives = RandomStream(seed: seed, purpose: .endurance)
    faults = RandomStream(seed: seed, purpose: .fabricationFaults)
    retention = RandomStream(seed: seed, purpose: .retention)
    typical = DeviceModel(parameters: parameters).typical
    shapes = parameters.variation.nonlinearitySigma > 0 ? NonlinearityTable() : nil
  }

  /// The device with number `device` of array `array`.
  public func numbers(array: Int, device: Int) -> DeviceNumbers {
    let spread = parameters.variation
    guard !spread.isNone else { return typical }
    var result = typical
    for event in 0..<Self.rangeAttempts {
      let z = variation.gaussians(array: array, item: device, event: event)
      let low = parameters.off * (1 + spread.rangeSigma * Double(z[0]))
      let high = parameters.on * (1 + spread.rangeSigma * Double(z[1]))
      guard low >= 0 && high > low else { continue }
      result.low = Float(low)
      result.range = Float(high - low)
      setLabels(of: &result, deviations: (Double(z[2]), Double(z[3])))
      break
    }
    setGains(of: &result, array: array, device: device)
    return result
  }

  private func setLabels(of device: inout DeviceNumbers, deviations: (Double, Double)) {
    guard let shapes, case .exponential(let pair) = parameters.response, let labels = pair.labels else { return }
    let sigma = parameters.variation.nonlinearitySigma
    device.potentiation = shapes.response(
      label: labels.potentiation + sigma * deviations.0, pulses: labels.potentiationPulses, polarity: .potentiation)
    device.depression = shapes.response(
      label: labels.depression + sigma * deviations.1, pulses: labels.depressionPulses, polarity: .depression)
  }

  private func setGains(of device: inout DeviceNumbers, array: Int, device number: Int) {
    let spread = parameters.variation
    guard spread.stepSigma > 0 || spread.asymmetrySigma > 0 else { return }
    let z = variation.gaussians(array: array, item: number, event: Self.stepEvent)
    let gains = spread.gains(common: Double(z[0]), difference: Double(z[1]))
    if case .exponential = parameters.response {
      device.potentiation = device.potentiation.scaled(by: gains.up)
      device.depression = device.depression.scaled(by: gains.down)
    } else {
      device.upGain = Float(gains.up)
      device.downGain = Float(gains.down)
    }
  }

  /// Life of a device in full-cycle equivalents, and whether it will end stuck on.
  public func life(array: Int, device: Int) -> (fullCycles: Double, endsStuckOn: Bool) {
    let words = lives.words(array: array, item: device, event: 0)
    // The first failures of a large array are decided by uniform numbers next to 1, finer than 24 bits.
    let life = parameters.endurance.life(uniform: RandomStream.uniform(words[0], words[2]))
    return (life, Double(RandomStream.uniform(words[1])) <= parameters.endurance.stuckOnShare)
  }

  /// Whether a device is stuck since fabrication: `nil` sound, `true` stuck on, `false` stuck off.
  ///
  /// - Parameters:
  ///   - plane: 0 for the plus device of a pair, 1 for the minus device, then those of the next pair of a synapse.
  ///   - columns: of the array.
  public func fault(array: Int, plane: Int, row: Int, column: Int, columns: Int) -> Bool? {
    parameters.faults.fault(
      stream: faults, array: array, plane: plane, row: row, column: column, columns: columns)
  }

  /// Standard normal number of a device for its retention, the same for all its writes.
  ///
  /// It has the odd event number 1 of the stream of retention; draws of single writes take even ones.
  public func retentionGaussian(array: Int, device: Int) -> Double {
    Double(retention.gaussians(array: array, item: device, event: 1)[0])
  }
}
