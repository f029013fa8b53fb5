import Foundation
import Recordings
import Testing

private let formats: [DatagramFormat] = WireLayout.allCases.map { .plain($0) } + [.crosspoint]

@Suite struct LiveDatagramTests {
  @Test(arguments: formats, [64, 1472, 65_507])
  func whatIsSentIsReceived(format: DatagramFormat, datagramSize: Int) throws {
    let source = try LiveEventSource(udp: loopback, format: format)
    let sender = try EventSender(udp: source.address, format: format, datagramSize: datagramSize)
    let events = TestEvent.pattern(count: 700)
    try sender.send(ListedEvents(events, sizes: [333]))
    try sender.finish()
    let received = try source.collect(events.count)
    if format == .plain(.spifWithoutTimes) {
      #expect(received.map(\.x) == events.map(\.x) && received.map(\.polarity) == events.map(\.polarity))
      #expect(received.allSatisfy { $0.timestamp >= 0 && $0.timestamp <= source.elapsedMicroseconds })
    } else {
      #expect(received == events)
    }
    #expect(source.formatName == format.formatName)
    #expect(source.counts.events == 700 && source.counts.malformed == 0 && source.counts.lostEvents == 0)
    #expect(sender.counts.events == 700)
    if format == .crosspoint {
      #expect(try source.collect().isEmpty)
      #expect(source.end == .clean)
      #expect(source.counts.datagrams == sender.counts.datagrams - 2)
    }
  }

