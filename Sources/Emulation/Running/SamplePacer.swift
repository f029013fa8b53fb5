import Glibc

/// Holds samples back so that they come as fast as a sensor would deliver them. Nothing here may influence a result.
struct SamplePacer {
  /// How much faster than the sensor; 0 for no waiting.
  let speed: Double
  /// Moment at which the next sample has been recorded.
  private var due: Double

  init(speed: Double) {
    self.speed = speed
    due = SessionClock.now
  }

  /// Waits until a sample of this length has been recorded, or until `isStopped`, which is asked several times a second.
  mutating func wait(for seconds: Double, isStopped: () -> Bool) {
    guard speed > 0 else { return }
    // Whoever is late does not hurry afterwards.
    due = max(due, SessionClock.now - 1) + seconds / speed
    while !isStopped() {
      let left = due - SessionClock.now
      guard left > 0 else { return }
      usleep(UInt32(min(left, 0.05) * 1e6))
    }
  }
}
