/// Elementary functions in double precision, made of additions, multiplications and divisions alone: the bits of a result do not
/// depend on the mathematics library of the machine.
///
/// For coefficients and tables, where a few ulp are wanted and speed is not.
public enum PortableDoubleMath {
  /// Natural logarithm of a positive finite number; error below 1e-15 · max(1, |ln x|).
  /// - Precondition: `x` is positive and finite.
  public static func log(_ x: Double) -> Double {
    precondition(x > 0 && x < .infinity, "the logarithm is of a positive finite number")
    var (mantissa, exponent) = (x.significand, x.exponent)
    if mantissa > 1.4142135623730951 {
      mantissa *= 0.5
      exponent += 1
    }
    // ln m = 2 artanh((m − 1) / (m + 1)); the argument is below 0.172, and its 25th power below 1e-19.
    let s = (mantissa - 1) / (mantissa + 1)
    let s2 = s * s
    var series = 0.0
    for power in stride(from: 23, through: 3, by: -2) { series = (series + 1 / Double(power)) * s2 }
    return Double(exponent) * 0.6931471805599453 + (2 * s + 2 * s * series)
  }

  /// e^x; relative error below 1e-15; 0 below −745, infinite above 709.
  public static func exp(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x < -745 { return 0 }
    if x > 709 { return .infinity }
    let n = (x * 1.4426950408889634).rounded(.toNearestOrEven)
    // ln 2 in two parts, the first short enough for the product to be exact.
    let r = (x - n * 6.93147180369123816490e-01) - n * 1.90821492927058770002e-10
    var series = 1.0
    for divisor in stride(from: 14, through: 2, by: -1) { series = 1 + r / Double(divisor) * series }
    return Double(sign: .plus, exponent: Int(n), significand: 1 + r * series)
  }

  /// Sine and cosine of 2π·turn; absolute error below 1e-15.
  /// - Precondition: `turn` is finite.
  public static func sineCosine(ofTurn turn: Double) -> (sine: Double, cosine: Double) {
    precondition(turn.isFinite, "an angle is a finite number")
    let part = turn - turn.rounded(.toNearestOrEven)
    let quarter = (part * 4).rounded(.toNearestOrEven)
    let x = (part - quarter * 0.25) * 6.283185307179586
    let x2 = x * x
    var (s, c) = (1.0, 1.0)
    for order in stride(from: 19, through: 3, by: -2) { s = 1 - x2 / Double(order * (order - 1)) * s }
    for order in stride(from: 20, through: 2, by: -2) { c = 1 - x2 / Double(order * (order - 1)) * c }
    s *= x
    switch Int(quarter) & 3 {
    case 0: return (s, c)
    case 1: return (c, -s)
    case 2: return (-s, -c)
    default: return (-c, s)
    }
  }
}
