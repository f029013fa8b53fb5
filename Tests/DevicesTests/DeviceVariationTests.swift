import Devices
import Foundation
import Kernels
import Testing

@Suite struct DeviceVariationTests {
  private static func factory(seed: UInt64 = 3, rangeSigma: Double = 0, nonlinearitySigma: Double = 0) -> DeviceFactory
  {
    var parameters = DeviceParameters.sound()
    parameters.variation = DeviceVariation(nonlinearitySigma: nonlinearitySigma, rangeSigma: rangeSigma)
    return DeviceFactory(parameters: parameters, seed: seed)
  }

  @Test func drawsDependOnSeedArrayAndNumberOnly() {
    let factory = Self.factory(rangeSigma: 0.07, nonlinearitySigma: 0.3)
    let forwards = (0..<500).map { factory.numbers(array: 1, device: $0) }
    let again = Self.factory(rangeSigma: 0.07, nonlinearitySigma: 0.3)
    let backwards = (0..<500).reversed().map { again.numbers(array: 1, device: $0) }
    #expect(forwards == Array(backwards.reversed()))
    #expect(forwards[0] != forwards[1])
    #expect(forwards[0] != factory.numbers(array: 2, device: 0))
    #expect(
      forwards[0] != Self.factory(seed: 4, rangeSigma: 0.07, nonlinearitySigma: 0.3).numbers(array: 1, device: 0))
  }

  @Test func withoutSpreadEveryDeviceIsTheTypicalOne() {
    let factory = Self.factory()
    #expect(factory.numbers(array: 0, device: 17) == factory.numbers(array: 5, device: 0))
    #expect(factory.numbers(array: 0, device: 0) == DeviceModel(parameters: factory.parameters).typical)
  }

  /// Means and spreads of Gmin and Gmax of 1e5 devices at 99.9 % confidence.
  @Test func rangesHaveTheirMeanAndSpread() {
    let factory = Self.factory(rangeSigma: 0.07)
    let devices = (0..<100_000).map { factory.numbers(array: 0, device: $0) }
    let low = moments(devices.map { Double($0.low) })
    let high = moments(devices.map { Double($0.low) + Double($0.range) })
    for (observed, typical) in [(low, 1e-6), (high, 1e-5)] {
      #expect(abs(observed.mean / typical - 1) < 3.29 * 0.07 / 1e5.squareRoot())
      #expect(abs(observed.variance.squareRoot() / (0.07 * typical) - 1) < 3.29 / (2 * 1e5).squareRoot())
    }
  }

  @Test func emptyRangesAreNeverDrawn() {
    var parameters = DeviceParameters.sound()
    parameters.off = 8e-6
    parameters.variation.rangeSigma = 0.3
    let factory = DeviceFactory(parameters: parameters, seed: 1)
    for device in 0..<20_000 {
      let numbers = factory.numbers(array: 0, device: device)
      #expect(numbers.low > 0 && numbers.range > 0)
    }
  }

  /// A drawn response is the exact response of its drawn label but for the table in between: relative error of the
  /// shape below 1e-6 up to label 5 and below 4e-5 up to label 9.
  @Test func interpolatedShapesAreWithinTheirErrorBound() {
    let seed: UInt64 = 3
    let factory = Self.factory(seed: seed, nonlinearitySigma: 3)
    let stream = RandomStream(seed: seed, purpose: .deviceVariation)
    var (worst, worstOfSmall) = (0.0, 0.0)
    for device in 0..<20_000 {
      let z = stream.gaussians(array: 0, item: device, event: 0)
      let label = 0.04 + 3 * Double(z[2])
      let exact = ExponentialResponse(nonlinearity: label, pulses: 128, polarity: .potentiation)
      let drawn = factory.numbers(array: 0, device: device).potentiation
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
    parameters.faults = FabricationFaults(stuckOff: 0.0904, stuckOn: 0.0175)
    let factory = DeviceFactory(parameters: parameters, seed: 8)
    let count = 200_000
    let faults = (0..<count).map {
      factory.fault(array: 0, plane: $0 % 2, row: $0 / 512, column: $0 / 2 % 256, columns: 256)
    }
    for (kind, share) in [(true, 0.0175), (false, 0.0904)] {
      let observed = Double(faults.count { $0 == kind }) / Double(count)
      #expect(abs(observed - share) < 3.29 * (share * (1 - share) / Double(count)).squareRoot())
    }
    #expect(
      DeviceFactory(parameters: .sound(), seed: 8).fault(array: 0, plane: 0, row: 0, column: 0, columns: 1) == nil)
  }

  /// Draws of the TaOx/HfOx device as they have been from the first version on: runs of old seeds keep their devices.
  @Test(
    arguments: [
      (
        0, 0, 1.0682055e-06, 1.062744e-05, [-45.90183, 0.00016837272, 0.0], [-14.025126, -0.00053807365, 0.0]
      ),
      (0, 1, 9.933929e-07, 9.257062e-06, [5.6675224, -0.0015165911, 0.0], [-1.0835685, -0.0051079867, 0.0]),
      (1, 4711, 9.237564e-07, 8.820416e-06, [-17.155117, 0.00044262465, 0.0], [-0.72245324, -0.0067879073, 0.0]),
      (3, 999_999, 1.1543856e-06, 7.872858e-06, [3.061786, -0.0030892643, 0.0], [-0.7350755, -0.006709633, 0.0]),
    ] as [(Int, Int, Float, Float, [Float], [Float])])
  func drawsStayWhatTheyWere(
    array: Int, device: Int, low: Float, range: Float, up: [Float], down: [Float]
  ) {
    let drawn = Self.factory(seed: 7, rangeSigma: 0.07, nonlinearitySigma: 0.3).numbers(array: array, device: device)
    #expect(
      drawn
        == DeviceNumbers(
          low: low, range: range, upAsymptote: up[0], upLogRatio: up[1], upStep: up[2], downAsymptote: down[0],
          downLogRatio: down[1], downStep: down[2]))
  }

  @Test func faultsStayWhatTheyWere() {
    var parameters = DeviceParameters.sound()
    parameters.faults = FabricationFaults(stuckOff: 0.0904, stuckOn: 0.0175)
    let factory = DeviceFactory(parameters: parameters, seed: 7)
    let kinds = (0..<900).map { factory.fault(array: 2, plane: $0 % 2, row: 0, column: $0 / 2, columns: 1000) }
    #expect(
      kinds.indices.filter { kinds[$0] == true }.prefix(12) == [
        50, 55, 74, 126, 199, 305, 396, 436, 597, 608, 836, 839,
      ])
    #expect(kinds.indices.prefix(100).filter { kinds[$0] == false } == [8, 25, 33, 35, 38, 58])
  }

  private static func steps(_ variation: DeviceVariation, response: PulseResponse) -> (up: [Double], down: [Double]) {
    var parameters = DeviceParameters.bare(response)
    parameters.variation = variation
    let factory = DeviceFactory(parameters: parameters, seed: 12)
    let model = DeviceModel(parameters: parameters)
    let pairs = (0..<50_000).map { number in
      let device = factory.numbers(array: 1, device: number)
      var (up, down) = (CellState(level: 0.5), CellState(level: 0.5))
      model.apply(pulses: 1, to: &up, of: device, gaussian: 0, uniform: 1)
      model.apply(pulses: -1, to: &down, of: device, gaussian: 0, uniform: 1)
      return (up.level - 0.5, 0.5 - down.level)
    }
    return (pairs.map(\.0), pairs.map(\.1))
  }

  private static let responses: [PulseResponse] = [
    try! .laws(potentiation: .constant(step: 0.01), depression: .constant(step: 0.02)),
    try! .laws(
      potentiation: .affine(stepAtStart: 0.015, stepAtEnd: 0.005),
      depression: .affine(stepAtStart: 0.04, stepAtEnd: 0)),
    try! .laws(
      potentiation: .piecewise(step: 0.01, factors: [1.5, 1, 0.5]),
      depression: .piecewise(step: 0.02, factors: [0.2, 1, 1.8])),
  ]

  /// A gain multiplies the step at mid-range, 0.01 up and 0.02 down, whatever the response. Means and spreads at 99.9
  /// %.
  @Test(arguments: responses)
  func stepsSpreadAsAsked(response: PulseResponse) {
    let count = 50_000.0
    let normal = Self.steps(DeviceVariation(stepSigma: 0.2), response: response)
    for (steps, typical) in [(normal.up, 0.01), (normal.down, 0.02)] {
      let observed = moments(steps.map { $0 / typical })
      #expect(abs(observed.mean - 1) < 3.29 * 0.2 / count.squareRoot() + 2e-3)
      #expect(abs(observed.variance.squareRoot() / 0.2 - 1) < 3.29 / (2 * count).squareRoot() + 5e-3)
    }
    let ratios = zip(normal.up, normal.down).map { $0 / $1 * 2 - 1 }
    #expect(moments(ratios).variance.squareRoot() < 0.01)
    let logNormal = Self.steps(DeviceVariation(stepSigma: 0.8, stepDistribution: .logNormal), response: response)
    let logs = moments(logNormal.up.map { log($0 / 0.01) })
    #expect(abs(logs.mean) < 3.29 * 0.8 / count.squareRoot() + 5e-3)
    #expect(abs(logs.variance.squareRoot() / 0.8 - 1) < 3.29 / (2 * count).squareRoot() + 0.01)
    let mirrored = Self.steps(DeviceVariation(asymmetrySigma: 0.1), response: response)
    let sums = moments(zip(mirrored.up, mirrored.down).map { $0 / 0.01 + $1 / 0.02 })
    #expect(abs(sums.mean - 2) < 1e-3 && sums.variance.squareRoot() < 0.01)
  }

  /// However large the gain, no device jumps past its asymptote or turns round.
  @Test func gainsAreBounded() {
    let steps = Self.steps(
      DeviceVariation(stepSigma: 3),
      response: try! .laws(
        potentiation: .affine(stepAtStart: 0.4, stepAtEnd: 0), depression: .affine(stepAtStart: 0.4, stepAtEnd: 0)))
    #expect(steps.up.allSatisfy { $0 > 0 && $0 <= 0.5 } && steps.down.allSatisfy { $0 > 0 && $0 <= 0.5 })
  }

  @Test func retentionNumbersAreNormalAndFixed() {
    let factory = Self.factory()
    let numbers = (0..<50_000).map { factory.retentionGaussian(array: 3, device: $0) }
    #expect(kolmogorovSmirnov(numbers, normalCumulative) < 1.95)
    #expect(numbers[17] == Self.factory().retentionGaussian(array: 3, device: 17))
  }
}
