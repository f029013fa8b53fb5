/// The membrane of a digital neuron: a whole number n of b bits, one unit of which is worth `scale` of weight, U = s·n.
///
///     n(t) = clip(decay(n(t−1)) − θn·z(t−1) + round(I(t)/s))        θn = round(θ/s),  z(t) = 1 where n(t) > θn
///
///     decay(n) = ⌊n·(1 − 2⁻ᵏ)⌋ = n − ⌈n/2ᵏ⌉                         `shift(k)`, one shift and one subtraction
///     decay(n) = ⌊n·f/2¹⁵⌋, one more where n·f mod 2¹⁵ ≥ draw       `product(f)`, one multiplication
///
/// Weights and membranes share the scale, so that an input needs no multiplication. What a crossbar sums to is no whole number
/// of units; it is rounded to the nearest, ties to even.
///
/// Rounding down takes more than the leak: a potential between 0 and 2ᵏ units loses one unit a tick, one between −2ᵏ and 0
/// stays. With draws, uniform in 0 ..< 2¹⁵, the expectation of the product is n·f/2¹⁵ (and 2⁻¹⁵ units more); a potential of
/// less than one unit becomes 0.
///
/// | symbol | name | unit | default | range |
/// | --- | --- | --- | --- | --- |
/// | b | `bits`, sign included | bits | | 2…22, with a product 2…16 |
/// | s | `scale`: weight of one unit | weight | 2⁻¹⁰ | > 0 |
/// | k | `Leak.shift` | bits | 4 | 1…21 |
/// | f | `Leak.product`: λ·2¹⁵ | 1 | | 1…2¹⁵ |
///
/// - Reference: shared scale and shift: R. Yin et al., MINT, ASP-DAC 2024, arXiv:2305.09850; multiplication with stochastic
///   rounding: C. Frenkel, G. Indiveri, ReckOn, ISSCC 2022, doi:10.1109/ISSCC42614.2022.9731734, and its published circuit.
public struct QuantisedMembrane: Sendable, Equatable {
  /// How a membrane leaks.
  public enum Leak: Sendable, Equatable {
    /// λ = 1 − 2⁻ᵏ, rounded down.
    case shift(Int)
    /// λ = f/2¹⁵, rounded down or, with draws, up with the probability of what is dropped.
    case product(factor: Int32, isStochastic: Bool)
  }

  /// Most bits of a membrane: sums of its numbers are exact in single precision.
  public static let mostBits = 22
  /// Most bits of a membrane that leaks by a product of 32 bits.
  public static let mostProductBits = 16
  /// Bits of a factor behind its point.
  public static let fractionBits = 15

  /// Bits of the membrane b, sign included.
  public var bits: Int
  /// Weight of one unit s.
  public var scale: Float
  /// How the membrane leaks.
  public var leak: Leak

  /// Sets all numbers.
  public init(bits: Int, scale: Float, leak: Leak) {
    let isSound =
      switch leak {
      case .shift(let places): 1..<Self.mostBits ~= places && bits <= Self.mostBits
      case .product(let factor, _): 1...1 << Self.fractionBits ~= factor && bits <= Self.mostProductBits
      }
    precondition(isSound && bits >= 2 && scale > 0, "a membrane has the bits and the leak of its table")
    self.bits = bits
    self.scale = scale
    self.leak = leak
  }

  /// Smallest and largest number of units that the membrane holds.
  public var range: ClosedRange<Int32> { -(1 << (bits - 1))...(1 << (bits - 1)) - 1 }

  /// What is left of a potential after a tick, λ.
  public var decay: Float {
    switch leak {
    case .shift(let places): 1 - 1 / Float(1 << places)
    case .product(let factor, _): Float(factor) / Float(1 << Self.fractionBits)
    }
  }

  /// Whether leaking takes a draw.
  public var isStochastic: Bool {
    guard case .product(_, true) = leak else { return false }
    return true
  }

  /// The nearest whole number of units of a weight, ties to even; what is beyond 2²² units, or no number, is cut to that.
  public func units(of weight: Float) -> Int32 {
    let limit = Float(1 << Self.mostBits) - 1
    let wanted = weight * (1 / scale)
    let cut = wanted <= limit ? wanted : limit
    return Int32((cut >= -limit ? cut : -limit).rounded(.toNearestOrEven))
  }

  /// A number cut to what the membrane holds.
  public func clipped(_ units: Int32) -> Int32 { min(max(units, range.lowerBound), range.upperBound) }

  /// A potential after the leak of a tick.
  /// - Parameter draw: 0 ..< 2¹⁵, uniform, for a stochastic leak; 2¹⁵ rounds down.
  public func decayed(_ units: Int32, draw: Int32 = 1 << Self.fractionBits) -> Int32 {
    switch leak {
    case .shift(let places): return units - (units + (1 << places) - 1) >> places
    case .product(let factor, _):
      let product = units * factor
      let whole = product >> Self.fractionBits
      let rest = product & ((1 << Self.fractionBits) - 1)
      return rest >= draw && whole != 0 ? whole + 1 : whole
    }
  }

  /// The potential of the next tick.
  /// - Parameters:
  ///   - input: whole units.
  ///   - charge: what a spike of the tick before takes off, units; 0 without that spike, `nil` for a reset to zero by it.
  ///   - draw: see `decayed`.
  public func next(_ units: Int32, input: Int32, charge: Int32? = 0, draw: Int32 = 1 << Self.fractionBits) -> Int32 {
    guard let charge else { return clipped(input) }
    return clipped(decayed(units, draw: draw) - charge + input)
  }
}
