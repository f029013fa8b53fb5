import Kernels

/// Cuts a stream of events into windows and encodes each, in one pass: hours of one recording become samples.
///
/// Nothing is read twice. Where windows overlap, each event goes to all that it belongs to, of which at most ⌈length / step⌉ are
/// open; memory depends on their number, not on the length or the rate of the stream.
public final class EventWindowReader<Encoder: EventEncoder> {
  /// What is known of a window that was read.
  public struct Window: Sendable, Equatable {
    /// Its number, from 0.
    public let index: Int
    /// Its times in µs.
    public let times: Range<Int64>
    /// Events in it.
    public internal(set) var eventCount = 0
    /// Of these, events after the last tick.
    public internal(set) var droppedEventCount = 0
    /// Whether the stream went on to its end or beyond.
    public internal(set) var isWhole = false
  }

  /// Where window 0 begins.
  public enum Origin: Sendable, Equatable {
    /// At a time of the stream, in µs.
    case time(Int64)
    /// At the first event.
    case firstEvent
  }

  /// A window that is being built.
  private struct Open {
    var window: Window
    var encoder: Encoder
    var raster: SpikeRaster
    /// Whether it has the events of the current batch.
    var hasBatch = false

    mutating func take(_ part: EventBatch) {
      window.eventCount += part.count
      encoder.append(part, to: &raster)
    }
  }

  /// The windows; `nil` before the first event where they begin with it.
  public private(set) var windows: EventWindows?

  private let source: any EventSource
  private let encoder: Encoder
  private let endTime: Int64?
  private var batch = EventBatch()
  /// The events of the batch that belong to one window.
  private var part = EventBatch()
  /// Time of the latest event read.
  private var latest = Int64.min
  private var isOver = false
  /// Windows that are being built, in order.
  private var open: [Open] = []
  /// Encoders and rasters of windows that were delivered, to be used again.
  private var spare: [Open] = []
  private var nextIndex = 0
  private let length: Int64
  private let step: Int64

  /// Puts an encoder behind a stream.
  /// - Parameters:
  ///   - source: The stream, from where it stands.
  ///   - encoder: An encoder of windows.
  ///   - lengthInMicroseconds: Duration of a window; that of the encoder's ticks where left out.
  ///   - stepInMicroseconds: From the beginning of a window to that of the next; the length where left out.
  ///   - origin: Where window 0 begins.
  ///   - endTime: Time in µs before which windows begin, events or not; where left out, they begin up to the last event.
  /// - Throws: `RecordingError.setting`.
  public init(
    _ source: any EventSource, encoder: Encoder, lengthInMicroseconds: Int64? = nil, stepInMicroseconds: Int64? = nil,
    origin: Origin = .time(0), endTime: Int64? = nil
  ) throws(RecordingError) {
    guard let length = lengthInMicroseconds ?? encoder.durationInMicroseconds else {
      throw .setting(
        name: "length of a window", expected: "a time, as frames of equal counts have none", found: "none")
    }
    var start: Int64 = 0
    if case .time(let time) = origin { start = time }
    let windows = try EventWindows(
      startInMicroseconds: start, lengthInMicroseconds: length, stepInMicroseconds: stepInMicroseconds)
    try windows.check(encoder)
    if let endTime { try RecordingError.checkSetting("end of the windows in µs", endTime, in: -(1 << 53)...(1 << 53)) }
    self.windows = origin == .firstEvent ? nil : windows
    (self.source, self.encoder, self.endTime) = (source, encoder, endTime)
    (self.length, step) = (length, windows.stepInMicroseconds)
  }

  /// Replaces the contents of `raster` by the next window, which may hold no events.
  ///
  /// Windows that the stream does not fill are delivered too, and not called whole. After an error of the stream the windows of
  /// the events before it can still be read.
  /// - Returns: `nil` after the last window.
  /// - Throws: `RecordingError`, as reading does.
  public func next(into raster: inout SpikeRaster) throws(RecordingError) -> Window? {
    while true {
      if let windows = try settledWindows() {
        if open.isEmpty, begins(nextIndex, in: windows) { openNext(of: windows) }
        // Of a window that was opened, the stream may have ended before its beginning.
        guard let first = open.first?.window, begins(first.index, in: windows) else { return nil }
        feed(0)
        if isOver || first.times.upperBound <= latest { return close(into: &raster) }
        while nextIndex <= first.index + windows.overlap, windows.start(ofWindow: nextIndex) <= latest,
          begins(nextIndex, in: windows)
        {
          openNext(of: windows)
        }
        for index in open.indices { feed(index) }
      }
      guard !isOver else { return nil }
      try read()
    }
  }

  /// The windows, once it is known where they begin.
  private func settledWindows() throws(RecordingError) -> EventWindows? {
    if windows == nil, let first = batch.timestampsInMicroseconds.first {
      windows = try EventWindows(
        startInMicroseconds: first, lengthInMicroseconds: length, stepInMicroseconds: step)
    }
    return windows
  }

  /// Whether there is a window of this number, as far as is known; all times of a window are far inside of 64 bits.
  private func begins(_ index: Int, in windows: EventWindows) -> Bool {
    guard Int64(index) <= (1 << 60) / step else { return false }
    let start = windows.start(ofWindow: index)
    if let endTime { return start < endTime }
    return !isOver || start <= latest
  }

  private func openNext(of windows: EventWindows) {
    let window = Window(index: nextIndex, times: windows.times(ofWindow: nextIndex))
    var next = spare.popLast() ?? Open(window: window, encoder: encoder, raster: SpikeRaster(rowCount: 0))
    (next.window, next.hasBatch) = (window, false)
    next.encoder.begin(&next.raster)
    open.append(next)
    nextIndex += 1
  }

  /// Gives a window its events of the current batch.
  private func feed(_ index: Int) {
    guard !open[index].hasBatch else { return }
    open[index].hasBatch = true
    let times = open[index].window.times
    guard batch.count > 0, times.lowerBound <= latest else { return }
    part = batch
    _ = part.keepEvents(in: times)
    open[index].take(part)
  }

  private func close(into raster: inout SpikeRaster) -> Window {
    var first = open.removeFirst()
    first.encoder.finish(&first.raster)
    first.window.droppedEventCount = first.encoder.droppedEventCount
    first.window.isWhole = first.window.times.upperBound <= max(latest, endTime ?? .min)
    swap(&raster, &first.raster)
    let window = first.window
    spare.append(first)
    return window
  }

  private func read() throws(RecordingError) {
    for index in open.indices { open[index].hasBatch = false }
    batch.removeAll()
    if try source.next(into: &batch) {
      latest = batch.timestampsInMicroseconds.last ?? latest
    } else {
      isOver = true
    }
  }
}
