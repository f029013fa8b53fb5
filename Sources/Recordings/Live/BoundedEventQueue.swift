/// A bounded queue of camera events between the thread that receives and the one that computes.
///
/// Its memory is that of its capacity, 13 bytes an event, from the beginning to the end.
package final class BoundedEventQueue: @unchecked Sendable {
  private let ring: BoundedRing
  private let slots: EventBatch.Slots

  /// Makes an empty queue.
  /// - Precondition: `capacity` is positive.
  package init(capacity: Int, policy: DropPolicy) {
    precondition(capacity > 0, "a queue holds at least one event")
    ring = BoundedRing(capacity: capacity, policy: policy)
    slots = EventBatch.Slots(
      timestampsInMicroseconds: .allocate(capacity: capacity), x: .allocate(capacity: capacity),
      y: .allocate(capacity: capacity), polarities: .allocate(capacity: capacity))
  }

  deinit {
    slots.timestampsInMicroseconds.deallocate()
    slots.x.deallocate()
    slots.y.deallocate()
    slots.polarities.deallocate()
  }

  /// Events dropped so far.
  package var dropped: Int { ring.dropped }

  /// Moves the events of a batch to the queue, as its policy says; the batch is empty then.
  package func put(_ batch: inout EventBatch) {
    batch.withEvents { events in
      ring.put(batch.count) { elements, place in
        slots.advanced(by: place).copy(events.advanced(by: elements.lowerBound), count: elements.count)
      }
    }
    batch.removeAll()
  }

  /// Replaces the contents of a batch by the next events, as soon as there are any.
  /// - Parameter timeout: How long to wait, in µs; `nil` for as long as it takes.
  package func take(into batch: inout EventBatch, timeoutInMicroseconds timeout: Int64?) -> LivePoll {
    batch.removeAll()
    var taken = BoundedRing.Taken.idle
    batch.append { free, room in
      taken = ring.take(atMost: room, timeoutInMicroseconds: timeout) { places, element in
        free.advanced(by: element).copy(slots.advanced(by: places.lowerBound), count: places.count)
      }
      guard case .some(let count) = taken else { return 0 }
      return count
    }
    switch taken {
    case .some: return .ready
    case .idle: return .idle
    case .over: return .over
    }
  }

  /// For the receiving thread: there is nothing more to come; an error is reported after the last event.
  package func finish(_ error: RecordingError? = nil) { ring.finish(error) }

  /// The error that ended the stream; `nil` if none did or it was taken before.
  package func takeFailure() -> RecordingError? { ring.takeFailure() }

  /// Nothing more is wanted; what waits counts as dropped, and whoever waits goes on.
  package func close() { ring.close() }
}

extension EventBatch {
  /// Gives the events as pointers, which are not to be written to.
  func withEvents<Result>(_ body: (Slots) -> Result) -> Result {
    timestampsInMicroseconds.withUnsafeBufferPointer { timestamps in
      x.withUnsafeBufferPointer { x in
        y.withUnsafeBufferPointer { y in
          polarities.withUnsafeBufferPointer { polarities in
            // None is empty storage, even if the slice is, so all have an address.
            body(
              Slots(
                timestampsInMicroseconds: UnsafeMutablePointer(mutating: timestamps.baseAddress!),
                x: UnsafeMutablePointer(mutating: x.baseAddress!), y: UnsafeMutablePointer(mutating: y.baseAddress!),
                polarities: UnsafeMutablePointer(mutating: polarities.baseAddress!)))
          }
        }
      }
    }
  }
}

extension EventBatch.Slots {
  /// Copies events from elsewhere to the first slots.
  func copy(_ other: EventBatch.Slots, count: Int) {
    timestampsInMicroseconds.update(from: other.timestampsInMicroseconds, count: count)
    x.update(from: other.x, count: count)
    y.update(from: other.y, count: count)
    polarities.update(from: other.polarities, count: count)
  }
}
