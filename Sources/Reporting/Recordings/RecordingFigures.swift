import Recordings

/// Entries of a recording that are no events of brightness, as figures.
public struct SkippedFigure: Encodable, Sendable {
  /// What they are, in the plural.
  public var what: String
  /// How many.
  public var count: Int

  init(_ entries: SkippedEntries) {
    (what, count) = (entries.what, entries.count)
  }
}

/// The figures of a recording of events, for programs; times are in µs.
public struct RecordingFigures: Encodable, Sendable {
  /// A pixel with its share of all events, 0 to 1.
  public struct Pixel: Encodable, Sendable {
    /// Column.
    public var x: Int
    /// Row.
    public var y: Int
    /// Events.
    public var events: Int
    /// Share of all events.
    public var share: Double
  }

  /// How a recording ended.
  public struct Ending: Encodable, Sendable {
    /// "clean", "truncated", "corrupt" or "unreadable".
    public var kind: String
    /// The byte of the damage.
    public var byte: Int?
    /// The event of the damage, in tables without bytes.
    public var event: Int?
  }

  /// Name of the format with its version.
  public var format: String
  /// Size of the camera as stated, `WIDTHxHEIGHT`.
  public var sensor: String?
  /// The smallest camera that has all pixels used.
  public var usedSensor: String?
  /// Number of events.
  public var events: Int
  /// Number of ON events.
  public var onEvents: Int
  /// Time of the first event.
  public var firstTime: Int64?
  /// Time of the last event.
  public var lastTime: Int64?
  /// Events per second from the first to the last.
  public var meanRate: Double?
  /// Highest rate over a bin of `rateBin`.
  public var highestRate: Double
  /// Width of a bin.
  public var rateBin: Int64
  /// Events of each bin from the first event on.
  public var rateCounts: [Int]
  /// The pixels of most events.
  public var hottestPixels: [Pixel]
  /// Share of the pixels without events, 0 to 1.
  public var silentShare: Double?
  /// Times that the clock began anew and was carried on.
  public var wraps: Int
  /// Events that were earlier than one before them.
  public var backwardTimes: Int
  /// Of these, those that were given the time of the one before.
  public var clampedTimes: Int
  /// What was passed over.
  public var skipped: [SkippedFigure]
  /// How the recording ended.
  public var ending: Ending

  private static let hottestCount = 5

  init(_ survey: RecordingSurvey) {
    format = survey.formatName
    sensor = survey.sensor?.description
    usedSensor = survey.usedSize?.description
    (events, onEvents) = (survey.eventCount, survey.onCount)
    (firstTime, lastTime) = (survey.timesInMicroseconds?.lowerBound, survey.timesInMicroseconds?.upperBound)
    (meanRate, highestRate) = (survey.meanRate, survey.rate.highestRate)
    (rateBin, rateCounts) = (survey.rate.binWidthInMicroseconds, Array(survey.rate.counts))
    hottestPixels = (survey.pixels?.hottest(Self.hottestCount) ?? []).map {
      Pixel(x: $0.x, y: $0.y, events: $0.count, share: Double($0.count) / Double(max(survey.eventCount, 1)))
    }
    silentShare = survey.pixels?.silentShare
    (wraps, backwardTimes) = (survey.timestampCounts.wraps, survey.timestampCounts.backward)
    clampedTimes = survey.timestampCounts.clamped
    skipped = survey.skipped.map(SkippedFigure.init)
    ending =
      switch survey.end {
      case .clean: Ending(kind: "clean")
      case .truncated(let byte): Ending(kind: "truncated", byte: byte)
      case .corrupt(let byte): Ending(kind: "corrupt", byte: byte)
      case .corruptEvent(let index): Ending(kind: "corrupt", event: index)
      case nil: Ending(kind: "unreadable")
      }
  }
}

/// Numbers over time as a line of blocks, the higher the more.
enum Sparkline {
  private static let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

  /// At most `columns` characters; neighbours that share one are added up. A place without anything is a blank.
  static func text(_ counts: [Int], columns: Int) -> String {
    guard columns > 0, !counts.isEmpty else { return "" }
    let width = min(columns, counts.count)
    let sums = (0..<width).map { column in
      // Means, since places at the ends of ranges hold unequal numbers of bins.
      let range = column * counts.count / width..<(column + 1) * counts.count / width
      return Double(counts[range].reduce(0, +)) / Double(range.count)
    }
    let highest = sums.max() ?? 0
    return String(
      sums.map { sum in
        guard sum > 0 else { return " " }
        return blocks[min(Int(sum / highest * Double(blocks.count)), blocks.count - 1)]
      })
  }
}
