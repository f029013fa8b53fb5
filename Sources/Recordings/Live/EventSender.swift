import Glibc

/// What a sender sent.
public struct SentCounts: Sendable, Equatable {
  /// Events.
  public var events = 0
  /// Datagrams; 0 for streams of bytes.
  public var datagrams = 0
  /// Bytes.
  public var bytes = 0
  /// Times that the receiving machine answered that nobody receives there; what was sent then is lost.
  public var refusals = 0

  /// Counts of nothing.
  public init() {}
}

/// Sends camera events to another program, to stand in for a sensor; as fast as its source gives them.
public final class EventSender {
  /// What was sent so far.
  public private(set) var counts = SentCounts()

  private let socket: LiveDescriptor
  private let layout: WireLayout
  private var burst: DatagramBurst
  private let isStream: Bool
  /// The header of the next datagram, where the format has one.
  private var header: CrosspointDatagram?
  private let headerSize: Int
  private let eventsPerPart: Int
  private var batch = EventBatch(capacity: 1 << 14)

  private static let burstLength = 32
  /// Datagrams that tell the end, of which one must arrive.
  private static let endCopies = 3

  /// Sends datagrams.
  /// - Parameters:
  ///   - address: The receiver.
  ///   - format: The layout of the datagrams.
  ///   - datagramSize: Most bytes of a datagram, 64 to 65 507; the default passes Ethernet in one piece.
  /// - Throws: `RecordingError`: the host is unknown, or a setting is out of its range.
  public init(
    udp address: NetworkAddress, format: DatagramFormat, datagramSize: Int = 1472
  ) throws(RecordingError) {
    guard (64...65_507).contains(datagramSize) else {
      throw RecordingError.setting(name: "bytes of a datagram", expected: "64 to 65507", found: "\(datagramSize)")
    }
    let stream = "udp to \(address)"
    socket = try LiveDescriptor(SOCK_DGRAM, stream: stream)
    (layout, headerSize, isStream) = (format.layout, format.headerSize, false)
    eventsPerPart = (datagramSize - headerSize) / layout.bytesPerEvent
    burst = DatagramBurst(count: Self.burstLength, datagramSize: datagramSize)
    header = format == .crosspoint ? CrosspointDatagram(stream: UInt64.random(in: 0...UInt64.max)) : nil
    try connect(to: address)
  }

  /// Connects to a program that receives bytes.
  /// - Throws: `RecordingError`: nobody receives there.
  public init(tcp address: NetworkAddress, layout: WireLayout) throws(RecordingError) {
    socket = try LiveDescriptor(SOCK_STREAM, stream: "tcp to \(address)")
    (self.layout, headerSize, isStream) = (layout, 0, true)
    eventsPerPart = 4096
    burst = DatagramBurst(count: 1, datagramSize: eventsPerPart * layout.bytesPerEvent)
    try connect(to: address)
  }

  /// Sends all events of a source, those of each of its batches at once: paced if the source is.
  /// - Returns: What was sent so far.
  /// - Throws: `RecordingError`: the source's, or the receiver is gone, or a pixel does not fit into the layout.
  @discardableResult
  public func send(_ source: any EventSource) throws(RecordingError) -> SentCounts {
    while try source.next(into: &batch) { try send(batch) }
    return counts
  }

  /// Sends the events of a batch.
  /// - Throws: `RecordingError`, as for a source.
  public func send(_ batch: EventBatch) throws(RecordingError) {
    let limit = layout.largestPixel
    let largest = Self.largestPixel(of: batch)
    guard largest.x <= limit.x, largest.y <= limit.y else {
      throw RecordingError.setting(
        name: "layout '\(layout.formatName)'", expected: "columns up to \(limit.x) and rows up to \(limit.y)",
        found: "up to \(largest.x) and \(largest.y)")
    }
    var next = 0
    while next < batch.count {
      var parts = 0
      while parts < burst.count, next < batch.count {
        let end = min(next + eventsPerPart, batch.count)
        write(batch, next..<end, to: parts)
        next = end
        parts += 1
      }
      try transmit(parts)
    }
  }

  /// Tells the receiver that the stream ends, where the format can, and that no more bytes come.
  /// - Throws: `RecordingError`: the receiver is gone.
  public func finish() throws(RecordingError) {
    if isStream {
      shutdown(socket.descriptor, Int32(SHUT_WR))
    } else if var last = header {
      last.isLast = true
      last.eventCount = 0
      for copy in 0..<Self.endCopies {
        last.write(to: burst[copy].baseAddress!)
        burst.setLength(headerSize, of: copy)
      }
      counts.bytes += Self.endCopies * headerSize
      try transmit(Self.endCopies)
    }
  }

  private static func largestPixel(of batch: EventBatch) -> (x: UInt16, y: UInt16) {
    batch.withEvents { events in
      var largest = (x: UInt16(0), y: UInt16(0))
      for index in 0..<batch.count {
        largest.x = max(largest.x, events.x[index])
        largest.y = max(largest.y, events.y[index])
      }
      return largest
    }
  }

  /// Lays out one datagram or piece of the stream.
  private func write(_ batch: EventBatch, _ range: Range<Int>, to part: Int) {
    let bytes = burst[part].baseAddress!
    let size = headerSize + range.count * layout.bytesPerEvent
    header?.eventCount = range.count
    header?.write(to: bytes)
    header?.datagramsBefore += 1
    header?.eventsBefore += range.count
    layout.write(batch, range, to: bytes + headerSize)
    burst.setLength(size, of: part)
    counts.events += range.count
    counts.bytes += size
  }

  private func transmit(_ parts: Int) throws(RecordingError) {
    if isStream { return try transmitBytes() }
    var next = 0
    while next < parts {
      let sent = burst.send(next..<parts, to: socket)
      if sent > 0 {
        next += sent
        counts.datagrams += sent
        continue
      }
      switch errno {
      case EINTR: break
      // An answer to an earlier datagram; this one can be sent again.
      case ECONNREFUSED: counts.refusals += 1
      // The queue of the network is full, which passes.
      case ENOBUFS, EAGAIN: usleep(100)
      default: throw failure()
      }
    }
  }

  private func transmitBytes() throws(RecordingError) {
    let length = burst.length(of: 0)
    var sent = 0
    while sent < length {
      let count = Glibc.send(
        socket.descriptor, burst[0].baseAddress! + sent, length - sent, Int32(MSG_NOSIGNAL))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure() }
      sent += count
    }
  }

  private func connect(to address: NetworkAddress) throws(RecordingError) {
    var resolved = try address.resolve(stream: socket.stream)
    let failure = socket.connect(to: &resolved)
    guard failure == 0 else {
      throw RecordingError.live(
        stream: socket.stream, reason: String(cString: strerror(failure)), advice: "start the receiver first")
    }
  }

  private func failure() -> RecordingError {
    .live(stream: socket.stream, reason: ByteReader.lastReason(), advice: "check that the receiver still runs")
  }
}
