/// How many events came when: bins of one width from the first event on, whose width doubles whenever the time outgrows them.
public struct EventRateHistory: Sendable, Equatable {
  /// Most bins.
  public static let mostBins = 512
  /// Width of a bin before it was doubled, in µs.
  static let narrowestBin: Int64 = 1000

  /// Width of a bin in µs.
  public private(set) var binWidthInMicroseconds = narrowestBin
  /// Time at which the first bin begins, in µs: that of the first event; `nil` before it.
  public private(set) var startInMicroseconds: Int64?

  private var bins = [Int](repeating: 0, count: mostBins)
  /// Time of the latest event since the first, which may be more than an `Int64` holds.
  private var elapsed: UInt64 = 0

  /// A history without events.
  init() {}

  /// Events in each bin up to that of the latest event.
  public var counts: ArraySlice<Int> {
    startInMicroseconds == nil ? [] : bins[...bin(of: elapsed)]
  }

  /// The most events of a bin, per second.
  public var highestRate: Double {
    Double(counts.max() ?? 0) * 1e6 / Double(binWidthInMicroseconds)
  }

  private func bin(of elapsed: UInt64) -> Int { Int(elapsed / UInt64(binWidthInMicroseconds)) }

  /// Counts events whose times do not decrease, in a run and from run to run.
  mutating func count(_ events: EventRun) {
    guard let first = events.timestampsInMicroseconds.first, let last = events.timestampsInMicroseconds.last else {
      return
    }
    let start = startInMicroseconds ?? first
    startInMicroseconds = start
    elapsed = UInt64(bitPattern: last &- start)
    while bin(of: elapsed) >= Self.mostBins { doubleWidth() }
    var (bin, end, count) = (0, UInt64(0), 0)
    for time in events.timestampsInMicroseconds {
      let elapsed = UInt64(bitPattern: time &- start)
      if elapsed >= end {
        bins[bin] += count
        bin = self.bin(of: elapsed)
        let (next, overflow) = UInt64(bin + 1).multipliedReportingOverflow(by: UInt64(binWidthInMicroseconds))
        end = overflow ? .max : next
        count = 0
      }
      count += 1
    }
    bins[bin] += count
  }

  private mutating func doubleWidth() {
    for bin in 0..<Self.mostBins / 2 { bins[bin] = bins[2 * bin] + bins[2 * bin + 1] }
    for bin in Self.mostBins / 2..<Self.mostBins { bins[bin] = 0 }
    binWidthInMicroseconds *= 2
  }
}
