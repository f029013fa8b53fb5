import Foundation
import Recordings
import Testing

@Suite struct LiveStreamTests {
  private func server(
    _ decoder: any EventDecoder, afterPeer: ByteTransport.AfterPeer = .end, queueCapacity: Int = 1 << 16
  ) throws -> LiveEventSource {
    try LiveEventSource(
      bytes: .tcpServer(loopback, afterPeer: afterPeer), decoder: decoder,
      parameters: .init(queueCapacity: queueCapacity))
  }

  @Test(arguments: [WireLayout.spif, .time64, .time32])
  func whatIsSentIsReceivedAndTheEndIsSeen(layout: WireLayout) throws {
    let source = try server(WireDecoder(layout, file: "wire"))
    let sender = try EventSender(tcp: source.address, layout: layout)
    let events = TestEvent.pattern(count: 5000)
    try sender.send(ListedEvents(events, sizes: [777]))
    try sender.finish()
    #expect(try source.collect() == events)
    #expect(source.end == .clean)
    #expect(source.counts.bytes == sender.counts.bytes && sender.counts.bytes == 5000 * layout.bytesPerEvent)
  }

  @Test func anyFormatOfRecordingsCanComeInPieces() throws {
    let source = try server(NMNISTDecoder(file: "peer"))
    let events = TestEvent.pattern(count: 400)
    let bytes = events.flatMap(\.bytes) + [1, 2]
    let peer = RawSocket(tcp: source.port!)
    for start in stride(from: 0, to: bytes.count, by: 7) {
      peer.send(Array(bytes[start..<min(start + 7, bytes.count)]))
    }
    shutdown(peer.descriptor, Int32(SHUT_WR))
    #expect(source.sensor == (try SensorSize(width: 34, height: 34)))
    #expect(try source.collect(400) == events)
    var batch = EventBatch()
    let error = recordingError { _ = try source.next(into: &batch) }
    #expect(error == .truncated(file: "peer", byte: 2000, expected: "an event of 5 bytes", found: "2"))
    #expect(source.end == .truncated(byte: 2000))
    #expect(try source.next(into: &batch) == false)
  }

