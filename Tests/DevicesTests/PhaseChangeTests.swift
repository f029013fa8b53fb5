import Devices
import Foundation
import Testing

@Suite struct PhaseChangeTests {
  private static let law = PhaseChangeAccumulation()

  /// Mean and standard deviation in µS, computed apart from the program by loops and by the closed form.
  @Test(arguments: [
    (0.1, 0, 1, 1.92460, 1.73263), (0.1, 0, 2, 3.29165, 2.14303), (0.1, 0, 5, 5.80481, 2.45720),
    (0.1, 0, 10, 7.75896, 2.49201), (0.1, 0, 20, 9.38032, 2.69377), (5, 8, 1, 5.50393, 0.78247),
    (5, 8, 20, 9.56132, 2.67766),
  ])
  func trainsHaveTheKnownMoments(start: Double, sets: Int, pulses: Int, mean: Double, sigma: Double) {
    let found = Self.law.mean(after: Double(pulses), from: start * 1e-6, setsSinceReset: sets) * 1e6
    let variance = Self.law.variance(after: Double(pulses), from: start * 1e-6, setsSinceReset: sets) * 1e12
    #expect(abs(found - mean) < 1e-5)
    #expect(abs(variance.squareRoot() - sigma) < 1.1e-5)
  }

  @Test func scaledDevicesHaveScaledMoments() {
    let scaled = Self.law.scaled(by: 2)
    for pulses in [1.0, 4, 2.5] {
      let mean = Self.law.mean(after: pulses, from: 1e-6, setsSinceReset: 3)
      let variance = Self.law.variance(after: pulses, from: 1e-6, setsSinceReset: 3)
      #expect(abs(scaled.mean(after: pulses, from: 2e-6, setsSinceReset: 3) / mean - 2) < 1e-12)
      #expect(abs(scaled.variance(after: pulses, from: 2e-6, setsSinceReset: 3) / variance - 4) < 1e-12)
    }
  }

  /// Laws at which the closed form divides by zero are as smooth as their neighbours.
  @Test func degenerateLawsHaveMoments() {
    var law = Self.law
    law.meanSlope = 0
    #expect(abs(law.mean(after: 10, from: 0, setsSinceReset: 1000) / 8.8e-6 - 1) < 1e-5)
    law.noiseSlope = 0
    #expect(abs(law.variance(after: 10, from: 0, setsSinceReset: 1000) / (10 * 0.26e-6 * 0.26e-6) - 1) < 1e-4)
    law = Self.law
    law.boostPulses = -1 / Foundation.log(1 + law.meanSlope)
    var neighbour = law
    neighbour.boostPulses *= 1.001
    let ratio =
      law.mean(after: 10, from: 0, setsSinceReset: 0) / neighbour.mean(after: 10, from: 0, setsSinceReset: 0)
    #expect(abs(ratio - 1) < 1e-3)
  }

  private static let model = DeviceModel(
    parameters: DeviceParameters(off: 0.1e-6, on: 12e-6, response: .phaseChange(law)))

  /// 1e5 devices through jumps and through loops of the published recursion, in µS, each kept in 0.1…12 µS.
  private static func compare(
    start: Double, sets: Int, pulses: Int, gain: Double = 1
  ) -> (loop: (mean: Double, variance: Double), jump: (mean: Double, variance: Double)) {
    var random = ReferenceRandom(UInt64(pulses * 100 + sets))
    let loops = (0..<100_000).map { _ in
      (0..<pulses).reduce(start) { state, pulse in
        let boost = exp(-Double(sets + pulse + 1) / 2.6)
        let mean = -0.084 * state + 0.88 + 1.4 * boost
        let sigma = 0.091 * state + 0.26 + 2.15 * boost
        return min(max(state + gain * (mean + sigma * random.normal()), 0.1), 12)
      }
    }
    var device = model.typical
    device.upGain = Float(gain)
    let jumps = (0..<100_000).map { _ in
      var cell = CellState(level: (start - 0.1) / 11.9, setsSinceReset: sets)
      model.apply(
        pulses: Double(pulses), to: &cell, of: device, gaussian: random.normal(),
        uniform: Double.random(in: 1e-16...1, using: &random))
      return 0.1 + 11.9 * cell.level
    }
    return (moments(loops), moments(jumps))
  }

