import Devices
import Kernels
import Testing

@Suite struct DeviceVariationTests {
  private static func factory(seed: UInt64 = 3, rangeSigma: Double = 0, nonlinearitySigma: Double = 0) -> DeviceFactory
  {
    var parameters = DeviceParameters.sound()
    parameters.rangeSigma = rangeSigma
    parameters.nonlinearitySigma = nonlinearitySigma
    return DeviceFactory(parameters: parameters, seed: seed)
  }

  @Test func drawsDependOnSeedArrayAndNumberOnly() {
    let factory = Self.factory(rangeSigma: 0.07, nonlinearitySigma: 0.3)
    let forwards = (0..<500).map { factory.instance(array: 1, device: $0) }
    let again = Self.factory(rangeSigma: 0.07, nonlinearitySigma: 0.3)
    let backwards = (0..<500).reversed().map { again.instance(array: 1, device: $0) }
    #expect(forwards == Array(backwards.reversed()))
    #expect(forwards[0] != forwards[1])
    #expect(forwards[0] != factory.instance(array: 2, device: 0))
    #expect(
      forwards[0] != Self.factory(seed: 4, rangeSigma: 0.07, nonlinearitySigma: 0.3).instance(array: 1, device: 0))
  }

  @Test func withoutSpreadEveryDeviceIsTheTypicalOne() {
    let factory = Self.factory()
    #expect(factory.instance(array: 0, device: 17) == factory.instance(array: 5, device: 0))
    #expect(factory.instance(array: 0, device: 0).potentiation == factory.parameters.typicalResponse(.potentiation))
  }

  /// Means and spreads of Gmin and Gmax of 1e5 devices at 99.9 % confidence.
  @Test func rangesHaveTheirMeanAndSpread() {
    let factory = Self.factory(rangeSigma: 0.07)
    let devices = (0..<100_000).map { factory.instance(array: 0, device: $0) }
    let low = moments(devices.map(\.lowConductance))
    let high = moments(devices.map { $0.lowConductance + $0.range })
    for (observed, typical) in [(low, 1e-6), (high, 1e-5)] {
      #expect(abs(observed.mean / typical - 1) < 3.29 * 0.07 / 1e5.squareRoot())
      #expect(abs(observed.variance.squareRoot() / (0.07 * typical) - 1) < 3.29 / (2 * 1e5).squareRoot())
    }
  }

  @Test func emptyRangesAreNeverDrawn() {
    var parameters = DeviceParameters.sound()
    parameters.offConductance = .microsiemens(8)
    parameters.rangeSigma = 0.3
    let factory = DeviceFactory(parameters: parameters, seed: 1)
    for device in 0..<20_000 {
      let instance = factory.instance(array: 0, device: device)
      #expect(instance.lowConductance > 0 && instance.range > 0)
    }
  }

  /// A drawn response is the exact response of its drawn label but for the table in between: relative error of the shape
  /// below 1e-6 up to label 5 and below 4e-5 up to label 9.
  @Test func interpolatedShapesAreWithinTheirErrorBound() {
    let seed: UInt64 = 3
    let factory = Self.factory(seed: seed, nonlinearitySigma: 3)
    let stream = RandomStream(seed: seed, purpose: .deviceVariation)
    var (worst, worstOfSmall) = (0.0, 0.0)
    for device in 0..<20_000 {
      let z = stream.gaussians(array: 0, item: device, event: 0)
      let label = 0.04 + 3 * Double(z[2])
      let exact = ExponentialResponse(nonlinearity: label, pulses: 128, polarity: .potentiation)
      let drawn = factory.instance(array: 0, device: device).potentiation
      #expect((drawn.logRatio == 0) == (exact.logRatio == 0))
      guard exact.logRatio != 0 else { continue }
      let error = abs(drawn.logRatio / exact.logRatio - 1)
      worst = max(worst, error)
      if abs(label) < 5 { worstOfSmall = max(worstOfSmall, error) }
    }
    #expect(worst < 4e-5)
    #expect(worstOfSmall < 1e-6)
  }

  /// Shares of 2e5 devices within the 99.9 % interval of the binomial law.
  @Test func fabricationFaultsHaveTheirShares() {
    var parameters = DeviceParameters.sound()
    parameters.stuckOffFraction = 0.0904
    parameters.stuckOnFraction = 0.0175
    let factory = DeviceFactory(parameters: parameters, seed: 8)
    let count = 200_000
    let faults = (0..<count).map { factory.fabricationFault(array: 0, device: $0) }
    for (kind, share) in [(true, 0.0175), (false, 0.0904)] {
      let observed = Double(faults.count { $0 == kind }) / Double(count)
      #expect(abs(observed - share) < 3.29 * (share * (1 - share) / Double(count)).squareRoot())
    }
    #expect(DeviceFactory(parameters: .sound(), seed: 8).fabricationFault(array: 0, device: 0) == nil)
  }
}
