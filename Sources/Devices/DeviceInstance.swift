import Glibc
import Kernels

/// One fabricated device: the typical device with its own range and response.
public struct DeviceInstance: Sendable, Equatable {
  /// Own Gmin in siemens.
  public var lowConductance: Double
  /// Own Gmax − Gmin in siemens.
  public var range: Double
  /// Own response to SET pulses.
  public var potentiation: ExponentialResponse
  /// Own response to RESET pulses.
  public var depression: ExponentialResponse

  /// A device from its numbers.
  public init(
    lowConductance: Double, range: Double, potentiation: ExponentialResponse, depression: ExponentialResponse
  ) {
    self.lowConductance = lowConductance
    self.range = range
    self.potentiation = potentiation
    self.depression = depression
  }

  /// Conductance in siemens after a train of pulses, with the noise of the train.
  ///
  /// - Parameters:
  ///   - conductance: before the train, in siemens.
  ///   - pulses: signed, positive for SET.
  ///   - sigma: cycle-to-cycle noise of one pulse, fraction of the range.
  ///   - noise: one standard normal number for the whole train.
  /// - Returns: a conductance inside the device's own range. The result is clipped once, after the train; where the
  ///   unclipped law reaches over an end of the range this differs from clipping after every pulse by at most half a σ.
  public func conductance(after pulses: Int, from conductance: Double, sigma: Double, noise: Double) -> Double {
    let response = pulses > 0 ? potentiation : depression
    let count = abs(pulses)
    let level = (conductance - lowConductance) / range
    var next = response.level(after: count, from: level)
    if sigma > 0 { next += response.variance(after: count, sigma: sigma).squareRoot() * noise }
    return lowConductance + min(max(next, 0), 1) * range
  }
}

/// Draws the individual devices of a technology, a pure function of seed, array and device number.
public struct DeviceFactory: Sendable {
  /// The technology.
  public let parameters: DeviceParameters
  private let variation: RandomStream
  private let lives: RandomStream
  private let faults: RandomStream
  private let typical: DeviceInstance
  private let shapes: NonlinearityTable?

  /// Prepares the draws of a run.
  public init(parameters: DeviceParameters, seed: UInt64) {
    self.parameters = parameters
    variation = RandomStream(seed: seed, purpose: .deviceVariation)
    lives = RandomStream(seed: seed, purpose: .endurance)
    faults = RandomStream(seed: seed, purpose: .fabricationFaults)
    typical = DeviceInstance(
      lowConductance: parameters.offConductance.siemens,
      range: parameters.onConductance.siemens - parameters.offConductance.siemens,
      potentiation: parameters.typicalResponse(.potentiation), depression: parameters.typicalResponse(.depression))
    shapes = parameters.nonlinearitySigma > 0 ? NonlinearityTable() : nil
  }

  /// The device with number `device` of array `array`.
  public func instance(array: Int, device: Int) -> DeviceInstance {
    guard parameters.hasDeviceVariation else { return typical }
    var result = typical
    // A range that comes out empty is drawn again, with the next event number.
    for event in 0..<UInt64(16) {
      let z = variation.gaussians(array: array, item: device, event: event)
      let low = parameters.offConductance.siemens * (1 + parameters.rangeSigma * Double(z[0]))
      let high = parameters.onConductance.siemens * (1 + parameters.rangeSigma * Double(z[1]))
      guard low > 0 && high > low else { continue }
      result.lowConductance = low
      result.range = high - low
      if let shapes {
        result.potentiation = shapes.response(
          label: parameters.potentiationNonlinearity + parameters.nonlinearitySigma * Double(z[2]),
          pulses: parameters.potentiationPulses, polarity: .potentiation)
        result.depression = shapes.response(
          label: parameters.depressionNonlinearity + parameters.nonlinearitySigma * Double(z[3]),
          pulses: parameters.depressionPulses, polarity: .depression)
      }
      return result
    }
    return typical
  }

  /// Life of a device in full-cycle equivalents, and whether it will end stuck on.
  public func life(array: Int, device: Int) -> (fullCycles: Double, endsStuckOn: Bool) {
    let words = lives.words(array: array, item: device, event: 0)
    // The first failures of a large array are decided by uniform numbers next to 1, finer than 24 bits.
    let life = parameters.endurance.life(uniform: RandomStream.uniform(words[0], words[2]))
    return (life, Double(RandomStream.uniform(words[1])) <= parameters.endurance.stuckOnShare)
  }

  /// Whether a device is stuck since fabrication: `nil` sound, `true` stuck on, `false` stuck off.
  public func fabricationFault(array: Int, device: Int) -> Bool? {
    let total = parameters.stuckOffFraction + parameters.stuckOnFraction
    guard total > 0 else { return nil }
    let u = Double(RandomStream.uniform(faults.words(array: array, item: device, event: 0)[0]))
    if u <= parameters.stuckOnFraction { return true }
    return u <= total ? false : nil
  }
}

/// Shapes of the exponential model on a fine grid of labels: drawing a million devices must not solve a million equations.
///
/// Linear interpolation of ln a over ln label on 4096 intervals: relative error below 1e-6 up to label 5, 4e-5 up to 9.
struct NonlinearityTable: Sendable {
  private let logShapes: [Double]
  private static let intervals = 4096
  private static let lowest = log(Nonlinearity.smallestLabel)
  private static let highest = log(Nonlinearity.largestLabel)

  init() {
    logShapes = (0...Self.intervals).map { index in
      let label = exp(Self.lowest + (Self.highest - Self.lowest) * Double(index) / Double(Self.intervals))
      return log(Nonlinearity.shape(label: max(label, Nonlinearity.smallestLabel)) ?? 1)
    }
  }

  /// Shape for a label, or `nil` for a straight line.
  func shape(label: Double) -> Double? {
    let size = min(abs(label), Nonlinearity.largestLabel)
    guard size >= Nonlinearity.smallestLabel else { return nil }
    let position = (log(size) - Self.lowest) / (Self.highest - Self.lowest) * Double(Self.intervals)
    let index = min(max(Int(position), 0), Self.intervals - 1)
    let fraction = position - Double(index)
    return exp(logShapes[index] * (1 - fraction) + logShapes[index + 1] * fraction)
  }

  func response(label: Double, pulses: Double, polarity: ExponentialResponse.Polarity) -> ExponentialResponse {
    ExponentialResponse(shape: shape(label: label), isConcave: label > 0, pulses: pulses, polarity: polarity)
  }
}
