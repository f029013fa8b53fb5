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

  /// Where a decoder writes events that follow each other.
  struct Slots {
    fileprivate let timestampsInMicroseconds: UnsafeMutablePointer<Int64>
    fileprivate let x: UnsafeMutablePointer<UInt16>
    fileprivate let y: UnsafeMutablePointer<UInt16>
    fileprivate let polarities: UnsafeMutablePointer<UInt8>

    /// Writes one event.
    func set(_ index: Int, timestampInMicroseconds: Int64, x: UInt16, y: UInt16, polarity: UInt8) {
      timestampsInMicroseconds[index] = timestampInMicroseconds
      self.x[index] = x
      self.y[index] = y
      polarities[index] = polarity
    }
  }

  /// Adds the events that `body` writes into `count` slots: far fewer checks than one ``append`` for each.
  /// - Parameter body: Returns how many of the slots, from the first on, it wrote.
  /// - Precondition: `count` is positive and so many events fit.
  mutating func append(atMost count: Int, _ body: (Slots) -> Int) {
    precondition(count > 0 && self.count + count <= capacity, "the event batch is full")
    let first = self.count
    timestampsInMicroseconds.append(contentsOf: repeatElement(0, count: count))
    x.append(contentsOf: repeatElement(0, count: count))
    y.append(contentsOf: repeatElement(0, count: count))
    polarities.append(contentsOf: repeatElement(0, count: count))
    let written = timestampsInMicroseconds.withUnsafeMutableBufferPointer { timestamps in
      x.withUnsafeMutableBufferPointer { x in
        y.withUnsafeMutableBufferPointer { y in
          polarities.withUnsafeMutableBufferPointer { polarities in
            // None is empty, so all have an address.
            body(
              Slots(
                timestampsInMicroseconds: timestamps.baseAddress! + first, x: x.baseAddress! + first,
                y: y.baseAddress! + first, polarities: polarities.baseAddress! + first))
          }
        }
      }
    }
    timestampsInMicroseconds.removeLast(count - written)
    x.removeLast(count - written)
    y.removeLast(count - written)
    polarities.removeLast(count - written)
  }
}
