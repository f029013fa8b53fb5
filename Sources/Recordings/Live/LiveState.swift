import Synchronization

/// What the receiving thread tells of the stream, for others to read.
final class LiveState: Sendable {
  struct Report {
    var counts = LiveCounts()
    var timestampCounts = TimestampCounts()
    var skipped: [SkippedEntries] = []
    var formatName: String
    var sensor: SensorSize?
  }

  private struct Contents {
    var report: Report
    var notices: [String] = []
  }

  private let contents: Mutex<Contents>

  /// Notices kept until somebody takes them; the oldest give way.
  private static let mostNotices = 32

  init(formatName: String, sensor: SensorSize? = nil) {
    contents = Mutex(Contents(report: Report(formatName: formatName, sensor: sensor)))
  }

  var report: Report { contents.withLock { $0.report } }

  func update(_ body: (inout Report) -> Void) {
    contents.withLock { body(&$0.report) }
  }

  func notice(_ text: String) {
    contents.withLock { contents in
      if contents.notices.count == Self.mostNotices { contents.notices.removeFirst() }
      contents.notices.append(text)
    }
  }

  func takeNotices() -> [String] {
    contents.withLock { contents in
      defer { contents.notices.removeAll() }
      return contents.notices
    }
  }
}
