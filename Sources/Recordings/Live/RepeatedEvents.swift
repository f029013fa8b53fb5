/// A recording that begins again when it is over, for ever, on one time line that goes on.
///
/// Each repetition begins 1 ms after the last event of the one before.
public final class RepeatedEvents: EventSource {
  /// Name of the format of the recording.
  public var formatName: String { source.formatName }
  /// Size of the camera of the recording.
  public var sensor: SensorSize? { source.sensor }
  /// How the recording ended; `nil` unless it is damaged or empty.
  public private(set) var end: StreamEnd?
  /// What happened to time stamps in this repetition.
  public var timestampCounts: TimestampCounts { source.timestampCounts }
  /// What was passed over in this repetition.
  public var skipped: [SkippedEntries] { source.skipped }
  /// Times that the recording was delivered whole.
  public private(set) var repetitions = 0

  private let open: () throws(RecordingError) -> any EventSource
  private var source: any EventSource
  /// What is added to all times of this repetition.
  private var shift: Int64 = 0
  private var first: Int64?
  private var latest: Int64 = 0

  private static let gap: Int64 = 1_000

  /// Opens the recording.
  /// - Parameter open: Opens it from its beginning.
  /// - Throws: `RecordingError`, as opening does.
  public init(_ open: @escaping () throws(RecordingError) -> any EventSource) throws(RecordingError) {
    self.open = open
    source = try open()
  }

  /// Replaces the contents of `batch` by the next events; see ``EventSource/next(into:)``.
  public func next(into batch: inout EventBatch) throws(RecordingError) -> Bool {
    guard end == nil else {
      batch.removeAll()
      return false
    }
    do {
      if try !source.next(into: &batch) {
        guard let first else {
          end = .clean
          return false
        }
        repetitions += 1
        source = try open()
        shift = latest &+ Self.gap &- first
        guard try source.next(into: &batch) else {
          end = .clean
          return false
        }
      }
    } catch {
      end = source.end ?? .clean
      throw error
    }
    first = first ?? batch.timestampsInMicroseconds.first
    let shift = shift
    batch.modify { events, count in
      for index in 0..<count { events.timestampsInMicroseconds[index] &+= shift }
      return count
    }
    latest = batch.timestampsInMicroseconds.last ?? latest
    return true
  }
}
