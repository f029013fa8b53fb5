import Kernels

/// A technology prepared for use: what trains of pulses do to its devices.
public struct DeviceModel: Sendable {
  /// The technology.
  public let parameters: DeviceParameters
  /// The device in the middle of all spreads.
  public let typical: DeviceNumbers

  private let kernel: Kernel
  private let noise: CycleNoise

  private enum Kernel {
    case exponential
    case tabulated(TabulatedPair)
    /// In units of the level.
    case phaseChange(PhaseChangeAccumulation)
    case magnetic(MagneticSwitching)
  }

  /// Prepares a technology.
  public init(parameters: DeviceParameters) {
    self.parameters = parameters
    noise = parameters.cycleNoise
    var typical = DeviceNumbers(low: Float(parameters.off), range: Float(parameters.on - parameters.off))
    switch parameters.response {
    case .exponential(let pair):
      typical.potentiation = pair.potentiation
      typical.depression = pair.depression
      kernel = .exponential
    case .tabulated(let pair): kernel = .tabulated(pair)
    case .phaseChange(let accumulation):
      kernel = .phaseChange(accumulation.normalised(off: parameters.off, on: parameters.on))
    case .magnetic(let switching): kernel = .magnetic(switching)
    }
    self.typical = typical
  }

  /// Applies a train of equal pulses.
  ///
  /// The level is clipped to 0…1 once, after the train. Clipping after every pulse would reflect devices at an end; the
  /// mean of the jump is nearer to that end, by at most 0.7 standard deviations of the reflected devices (a train that
  /// starts at an end and drives into it), and by nothing where no device meets an end. Phase-change devices take their
  /// first two pulses one by one.
  ///
  /// - Parameters:
  ///   - pulses: positive for SET, negative for RESET. A pulse of other amplitude counts as a fraction or a multiple of
  ///     one. A phase-change device is RESET in one shot by half a pulse or more, and left alone by less.
  ///   - cell: what to change.
  ///   - device: whose answer it is.
  ///   - gaussian: standard normal; used where there is noise.
  ///   - uniform: in (0, 1] with 53 bits, independent of `gaussian`; used by phase-change and magnetic devices.
  /// - Complexity: O(1), without allocation; tabulated responses search a bucket of their table.
  public func apply(
    pulses: Double, to cell: inout CellState, of device: DeviceNumbers, gaussian: Double, uniform: Double
  ) {
    guard pulses != 0 else { return }
    let level: Double
    switch kernel {
    case .exponential:
      let response = pulses > 0 ? device.potentiation : device.depression
      level = exponential(response, after: abs(pulses), from: cell.level, gaussian: gaussian)
    case .tabulated(let pair):
      level =
        pulses > 0
        ? pair.potentiation.level(
          after: pulses, from: cell.level, gain: Double(device.upGain), noise: noise, gaussian: gaussian)
        : pair.depression.level(
          after: -pulses, from: cell.level, gain: Double(device.downGain), noise: noise, gaussian: gaussian)
    case .phaseChange(let law):
      applyPhaseChange(law, pulses: pulses, to: &cell, of: device, gaussian: gaussian, uniform: uniform)
      return
    case .magnetic(let switching):
      level = switching.level(
        after: pulses, from: cell.level, gain: Double(pulses > 0 ? device.upGain : device.downGain), uniform: uniform)
    }
    cell.level = min(max(level, 0), 1)
  }

  private func exponential(
    _ response: ExponentialResponse, after pulses: Double, from level: Double, gaussian: Double
  ) -> Double {
    let sigma = noise.sigma
    switch (noise.kind, noise.accumulation) {
    case _ where sigma == 0: return response.level(after: pulses, from: level)
    case (.additive, .exact):
      let deviation = response.variance(after: pulses, sigma: sigma).squareRoot()
      return response.level(after: pulses, from: level) + deviation * gaussian
    case (.additive, .squareRoot):
      return response.level(after: pulses, from: level) + sigma * pulses.squareRoot() * gaussian
    case (.relative, .exact):
      return response.level(after: pulses, from: level, relativeSigma: sigma, gaussian: gaussian)
    case (.relative, .squareRoot):
      let end = response.level(after: pulses, from: level)
      return end + (end - level) * sigma * gaussian / pulses.squareRoot()
    }
  }

  private func applyPhaseChange(
    _ law: PhaseChangeAccumulation, pulses: Double, to cell: inout CellState, of device: DeviceNumbers,
    gaussian: Double, uniform: Double
  ) {
    if pulses < 0 {
      guard pulses <= -0.5 else { return }
      cell.level = min(max(law.resetState + law.resetSigma * gaussian, 0), 1)
      cell.setsSinceReset = 0
      return
    }
    cell.level = law.amplified(by: Double(device.upGain)).level(
      after: pulses, from: cell.level, setsSinceReset: cell.setsSinceReset, gaussian: gaussian,
      early: { Self.gaussians(from: uniform) })
    cell.setsSinceReset += Int(min(pulses.rounded(), 1e9))
  }

  /// Two independent standard normal numbers from the 53 bits of one uniform number in (0, 1].
  private static func gaussians(from uniform: Double) -> (Float, Float) {
    let bits = UInt64(min(0x1p53 - 1, max(0, uniform * 0x1p53 - 1)))
    return RandomStream.boxMuller(UInt32(truncatingIfNeeded: bits >> 21), UInt32(truncatingIfNeeded: bits << 11))
  }
}
