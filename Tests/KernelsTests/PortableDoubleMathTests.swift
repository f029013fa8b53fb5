import Glibc
import Kernels
import Testing

/// The documented error bounds, against Glibc.
@Suite struct PortableDoubleMathTests {
  @Test func logarithm() {
    var worst = 0.0
    for step in -300_000...300_000 {
      let x = pow(10, Double(step) * 1e-3)
      worst = max(worst, abs(PortableDoubleMath.log(x) - log(x)) / max(1, abs(log(x))))
    }
    for step in 0...100_000 {
      let x = 0.5 + Double(step) * 1.7e-5
      worst = max(worst, abs(PortableDoubleMath.log(x) - log(x)))
    }
    #expect(worst < 1e-15)
    #expect(PortableDoubleMath.log(1) == 0)
    #expect(abs(PortableDoubleMath.log(Double.leastNonzeroMagnitude) - log(Double.leastNonzeroMagnitude)) < 1e-12)
  }

  @Test func exponential() {
    var worst = 0.0
    for step in -700_000...700_000 {
      let x = Double(step) * 1.0007e-3
      worst = max(worst, abs(PortableDoubleMath.exp(x) / exp(x) - 1))
    }
    #expect(worst < 1e-15)
    #expect(PortableDoubleMath.exp(0) == 1)
    #expect(PortableDoubleMath.exp(-746) == 0 && PortableDoubleMath.exp(-.infinity) == 0)
    #expect(PortableDoubleMath.exp(710) == .infinity && PortableDoubleMath.exp(.nan).isNaN)
    #expect(abs(PortableDoubleMath.exp(-740) - exp(-740)) <= Double.leastNonzeroMagnitude)
  }

  @Test func sineAndCosine() {
    var worst = 0.0
    for step in -300_000...300_000 {
      let turn = Double(step) * 0x1p-17
      let (sine, cosine) = PortableDoubleMath.sineCosine(ofTurn: turn)
      // The argument of Glibc is the exact turn, brought near zero, times a rounded 2π.
      let part = turn - turn.rounded()
      worst = max(worst, abs(sine - sin(2 * .pi * part)), abs(cosine - cos(2 * .pi * part)))
    }
    #expect(worst < 1e-15)
    let quarters = [0.25, 0.5, 0.75, 1, -0.25].map { PortableDoubleMath.sineCosine(ofTurn: $0) }
    #expect(quarters.map(\.sine) == [1, 0, -1, 0, -1] && quarters.map(\.cosine) == [0, -1, 0, 1, 0])
  }
}
