import Glibc

/// Measures one session of a run. Nothing here may influence a result.
struct SessionClock {
  private let start = Self.now
  private var lastCheckpoint = Self.now
  private var lastProgress = Self.now
  /// Seconds that learning waited for a checkpoint at most.
  private(set) var longestPause = 0.0
  private var trainingSamples = 0
  private var trainingSeconds = 0.0
  // A recent rate, so that the remaining time follows what the run does now.
  private var recentStart = Self.now
  private var recentSteps = 0
  private var recentRate = 0.0

  /// Seconds on a clock that only goes forward.
  static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }

  var elapsed: Double { Self.now - start }
  var secondsSinceCheckpoint: Double { Self.now - lastCheckpoint }
  /// `nil` when the session did not train.
  var trainingSamplesPerSecond: Double? { trainingSeconds > 0 ? Double(trainingSamples) / trainingSeconds : nil }
  /// Samples per second of late; 0 in the first moments, when it would say nothing.
  var stepsPerSecond: Double {
    if recentRate > 0 { return recentRate }
    return Self.now - recentStart > 0.5 ? Double(recentSteps) / (Self.now - recentStart) : 0
  }

  mutating func count(seconds: Double, isTraining: Bool) {
    recentSteps += 1
    if isTraining {
      trainingSamples += 1
      trainingSeconds += seconds
    }
    let span = Self.now - recentStart
    if span > 2 {
      recentRate = Double(recentSteps) / span
      recentStart = Self.now
      recentSteps = 0
    }
  }

  /// - Parameter pause: seconds that learning waited.
  mutating func checkpointBegun(pause: Double) {
    lastCheckpoint = Self.now
    longestPause = max(longestPause, pause)
  }

  /// True about ten times a second.
  var isProgressDue: Bool {
    mutating get {
      guard Self.now - lastProgress > 0.1 else { return false }
      lastProgress = Self.now
      return true
    }
  }
}