  static let starts = [(0.1, 0), (5, 8), (1, 2), (3, 0)] as [(Double, Int)]

  /// Up to three pulses a jump is the loop: both means and deviations of 1e5 devices agree at 99.9 %.
  @Test(arguments: starts, [1, 2, 3])
  func shortTrainsAgreeWithTheLoop(start: (state: Double, sets: Int), pulses: Int) {
    for gain in [0.5, 1, 1.3] {
      let (loop, jump) = Self.compare(start: start.state, sets: start.sets, pulses: pulses, gain: gain)
      #expect(abs(jump.mean - loop.mean) < 3.29 * (2 * loop.variance / 1e5).squareRoot())
      #expect(abs((jump.variance / loop.variance).squareRoot() - 1) < 0.0125)
    }
  }

  /// The published loop, kept in its range, has 2.056 ± 1.521 µS after one pulse from RESET and 7.68 ± 2.16 after ten.
  @Test func loopsHaveTheKnownMoments() {
    for (pulses, mean, sigma) in [(1, 2.056, 1.521), (10, 7.68, 2.16)] {
      let loop = Self.compare(start: 0.1, sets: 0, pulses: pulses).loop
      #expect(abs(loop.mean - mean) < 0.03 && abs(loop.variance.squareRoot() - sigma) < 0.02)
    }
  }

  /// The stated bias of longer trains, which meet the upper end of the range, in µS.
  @Test(arguments: starts, [(4, 0.1, 0.1), (5, 0.1, 0.1), (10, 0.2, 0.3), (50, 0.6, 0.5)])
  func longTrainsHaveTheStatedBias(
    start: (state: Double, sets: Int), train: (pulses: Int, mean: Double, sigma: Double)
  ) {
    let (loop, jump) = Self.compare(start: start.state, sets: start.sets, pulses: train.pulses)
    let error = jump.variance.squareRoot() - loop.variance.squareRoot()
    #expect(jump.mean - loop.mean < train.mean && jump.mean - loop.mean > -0.03)
    #expect(error < train.sigma && error > -0.03)
  }

  @Test func resetIsOneShot() {
    let noisy = DeviceModel(
      parameters: DeviceParameters(off: 0.01e-6, on: 12e-6, response: .phaseChange(Self.law)))
    var random = ReferenceRandom(3)
    let states = (0..<100_000).map { index in
      var cell = CellState(level: Double(index % 10) / 9, setsSinceReset: index % 7)
      noisy.apply(
        pulses: index % 2 == 0 ? -1 : -30, to: &cell, of: noisy.typical, gaussian: random.normal(), uniform: 0.5)
      #expect(cell.setsSinceReset == 0)
      return 0.01 + cell.level * 11.99
    }
    let found = moments(states)
    #expect(abs(found.mean - 0.1) < 3.29 * 0.01 / 1e5.squareRoot())
    #expect(abs(found.variance.squareRoot() / 0.01 - 1) < 3.29 / 2e5.squareRoot())
    var cell = CellState(level: 0.5, setsSinceReset: 3)
    noisy.apply(pulses: -0.4, to: &cell, of: noisy.typical, gaussian: 1, uniform: 0.5)
    #expect(cell == CellState(level: 0.5, setsSinceReset: 3))
  }

  @Test func setPulsesAreCounted() {
    var cell = CellState(level: 0)
    for (pulses, count) in [(1.0, 1), (3, 4), (0.2, 4), (1e6, 1_000_004)] {
      Self.model.apply(pulses: pulses, to: &cell, of: Self.model.typical, gaussian: 0, uniform: 0.5)
      #expect(cell.setsSinceReset == count && cell.level >= 0 && cell.level <= 1)
    }
  }
}
