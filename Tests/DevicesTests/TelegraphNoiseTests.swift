import Devices
import Foundation
import Testing

@Suite struct TelegraphNoiseTests {
  private static func traps(_ noise: TelegraphNoise, count: Int) -> [TelegraphNoise.Trap] {
    (0..<count).compactMap { noise.trap(array: 2, device: $0, seed: 77) }
  }

  /// Share of 2e5 devices with a trap within the 99.9 % interval of the binomial law.
  @Test(arguments: [0.0, 0.1, 0.5, 1])
  func trapsHaveTheirShare(fraction: Double) {
    let count = 200_000
    let observed = Double(Self.traps(TelegraphNoise(fraction: fraction), count: count).count) / Double(count)
    #expect(abs(observed - fraction) <= 3.29 * (fraction * (1 - fraction) / Double(count)).squareRoot())
  }

  @Test func trapsDependOnSeedArrayAndNumberOnly() {
    let noise = TelegraphNoise(fraction: 1)
    #expect(noise.trap(array: 0, device: 3, seed: 1) == noise.trap(array: 0, device: 3, seed: 1))
    #expect(noise.trap(array: 0, device: 3, seed: 1) != noise.trap(array: 0, device: 4, seed: 1))
    #expect(noise.trap(array: 0, device: 3, seed: 1) != noise.trap(array: 1, device: 3, seed: 1))
    #expect(noise.trap(array: 0, device: 3, seed: 1) != noise.trap(array: 0, device: 3, seed: 2))
  }

  /// Amplitudes are log-normal and times log-uniform over their decades: Kolmogorov-Smirnov at 99.9 %.
  @Test func amplitudesAndTimesFollowTheirLaws() {
    let traps = Self.traps(TelegraphNoise(fraction: 1), count: 100_000)
    #expect(kolmogorovSmirnov(traps.map { log($0.strength) / 0.8 }, normalCumulative) < 1.95)
    for times in [traps.map(\.captureTime), traps.map(\.emissionTime)] {
      #expect(kolmogorovSmirnov(times) { log($0 / 1e-6) / log(1e6) } < 1.95)
    }
    // Independent: the correlation of the logarithms of both times is 0 within 3.29/√n.
    let products = traps.map { (log10($0.captureTime) + 3) * (log10($0.emissionTime) + 3) / 3 }
    #expect(abs(products.reduce(0, +) / 1e5) < 3.29 / 1e5.squareRoot())
  }

  @Test func amplitudeIsInterpolatedBetweenTheEnds() {
    let noise = TelegraphNoise()
    let median = TelegraphNoise.Trap(strength: 1, captureTime: 1, emissionTime: 1)
    #expect(abs(noise.amplitude(of: median, level: 0) - 0.15) < 1e-14)
    #expect(abs(noise.amplitude(of: median, level: 1) - 0.03) < 1e-14)
    #expect(abs(noise.amplitude(of: median, level: 0.5) - (0.15 * 0.03).squareRoot()) < 1e-14)
    #expect(noise.amplitude(of: median, level: -2) == noise.amplitude(of: median, level: 0))
    let strong = TelegraphNoise.Trap(strength: 50, captureTime: 1, emissionTime: 1)
    #expect(noise.amplitude(of: strong, level: 0) == 1)
  }

  private static let trap = TelegraphNoise.Trap(strength: 1, captureTime: 3e-3, emissionTime: 1e-3)

  /// Two steps are one long step (Chapman-Kolmogorov), whatever their lengths.
  @Test(arguments: [1e-6, 4e-4, 2e-3, 1], [false, true])
  func occupationComposes(first: Double, start: Bool) {
    let trap = Self.trap
    for second in [1e-5, 1e-3, 0.1] {
      let middle = trap.occupancy(after: first, from: start)
      let composed =
        middle * trap.occupancy(after: second, from: true) + (1 - middle) * trap.occupancy(after: second, from: false)
      #expect(abs(trap.occupancy(after: first + second, from: start) - composed) < 1e-14)
    }
  }

  /// Capture and emission rates show in short steps, equilibrium in long ones.
  @Test func occupationHasItsRatesAndItsEquilibrium() {
    let trap = Self.trap
    #expect(trap.occupancy == 0.25)
    #expect(trap.occupancy(after: 0, from: true) == 1 && trap.occupancy(after: 0, from: false) == 0)
    #expect(abs(trap.occupancy(after: 1e-9, from: false) / (1e-9 / 3e-3) - 1) < 1e-5)
    #expect(abs((1 - trap.occupancy(after: 1e-9, from: true)) / (1e-9 / 1e-3) - 1) < 1e-5)
    for start in [false, true] { #expect(trap.occupancy(after: .infinity, from: start) == 0.25) }
  }

  /// A chain of 4e5 steps is charged for its share of the time. Neighbours correlate by ρ = e^(−Δt/τ), which widens the
  /// 99.9 % interval by √((1 + ρ)/(1 − ρ)).
  @Test func chainSpendsItsShareOfTimeCharged() {
    var random = ReferenceRandom(19)
    let (steps, interval) = (400_000, 0.5e-3)
    var (charged, sum) = (false, 0)
    for _ in 0..<steps {
      charged = Self.trap.occupied(
        after: interval, from: charged, uniform: Double.random(in: 0..<1, using: &random).nextUp)
      sum += charged ? 1 : 0
    }
    let correlation = exp(-interval * (1 / 3e-3 + 1 / 1e-3))
    let widening = ((1 + correlation) / (1 - correlation)).squareRoot()
    let error = 3.29 * (0.25 * 0.75 / Double(steps)).squareRoot() * widening
    #expect(abs(Double(sum) / Double(steps) - 0.25) < error)
  }
}
