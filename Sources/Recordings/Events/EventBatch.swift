/// A bounded batch of events of an event camera, as a structure of arrays.
///
/// An event says that the brightness of pixel (`x`, `y`) rose (ON) or fell (OFF) at a time. Arrays are parallel, and keep
/// their storage when the batch is emptied.
public struct EventBatch: Sendable, Equatable {
  /// Number of events from which on the batch is full.
  ///
  /// A word of some formats holds several events: a batch that had room before such a word may hold up to `slack` more.
  public let capacity: Int
  /// Most events that one entry of a format adds.
  public static let slack = 64
  /// Number of events.
  public private(set) var count = 0

  private var timestampStorage: [Int64]
  private var xStorage: [UInt16]
  private var yStorage: [UInt16]
  private var polarityStorage: [UInt8]

  /// Makes an empty batch.
  /// - Precondition: `capacity` is positive.
  public init(capacity: Int = 4096) {
    precondition(capacity > 0, "an event batch holds at least one event")
    self.capacity = capacity
    timestampStorage = [Int64](repeating: 0, count: capacity + Self.slack)
    xStorage = [UInt16](repeating: 0, count: capacity + Self.slack)
    yStorage = [UInt16](repeating: 0, count: capacity + Self.slack)
    polarityStorage = [UInt8](repeating: 0, count: capacity + Self.slack)
  }

  /// Time of each event, in µs since the zero of the recording; indices from 0.
  public var timestampsInMicroseconds: ArraySlice<Int64> { timestampStorage[..<count] }
  /// Column of each event, from 0 at the left; indices from 0.
  public var x: ArraySlice<UInt16> { xStorage[..<count] }
  /// Row of each event, from 0 at the top; indices from 0.
  public var y: ArraySlice<UInt16> { yStorage[..<count] }
  /// Polarity of each event: 1 brighter (ON), 0 darker (OFF); indices from 0.
  public var polarities: ArraySlice<UInt8> { polarityStorage[..<count] }

  /// Whether no further entry is to be decoded into the batch.
  public var isFull: Bool { count >= capacity }

  /// Forgets the events, keeps the storage.
  public mutating func removeAll() { count = 0 }

  /// Forgets the events from `newCount` on.
  /// - Precondition: `newCount` is in `0...count`.
  public mutating func truncate(to newCount: Int) {
    precondition(newCount >= 0 && newCount <= count, "a batch of \(count) events cannot be cut to \(newCount)")
    count = newCount
  }

  /// Forgets the first `number` events.
  /// - Precondition: `number` is in `0...count`.
  public mutating func removeFirst(_ number: Int) {
    precondition(number >= 0 && number <= count, "a batch of \(count) events cannot lose \(number)")
    modify { events, count in
      events.move(number..<count, to: 0)
      return count - number
    }
  }

  /// Moves as many events as fit from the beginning of another batch to the end of this one.
  mutating func take(from other: inout EventBatch) {
    let number = min(other.count, max(capacity - count, 0))
    guard number > 0 else { return }
    append { free, _ in
      other.modify { events, count in
        for index in 0..<number {
          free.set(
            index, timestampInMicroseconds: events.timestampsInMicroseconds[index], x: events.x[index],
            y: events.y[index], polarity: events.polarities[index])
        }
        return count
      }
      return number
    }
    other.removeFirst(number)
  }

  /// Adds one event.
  /// - Precondition: The batch has a free slot, which it has while it is not full.
  public mutating func append(timestampInMicroseconds: Int64, x: UInt16, y: UInt16, polarity: UInt8) {
    precondition(count < capacity + Self.slack, "the event batch is full")
    timestampStorage[count] = timestampInMicroseconds
    xStorage[count] = x
    yStorage[count] = y
    polarityStorage[count] = polarity
    count += 1
  }

