/// What became of everything that reached a live source, or is known not to have reached it; all counts are since its start.
///
/// What was received is what was delivered, what waits to be taken and what was dropped: ``events`` = taken + waiting + ``dropped``.
public struct LiveCounts: Sendable, Equatable {
  /// Datagrams or messages received, damaged ones included; 0 for streams of bytes.
  public var datagrams = 0
  /// Bytes received.
  public var bytes = 0
  /// Events or samples decoded that lie on the sensor.
  public var events = 0
  /// Of these, those the queue had no room for.
  public var dropped = 0
  /// Events outside the sensor, which were passed over.
  public var outsideSensor = 0
  /// Datagrams or messages, and streams of bytes that a new connection replaced, that were damaged; of a damaged datagram, the
  /// events before the damage are kept.
  public var malformed = 0
  /// Datagrams the kernel had no room for; `nil` where it does not tell. With sequence numbers these are among ``lostDatagrams``.
  public var kernelDroppedDatagrams: Int?
  /// Datagrams missing in the sequence of the sender, from the first received on.
  public var lostDatagrams = 0
  /// Events in them.
  public var lostEvents = 0
  /// Datagrams or messages that came again or after a later one; not delivered, and counted as lost before.
  public var lateDatagrams = 0
  /// Times that a stream began anew: a peer or broker connected again, another sender's datagrams came, or a followed file was cut or
  /// replaced.
  public var restarts = 0
  /// Times that the clock of the sender went back by more than a second, or began anew, and was carried on.
  public var clockRestarts = 0

  /// Counts of nothing.
  public init() {}
}

/// What to do with events that arrive while the queue is full.
public enum DropPolicy: Sendable, Equatable {
  /// Drop those that arrive.
  case dropNewest
  /// Drop those that have waited longest.
  case dropOldest
  /// Drop none: stop reading, which slows the sender where the transport can, as TCP and pipes do. Datagrams are then dropped by the
  /// kernel.
  case block
}

/// Where the times of live events come from.
public enum LiveTimestamps: Sendable, Equatable {
  /// The sender: zero is that of its clock. A clock that begins anew is carried on by the time between the arrivals.
  case sender
  /// The arrival, in µs since the source was made.
  case arrival
}

/// What became of waiting for events.
public enum LivePoll: Sendable, Equatable {
  /// There are some.
  case ready
  /// None came in time.
  case idle
  /// The stream is over.
  case over
}
