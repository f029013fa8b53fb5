import Glibc

/// Vigna's SplitMix64, independent of the generator under test: a fixed seed gives the same inputs on every run.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func floats(_ count: Int, in range: ClosedRange<Float>) -> [Float] {
    (0..<count).map { _ in Float.random(in: range, using: &self) }
  }

  /// Ascending row numbers below `rowCount`, each with probability `density`.
  mutating func activeRows(of rowCount: Int, density: Double) -> [Int32] {
    (0..<rowCount).filter { _ in Double.random(in: 0..<1, using: &self) < density }.map { Int32($0) }
  }
}

extension Array<Float> {
  /// Bit patterns, so that a comparison tells −0 from 0 and holds for NaN.
  var bits: [UInt32] { map(\.bitPattern) }
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

/// Correlation coefficient of two samples whose means are 0 and variances 1.
func standardCorrelation(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / Double(a.count)
}

/// Widths of a block, each with all and with ragged numbers of real columns.
let blockShapes: [(width: Int, columns: Int)] = [16, 48, 64, 128].flatMap { width in
  [width, width - 1, width - 7, width - 13].map { (width, $0) }
}

func softmax(_ values: [Double]) -> [Double] {
  let powers = values.map { exp($0 - values.max()!) }
  return powers.map { $0 / powers.reduce(0, +) }
}

/// Numbers of the bits that are 1, bit 0 of the first byte being 0.
func setBits(of bytes: [UInt8]) -> [Int] {
  (0..<bytes.count * 8).filter { bytes[$0 / 8] & (1 << ($0 % 8)) != 0 }
}
