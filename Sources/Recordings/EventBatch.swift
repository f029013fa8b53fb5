/// A bounded batch of events of an event camera, as a structure of arrays.
///
/// An event says that the brightness of pixel (`x`, `y`) rose (ON) or fell (OFF) at a time. Arrays are parallel, and keep
/// their storage when the batch is emptied.
public struct EventBatch: Sendable, Equatable {
  /// Most events the batch holds.
  public let capacity: Int
  /// Time of each event, in µs since the zero of the recording.
  public private(set) var timestampsInMicroseconds: [Int64] = []
  /// Column of each event, from 0 at the left.
  public private(set) var x: [UInt16] = []
  /// Row of each event, from 0 at the top.
  public private(set) var y: [UInt16] = []
  /// Polarity of each event: 1 brighter (ON), 0 darker (OFF).
  public private(set) var polarities: [UInt8] = []

  /// Makes an empty batch.
  /// - Precondition: `capacity` is positive.
  public init(capacity: Int = 4096) {
    precondition(capacity > 0, "an event batch holds at least one event")
    self.capacity = capacity
    timestampsInMicroseconds.reserveCapacity(capacity)
    x.reserveCapacity(capacity)
    y.reserveCapacity(capacity)
    polarities.reserveCapacity(capacity)
  }

  /// Number of events.
  public var count: Int { timestampsInMicroseconds.count }
  /// Whether no further event fits.
  public var isFull: Bool { count == capacity }

  /// Forgets the events, keeps the storage.
  public mutating func removeAll() {
    timestampsInMicroseconds.removeAll(keepingCapacity: true)
    x.removeAll(keepingCapacity: true)
    y.removeAll(keepingCapacity: true)
    polarities.removeAll(keepingCapacity: true)
  }

  /// Adds one event.
  /// - Precondition: The batch is not full.
  public mutating func append(timestampInMicroseconds: Int64, x: UInt16, y: UInt16, polarity: UInt8) {
    precondition(!isFull, "the event batch is full")
    timestampsInMicroseconds.append(timestampInMicroseconds)
    self.x.append(x)
    self.y.append(y)
    polarities.append(polarity)
  }
}
