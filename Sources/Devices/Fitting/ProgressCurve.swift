import Glibc

/// The exponential model seen from the start of a train, the same for both polarities and smooth through the straight line.
///
///     w(k) = (1 − e^(−c·k/P)) / (1 − e^(−c))        progress, 0 at the start of a train and 1 after P pulses
///     potentiation g = w(k), depression g = 1 − w(k)
///
/// | symbol | name | unit | range |
/// | --- | --- | --- | --- |
/// | c | `curvature`; positive is fast first, 0 a straight line | 1 | −43…43 |
/// | k/P | `position` in the train | 1 | 0…1 |
///
/// NeuroSim's shape is a = 1/|c|, its label follows from a in closed form (`Nonlinearity.deviation`). Potentiation has the
/// sign of c, depression the opposite one.
enum ProgressCurve {
  /// Curvature of the largest label that is used.
  static let largestCurvature = 43.0

  /// Progress at a position.
  static func value(_ position: Double, curvature: Double) -> Double {
    abs(curvature) < 1e-6 ? position : expm1(-curvature * position) / expm1(-curvature)
  }

  /// Derivative of the progress by the curvature.
  static func derivative(_ position: Double, curvature: Double) -> Double {
    let step = 1e-4 * max(1, abs(curvature))
    return (value(position, curvature: curvature + step) - value(position, curvature: curvature - step)) / (2 * step)
  }

  /// NeuroSim's label of a curvature, with the sign it has for potentiation.
  static func label(curvature: Double) -> Double {
    let size = abs(curvature)
    // Below this the closed form cancels; d(a) tends to c/8.
    let deviation = size < 1e-3 ? size / 8 : Nonlinearity.deviation(shape: 1 / size)
    return (curvature < 0 ? -1 : 1) * deviation / (0.07 * 2.0.squareRoot())
  }

  /// Derivative of the label by the curvature.
  static func labelSlope(curvature: Double) -> Double {
    let step = 1e-3 * max(1, abs(curvature))
    return (label(curvature: curvature + step) - label(curvature: curvature - step)) / (2 * step)
  }
}
