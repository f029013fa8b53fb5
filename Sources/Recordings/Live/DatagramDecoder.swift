/// Decodes datagrams of camera events, puts the events on one time line and counts what is lost or damaged.
package struct DatagramDecoder {
  /// What a datagram tells beside its events.
  package enum Notice: Equatable {
    /// Nothing.
    case none
    /// Another sender than before began with it.
    case newStream
  }

  /// What became of the datagrams so far, except what only a socket or a queue knows.
  package private(set) var counts = LiveCounts()
  /// Whether the sender told the end of the stream.
  package private(set) var isOver = false
  /// What happened to time stamps so far.
  package var timestampCounts: TimestampCounts {
    var timestamps = TimestampCounts()
    (timestamps.backward, timestamps.clamped) = (timeline.backward, timeline.backward)
    timestamps.wraps = decoder.wrapCount
    return timestamps
  }

  private let format: DatagramFormat
  private let sensor: SensorSize?
  private var decoder: WireDecoder
  private var timeline: LiveTimeline
  private var sequence = DatagramSequence()

  /// - Parameters:
  ///   - format: How the datagrams are laid out.
  ///   - stream: Names the stream in errors.
  ///   - sensor: Size of the camera, where it is known; events outside are passed over.
  ///   - timestamps: Where the times of the events come from.
  package init(_ format: DatagramFormat, stream: String, sensor: SensorSize?, timestamps: LiveTimestamps) {
    (self.format, self.sensor) = (format, sensor)
    decoder = WireDecoder(format.layout, file: stream)
    timeline = LiveTimeline(timestamps)
  }

  /// Takes one datagram.
  /// - Parameters:
  ///   - bytes: The datagram; `nil` for one that did not fit into the buffer.
  ///   - byteCount: Bytes of it that were received.
  ///   - arrival: When it came, in µs since the source was made.
  ///   - batch: Gets the events.
  ///   - deliver: Empties the batch when it is full.
  package mutating func take(
    _ bytes: UnsafeRawBufferPointer?, byteCount: Int, arrival: Int64, into batch: inout EventBatch,
    deliver: (inout EventBatch, borrowing DatagramDecoder) -> Void
  ) -> Notice {
    counts.datagrams += 1
    counts.bytes += byteCount
    guard let bytes else {
      counts.malformed += 1
      return .none
    }
    guard format == .crosspoint else {
      decode(bytes, arrival: arrival, into: &batch, deliver: deliver)
      return .none
    }
    guard let header = CrosspointDatagram(bytes) else {
      counts.malformed += 1
      return .none
    }
    let verdict = sequence.admit(header)
    counts.lostDatagrams = sequence.lostDatagrams
    counts.lostEvents = sequence.lostEvents
    counts.lateDatagrams = sequence.lateDatagrams
    switch verdict {
    case .late: return .none
    case .malformed:
      counts.malformed += 1
      return .none
    case .deliver: break
    case .deliverNewStream:
      timeline.beginSession()
      counts.restarts += 1
    }
    isOver = header.isLast
    let events = UnsafeRawBufferPointer(rebasing: bytes[CrosspointDatagram.headerSize...])
    decode(events, arrival: arrival, into: &batch, deliver: deliver)
    return verdict == .deliverNewStream ? .newStream : .none
  }

  private mutating func decode(
    _ bytes: UnsafeRawBufferPointer, arrival: Int64, into batch: inout EventBatch,
    deliver: (inout EventBatch, borrowing DatagramDecoder) -> Void
  ) {
    decoder.arrive(atMicroseconds: arrival)
    var rest = bytes
    var isDamaged = false
    while !rest.isEmpty, !isDamaged {
      if batch.isFull { deliver(&batch, self) }
      let first = batch.count
      do {
        let taken = try decoder.decode(rest, into: &batch)
        rest = UnsafeRawBufferPointer(rebasing: rest[taken...])
      } catch {
        isDamaged = true
      }
      timeline.admit(&batch, from: first, sensor: sensor, arrival: arrival)
      counts.events += batch.count - first
      counts.outsideSensor = timeline.outsideSensor
      counts.clockRestarts = timeline.clockRestarts
    }
    if decoder.abandonEntry() || isDamaged { counts.malformed += 1 }
  }
}
