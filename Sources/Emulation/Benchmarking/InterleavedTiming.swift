import Glibc

/// Work that is timed: a call of `body` does `amount` of it.
struct TimedWork {
  let amount: Double
  let body: () throws -> Void

  init(amount: Double, _ body: @escaping () throws -> Void) {
    self.amount = amount
    self.body = body
  }
}

/// Times alternatives in turns, so that whatever else the machine does meets all of them alike.
enum InterleavedTiming {
  /// What a second is.
  enum Clock {
    /// Of the calling thread on a processor: other programs that want it do not count. For computing on one thread.
    case processor
    /// Of the clock on the wall. For threads and disks.
    case wall

    fileprivate var seconds: Double {
      guard self == .processor else { return SessionClock.now }
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
  }

  /// Calls each alternative once to warm up, then all of them `repetitions` times in turn.
  /// - Returns: amount per second of the fastest call of each: the one least disturbed.
  static func rates(
    _ alternatives: [TimedWork], repetitions: Int, clock: Clock = .processor
  ) throws -> [Double] {
    var fastest = [Double](repeating: .infinity, count: alternatives.count)
    for repetition in 0...max(repetitions, 1) {
      for (index, alternative) in alternatives.enumerated() {
        let start = clock.seconds
        try alternative.body()
        if repetition > 0 { fastest[index] = min(fastest[index], clock.seconds - start) }
      }
    }
    // A clock tick is the least a call can take.
    return zip(alternatives, fastest).map { $0.amount / max($1, 1e-9) }
  }
}
