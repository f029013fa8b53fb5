/// Why a list of levels is not a pulse curve. Points count from 0, the start of the curve.
public enum PulseCurveError: Error, Equatable, Sendable {
  /// Fewer than two levels.
  case tooShort(points: Int)
  /// More levels than a curve can hold.
  case tooLong(points: Int, limit: Int)
  /// Less than one pulse from point to point, or far too many.
  case pulsesPerPoint(found: Int, limit: Int)
  /// A level that is not a number, or far from the range.
  case outOfBounds(point: Int, found: Double)
  /// A level that repeats the one before or turns back.
  case notMonotone(point: Int, before: Double, after: Double)
}

extension PulseCurveError: CustomStringConvertible {
  /// One sentence: the place, what was expected, what was found, what to do.
  public var description: String {
    switch self {
    case .tooShort(let points):
      "a pulse curve needs at least 2 levels, found \(points); give the start and the level after every pulse"
    case .tooLong(let points, let limit):
      "a pulse curve holds at most \(limit) levels, found \(points); keep every second one and double the pulses per "
        + "point"
    case .pulsesPerPoint(let found, let limit):
      "a pulse curve needs 1 to \(limit) pulses per point, found \(found)"
    case .outOfBounds(let point, let found):
      "the level at point \(point) of a pulse curve is \(found); levels run from 0 at Gmin to 1 at Gmax"
    case .notMonotone(let point, let before, let after):
      "a pulse curve must rise or fall at every pulse, but goes from \(before) to \(after) at point \(point); smooth "
        + "it or cut it there"
    }
  }
}