  /// Events in a row, as pointers: where a decoder writes them and a filter changes them.
  public struct Slots {
    /// Times in µs.
    public let timestampsInMicroseconds: UnsafeMutablePointer<Int64>
    /// Columns.
    public let x: UnsafeMutablePointer<UInt16>
    /// Rows.
    public let y: UnsafeMutablePointer<UInt16>
    /// Polarities, 1 ON, 0 OFF.
    public let polarities: UnsafeMutablePointer<UInt8>

    /// Sets all four.
    @inlinable
    public init(
      timestampsInMicroseconds: UnsafeMutablePointer<Int64>, x: UnsafeMutablePointer<UInt16>,
      y: UnsafeMutablePointer<UInt16>, polarities: UnsafeMutablePointer<UInt8>
    ) {
      (self.timestampsInMicroseconds, self.x, self.y, self.polarities) = (timestampsInMicroseconds, x, y, polarities)
    }

    /// Writes one event.
    @inlinable
    public func set(_ index: Int, timestampInMicroseconds: Int64, x: UInt16, y: UInt16, polarity: UInt8) {
      timestampsInMicroseconds[index] = timestampInMicroseconds
      self.x[index] = x
      self.y[index] = y
      polarities[index] = polarity
    }
  }

  /// Adds the events that `body` writes into the free slots, of which `room` keep the batch below or at its capacity and
  /// `slack` more may be written by the last entry: far fewer checks than one ``append`` for each.
  /// - Parameter body: Returns how many of the slots, from the first on, it wrote.
  public mutating func append(_ body: (_ free: Slots, _ room: Int) -> Int) {
    let (first, room) = (count, max(capacity - count, 0))
    let written = withStorage { slots in body(slots.advanced(by: first), room) }
    precondition(written >= 0 && first + written <= capacity + Self.slack, "an event batch was overfilled")
    count = first + written
  }

  /// Lets `body` change the events from `first` on in place; it returns how many of them, from the first on, remain.
  /// - Precondition: `first` is in `0...count`.
  public mutating func modify(from first: Int = 0, _ body: (_ events: Slots, _ count: Int) -> Int) {
    precondition(first >= 0 && first <= count, "a batch of \(count) events has none from \(first) on")
    let own = count - first
    let kept = withStorage { slots in body(slots.advanced(by: first), own) }
    precondition(kept >= 0 && kept <= own, "a filter adds no events")
    count = first + kept
  }

  private mutating func withStorage<Result>(_ body: (Slots) -> Result) -> Result {
    timestampStorage.withUnsafeMutableBufferPointer { timestamps in
      xStorage.withUnsafeMutableBufferPointer { x in
        yStorage.withUnsafeMutableBufferPointer { y in
          polarityStorage.withUnsafeMutableBufferPointer { polarities in
            // None is empty, so all have an address.
            body(
              Slots(
                timestampsInMicroseconds: timestamps.baseAddress!, x: x.baseAddress!, y: y.baseAddress!,
                polarities: polarities.baseAddress!))
          }
        }
      }
    }
  }

  /// Whether both hold the same events.
  public static func == (left: EventBatch, right: EventBatch) -> Bool {
    left.timestampsInMicroseconds == right.timestampsInMicroseconds && left.x == right.x && left.y == right.y
      && left.polarities == right.polarities
  }
}

extension EventBatch.Slots {
  /// Copies the events at `range` to the places from `index` on, which may overlap with them.
  @inlinable
  public func move(_ range: Range<Int>, to index: Int) {
    let (start, count) = (range.lowerBound, range.count)
    (timestampsInMicroseconds + index).update(from: timestampsInMicroseconds + start, count: count)
    (x + index).update(from: x + start, count: count)
    (y + index).update(from: y + start, count: count)
    (polarities + index).update(from: polarities + start, count: count)
  }

  /// The slots from `offset` on.
  @inlinable
  public func advanced(by offset: Int) -> EventBatch.Slots {
    EventBatch.Slots(
      timestampsInMicroseconds: timestampsInMicroseconds + offset, x: x + offset, y: y + offset,
      polarities: polarities + offset)
  }
}
