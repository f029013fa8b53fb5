/// Events in the order of their times, and of their coming where times are equal.
///
/// Those that come in order wait in a queue and cost nothing more; only the others are sorted, in a heap.
struct TimeSortedEvents {
  /// One event.
  struct Event {
    var time: Int64
    var arrival: Int
    var x: UInt16
    var y: UInt16
    var polarity: UInt8

    func isBefore(_ other: Event) -> Bool {
      time < other.time || time == other.time && arrival < other.arrival
    }
  }

  private var queue: [Event] = []
  /// Where the queue begins in its storage.
  private var front = 0
  private var heap: [Event] = []
  private var arrivalCount = 0

  var count: Int { queue.count - front + heap.count }
  var isEmpty: Bool { count == 0 }
  var earliestTime: Int64? { isFromHeap.map { $0 ? heap[0].time : queue[front].time } }

  /// Whether the first event is that of the heap; `nil` without events.
  private var isFromHeap: Bool? {
    guard front < queue.count else { return heap.isEmpty ? nil : true }
    return !heap.isEmpty && heap[0].isBefore(queue[front])
  }

  mutating func insert(time: Int64, x: UInt16, y: UInt16, polarity: UInt8) {
    let event = Event(time: time, arrival: arrivalCount, x: x, y: y, polarity: polarity)
    arrivalCount += 1
    if front == queue.count || queue[queue.count - 1].time <= time {
      queue.append(event)
    } else {
      push(event)
    }
  }

  /// Removes the first event if it is not later than `time`.
  mutating func takeFirst(notAfter time: Int64) -> Event? {
    guard let isFromHeap, isFromHeap ? heap[0].time <= time : queue[front].time <= time else { return nil }
    if isFromHeap { return pop() }
    let event = queue[front]
    front += 1
    if front == queue.count {
      queue.removeAll(keepingCapacity: true)
      front = 0
    } else if front >= 4096, front * 2 > queue.count {
      queue.removeFirst(front)
      front = 0
    }
    return event
  }

  private mutating func push(_ event: Event) {
    heap.append(event)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child].isBefore(heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func pop() -> Event {
    heap.swapAt(0, heap.count - 1)
    let event = heap.removeLast()
    var parent = 0
    while true {
      var first = parent
      for child in 2 * parent + 1...2 * parent + 2 where child < heap.count && heap[child].isBefore(heap[first]) {
        first = child
      }
      guard first != parent else { return event }
      heap.swapAt(first, parent)
      parent = first
    }
  }
}
