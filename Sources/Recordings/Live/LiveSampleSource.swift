import Synchronization

/// Samples of a sensor as it publishes them.
///
/// As with ``LiveEventSource``, a thread of its own receives into a bounded queue, and ``counts`` has all that was dropped. A broker
/// that is not there yet, or goes away, is connected to again after 0.1 s, 0.2 s and so on up to 5 s. Messages that the
/// broker had kept from before (retained) are counted as late and not delivered.
///
/// Times are in µs: those of the messages, from the zero of the sensor's clock, or else of their arrival since the source was made.
public final class LiveSampleSource: Sendable {
  /// Number of channels.
  public var channelCount: Int { queue.channelCount }
  /// What became of everything received so far; an event is a sample.
  public var counts: LiveCounts {
    var counts = state.report.counts
    counts.dropped = queue.dropped
    return counts
  }
  /// What happened to time stamps so far.
  public var timestampCounts: TimestampCounts { state.report.timestampCounts }

  private let queue: BoundedSampleQueue
  private let state: LiveState
  private let clock: ArrivalClock
  private let signal: StopSignal
  private let thread: ReceiverThread

  /// Subscribes to a topic; does not wait for the broker.
  /// - Parameters:
  ///   - topic: The topic and its broker.
  ///   - payload: How a message carries a sample.
  ///   - queueCapacity: Most samples that wait, at least 1.
  ///   - dropPolicy: What to do with samples that arrive while the queue is full; with `block` the broker holds them back, or drops
  ///     them as it is set up to.
  /// - Throws: `RecordingError`: a setting is out of its range, or the system gives no thread.
  public init(
    mqtt topic: MQTTTopic, payload: SamplePayload, queueCapacity: Int = 1 << 14, dropPolicy: DropPolicy = .dropOldest
  ) throws(RecordingError) {
    guard (1...1 << 24).contains(queueCapacity) else {
      throw RecordingError.setting(
        name: "samples that may wait", expected: "1 to \(1 << 24)", found: "\(queueCapacity)")
    }
    let queue = BoundedSampleQueue(capacity: queueCapacity, channelCount: payload.channelCount, policy: dropPolicy)
    let (state, clock) = (LiveState(formatName: "MQTT samples"), ArrivalClock())
    let signal = try StopSignal(stream: "\(topic)")
    let receiver = MQTTReceiver(topic: topic, payload: payload, queue: queue, state: state, clock: clock)
    thread = try ReceiverThread(stream: "\(topic)") { receiver.run(stop: signal) }
    (self.queue, self.state, self.clock, self.signal) = (queue, state, clock, signal)
  }

  deinit {
    stop()
  }

  /// µs since the source was made: the time line of arrivals, by which a consumer can end a window that no sample came in.
  public var elapsedMicroseconds: Int64 { clock.now() }

  /// Replaces the contents of `batch` by the next samples, at least one, as soon as there are any.
  /// - Returns: `false`, with an empty batch, once the stream is over.
  /// - Throws: `RecordingError`, once, where the stream ended by it.
  /// - Precondition: The batch has the channels of the source.
  public func next(into batch: inout LiveSampleBatch) throws(RecordingError) -> Bool {
    try wait(for: &batch, timeoutInMicroseconds: nil) == .ready
  }

  /// Replaces the contents of `batch` by the next samples, if any come in time.
  /// - Parameter timeout: Longest time to wait, in µs; 0 for none.
  /// - Throws: `RecordingError`, once, where the stream ended by it.
  /// - Precondition: The batch has the channels of the source.
  public func poll(
    into batch: inout LiveSampleBatch, timeoutInMicroseconds timeout: Int64
  ) throws(RecordingError) -> LivePoll {
    try wait(for: &batch, timeoutInMicroseconds: timeout)
  }

  /// Messages since the last call that a user may want to see, such as that the broker went away; at most the latest 32.
  public func takeNotices() -> [String] { state.takeNotices() }

  /// Ends receiving; samples that wait count as dropped, and whoever waits for samples is told that the stream is over.
  public func stop() {
    signal.raise()
    queue.close()
  }

  private func wait(
    for batch: inout LiveSampleBatch, timeoutInMicroseconds timeout: Int64?
  ) throws(RecordingError) -> LivePoll {
    precondition(batch.channelCount == channelCount, "a batch of \(batch.channelCount) channels for \(channelCount)")
    let outcome = queue.take(into: &batch, timeoutInMicroseconds: timeout)
    if outcome == .over, let failure = queue.takeFailure() { throw failure }
    return outcome
  }
}
