import Glibc

/// A labelled place on an axis.
struct Tick: Equatable {
  var value: Double
  var label: String
}

/// Maps values to places in px along one axis, linearly or by their logarithm.
struct AxisScale {
  enum Kind {
    case linear, logarithmic
  }

  let kind: Kind
  let lower: Double
  let upper: Double
  /// The places, in px, of `lower` and `upper`.
  let start: Double
  let end: Double

  /// A scale over `lower...upper`; a range that is empty, reversed, not finite, or not positive on a logarithmic scale is
  /// widened to the nearest one that can be drawn.
  init(_ kind: Kind, from lower: Double, to upper: Double, start: Double, end: Double) {
    var low = lower.isFinite ? lower : 0
    if kind == .logarithmic && low <= 0 { low = 1 }
    let high = upper.isFinite ? upper : low
    self.kind = kind
    self.lower = low
    // The relative margin keeps huge, nearly equal ends apart, the absolute one ends at zero.
    self.upper = high > low + abs(low) * 1e-9 ? high : kind == .linear ? low + max(1, abs(low)) : low * 10
    self.start = start
    self.end = end
  }

  /// The place of `value`; values beyond the ends are drawn at the ends.
  func position(_ value: Double) -> Double {
    let fraction = (projected(value) - projected(lower)) / (projected(upper) - projected(lower))
    return start + (end - start) * max(0, min(1, fraction.isNaN ? 0 : fraction))
  }

  /// Round values inside the axis, about `count` of them, ascending.
  func ticks(about count: Int) -> [Tick] {
    kind == .linear ? linearTicks(about: count) : logarithmicTicks(about: count)
  }

  private func projected(_ value: Double) -> Double {
    kind == .linear ? value : log10(max(value, .leastNormalMagnitude))
  }

  private func linearTicks(about count: Int) -> [Tick] {
    let step = AxisScale.niceStep(for: upper - lower, about: count)
    let first = (lower / step - 1e-9).rounded(.up)
    let last = (upper / step + 1e-9).rounded(.down)
    guard step.isFinite, first <= last, last - first < 100 else { return [] }
    let decimals = max(0, -Int((log10(step) + 1e-9).rounded(.down)))
    let largest = max(abs(first), abs(last)) * step
    let digits = max(3, Int(log10(max(largest / step, 1))) + 2)
    return (0...Int(last - first)).map { index in
      let value = (first + Double(index)) * step
      let plain = largest < 10_000 && decimals <= 4
      return Tick(
        value: value,
        label: plain ? NumberText.fixed(value, decimals: decimals) : NumberText.compact(value, digits: digits))
    }
  }

  private func logarithmicTicks(about count: Int) -> [Tick] {
    let first = Int((log10(lower) - 1e-9).rounded(.up))
    let last = Int((log10(upper) + 1e-9).rounded(.down))
    let decades = last - first + 1
    if decades >= 3 || decades >= 2 && count <= 3 {
      let every = (decades + max(count, 1) - 1) / max(count, 1)
      return stride(from: first, through: last, by: every).map {
        Tick(value: pow(10, Double($0)), label: NumberText.powerOfTen($0))
      }
    }
    let fine = (first - 1...max(last, first - 1) + 1).flatMap { exponent in
      [1.0, 2, 5].map { $0 * pow(10, Double(exponent)) }
    }
    let inside = fine.filter { $0 >= lower * (1 - 1e-9) && $0 <= upper * (1 + 1e-9) }
    guard inside.count < 2 else { return inside.map { Tick(value: $0, label: NumberText.compact($0)) } }
    // Less than a factor of about two: the axis is as good as linear.
    return AxisScale(.linear, from: lower, to: upper, start: start, end: end).linearTicks(about: count)
  }

  /// The step 1, 2 or 5 times a power of ten that divides `span` into about `count` parts.
  static func niceStep(for span: Double, about count: Int) -> Double {
    let raw = span / Double(max(count, 1))
    let power = pow(10, log10(raw).rounded(.down))
    let mantissa = raw / power
    return (mantissa < 1.5 ? 1 : mantissa < 3.5 ? 2 : mantissa < 7.5 ? 5 : 10) * power
  }
}
