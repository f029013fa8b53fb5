import Recordings

/// Cuts a stream of events into frames of one duration; silent ones are frames without events.
public final class EventFrameReader {
  /// Duration of a frame in µs.
  public let frameInMicroseconds: Int64
  /// Frames delivered so far.
  public private(set) var frameCount = 0
  /// Events in them.
  public private(set) var eventCount = 0

  private let source: any EventSource
  private let shown: ShownPolarity
  private var frame: EventFrame
  private var batch = EventBatch()
  private var position = 0
  /// Time of the first event; `nil` before it.
  private var start: Int64?
  private var hasBegun = false
  private var failure: RecordingError?

  /// Begins with the first event that the source delivers.
  /// - Parameters:
  ///   - source: The events.
  ///   - sensor: Size of the frames; events outside are not shown.
  ///   - frameInMicroseconds: Duration of a frame in µs; `nil` makes one frame of all.
  ///   - shown: Which events are shown.
  /// - Throws: `ReportingError.tooManyPixels`.
  /// - Precondition: The duration is positive.
  public init(
    _ source: any EventSource, sensor: SensorSize, frameInMicroseconds: Int64? = nil,
    showing shown: ShownPolarity = .both
  ) throws(ReportingError) {
    precondition(frameInMicroseconds ?? 1 > 0, "a frame has a duration")
    self.source = source
    self.frameInMicroseconds = frameInMicroseconds ?? .max
    self.shown = shown
    frame = try EventFrame(sensor)
  }

  /// The next frame, or `nil` after the last.
  /// - Throws: `RecordingError` of the source, after the frame of the events before it.
  public func next() throws(RecordingError) -> EventFrame? {
    frame.removeAll()
    while failure == nil {
      if position == batch.count {
        guard fill() else { break }
      }
      let times = batch.timestampsInMicroseconds
      let origin = start ?? times[position]
      start = origin
      hasBegun = true
      let from = position
      while position < batch.count, frameIndex(of: times[position], origin) <= UInt64(frameCount) { position += 1 }
      frame.add(batch, from..<position, showing: shown)
      if position < batch.count { return delivered() }
    }
    if hasBegun {
      hasBegun = false
      return delivered()
    }
    if let failure {
      self.failure = nil
      throw failure
    }
    return nil
  }

  /// Times may lie further apart than an `Int64` holds.
  private func frameIndex(of time: Int64, _ origin: Int64) -> UInt64 {
    UInt64(bitPattern: time &- origin) / UInt64(frameInMicroseconds)
  }

  private func delivered() -> EventFrame {
    frameCount += 1
    eventCount += frame.eventCount
    return frame
  }

  /// Reads the next batch; returns whether there is one.
  private func fill() -> Bool {
    position = 0
    do throws(RecordingError) {
      return try source.next(into: &batch)
    } catch {
      batch.removeAll()
      failure = error
      return false
    }
  }
}
