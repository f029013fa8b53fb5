import Glibc
import Kernels
import Testing

/// The documented error bounds, against Glibc in double precision on a dense sweep of every argument range.
@Suite struct PortableMathTests {
  @Test func logarithmIsWithinOneMillionth() {
    var worst = 0.0
    for step in Swift.stride(from: 1, through: 1 << 24, by: 7) {
      let u = Float(step) * 0x1p-24
      worst = max(worst, abs(Double(PortableMath.log(u)) - log(Double(u))))
    }
    #expect(worst < 1e-6)
    #expect(PortableMath.log(1) == 0)
  }

  /// Near 1 the logarithm is small: its sign must be right, for a square root is taken of it.
  @Test func logarithmBelowOneIsNegative() {
    for step in 1...100_000 { #expect(PortableMath.log(1 - Float(step) * 0x1p-24) < 0) }
  }

  @Test func sineAndCosineAreWithinOneMillionth() {
    var worst = 0.0
    for step in Swift.stride(from: 0, to: 1 << 24, by: 7) {
      let turn = Float(step) * 0x1p-24
      let (sine, cosine) = PortableMath.sineCosine(ofTurn: turn)
      worst = max(worst, abs(Double(sine) - sin(2 * .pi * Double(turn))))
      worst = max(worst, abs(Double(cosine) - cos(2 * .pi * Double(turn))))
    }
    #expect(worst < 1e-6)
  }

  @Test func exponentialIsWithinItsRelativeBound() {
    var worst = 0.0
    for step in 0...2_000_000 {
      let x = -87 * Float(step) / 2_000_000
      worst = max(worst, abs(Double(PortableMath.exp(x)) / exp(Double(x)) - 1))
    }
    #expect(worst < 3e-7)
    #expect(PortableMath.exp(0) == 1)
    #expect(PortableMath.exp(-87.001) == 0)
    #expect(PortableMath.exp(-.infinity) == 0)
  }
}
