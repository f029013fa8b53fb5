import Kernels

/// Leaves events out at random, to a fraction of them or to a limit of their rate.
///
/// Whether an event passes is a draw that depends on the seed and the event alone, its pixel, polarity and time; so it does not
/// depend on where reading began. Events that agree in all of these pass or fall together where the odds are the same.
///
/// The limit counts events in windows of W on the time line. The n-th event of a window passes with probability
/// min(1, m / max(n, n₋)), where n₋ is the number of events in the window before and m = limit · W. So a steady stream leaves at
/// the limit, and after a sudden rise from nothing to N events at most m · (1 + ln(N / m)) of the first window pass on average.
///
/// | name | unit | range |
/// | --- | --- | --- |
/// | `fraction` | 1 | 0…1 |
/// | `eventsPerSecond`, the limit | 1/s | 1…10⁹ |
/// | `windowInMicroseconds`, W | µs | 100…6·10⁷, default 10 000 |
public struct EventThinning: EventFilter {
  /// Settings of the filter.
  public struct Parameters: EventFilterParameters, Equatable {
    fileprivate enum Goal: Equatable {
      case fraction(Double)
      case limit(eventsPerWindow: Double, window: Int64)
    }

    fileprivate let goal: Goal
    /// Seed of the draws.
    public let seed: UInt64

    /// Keeps a fraction of all events, each with the same probability.
    /// - Throws: `RecordingError.setting`.
    public init(fraction: Double, seed: UInt64) throws(RecordingError) {
      try RecordingError.checkSetting("fraction of events to keep", fraction, in: 0...1)
      (goal, self.seed) = (.fraction(fraction), seed)
    }

    /// Keeps all events up to a rate, and a part of them above it.
    /// - Throws: `RecordingError.setting`.
    public init(
      eventsPerSecond: Double, windowInMicroseconds: Int64 = 10_000, seed: UInt64
    ) throws(RecordingError) {
      try RecordingError.checkSetting("limit of the event rate in 1/s", eventsPerSecond, in: 1...1e9)
      try RecordingError.checkSetting(
        "window of the limit of the event rate in µs", windowInMicroseconds, in: 100...60_000_000)
      let eventsPerWindow = eventsPerSecond * Double(windowInMicroseconds) * 1e-6
      goal = .limit(eventsPerWindow: eventsPerWindow, window: windowInMicroseconds)
      self.seed = seed
    }

    /// The filter.
    public func makeFilter(for sensor: SensorSize) throws(RecordingError) -> any EventFilter {
      EventThinning(self, sensor: sensor)
    }
  }

  /// Settings.
  public let parameters: Parameters
  /// Size of the image, which stays.
  public let sensor: SensorSize
  /// What it does.
  public var name: String {
    switch parameters.goal {
    case .fraction(let fraction): "keep a fraction of \(fraction)"
    case .limit(let events, let window): "limit to \(events) events in \(window) µs"
    }
  }

  private let draws: RandomStream
  /// The window of the latest event: its number on the time line, its events, those of the window before.
  private var window = (number: Int64.longAgo, count: 0, countBefore: 0)

  fileprivate init(_ parameters: Parameters, sensor: SensorSize) {
    (self.parameters, self.sensor) = (parameters, sensor)
    draws = RandomStream(seed: parameters.seed, purpose: .eventThinning)
  }

  /// Leaves events out.
  public mutating func apply(to batch: inout EventBatch) {
    let draws = draws
    switch parameters.goal {
    case .fraction(let fraction):
      batch.keep { events, index in draws.uniform(of: events, index) <= fraction }
    case .limit(let limit, let length):
      var window = window
      var end = Self.end(of: window.number, length: length)
      batch.keep { events, index in
        let time = events.timestampsInMicroseconds[index]
        if time >= end {
          let number = time / length - (time % length < 0 ? 1 : 0)
          window = (number, 0, number == window.number + 1 ? window.count : 0)
          end = Self.end(of: number, length: length)
        }
        window.count += 1
        let rivals = Double(max(window.count, window.countBefore))
        return rivals <= limit || draws.uniform(of: events, index) * rivals <= limit
      }
      self.window = window
    }
  }

  /// Forgets how many events there were.
  public mutating func reset() {
    window = (.longAgo, 0, 0)
  }

  private static func end(of window: Int64, length: Int64) -> Int64 {
    let (end, overflows) = (window + 1).multipliedReportingOverflow(by: length)
    return overflows ? (window < 0 ? .min : .max) : end
  }
}

extension RandomStream {
  /// A number in (0, 1] that belongs to an event.
  fileprivate func uniform(of events: EventBatch.Slots, _ index: Int) -> Double {
    let pixel = UInt32(events.y[index]) << 16 | UInt32(events.x[index])
    let time = UInt64(bitPattern: events.timestampsInMicroseconds[index])
    let words = words(
      pixel, UInt32(events.polarities[index]), UInt32(truncatingIfNeeded: time), UInt32(truncatingIfNeeded: time >> 32))
    return Self.uniform(words[0], words[1])
  }
}
