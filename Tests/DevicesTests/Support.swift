import Devices
import Foundation
import Quantities

extension DeviceParameters {
  /// TaOx/HfOx-like numbers without any variation, to be changed where a test needs it.
  static func sound(
    pulses: (Double, Double) = (128, 128), nonlinearity: (Double, Double) = (0.04, -0.63),
    endurance: Endurance = .unlimited
  ) -> DeviceParameters {
    DeviceParameters(
      offConductance: .microsiemens(1), onConductance: .microsiemens(10), isContinuous: false,
      potentiationPulses: pulses.0, depressionPulses: pulses.1, potentiationNonlinearity: nonlinearity.0,
      depressionNonlinearity: nonlinearity.1, cycleToCycleSigma: 0, nonlinearitySigma: 0, rangeSigma: 0, readNoise: 0,
      stuckOffFraction: 0, stuckOnFraction: 0, endurance: endurance)
  }
}

/// Vigna's SplitMix64 with normal numbers by the polar method: nothing of the code under test.
struct ReferenceRandom: RandomNumberGenerator {
  private var state: UInt64
  private var spare: Double?

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func normal() -> Double {
    if let last = spare {
      spare = nil
      return last
    }
    while true {
      let (x, y) = (Double.random(in: -1...1, using: &self), Double.random(in: -1...1, using: &self))
      let square = x * x + y * y
      guard square < 1 && square > 0 else { continue }
      let factor = (-2 * log(square) / square).squareRoot()
      spare = y * factor
      return x * factor
    }
  }
}

/// Mean and variance (with n − 1) of samples.
func moments(_ samples: [Double]) -> (mean: Double, variance: Double) {
  let mean = samples.reduce(0, +) / Double(samples.count)
  let squares = samples.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  return (mean, squares / Double(samples.count - 1))
}

/// Greatest distance between the empirical distribution of `samples` and `cumulative`, times √n. For a true hypothesis it
/// stays below 1.95 with 99.9 % probability.
func kolmogorovSmirnov(_ samples: [Double], _ cumulative: (Double) -> Double) -> Double {
  let sorted = samples.sorted()
  let n = Double(sorted.count)
  var distance = 0.0
  for (index, value) in sorted.enumerated() {
    let expected = cumulative(value)
    distance = max(distance, abs(Double(index + 1) / n - expected), abs(expected - Double(index) / n))
  }
  return distance * n.squareRoot()
}

func normalCumulative(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
