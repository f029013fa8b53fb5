import Devices
import Foundation
import Testing

@Suite struct TabulatedResponseTests {
  private static func table(
    _ law: StepLaw, _ polarity: ExponentialResponse.Polarity = .potentiation
  ) throws -> TabulatedResponse {
    try law.table(polarity)
  }

  private static func model(_ law: StepLaw, noise: CycleNoise = CycleNoise()) throws -> DeviceModel {
    DeviceModel(parameters: .bare(try .laws(potentiation: law, depression: law), noise: noise))
  }

  static let laws: [StepLaw] = [
    .power(step: 0.02, exponent: 1.5), .power(step: 0.02, exponent: 0.5), .power(step: 1e-5, exponent: 3),
    .exponential(step: 0.006, amplitude: -1.18, rate: 2, slope: -1, offset: 0),
    .exponential(step: 0.01, amplitude: 0.1, rate: 5, slope: 1, offset: 0),
    .piecewise(step: 0.01, factors: [1, 1.6, 1.2, 0.5]), .piecewise(step: 3e-6, factors: [0.5, 1, 0.1]),
  ]

  /// A measured curve is reproduced at every pulse, from its start and from each of its points.
  @Test func curveIsReproducedAtEveryPulse() throws {
    var random = ReferenceRandom(4)
    var level = 0.0
    var levels = [0.0]
    for _ in 0..<50 {
      level += Double.random(in: 0.001...0.04, using: &random)
      levels.append(level)
    }
    let up = levels.map { $0 / level }
    let response = TabulatedPair(
      potentiation: try TabulatedResponse(levels: up), depression: try TabulatedResponse(levels: up.map { 1 - $0 }))
    let model = DeviceModel(parameters: .bare(.tabulated(response)))
    for first in 0...50 {
      for last in first...50 {
        #expect(abs(model.level(after: Double(last - first), from: up[first]) - up[last]) < 1e-12)
        #expect(abs(model.level(after: -Double(last - first), from: 1 - up[first]) - (1 - up[last])) < 1e-12)
      }
    }
  }

  @Test(arguments: laws, TrainStatisticsTests.polarities)
  func positionIsTheInverseOfTheLevel(law: StepLaw, polarity: ExponentialResponse.Polarity) throws {
    let table = try Self.table(law, polarity)
    var random = ReferenceRandom(9)
    let pulses = Double((table.levels.count - 1) * table.pulsesPerPoint)
    for _ in 0..<5000 {
      let position = Double.random(in: -2...pulses + 2, using: &random)
      #expect(abs(table.level(at: table.position(of: table.level(at: position))) - table.level(at: position)) < 1e-14)
      let level = Double.random(in: 0...1, using: &random)
      #expect(abs(table.level(at: table.position(of: level)) - level) < 1e-9)
    }
    for (index, level) in table.levels.enumerated() {
      #expect(abs(table.position(of: level) - Double(index * table.pulsesPerPoint)) < 1e-6 * Double(index + 1))
    }
  }

  /// From the start of the polarity a jump is the law, pulse by pulse, for any of its pulses.
  @Test(arguments: laws, TrainStatisticsTests.polarities)
  func jumpEqualsTheLawPulseByPulse(law: StepLaw, polarity: ExponentialResponse.Polarity) throws {
    let model = try Self.model(law)
    let sign: Double = polarity == .potentiation ? 1 : -1
    var level = polarity == .potentiation ? 0.0 : 1
    let start = level
    var worst = 0.0
    for count in 1...400 {
      level = min(max(level + sign * law.step(at: level, polarity: polarity), 0), 1)
      worst = max(worst, abs(model.level(after: sign * Double(count), from: start) - level))
    }
    #expect(worst < 5e-6)
  }

  /// Laws with a closed form give the same from a table: the closed form is not a special case.
  @Test(arguments: [
    StepLaw.affine(stepAtStart: 0.02, stepAtEnd: 0), .affine(stepAtStart: 0.02, stepAtEnd: 0.01), .constant(step: 0.01),
  ])
  func tableOfAClosedFormAgreesWithIt(law: StepLaw) throws {
    for (polarity, sign) in [(ExponentialResponse.Polarity.potentiation, 1.0), (.depression, -1)] {
      let closed = try #require(law.closedForm(polarity))
      let table = try law.table(polarity)
      #expect(try law.response(polarity) == .exponential(closed))
      for start in [0.1, 0.5, 0.77] {
        for count in [1.0, 7, 20] {
          let end = closed.level(after: count, from: start)
          guard end > 0 && end < 1 else { continue }
          #expect(abs(table.level(after: count, from: start) - end) < 1e-5)
          #expect((end - start) * sign > 0)
          let noise = CycleNoise(sigma: 0.01)
          let noisy = table.level(after: count, from: start, noise: noise, gaussian: 1)
          #expect(abs((noisy - end) / closed.variance(after: count, sigma: 0.01).squareRoot() - 1) < 0.01)
        }
      }
    }
  }

