import Glibc

/// The shape of NeuroSim's exponential model from its nonlinearity label.
///
/// With shape a (time constant in units of the whole pulse range) and b = 1/(1 − e^(−1/a)), the curve deviates from the
/// straight line by at most d(a) = b − a + a·ln(a/b), and the label is defined by d = 0.07·√2·|label|.
public enum Nonlinearity {
  /// Largest label that has a shape.
  public static let largestLabel = 9.0
  /// Below this the curve is a straight line for every purpose.
  public static let smallestLabel = 0.005

  /// Greatest deviation of the curve of shape `a` from the straight line.
  static func deviation(shape a: Double) -> Double {
    let b = -1 / expm1(-1 / a)
    return b - a + a * log(a / b)
  }

  /// Shape for a label, or `nil` for a straight line. Solved by bisection on ln a; about 60 evaluations.
  public static func shape(label: Double) -> Double? {
    let size = min(abs(label), largestLabel)
    guard size >= smallestLabel else { return nil }
    let wanted = 0.07 * 2.0.squareRoot() * size
    var low = log(1e-3)
    var high = log(1e3)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if deviation(shape: exp(middle)) > wanted { low = middle } else { high = middle }
    }
    return exp((low + high) / 2)
  }
}

/// Shapes of the exponential model on a fine grid of labels: drawing a million devices must not solve a million
/// equations.
///
/// Linear interpolation of ln a over ln label on 4096 intervals: relative error below 1e-6 up to label 5, 4e-5 up to 9.
struct NonlinearityTable: Sendable {
  private let logShapes: [Double]
  private static let intervals = 4096
  private static let lowest = log(Nonlinearity.smallestLabel)
  private static let highest = log(Nonlinearity.largestLabel)

  init() {
    logShapes = (0...Self.intervals).map { index in
      let label = exp(Self.lowest + (Self.highest - Self.lowest) * Double(index) / Double(Self.intervals))
      return log(Nonlinearity.shape(label: max(label, Nonlinearity.smallestLabel)) ?? 1)
    }
  }

  /// Shape for a label, or `nil` for a straight line.
  func shape(label: Double) -> Double? {
    let size = min(abs(label), Nonlinearity.largestLabel)
    guard size >= Nonlinearity.smallestLabel else { return nil }
    let position = (log(size) - Self.lowest) / (Self.highest - Self.lowest) * Double(Self.intervals)
    let index = min(max(Int(position), 0), Self.intervals - 1)
    let fraction = position - Double(index)
    return exp(logShapes[index] * (1 - fraction) + logShapes[index + 1] * fraction)
  }

  func response(label: Double, pulses: Double, polarity: ExponentialResponse.Polarity) -> ExponentialResponse {
    ExponentialResponse(shape: shape(label: label), isConcave: label > 0, pulses: pulses, polarity: polarity)
  }
}