  @Test(arguments: WireLayout.allCases)
  func datagramsAreLaidOutAsDocumented(layout: WireLayout) throws {
    let receiver = RawSocket(receiving: SOCK_DGRAM)
    let address = try NetworkAddress(host: "localhost", port: receiver.port)
    let events = TestEvent.pattern(count: 3)
    try EventSender(udp: address, format: .plain(layout)).send(ListedEvents(events))
    #expect(receiver.receive() == events.flatMap { $0.bytes(layout) })
    guard layout == .time64 else { return }
    let sender = try EventSender(udp: address, format: .crosspoint, datagramSize: 64)
    try sender.send(ListedEvents(events))
    let first = receiver.receive()
    let stream = first[8..<16].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    #expect(
      first
        == crosspointDatagram(stream: stream, datagramsBefore: 0, eventsBefore: 0, events: Array(events[..<2])))
    #expect(
      receiver.receive()
        == crosspointDatagram(stream: stream, datagramsBefore: 1, eventsBefore: 2, events: [events[2]]))
  }

  @Test func aPixelThatTheLayoutHasNoBitsForIsNotSent() throws {
    let sender = try EventSender(udp: NetworkAddress(host: "127.0.0.1", port: 9), format: .plain(.time32))
    let error = recordingError {
      try sender.send(ListedEvents([TestEvent(x: 65_535, y: 32_768, polarity: 1, timestamp: 0)]))
    }
    guard case .setting = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func sendingToNobodyIsNoFailure() throws {
    let port = RawSocket(receiving: SOCK_DGRAM).port
    let sender = try EventSender(udp: NetworkAddress(host: "127.0.0.1", port: port), format: .crosspoint)
    for _ in 0..<20 { try sender.send(ListedEvents(TestEvent.pattern(count: 10))) }
    try sender.finish()
    #expect(sender.counts.events == 200 && sender.counts.datagrams == 23)
  }

  @Test func damagedDatagramsAreCountedAndTheirGoodEventsKept() throws {
    let events = TestEvent.pattern(count: 4)
    let good = crosspointDatagram(datagramsBefore: 0, eventsBefore: 0, events: events)
    var damaged = (1..<good.count).map { Array(good[..<$0]) } + [good + [0]]
    for (place, value) in [(0, 0), (4, 2), (5, 2), (6, 3), (7, 1), (23, 0x80), (31, 0x40)] {
      var copy = good
      copy[place] = UInt8(value)
      damaged.append(copy)
    }
    let source = try LiveEventSource(udp: loopback, format: .crosspoint)
    let peer = RawSocket(udp: source.port!)
    for datagram in damaged { peer.send(datagram) }
    // Two good events, then one of polarity 9.
    var partly = good
    partly[32 + 2 * 13 + 12] = 9
    peer.send(partly)
    #expect(try source.collect(2) == Array(events[..<2]))
    #expect(source.counts.malformed == damaged.count + 1)
    #expect(source.counts.events == 2)
  }

  @Test(arguments: formats)
  func noiseIsNeverATrap(format: DatagramFormat) throws {
    var noise = NoiseBytes(seed: 11)
    let source = try LiveEventSource(
      udp: loopback, format: format,
      parameters: .init(sensor: SensorSize(width: 640, height: 480), dropPolicy: .dropOldest))
    let peer = RawSocket(udp: source.port!)
    for _ in 0..<300 {
      var bytes = (0..<1 + Int(noise.next()) * 3).map { _ in noise.next() }
      if noise.next() % 2 == 0 {
        bytes = Array(crosspointDatagram(datagramsBefore: 3, eventsBefore: 2, events: []).prefix(24)) + bytes
      }
      peer.send(bytes)
    }
    source.wait { $0.datagrams + ($0.kernelDroppedDatagrams ?? 0) == 300 }
    var batch = EventBatch()
    var latest = Int64.min
    while try source.poll(into: &batch, timeoutInMicroseconds: 0) == .ready {
      for event in batch.events {
        #expect(event.timestamp >= latest && event.x < 640 && event.y < 480)
        latest = event.timestamp
      }
    }
  }

  @Test func missingDatagramsAreCountedToTheEvent() throws {
    let events = TestEvent.pattern(count: 12)
    func part(_ index: Int, stream: UInt64 = 7) -> [UInt8] {
      crosspointDatagram(
        stream: stream, datagramsBefore: index, eventsBefore: index * 2,
        events: Array(events[index * 2..<index * 2 + 2]))
    }
    let source = try LiveEventSource(udp: loopback, format: .crosspoint)
    let peer = RawSocket(udp: source.port!)
    // 1 and 2 come too late, 3 twice; of the second stream 0 was sent before anybody listened and 2 is lost.
    for index in [0, 3, 1, 2, 3, 4] { peer.send(part(index)) }
    for index in [1, 3] { peer.send(part(index, stream: 8)) }
    peer.send(crosspointDatagram(stream: 8, datagramsBefore: 5, eventsBefore: 10, events: [], isLast: true))
    let received = try source.collect()
    #expect(received.map(\.x) == [0, 1, 6, 7, 8, 9, 2, 3, 6, 7].map { events[$0].x })
    #expect(source.end == .clean)
    let counts = source.counts
    #expect(counts.lostDatagrams == 2 + 1 + 1 && counts.lostEvents == 4 + 2 + 2)
    #expect(counts.lateDatagrams == 3 && counts.restarts == 1 && counts.clockRestarts == 1)
    #expect(source.takeNotices().count == 1 && source.takeNotices().isEmpty)
    #expect(zip(received, received.dropFirst()).allSatisfy { $0.timestamp <= $1.timestamp })
  }

  @Test(arguments: [DropPolicy.dropNewest, .dropOldest, .block])
  func inAFloodEveryEventIsAccountedFor(policy: DropPolicy) throws {
    let source = try LiveEventSource(
      udp: loopback, format: .crosspoint, parameters: .init(queueCapacity: 1000, dropPolicy: policy),
      kernelBufferSize: 1 << 16)
    let sender = try EventSender(udp: source.address, format: .crosspoint)
    let events = TestEvent.pattern(count: 300_000, step: 1)
    try sender.send(ListedEvents(events, sizes: [10_000]))
    var batch = EventBatch(capacity: 64)
    var taken = 0
    var outcome = LivePoll.idle
    while outcome != .over {
      // The end may be lost too while the kernel has no room.
      if outcome == .idle { try sender.finish() }
      outcome = try source.poll(into: &batch, timeoutInMicroseconds: 20_000)
      taken += batch.count
    }
    let counts = source.counts
    #expect(taken + counts.dropped == counts.events)
    #expect(counts.events + counts.lostEvents == events.count)
    #expect(counts.malformed == 0 && counts.lateDatagrams == 0)
    switch policy {
    case .block: #expect(counts.dropped == 0 && counts.lostEvents > 0)
    case .dropNewest, .dropOldest: #expect(counts.dropped > 0)
    }
  }

  @Test func theKernelTellsWhatItDropped() throws {
    let source = try LiveEventSource(
      udp: loopback, format: .plain(.time64), parameters: .init(queueCapacity: 1, dropPolicy: .block),
      kernelBufferSize: 1 << 14)
    let peer = RawSocket(udp: source.port!)
    let event = TestEvent.pattern(count: 1)[0].bytes(.time64)
    for _ in 0..<2000 { peer.send(event) }
    guard let dropped = source.counts.kernelDroppedDatagrams else { return }
    #expect(dropped > 0)
    #expect(try source.collect(2000 - dropped).count == 2000 - dropped)
    #expect(source.counts.datagrams == 2000 - dropped && source.counts.kernelDroppedDatagrams == dropped)
  }

  @Test func aClockThatBeginsAnewIsCarriedOnAndDisorderIsClamped() throws {
    let source = try LiveEventSource(udp: loopback, format: .plain(.time64))
    let peer = RawSocket(udp: source.port!)
    for time: Int64 in [5_000_000, 4_999_000, 5_000_100, 10, 400] {
      peer.send(TestEvent(x: 1, y: 2, polarity: 1, timestamp: time).bytes(.time64))
    }
    let times = try source.collect(5).map(\.timestamp)
    #expect(times[..<3] == [5_000_000, 5_000_000, 5_000_100])
    #expect(times[3] >= 5_000_100 && times[4] == times[3] + 390)
    #expect(source.counts.clockRestarts == 1)
    #expect(source.timestampCounts.clamped == 1 && source.timestampCounts.backward == 1)
  }

  @Test func eventsOutsideTheSensorAreCountedAndLeftOut() throws {
    let source = try LiveEventSource(
      udp: loopback, format: .plain(.time32), parameters: .init(sensor: SensorSize(width: 20, height: 30)))
    let events = TestEvent.pattern(count: 500)
    let inside = events.filter { $0.x < 20 && $0.y < 30 }
    try EventSender(udp: source.address, format: .plain(.time32)).send(ListedEvents(events))
    #expect(try source.collect(inside.count) == inside)
    source.wait { $0.outsideSensor == events.count - inside.count }
    #expect(source.counts.events == inside.count)
  }

  @Test func arrivalTimesCanReplaceTheSenders() throws {
    let source = try LiveEventSource(
      udp: loopback, format: .plain(.time64), parameters: .init(timestamps: .arrival))
    try EventSender(udp: source.address, format: .plain(.time64)).send(
      ListedEvents(TestEvent.pattern(count: 10, step: 1 << 40)))
    let times = try source.collect(10).map(\.timestamp)
    #expect(Set(times).count == 1 && times[0] >= 0 && times[0] <= source.elapsedMicroseconds)
  }

  @Test func withoutEventsPollingReturnsAndStoppingWakesWhoeverWaits() throws {
    let source = try LiveEventSource(udp: loopback, format: .crosspoint)
    var batch = EventBatch()
    #expect(try source.poll(into: &batch, timeoutInMicroseconds: 0) == .idle)
    #expect(try source.poll(into: &batch, timeoutInMicroseconds: 1000) == .idle)
    #expect(source.end == nil)
    let stopper = Thread { source.stop() }
    stopper.start()
    #expect(try source.next(into: &batch) == false)
    #expect(try source.poll(into: &batch, timeoutInMicroseconds: .max) == .over)
    #expect(source.end == .clean)
    source.stop()
  }

  @Test func sourcesComeAndGoWithoutLeavingDescriptorsBehind() throws {
    func open() -> Int { (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0 }
    // Others run beside this test, so only a leak in every round shows.
    let before = open()
    for _ in 0..<100 {
      _ = try LiveEventSource(udp: loopback, format: .crosspoint, parameters: .init(queueCapacity: 1))
    }
    #expect(open() < before + 100)
  }

  @Test func anAddressThatCannotBeUsedIsNamed() throws {
    let first = try LiveEventSource(udp: loopback, format: .crosspoint)
    let error = recordingError { _ = try LiveEventSource(udp: first.address, format: .crosspoint) }
    #expect(error?.description.contains("127.0.0.1:\(first.port!)") == true)
    #expect(recordingError { _ = try NetworkAddress("127.0.0.1") } != nil)
    #expect(recordingError { _ = try NetworkAddress("127.0.0.1:70000") } != nil)
    #expect(try NetworkAddress("localhost:80").port == 80)
  }
}

/// Bytes that look random and are the same every time.
struct NoiseBytes {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt8 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return UInt8(state >> 56)
  }
}
