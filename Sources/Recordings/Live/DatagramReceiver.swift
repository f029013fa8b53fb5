import Glibc

/// How the datagrams of a stream of camera events are laid out.
public enum DatagramFormat: Sendable, Equatable {
  /// Whole events in a plain layout and nothing else.
  case plain(WireLayout)
  /// A header of 32 bytes that counts what was sent before, then events as ``WireLayout/time64``: losses are known to the event, and
  /// the end of the stream is told.
  ///
  /// The header is `XPEV`; a byte 1 for the version; a byte that is 1 if the stream ends here and 0 else; the number of events in the
  /// datagram (16 bits); a number drawn by the sender when it begins, the datagrams and the events it sent before (64 bits
  /// each). All numbers are little-endian.
  case crosspoint

  /// Name of the format.
  public var formatName: String {
    switch self {
    case .plain(let layout): layout.formatName
    case .crosspoint: "Crosspoint datagrams"
    }
  }

  /// The layout of its events.
  var layout: WireLayout {
    switch self {
    case .plain(let layout): layout
    case .crosspoint: CrosspointDatagram.layout
    }
  }

  /// Bytes before the events.
  var headerSize: Int {
    switch self {
    case .plain: 0
    case .crosspoint: CrosspointDatagram.headerSize
    }
  }
}

/// Receives datagrams into a queue; used by one thread.
final class DatagramReceiver: @unchecked Sendable {
  private let socket: LiveDescriptor
  private let queue: BoundedEventQueue
  private let state: LiveState
  private let clock: ArrivalClock

  private var burst = DatagramBurst(count: DatagramReceiver.burstLength, datagramSize: DatagramReceiver.largestDatagram)
  private var batch = EventBatch(capacity: 1 << 14)
  private var decoder: DatagramDecoder

  private static let burstLength = 32
  /// No datagram of UDP over IPv4 is larger.
  private static let largestDatagram = 65_536

  init(
    socket: LiveDescriptor, format: DatagramFormat, sensor: SensorSize?, timestamps: LiveTimestamps,
    queue: BoundedEventQueue, state: LiveState, clock: ArrivalClock
  ) {
    (self.socket, self.queue, self.state, self.clock) = (socket, queue, state, clock)
    decoder = DatagramDecoder(format, stream: socket.stream, sensor: sensor, timestamps: timestamps)
  }

  /// Receives until the sender tells the end, the signal is raised or the socket fails.
  func run(stop: StopSignal) {
    while !decoder.isOver, !stop.isRaised {
      let received = burst.receive(from: socket)
      if received < 0 {
        switch errno {
        case EAGAIN: _ = stop.wait(socket.descriptor)
        // A datagram sent from this socket's port met nobody; of no concern to receiving.
        case EINTR, ECONNREFUSED: break
        default:
          return queue.finish(
            .live(stream: socket.stream, reason: ByteReader.lastReason(), advice: "check the network of this machine"))
        }
        continue
      }
      let arrival = clock.now()
      for index in 0..<received where !decoder.isOver { take(index, arrival: arrival) }
      deliver(&batch, of: decoder)
    }
    queue.finish()
  }

  private func take(_ index: Int, arrival: Int64) {
    let bytes = burst.received(index)
    let notice = decoder.take(
      burst.isCut(index) ? nil : bytes, byteCount: bytes.count, arrival: arrival, into: &batch
    ) { batch, decoder in
      deliver(&batch, of: decoder)
    }
    if notice == .newStream { state.notice("\(socket.stream): another sender began") }
  }

  /// Reports, then hands over: what a consumer has taken is always among what was reported.
  private func deliver(_ batch: inout EventBatch, of decoder: borrowing DatagramDecoder) {
    let (counts, timestamps) = (decoder.counts, decoder.timestampCounts)
    state.update { report in
      report.counts = counts
      report.timestampCounts = timestamps
    }
    queue.put(&batch)
  }
}
