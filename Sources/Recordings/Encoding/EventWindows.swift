import Kernels

/// Windows of equal duration at equal distances on the time line of a recording.
///
/// Window k covers the times from `start + k · step` up to, not including, `start + k · step + length`. Windows overlap where the
/// step is below the length, and leave gaps where it is above.
public struct EventWindows: Sendable, Equatable {
  /// Beginning of window 0 in µs.
  public let startInMicroseconds: Int64
  /// Duration of each window in µs.
  public let lengthInMicroseconds: Int64
  /// Time from the beginning of a window to that of the next in µs.
  public let stepInMicroseconds: Int64

  /// Most windows that share a time.
  static let mostOverlapping: Int64 = 256

  /// Checks and sets the windows.
  /// - Parameter stepInMicroseconds: The length where left out; at least 1/256 of it.
  /// - Throws: `RecordingError.setting`.
  public init(
    startInMicroseconds: Int64 = 0, lengthInMicroseconds: Int64, stepInMicroseconds: Int64? = nil
  ) throws(RecordingError) {
    // A hundred years; sums of such times are far from the ends of the numbers.
    let longest: Int64 = 1 << 52
    let step = stepInMicroseconds ?? lengthInMicroseconds
    try RecordingError.checkSetting("start of the windows in µs", startInMicroseconds, in: -longest...longest)
    try RecordingError.checkSetting("length of a window in µs", lengthInMicroseconds, in: 1...longest)
    let smallest = (lengthInMicroseconds + Self.mostOverlapping - 1) / Self.mostOverlapping
    try RecordingError.checkSetting("step of the windows in µs", step, in: smallest...longest)
    (self.startInMicroseconds, self.lengthInMicroseconds) = (startInMicroseconds, lengthInMicroseconds)
    self.stepInMicroseconds = step
  }

  /// Most windows that are open at a time.
  var overlap: Int {
    Int((lengthInMicroseconds + stepInMicroseconds - 1) / stepInMicroseconds)
  }

  /// Number of windows that end at or before a time.
  public func count(endingBy time: Int64) -> Int {
    let (span, overflows) = time.subtractingReportingOverflow(startInMicroseconds + lengthInMicroseconds)
    return overflows || span < 0 ? 0 : Int(span / stepInMicroseconds) + 1
  }

  /// Beginning of a window in µs.
  /// - Precondition: It lies within 64 bits.
  public func start(ofWindow index: Int) -> Int64 {
    startInMicroseconds + Int64(index) * stepInMicroseconds
  }

  /// Times of a window in µs.
  /// - Precondition: They lie within 64 bits.
  public func times(ofWindow index: Int) -> Range<Int64> {
    let start = start(ofWindow: index)
    return start..<start + lengthInMicroseconds
  }

  /// Encodes one window of a recording, wherever reading stands; its spikes do not depend on that.
  /// - Returns: Number of events in the window.
  /// - Throws: `RecordingError`, as seeking and reading do, or if the encoder is for windows of another length.
  public func encode(
    window index: Int, of source: any SeekableEventSource, with encoder: inout some EventEncoder,
    into raster: inout SpikeRaster
  ) throws(RecordingError) -> Int {
    try check(encoder)
    return try source.encode(times(ofWindow: index), with: &encoder, into: &raster)
  }

  /// Refuses an encoder whose ticks fill another time than a window.
  func check(_ encoder: some EventEncoder) throws(RecordingError) {
    guard let duration = encoder.durationInMicroseconds, duration != lengthInMicroseconds else { return }
    throw .setting(
      name: "length of a window", expected: "\(duration) µs, as long as its \(encoder.tickCount) ticks",
      found: "\(lengthInMicroseconds) µs")
  }
}

extension SeekableEventSource {
  /// Encodes the events of a span of time, whose beginning is the zero of the sample, wherever reading stands.
  /// - Returns: Number of events in the span.
  /// - Throws: `RecordingError`, as seeking and reading do.
  func encode(
    _ times: Range<Int64>, with encoder: inout some EventEncoder, into raster: inout SpikeRaster
  ) throws(RecordingError) -> Int {
    try seek(toMicroseconds: times.lowerBound)
    var batch = EventBatch()
    var eventCount = 0
    encoder.begin(&raster)
    while try next(into: &batch) {
      let isOver = batch.keepEvents(in: times)
      eventCount += batch.count
      encoder.append(batch, to: &raster)
      if isOver { break }
    }
    encoder.finish(&raster)
    return eventCount
  }
}

extension EventBatch {
  /// Keeps the events of a window, and counts their times from its beginning.
  /// - Returns: Whether there were events after it.
  mutating func keepEvents(in times: Range<Int64>) -> Bool {
    var isOver = false
    modify { events, count in
      let timestamps = events.timestampsInMicroseconds
      var first = 0
      while first < count, timestamps[first] < times.lowerBound { first += 1 }
      var last = count
      if last > 0, timestamps[last - 1] >= times.upperBound {
        isOver = true
        while last > first, timestamps[last - 1] >= times.upperBound { last -= 1 }
      }
      if first > 0 { events.move(first..<last, to: 0) }
      for index in 0..<last - first { timestamps[index] -= times.lowerBound }
      return last - first
    }
    return isOver
  }
}
