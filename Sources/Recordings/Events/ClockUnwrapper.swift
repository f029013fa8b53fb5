/// Carries the times of a clock of few bits on over the places where it starts again from 0.
struct ClockUnwrapper: Sendable {
  /// Times that the clock started again.
  private(set) var wrapCount = 0

  private let range: Int64
  private let isSteady: Bool
  private var latest: Int64 = 0

  /// - Parameters:
  ///   - bits: Bits of the clock, below 62.
  ///   - isSteady: Whether the format promises that the clock never goes back. Of a clock that may, a step forward by more than
  ///     half its range after it started again is taken for a step back over that place.
  init(bits: Int, isSteady: Bool) {
    precondition(bits > 0 && bits < 62, "a clock of \(bits) bits")
    range = 1 << Int64(bits)
    self.isSteady = isSteady
  }

  /// The time that the reading of the clock stands for; a step back by more than half the range is a new start.
  mutating func carry(_ reading: Int64) -> Int64 {
    if reading - latest < -(range / 2) {
      wrapCount += 1
    } else if !isSteady, wrapCount > 0, reading - latest > range / 2 {
      wrapCount -= 1
    }
    latest = reading
    return Int64(wrapCount) * range + reading
  }
}
