import Testing

@testable import Reporting

/// Ticks are round, inside the axis, few, distinct; positions stay on the canvas.
@Suite("Axes")
struct AxisTests {
  private static let ranges: [(Double, Double)] = [
    (0, 1), (0.4, 1), (0, 28_200_000), (0, 43), (-3, 3), (1, 1.000_001), (0, 1e-7), (2e15, 3e15), (12, 12), (5, -5),
    (0, 0), (-1e308, 1e308), (0, .leastNonzeroMagnitude), (.nan, 1), (0, .infinity), (-.infinity, .nan),
  ]

  @Test("linear ticks", arguments: ranges)
  func linear(lower: Double, upper: Double) {
    let scale = AxisScale(.linear, from: lower, to: upper, start: 100, end: 400)
    let ticks = scale.ticks(about: 5)
    #expect(ticks.count <= 12)
    #expect(Set(ticks.map(\.label)).count == ticks.count)
    for (tick, next) in zip(ticks, ticks.dropFirst()) { #expect(tick.value < next.value) }
    for tick in ticks {
      #expect(100...400 ~= scale.position(tick.value))
      let slack = (scale.upper - scale.lower) * 1e-6
      #expect(tick.value >= scale.lower - slack && tick.value <= scale.upper + slack)
    }
  }

  @Test("logarithmic ticks", arguments: ranges + [(1e-6, 1), (1, 1e12), (3, 40), (700, 1300), (1, 21_000)])
  func logarithmic(lower: Double, upper: Double) {
    let scale = AxisScale(.logarithmic, from: lower, to: upper, start: 400, end: 100)
    let ticks = scale.ticks(about: 6)
    #expect(ticks.count <= 14)
    #expect(Set(ticks.map(\.label)).count == ticks.count)
    for tick in ticks { #expect(100...400 ~= scale.position(tick.value)) }
  }

  @Test("the labels a reader expects")
  func labels() {
    func labels(_ kind: AxisScale.Kind, _ lower: Double, _ upper: Double, _ count: Int) -> [String] {
      AxisScale(kind, from: lower, to: upper, start: 0, end: 1).ticks(about: count).map(\.label)
    }
    #expect(labels(.linear, 0, 1, 5) == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"])
    #expect(labels(.linear, 0, 720_000, 7) == ["0", "100k", "200k", "300k", "400k", "500k", "600k", "700k"])
    #expect(labels(.linear, 0, 1_300_000, 6) == ["0", "200k", "400k", "600k", "800k", "1M", "1.2M"])
    #expect(labels(.logarithmic, 1, 21_000, 6) == ["1", "10", "100", "1k", "10k"])
    #expect(labels(.logarithmic, 1e-5, 1, 6) == ["10⁻⁵", "10⁻⁴", "10⁻³", "0.01", "0.1", "1"])
    #expect(labels(.logarithmic, 3, 40, 6) == ["5", "10", "20"])
  }

  @Test("positions are proportional, and values beyond the ends stay at them")
  func positions() {
    let linear = AxisScale(.linear, from: 0, to: 10, start: 100, end: 200)
    #expect([-5, 0, 2.5, 10, 99, .infinity].map(linear.position) == [100, 100, 125, 200, 200, 200])
    let logarithmic = AxisScale(.logarithmic, from: 1, to: 10_000, start: 0, end: 4)
    #expect([0, 1, 100, 10_000].map(logarithmic.position) == [0, 0, 2, 4])
  }

  @Test("end labels keep their order, their distance and their range")
  func endLabels() {
    let places = EndLabels.spread([10, 11, 11, 60], gap: 14, within: 0...100)
    #expect(places == [10, 24, 38, 60])
    #expect(EndLabels.spread([95, 96, 97], gap: 14, within: 0...100) == [72, 86, 100])
    #expect(EndLabels.spread([], gap: 14, within: 0...100).isEmpty)
  }

  @Test(
    "short numbers",
    arguments: [
      (0, "0"), (1, "1"), (0.31, "0.31"), (0.0274, "0.0274"), (999.9, "1k"), (1234, "1.23k"), (28_200_000, "28.2M"),
      (999_999, "1M"), (-4500, "-4.5k"), (2.1e-6, "2.1×10⁻⁶"), (1e20, "1×10²⁰"), (.nan, "–"), (.infinity, "–"),
      (.leastNonzeroMagnitude, "0"), (123_456_789_012_345_680, "123P"),
    ])
  func compact(value: Double, text: String) {
    #expect(NumberText.compact(value) == text)
  }

  @Test("fixed decimals and grouped digits")
  func fixed() {
    #expect(NumberText.fixed(0.88, decimals: 3) == "0.880")
    #expect(NumberText.fixed(-0.004, decimals: 2) == "0.00")
    #expect(NumberText.fixed(-1.5, decimals: 1) == "-1.5")
    #expect(NumberText.coordinate(12.50) == "12.5" && NumberText.coordinate(.nan) == "0")
    #expect(NumberText.grouped(1_234_567) == "1\u{2009}234\u{2009}567" && NumberText.grouped(-12) == "-12")
  }
}
