import Devices
import Foundation
import Testing

@Suite struct ReadNoiseTests {
  @Test func noNoiseIsNone() {
    #expect(ReadNoise.none.sigma(state: 5e-6, age: 10, on: 1e-5) == 0)
    #expect(ReadNoise.none.isNone && ReadNoise.relative(0).isNone)
    #expect(!ReadNoise.relative(0.01).isNone && !ReadNoise.conductiveMetalOxide.isNone)
  }

  @Test func relativeAndAffineNoiseAreLines() {
    #expect(abs(ReadNoise.relative(0.1).sigma(state: 5e-6, age: 0, on: 1e-5) - 0.5e-6) < 1e-18)
    for (state, expected) in [(0.1e-6, 0.133e-6), (5e-6, 0.28e-6), (12e-6, 0.49e-6)] {
      #expect(abs(ReadNoise.phaseChangeTraining.sigma(state: state, age: 1e3, on: 12e-6) / expected - 1) < 1e-12)
    }
  }

  /// Relative noise 1 % at 40 µS grows with the inverse root of the conductance, up to 30 %.
  @Test func scaledNoiseFallsWithTheConductance() {
    let noise = ReadNoise.scaled(relative: 0.01, reference: 40e-6, exponent: 0.5)
    func relative(_ state: Double) -> Double { noise.sigma(state: state, age: 0, on: 40e-6) / state }
    #expect(abs(relative(40e-6) - 0.01) < 1e-14)
    #expect(abs(relative(10e-6) - 0.02) < 1e-14)
    #expect(abs(relative(40e-6 / 900) - 0.3) < 1e-12)
    #expect(relative(1e-12) == 0.3)
    #expect(noise.sigma(state: 0, age: 0, on: 40e-6) == 0)
    #expect(noise.sigma(state: 40e-6, age: 0, on: 40e-6) > noise.sigma(state: 10e-6, age: 0, on: 40e-6))
  }

  /// Computed apart from the program with tr = 250 ns, t0 = 20 s, Gmax = 25 µS.
  @Test(arguments: [
    (x: 1.0, age: 0.0, expected: 0.92044146e-6), (1, 1e6, 1.17085042e-6), (0.1, 0, 0.41114610e-6),
    (0.1, 3600, 0.46823430e-6), (1e-3, 0, 20.9191240e-9),
  ])
  func flickerNoiseFollowsItsLaw(x: Double, age: Double, expected: Double) {
    let sigma = ReadNoise.flicker(FlickerNoise()).sigma(state: x * 25e-6, age: age, on: 25e-6)
    #expect(abs(sigma / expected - 1) < 1e-7)
  }

  /// The strength belongs to the programmed state, the scale to the present one.
  @Test func flickerNoiseOfADriftedStateKeepsItsRelativeStrength() {
    let noise = ReadNoise.flicker(FlickerNoise())
    let fresh = noise.sigma(state: 10e-6, age: 100, on: 25e-6)
    let drifted = noise.sigma(state: 5e-6, programmed: 10e-6, age: 100, on: 25e-6)
    #expect(abs(drifted / fresh - 0.5) < 1e-12)
    #expect(noise.dependsOnAge && !ReadNoise.relative(0.1).dependsOnAge)
  }

  @Test func logarithmicNoiseGrowsWithDecadesOfStateAndAge() {
    let noise = ReadNoise.conductiveMetalOxide
    #expect(abs(noise.sigma(state: 10e-6, age: 1, on: 90e-6) / 0.10045138e-6 - 1) < 1e-7)
    #expect(abs(noise.sigma(state: 90e-6, age: 3600, on: 90e-6) / 0.25016743e-6 - 1) < 1e-7)
    #expect(noise.sigma(state: 0.9e-6, age: 1, on: 90e-6) == 0)
    #expect(noise.sigma(state: 10e-6, age: 0, on: 90e-6) == 0)
  }
}
