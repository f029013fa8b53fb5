import Foundation
import Recordings
import Testing

@Suite struct BoundedEventQueueTests {
  private func batch(_ range: Range<Int>) -> EventBatch {
    var batch = EventBatch(capacity: max(range.count, 1))
    for index in range {
      batch.append(
        timestampInMicroseconds: Int64(index), x: UInt16(index & 0xFFFF), y: UInt16(index & 0xFF),
        polarity: UInt8(index & 1))
    }
    return batch
  }

  /// Puts numbered events in portions of changing size, takes some between, and compares with a list.
  @Test(arguments: [DropPolicy.dropNewest, .dropOldest], [1, 7, 64])
  func whatIsKeptIsWhatThePolicySays(policy: DropPolicy, capacity: Int) {
    var noise = NoiseBytes(seed: 5)
    let queue = BoundedEventQueue(capacity: capacity, policy: policy)
    var model: [Int] = []
    var (next, dropped) = (0, 0)
    for _ in 0..<500 {
      let size = Int(noise.next()) % (2 * capacity + 2)
      var portion = batch(next..<next + size)
      queue.put(&portion)
      #expect(portion.count == 0)
      model += Array(next..<next + size)
      next += size
      let excess = max(model.count - capacity, 0)
      if policy == .dropOldest { model.removeFirst(excess) } else { model.removeLast(excess) }
      dropped += excess
      #expect(queue.dropped == dropped)

      var taken = EventBatch(capacity: 1 + Int(noise.next()) % (capacity + 3))
      let count = min(model.count, taken.capacity)
      #expect(queue.take(into: &taken, timeoutInMicroseconds: 0) == (count > 0 ? .ready : .idle))
      #expect(taken.timestampsInMicroseconds.map { Int($0) } == Array(model[..<count]))
      #expect(taken.polarities.map { Int($0) } == model[..<count].map { $0 & 1 })
      model.removeFirst(count)
    }
  }

  @Test func aBlockedProducerLosesNothingAndOneThatIsClosedGoesOn() {
    let queue = BoundedEventQueue(capacity: 5, policy: .block)
    let producer = Thread {
      for start in stride(from: 0, to: 9000, by: 9) {
        var portion = batch(start..<start + 9)
        queue.put(&portion)
      }
      queue.finish(.notFitted)
    }
    producer.start()
    var taken = EventBatch(capacity: 4)
    var next: Int64 = 0
    while queue.take(into: &taken, timeoutInMicroseconds: nil) == .ready {
      for time in taken.timestampsInMicroseconds {
        #expect(time == next)
        next += 1
      }
    }
    #expect(next == 9000 && queue.dropped == 0)
    #expect(queue.takeFailure() == .notFitted && queue.takeFailure() == nil)

    let closed = BoundedEventQueue(capacity: 5, policy: .block)
    let closer = Thread { closed.close() }
    closer.start()
    var portion = batch(0..<50)
    closed.put(&portion)
    #expect(closed.take(into: &taken, timeoutInMicroseconds: nil) == .over)
    #expect(closed.dropped == 50)
  }
}