  /// Figures of the discrete laws, computed apart from the program. The continuous flow of the power law would give
  /// .6207 for the first and that of the exponential law .00850 and −.65278; the discrete law is what a device is
  /// defined by.
  @Test func knownTrainsReachTheirLevels() throws {
    let power = try Self.model(.power(step: 0.01, exponent: 2))
    #expect(abs(1 - power.level(after: 50, from: 0.1) - 0.6192) < 1e-4)
    let up = StepLaw.exponential(step: 0.00135 / 2, amplitude: -1.18445, rate: 5, slope: -1, offset: 0)
    let down = StepLaw.exponential(step: 0.00135 / 2, amplitude: -0.081404, rate: 5, slope: -1, offset: 0)
    let model = DeviceModel(parameters: .bare(try .laws(potentiation: up, depression: down)))
    #expect(abs(2 * model.level(after: 200, from: 0.35) - 1 - 0.00857) < 1e-5)
    #expect(abs(2 * model.level(after: -200, from: 0.35) - 1 + 0.65295) < 2e-5)
    let same = try Self.model(.power(step: 0.02, exponent: 1.5), noise: CycleNoise(sigma: 0.5, kind: .relative))
    let ends = moments(normalQuantiles(10_000).map { same.level(after: 20, from: 0, gaussian: $0) })
    #expect(abs(ends.mean - 0.3089) < 2e-4)
    #expect(abs(ends.variance.squareRoot() - 0.0265) < 1.5e-4)
  }

  /// A law of more pulses than a table has points is thinned, and still right.
  @Test func longCurvesAreThinned() throws {
    let law = StepLaw.power(step: 2e-6, exponent: 1)
    let table = try law.table(.potentiation)
    #expect(table.levels.count <= TabulatedResponse.largestCount && table.pulsesPerPoint > 1)
    for pulses in [1.0, 1000, 300_000] {
      let expected = 1 - 0.8 * pow(1 - 2e-6, pulses)
      #expect(abs(table.level(after: pulses, from: 0.2) - expected) < 1e-8)
    }
    let noisy = table.level(after: 1000, from: 0.2, noise: CycleNoise(sigma: 1, kind: .relative), gaussian: 1)
    #expect(abs((noisy - 0.2) / (2e-6 * 0.8 * (1000 + 1000.0.squareRoot())) - 1) < 2e-3)
  }

  @Test func fractionsOfPulsesCompose() throws {
    let model = try Self.model(.power(step: 0.02, exponent: 1.5))
    let parts = [0.25, 1.5, 1.25].reduce(0.4) { model.level(after: $1, from: $0) }
    #expect(abs(parts - model.level(after: 3, from: 0.4)) < 1e-12)
  }

  /// A device beyond the last point of a curve that saturates stays there; noise at the end does not grow without
  /// bound.
  @Test func saturatedDevicesStand() throws {
    let law = StepLaw.exponential(step: 0.01, amplitude: 0.1, rate: 5, slope: 1, offset: 0)
    let model = try Self.model(law, noise: CycleNoise(sigma: 0.01))
    #expect(abs(model.level(after: 500, from: 0.5) - 0.46) < 0.05)
    let table = try law.table(.potentiation)
    let end = try #require(table.levels.last)
    let spread = table.level(after: 1e6, from: end, noise: CycleNoise(sigma: 0.01), gaussian: 1) - end
    #expect(spread > 0.01 && spread < 0.1)
    #expect(model.level(after: 1e9, from: 0.2, gaussian: -6) >= 0)
  }

  @Test(arguments: [
    ([0.5], PulseCurveError.tooShort(points: 1)), ([], .tooShort(points: 0)),
    ([0, 0.5, 0.5], .notMonotone(point: 2, before: 0.5, after: 0.5)),
    ([0, 0.5, 0.4], .notMonotone(point: 2, before: 0.5, after: 0.4)),
    ([1, 0.5, 0.6], .notMonotone(point: 2, before: 0.5, after: 0.6)),
    ([0, 0], .notMonotone(point: 1, before: 0, after: 0)), ([0, .infinity], .outOfBounds(point: 1, found: .infinity)),
    ([0, -1e9], .outOfBounds(point: 1, found: -1e9)),
    ([0, 0.5, 0.5 + 1e-13], .notMonotone(point: 2, before: 0.5, after: 0.5 + 1e-13)),
  ])
  func badCurvesAreRefusedWithTheirPlace(levels: [Double], error: PulseCurveError) {
    #expect(throws: error) { try TabulatedResponse(levels: levels) }
    #expect(error.description.contains("curve"))
  }

  @Test func badNumbersAreRefused() {
    #expect(throws: PulseCurveError.pulsesPerPoint(found: 0, limit: 1_000_000)) {
      try TabulatedResponse(levels: [0, 1], pulsesPerPoint: 0)
    }
    #expect(throws: PulseCurveError.pulsesPerPoint(found: .max, limit: 1_000_000)) {
      try TabulatedResponse(levels: [0, 1], pulsesPerPoint: .max)
    }
    #expect(throws: PulseCurveError.self) { try TabulatedResponse(levels: [.nan, 1]) }
    #expect(throws: PulseCurveError.tooLong(points: 65537, limit: 65536)) {
      try TabulatedResponse(levels: (0...65536).map(Double.init))
    }
    for law in [
      StepLaw.power(step: 0, exponent: 1), .power(step: .nan, exponent: 1), .piecewise(step: 1, factors: [0]),
    ] {
      #expect(throws: PulseCurveError.tooShort(points: 1)) { try law.table(.potentiation) }
    }
  }
}
