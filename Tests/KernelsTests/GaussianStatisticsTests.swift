import CKernels
import Kernels
import Testing

/// Each bound holds for true normal numbers with 99.9 % probability (3.29 standard errors).
@Suite struct GaussianStatisticsTests {
  private static let count = 1 << 20

  private func draws(key: UInt64, _ c1: UInt32 = 0, _ c2: UInt32 = 0) -> [Double] {
    var filled = [Float](repeating: 0, count: Self.count)
    cpk_gaussian_fill(key, 0, c1, c2, 0, &filled, Self.count)
    return filled.map(Double.init)
  }

  @Test(arguments: [UInt64(1), 0xFEED_5EED_0000_0001])
  func momentsAreThoseOfTheNormalLaw(key: UInt64) {
    let z = draws(key: key)
    let n = Double(Self.count)
    func moment(_ power: Int) -> Double {
      z.reduce(0) { sum, value in sum + (0..<power).reduce(1.0) { product, _ in product * value } } / n
    }
    #expect(abs(moment(1)) < 3.29 * (1 / n).squareRoot())
    #expect(abs(moment(2) - 1) < 3.29 * (2 / n).squareRoot())
    #expect(abs(moment(3)) < 3.29 * (15 / n).squareRoot())
    #expect(abs(moment(4) - 3) < 3.29 * (96 / n).squareRoot())
  }

  @Test func distributionPassesKolmogorovSmirnov() {
    #expect(kolmogorovSmirnov(draws(key: 42), normalCumulative) < 1.95)
  }

  @Test func tailBeyondFourSigmaHasItsWeight() {
    let beyond = Double(draws(key: 42).count { abs($0) > 4 })
    let expected = Double(Self.count) * 2 * normalCumulative(-4)
    #expect(abs(beyond - expected) < 3.29 * expected.squareRoot())
  }

  @Test func neighbouringCountersKeysAndOutputsAreIndependent() {
    let base = draws(key: 42)
    let bound = 3.29 / Double(Self.count).squareRoot()
    #expect(abs(standardCorrelation(base, draws(key: 42, 1))) < bound)
    #expect(abs(standardCorrelation(base, draws(key: 42, 0, 1))) < bound)
    #expect(abs(standardCorrelation(base, draws(key: 43))) < bound)
    // Lags inside a fill: next counter (1), other half of a Box-Muller pair (8), next pair of the counter (16), next chunk.
    for lag in [1, 8, 16, 32] {
      #expect(abs(standardCorrelation(Array(base.dropLast(lag)), Array(base.dropFirst(lag)))) < bound)
    }
    // Radii of a pair would be shared if its words were: squares must not correlate either (variance of z² is 2).
    let squares = base.map { ($0 * $0 - 1) / 2.0.squareRoot() }
    #expect(abs(standardCorrelation(Array(squares.dropLast(8)), Array(squares.dropFirst(8)))) < bound)
  }
}
