import Devices
import Foundation
import Testing

@Suite struct WindowWearTests {
  private static let laws: [WindowWear] = [.none, .powerLaw(), .ferroelectric()]

  @Test(arguments: laws)
  func freshAndUnlimitedDevicesHaveTheirWholeRange(law: WindowWear) {
    #expect(law.window(wear: 0, life: 1e6, low: 1e-6, range: 9e-6) == (0, 1))
    #expect(law.window(wear: 1e9, life: .infinity, low: 1e-6, range: 9e-6) == (0, 1))
  }

  /// Gmax·(c/N)^−0.15 and Gmin·(c/N)^0.10 above N = 0.01·L; at the end of life the factors are 100^−0.15 and 100^0.10.
  @Test(arguments: [(wear: 0.9e4, on: 1.0, off: 1.0), (1e5, 0.7079458, 1.2589254), (1e6, 0.5011872, 1.5848932)])
  func powerLawNarrowsBothEnds(wear: Double, on: Double, off: Double) {
    let (lowest, highest) = WindowWear.powerLaw().window(wear: wear, life: 1e6, low: 1e-6, range: 9e-6)
    #expect(abs((1e-6 + highest * 9e-6) / 10e-6 / on - 1) < 1e-6)
    #expect(abs((1e-6 + lowest * 9e-6) / 1e-6 / off - 1) < 1e-6)
  }

  /// Of a device with an on/off ratio of 2 the ends would pass each other.
  @Test func endsNeverPassEachOther() {
    let law = WindowWear.powerLaw(threshold: 1e-4, onExponent: 0.15, offExponent: 0.1)
    var last = 1.0
    for wear in stride(from: 10.0, through: 1e6, by: 1e3) {
      let (lowest, highest) = law.window(wear: wear, life: 1e6, low: 5e-6, range: 5e-6)
      #expect(lowest <= highest && highest - lowest <= last + 1e-12)
      last = highest - lowest
    }
    #expect(last == 0)
  }

  /// w(0) = 1, the plateau is 1.1 from 1000 cycles to L/100, then 0.5 less per decade: w(L) = 0.1.
  @Test(arguments: [
    (cycles: 0.0, expected: 1.0), (30.6386, 1.05), (1e3, 1.1), (1e4, 1.1), (1e5, 0.6), (1e6, 0.1), (1e8, 0),
  ])
  func ferroelectricWindowOpensAndCloses(cycles: Double, expected: Double) {
    #expect(abs(FerroelectricWindow().width(cycles: cycles, life: 1e6) - expected) < 1e-5)
  }

  @Test func shortLivedFerroelectricsWakeUpBeforeTheyTire() {
    #expect(abs(FerroelectricWindow().width(cycles: 100, life: 1e4) - 1.1) < 1e-12)
  }

  /// Contrast is lost where the width is 0.2: at 10^−0.2 of the drawn life, which the lives of the endurance know.
  @Test func lostContrastEndsTheLife() {
    let share = pow(10, -0.2)
    #expect(abs(WindowWear.ferroelectric().lifeShare - share) < 1e-12)
    #expect(WindowWear.none.lifeShare == 1 && WindowWear.powerLaw().lifeShare == 1)
    let plain = Endurance(scale: 1e6, shape: 2)
    let ferroelectric = Endurance(scale: 1e6, shape: 2, window: .ferroelectric(), failure: .stuckInPlace)
    let life = ferroelectric.life(uniform: 0.3)
    #expect(abs(life / plain.life(uniform: 0.3) - share) < 1e-12)
    #expect(abs(ferroelectric.failedFraction(atWear: life) - 0.7) < 1e-12)
    let (lowest, highest) = ferroelectric.window(wear: life, life: life, low: 1e-8, range: 1e-6)
    #expect(abs(highest - lowest - 0.2) < 1e-9)
    #expect(abs(highest + lowest - 1) < 1e-12)
  }

  @Test func wakeUpOpensTheWindowAtTheTop() {
    let window = WindowWear.ferroelectric().window(wear: 2e3, life: 1e6, low: 1e-8, range: 1e-6)
    #expect(window.lowest == 0 && abs(window.highest - 1.1) < 1e-12)
  }
}
