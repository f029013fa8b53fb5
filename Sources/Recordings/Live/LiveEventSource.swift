import Glibc
import Synchronization

/// Camera events as a sensor or another program sends them.
///
/// A thread of its own receives and decodes into a bounded queue, so memory does not grow however fast events come or however slowly
/// they are taken; what becomes of those that find no room is the drop policy's choice, and ``counts`` has all of them. The thread
/// sleeps while nothing comes. One thread at a time may take events; the counts and ``stop()`` may be reached from any.
///
/// Times are in µs from the zero of the sender's clock, or from the making of the source: see ``LiveTimestamps``.
public final class LiveEventSource: EventSource, Sendable {
  /// Settings that all ways of receiving share.
  public struct Parameters: Sendable, Equatable {
    /// Size of the camera, where the format does not state it; events outside are passed over and counted.
    public var sensor: SensorSize?
    /// Where times come from.
    public var timestamps: LiveTimestamps
    /// Most events that wait, at least 1; 13 bytes each.
    public var queueCapacity: Int
    /// What to do with events that arrive while the queue is full.
    public var dropPolicy: DropPolicy

    /// Sets all fields.
    public init(
      sensor: SensorSize? = nil, timestamps: LiveTimestamps = .sender, queueCapacity: Int = 1 << 20,
      dropPolicy: DropPolicy = .block
    ) {
      (self.sensor, self.timestamps) = (sensor, timestamps)
      (self.queueCapacity, self.dropPolicy) = (queueCapacity, dropPolicy)
    }
  }

  /// Name of the format with its version.
  public var formatName: String { state.report.formatName }
  /// Size of the camera: as stated in the parameters, or else in the stream once its header has come.
  public var sensor: SensorSize? { state.report.sensor }
  /// How the stream ended; `nil` until the call that finds it over.
  public var end: StreamEnd? { ending.withLock { $0 } }
  /// What happened to time stamps so far; a live stream never rejects.
  public var timestampCounts: TimestampCounts { state.report.timestampCounts }
  /// What was passed over so far.
  public var skipped: [SkippedEntries] { state.report.skipped }
  /// What became of everything received so far.
  public var counts: LiveCounts {
    var counts = state.report.counts
    counts.dropped = queue.dropped
    counts.kernelDroppedDatagrams = socket?.droppedDatagrams
    return counts
  }
  /// The port of this machine it receives on; `nil` where there is none.
  public let port: Int?
  /// Bytes of datagrams that the kernel holds while the receiver is busy; `nil` for streams of bytes. What the system allows may be
  /// less than what was asked for (`net.core.rmem_max`).
  public let kernelBufferSize: Int?

  private let queue: BoundedEventQueue
  private let state: LiveState
  private let clock: ArrivalClock
  private let signal: StopSignal
  private let socket: LiveDescriptor?
  private let thread: ReceiverThread
  private let ending = Mutex<StreamEnd?>(nil)

  /// Receives datagrams.
  /// - Parameters:
  ///   - address: An address of this machine, `0.0.0.0` for all of them; port 0 for one that is free, see ``port``.
  ///   - format: The layout of the datagrams.
  ///   - kernelBufferSize: Bytes to ask the kernel to hold.
  /// - Throws: `RecordingError`: the address cannot be used, or a setting is out of its range.
  public init(
    udp address: NetworkAddress, format: DatagramFormat, parameters: Parameters = Parameters(),
    kernelBufferSize: Int = 16 << 20
  ) throws(RecordingError) {
    try Self.check(parameters)
    let stream = "udp on \(address)"
    let clock = ArrivalClock()
    let signal = try StopSignal(stream: stream)
    let socket = try LiveDescriptor.datagrams(on: address, bufferSize: kernelBufferSize, stream: stream)
    let queue = BoundedEventQueue(capacity: parameters.queueCapacity, policy: parameters.dropPolicy)
    let state = LiveState(formatName: format.formatName, sensor: parameters.sensor)
    let receiver = DatagramReceiver(
      socket: socket, format: format, sensor: parameters.sensor, timestamps: parameters.timestamps, queue: queue,
      state: state, clock: clock)
    thread = try ReceiverThread(stream: stream) { receiver.run(stop: signal) }
    (self.clock, self.signal, self.queue, self.state, self.socket) = (clock, signal, queue, state, socket)
    port = socket.port
    self.kernelBufferSize = Int(socket.option(SO_RCVBUF))
  }

  /// Receives bytes.
  /// - Parameters:
  ///   - transport: The way they come.
  ///   - decoder: A decoder at the beginning of its format.
  /// - Throws: `RecordingError`: the transport cannot be opened, or a setting is out of its range.
  public init(
    bytes transport: ByteTransport, decoder: any EventDecoder, parameters: Parameters = Parameters()
  ) throws(RecordingError) {
    try Self.check(parameters)
    let clock = ArrivalClock()
    let signal = try StopSignal(stream: transport.description)
    let input = try transport.open()
    let queue = BoundedEventQueue(capacity: parameters.queueCapacity, policy: parameters.dropPolicy)
    let state = LiveState(formatName: decoder.formatName, sensor: parameters.sensor ?? decoder.sensor)
    let receiver = StreamReceiver(
      input: input, decoder: decoder, sensor: parameters.sensor, timestamps: parameters.timestamps, queue: queue,
      state: state, clock: clock)
    thread = try ReceiverThread(stream: transport.description) { receiver.run(stop: signal) }
    (self.clock, self.signal, self.queue, self.state, socket) = (clock, signal, queue, state, nil)
    port = input.port
    kernelBufferSize = nil
  }

  deinit {
    stop()
  }

  /// µs since the source was made: the time line of arrivals, by which a consumer can end a window that no event came in.
  public var elapsedMicroseconds: Int64 { clock.now() }

  /// Replaces the contents of `batch` by the next events, as soon as there are any; see ``EventSource/next(into:)``.
  public func next(into batch: inout EventBatch) throws(RecordingError) -> Bool {
    try wait(for: &batch, timeoutInMicroseconds: nil) == .ready
  }

  /// Replaces the contents of `batch` by the next events, if any come in time.
  /// - Parameter timeout: Longest time to wait, in µs; 0 for none.
  /// - Throws: `RecordingError`, once, where the stream ended by it.
  public func poll(
    into batch: inout EventBatch, timeoutInMicroseconds timeout: Int64
  ) throws(RecordingError) -> LivePoll {
    try wait(for: &batch, timeoutInMicroseconds: timeout)
  }

  /// Messages since the last call that a user may want to see, such as that a peer connected again; at most the latest 32.
  public func takeNotices() -> [String] { state.takeNotices() }

  /// Ends receiving; events that wait count as dropped, and whoever waits for events is told that the stream is over.
  public func stop() {
    signal.raise()
    queue.close()
  }

  private func wait(
    for batch: inout EventBatch, timeoutInMicroseconds timeout: Int64?
  ) throws(RecordingError) -> LivePoll {
    let outcome = queue.take(into: &batch, timeoutInMicroseconds: timeout)
    guard outcome == .over, end == nil else { return outcome }
    let failure = queue.takeFailure()
    ending.withLock { $0 = failure?.streamEnd ?? .clean }
    if let failure { throw failure }
    return .over
  }

  private static func check(_ parameters: Parameters) throws(RecordingError) {
    guard (1...1 << 30).contains(parameters.queueCapacity) else {
      throw RecordingError.setting(
        name: "events that may wait", expected: "1 to \(1 << 30)", found: "\(parameters.queueCapacity)")
    }
  }
}
