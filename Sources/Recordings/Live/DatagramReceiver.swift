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
  private let format: DatagramFormat
  private let sensor: SensorSize?
  private let queue: BoundedEventQueue
  private let state: LiveState
  private let clock: ArrivalClock

  private var burst = DatagramBurst(count: DatagramReceiver.burstLength, datagramSize: DatagramReceiver.largestDatagram)
  private var batch = EventBatch(capacity: 1 << 14)
  private var decoder: WireDecoder
  private var timeline: LiveTimeline
  private var sequence = DatagramSequence()
  private var counts = LiveCounts()
  private var isOver = false

  private static let burstLength = 32
  /// No datagram of UDP over IPv4 is larger.
  private static let largestDatagram = 65_536

  init(
    socket: LiveDescriptor, format: DatagramFormat, sensor: SensorSize?, timestamps: LiveTimestamps,
    queue: BoundedEventQueue, state: LiveState, clock: ArrivalClock
  ) {
    (self.socket, self.format, self.sensor) = (socket, format, sensor)
    (self.queue, self.state, self.clock) = (queue, state, clock)
    decoder = WireDecoder(format.layout, file: socket.stream)
    timeline = LiveTimeline(timestamps)
  }

  /// Receives until the sender tells the end, the signal is raised or the socket fails.
  func run(stop: StopSignal) {
    while !isOver, !stop.isRaised {
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
      decoder.arrive(atMicroseconds: arrival)
      for index in 0..<received where !isOver { take(index, arrival: arrival) }
      deliver()
    }
    queue.finish()
  }

  private func take(_ index: Int, arrival: Int64) {
    let bytes = burst.received(index)
    counts.datagrams += 1
    counts.bytes += bytes.count
    guard !burst.isCut(index) else {
      counts.malformed += 1
      return
    }
    guard format == .crosspoint else { return decode(bytes, arrival: arrival) }
    guard let header = CrosspointDatagram(bytes) else {
      counts.malformed += 1
      return
    }
    switch sequence.admit(header) {
    case .late: return
    case .malformed:
      counts.malformed += 1
      return
    case .deliver: break
    case .deliverNewStream:
      timeline.beginSession()
      counts.restarts += 1
      state.notice("\(socket.stream): another sender began")
    }
    isOver = header.isLast
    decode(UnsafeRawBufferPointer(rebasing: bytes[CrosspointDatagram.headerSize...]), arrival: arrival)
  }

  private func decode(_ bytes: UnsafeRawBufferPointer, arrival: Int64) {
    var rest = bytes
    var isDamaged = false
    while !rest.isEmpty, !isDamaged {
      if batch.isFull { deliver() }
      let first = batch.count
      do {
        let taken = try decoder.decode(rest, into: &batch)
        rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
      } catch {
        isDamaged = true
      }
      timeline.admit(&batch, from: first, sensor: sensor, arrival: arrival)
      counts.events += batch.count - first
    }
    if decoder.abandonEntry() || isDamaged { counts.malformed += 1 }
  }

  /// Reports, then hands over: what a consumer has taken is always among what was reported.
  private func deliver() {
    counts.lostDatagrams = sequence.lostDatagrams
    counts.lostEvents = sequence.lostEvents
    counts.lateDatagrams = sequence.lateDatagrams
    counts.outsideSensor = timeline.outsideSensor
    counts.clockRestarts = timeline.clockRestarts
    state.update { report in
      report.counts = counts
      report.timestampCounts.backward = timeline.backward
      report.timestampCounts.clamped = timeline.backward
      report.timestampCounts.wraps = decoder.wrapCount
    }
    queue.put(&batch)
  }
}
