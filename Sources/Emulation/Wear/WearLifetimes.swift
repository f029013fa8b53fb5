import Glibc

/// When devices fail at the measured wear rate and a duty, for several runs.
public struct WearLifetimes: Sendable {
  /// One event, such as the first failure.
  public struct Event: Sendable {
    /// What happens.
    public var name: String
    /// Seconds until it happens on the chip of each run, 0 where it has; `nil` where it never does.
    public var ofChips: [Double?]
    /// Median or mean over chips like these with lives drawn anew, from fresh on, by run.
    public var expected: [Double?]
    /// Within which it happens for 95 of 100 such chips, by run; `nil` for events of many devices, whose spread is small.
    public var range: [ClosedRange<Double>?]

    /// Geometric mean over the runs with its 95 % interval; `nil` unless it happens on several chips, and on all.
    public var overRuns: (mean: Double, low: Double, high: Double)? {
      let logs = ofChips.compactMap { $0.flatMap { $0 > 0 ? log($0) : nil } }
      guard logs.count == ofChips.count, logs.count > 1 else { return nil }
      let interval = ConfidenceInterval(logs)
      let half = interval.halfWidth ?? 0
      return (exp(interval.mean), exp(interval.mean - half), exp(interval.mean + half))
    }
  }

  /// The events.
  public let events: [Event]
  /// Whether the runs differ in their seeds alone, so that an interval over them means something.
  public let areRepeats: Bool

  /// Shares of failed devices that are told.
  public static let shares = [0.01, 0.1]

  /// The lifetimes of some runs that have seen samples.
  public init(_ records: [WearRecord], samplesPerSecond: Double) {
    let projections = records.map(\.projection)
    func seconds(_ value: (WearProjection) -> Double?) -> [Double?] {
      projections.map { $0.flatMap(value).map { $0 / samplesPerSecond } }
    }
    let none = [ClosedRange<Double>?](repeating: nil, count: records.count)
    let low = seconds { $0.firstFailure(probability: 0.025) }
    let high = seconds { $0.firstFailure(probability: 0.975) }
    let first = Event(
      name: "first failed device", ofChips: seconds { $0.hasFailures ? 0 : $0.firstFailure },
      expected: seconds { $0.firstFailure(probability: 0.5) },
      range: zip(low, high).map { low, high in low.flatMap { low in high.map { low...max($0, low) } } })
    let rest = Self.shares.map { share in
      Event(
        name: "\(share) of the devices failed", ofChips: seconds { $0.samples(untilFailed: share) },
        expected: seconds { $0.meanSamples(untilFailed: share) }, range: none)
    }
    events = [first] + rest
    areRepeats =
      records.count > 1
      && records.dropFirst().allSatisfy { record in
        record.configuration.differences(from: records[0].configuration).filter(\.changesResult).allSatisfy {
          $0.path == "run.seed"
        }
      }
  }

  /// How the times were found, and what they assume.
  public static let method = """
    A device fails after (life - wear)/rate more samples; its rate is its wear over the samples seen. For chips like these, \
    P(no failure up to n samples) is the product over the devices of 1 - F(rate x n), and the share that has failed the mean \
    of F(rate x n), F the distribution of lives. Assumed: rates stay as they were, and failures change nothing; `crosspoint age` \
    finds out what they change, and when the accuracy falls.
    """
}