  @Test func aSlowConsumerSlowsTheSenderAndLosesNothing() throws {
    let source = try server(WireDecoder(.time64, file: "wire"), queueCapacity: 64)
    let events = TestEvent.pattern(count: 200_000, step: 1)
    let address = source.address
    let thread = Thread {
      #expect(throws: Never.self) {
        let sender = try EventSender(tcp: address, layout: .time64)
        try sender.send(ListedEvents(events))
        try sender.finish()
      }
    }
    thread.start()
    #expect(try source.collect(batchCapacity: 50) == events)
    #expect(source.end == .clean && source.counts.dropped == 0 && source.counts.events == events.count)
  }

  @Test func aSenderNoticesThatItsReceiverIsGone() throws {
    let listener = RawSocket(receiving: SOCK_STREAM)
    let address = try NetworkAddress(host: "127.0.0.1", port: listener.port)
    let sender = try EventSender(tcp: address, layout: .time64)
    do { _ = listener.accepted() }
    let error = recordingError {
      for _ in 0..<1000 { try sender.send(ListedEvents(TestEvent.pattern(count: 1000))) }
    }
    #expect(error?.description.contains("\(address)") == true)
    #expect(
      recordingError { _ = try EventSender(tcp: NetworkAddress(host: "127.0.0.1", port: 1), layout: .spif) } != nil)
  }

  @Test func stoppingFreesAReceiverThatWaitsForRoom() throws {
    let source = try server(WireDecoder(.time32, file: "wire"), queueCapacity: 3)
    let sender = try EventSender(tcp: source.address, layout: .time32)
    try sender.send(ListedEvents(TestEvent.pattern(count: 100)))
    source.wait { $0.events == 100 }
    source.stop()
    var batch = EventBatch()
    #expect(try source.next(into: &batch) == false)
    source.wait { $0.dropped == 100 }
  }

  @Test func damageEndsAStreamAtItsByte() throws {
    let source = try server(WireDecoder(.time64, file: "wire"), afterPeer: .reconnect)
    let events = TestEvent.pattern(count: 3)
    RawSocket(tcp: source.port!).send(events.flatMap { $0.bytes(.time64) } + [UInt8](repeating: 255, count: 13))
    #expect(try source.collect(3) == events)
    #expect(recordingError { _ = try source.collect() } != nil)
    #expect(source.end == .corrupt(byte: 39))
  }

  @Test func aServerTakesOnePeerAfterAnother() throws {
    let source = try server(WireDecoder(.time64, file: "wire"), afterPeer: .reconnect)
    let events = TestEvent.pattern(count: 20, step: 1000)
    RawSocket(tcp: source.port!).send(events[..<10].flatMap { $0.bytes(.time64) } + [1, 2, 3])
    #expect(try source.collect(10) == Array(events[..<10]))
    // Its clock begins anew.
    RawSocket(tcp: source.port!).send(events[..<10].flatMap { $0.bytes(.time64) })
    let second = try source.collect(10)
    #expect(second.map(\.x) == events[..<10].map(\.x))
    #expect(second[0].timestamp >= 9000 && second[9].timestamp == second[0].timestamp + 9000)
    let counts = source.counts
    #expect(counts.restarts == 1 && counts.malformed == 1 && counts.clockRestarts == 1)
    #expect(source.takeNotices().count == 2)
  }

  @Test func aClientConnectsAgainWhenItsPeerComesBack() throws {
    let listener = RawSocket(receiving: SOCK_STREAM)
    let address = try NetworkAddress(host: "127.0.0.1", port: listener.port)
    let source = try LiveEventSource(
      bytes: .tcpClient(address, afterPeer: .reconnect), decoder: WireDecoder(.spif, file: "wire"))
    let events = TestEvent.pattern(count: 9)
    for round in 0..<3 {
      listener.accepted().send(events[round * 3..<round * 3 + 3].flatMap { $0.bytes(.spif) })
      #expect(try source.collect(3) == Array(events[round * 3..<round * 3 + 3]))
    }
    #expect(source.counts.restarts == 2 && source.counts.malformed == 0 && source.counts.clockRestarts == 0)
  }

  @Test func aClientWithoutAPeerSaysSoOrWaits() throws {
    let address: NetworkAddress
    do {
      address = try NetworkAddress(host: "127.0.0.1", port: RawSocket(receiving: SOCK_STREAM).port)
    }
    let decoder = WireDecoder(.spif, file: "wire")
    let source = try LiveEventSource(bytes: .tcpClient(address, afterPeer: .end), decoder: decoder)
    let error = recordingError { _ = try source.collect() }
    #expect(error?.description.contains("\(address)") == true)
    #expect(source.end == .clean)
    // One that waits is stopped with its owner.
    _ = try LiveEventSource(bytes: .tcpClient(address, afterPeer: .reconnect), decoder: decoder)
  }

  @Test func aFileIsFollowedWhileItGrowsIsCutAndIsReplaced() throws {
    let folder = try TemporaryFolder()
    let events = TestEvent.pattern(count: 30)
    let bytes = events.flatMap(\.bytes)
    let path = try folder.write([], to: "growing.bin")
    let source = try LiveEventSource(bytes: .follow(path: path), decoder: NMNISTDecoder(file: path))
    let file = try #require(FileHandle(forWritingAtPath: path))
    for (start, end) in [(0, 7), (7, 8), (8, 61), (61, 100)] {
      try file.write(contentsOf: Data(bytes[start..<end]))
      #expect(try source.collect(end / 5 - start / 5) == Array(events[start / 5..<end / 5]))
    }
    try file.truncate(atOffset: 0)
    source.wait { $0.restarts == 1 }
    try file.seek(toOffset: 0)
    try file.write(contentsOf: Data(bytes[..<15]))
    #expect(try source.collect(3).map(\.x) == events[..<3].map(\.x))

    // The old file grows once more before the new one takes its name.
    try file.write(contentsOf: Data(bytes[15..<20]))
    let successor = try folder.write(Array(bytes[20..<40]), to: "new.bin")
    rename(successor, path)
    #expect(try source.collect(5).map(\.x) == events[3..<8].map(\.x))
    #expect(source.counts.restarts == 2 && source.counts.malformed == 0 && source.counts.bytes == 140)
    let notices = source.takeNotices()
    #expect(notices.count == 2 && notices.allSatisfy { $0.contains(path) })
  }

  @Test func aFileThatIsNotThereCannotBeFollowed() throws {
    let error = recordingError {
      _ = try LiveEventSource(bytes: .follow(path: "/no/such/file"), decoder: NMNISTDecoder(file: ""))
    }
    #expect(error?.description.contains("/no/such/file") == true)
  }

  @Test func aNamedPipeIsReadWriterAfterWriter() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/events"
    #expect(mkfifo(path, 0o600) == 0)
    let events = TestEvent.pattern(count: 8)
    let source = try LiveEventSource(
      bytes: .pipe(path: path, afterPeer: .reconnect), decoder: NMNISTDecoder(file: path))
    for round in 0..<2 {
      let part = events[round * 4..<round * 4 + 4]
      let descriptor = open(path, O_WRONLY)
      let bytes = part.flatMap(\.bytes)
      #expect(write(descriptor, bytes, bytes.count) == 20)
      close(descriptor)
      #expect(try source.collect(4) == Array(part))
    }
    // None if the second writer came before the end of the first was seen.
    #expect(source.counts.restarts <= 1 && source.counts.malformed == 0)
    #expect(recordingError { _ = try server(path: folder.path) } != nil)
  }

  private func server(path: String) throws -> LiveEventSource {
    try LiveEventSource(bytes: .pipe(path: path, afterPeer: .end), decoder: NMNISTDecoder(file: path))
  }

  @Test func standardInputIsReadToItsEnd() throws {
    let pipe = Pipe()
    let kept = dup(STDIN_FILENO)
    dup2(pipe.fileHandleForReading.fileDescriptor, STDIN_FILENO)
    defer {
      dup2(kept, STDIN_FILENO)
      close(kept)
    }
    let events = TestEvent.pattern(count: 10)
    let source = try LiveEventSource(bytes: .standardInput, decoder: NMNISTDecoder(file: "standard input"))
    try pipe.fileHandleForWriting.write(contentsOf: Data(events.flatMap(\.bytes)))
    try pipe.fileHandleForWriting.close()
    #expect(try source.collect() == events)
    #expect(source.end == .clean)
  }
}
