import Devices
import Foundation
import Testing

extension DeviceParameters {
  /// TaOx/HfOx-like numbers without any variation, to be changed where a test needs it.
  static func sound(
    pulses: (Double, Double) = (128, 128), nonlinearity: (Double, Double) = (0.04, -0.63),
    endurance: Endurance = .unlimited
  ) -> DeviceParameters {
    let labels = NonlinearityLabels(
      potentiation: nonlinearity.0, depression: nonlinearity.1, potentiationPulses: pulses.0,
      depressionPulses: pulses.1)
    return DeviceParameters(
      off: 1e-6, on: 1e-5, response: .exponential(ExponentialPair(labels: labels)), endurance: endurance)
  }

  /// A device with the given response, and nothing else.
  static func bare(_ response: PulseResponse, noise: CycleNoise = CycleNoise()) -> DeviceParameters {
    DeviceParameters(off: 1e-6, on: 1e-5, response: response, cycleNoise: noise)
  }
}

extension DeviceModel {
  /// Level of the typical device after one train.
  func level(
    after pulses: Double, from level: Double, gaussian: Double = 0, uniform: Double = 0.5, gain: Float = 1
  ) -> Double {
    var device = typical
    (device.upGain, device.downGain) = (gain, gain)
    var cell = CellState(level: level)
    apply(pulses: pulses, to: &cell, of: device, gaussian: gaussian, uniform: uniform)
    return cell.level
  }
}

/// Cells of the lines of a fixture, without comments.
func fixture(_ name: String) throws -> [[Substring]] {
  let url = try #require(Bundle.module.url(forResource: name, withExtension: "csv", subdirectory: "Fixtures"))
  return try String(contentsOf: url, encoding: .utf8).split(separator: "\n").filter { !$0.hasPrefix("#") }
    .map { $0.split(separator: ",") }
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

/// Greatest distance between the empirical distribution of `samples` and `cumulative`, times √n. For a true hypothesis
/// it stays below 1.95 with 99.9 % probability.
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

/// Standard normal numbers at the middles of `count` equally likely intervals: a sample without sampling error.
func normalQuantiles(_ count: Int) -> [Double] {
  var z = -6.0
  return (0..<count).map { index in
    let wanted = (Double(index) + 0.5) / Double(count)
    // Newton steps from the neighbour's quantile.
    for _ in 0..<20 {
      let step = (normalCumulative(z) - wanted) / (exp(-z * z / 2) / (2 * Double.pi).squareRoot())
      z -= min(max(step, -0.5), 0.5)
      if abs(step) < 1e-12 { break }
    }
    return z
  }
}
