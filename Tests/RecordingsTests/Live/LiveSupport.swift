import Foundation
import Recordings
import Testing

extension TestEvent {
  /// The bytes of a plain layout, written independently of the sender.
  func bytes(_ layout: WireLayout) -> [UInt8] {
    let word = UInt32(x) * 65_536 + UInt32(polarity) * 32_768 + UInt32(y)
    return switch layout {
    case .spif: little(UInt64(word), 4) + little(UInt64(timestamp) % (1 << 32), 4)
    case .spifWithoutTimes: little(UInt64(word) + 1 << 31, 4)
    case .time64: little(UInt64(timestamp), 8) + little(UInt64(x), 2) + little(UInt64(y), 2) + [polarity]
    case .time32:
      little(UInt64(timestamp) % (1 << 32), 4) + little(UInt64(x), 2) + little(UInt64(y) * 2 + UInt64(polarity), 2)
    }
  }
}

/// The lowest bytes of a number, lowest first.
func little(_ value: UInt64, _ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(value >> (8 * UInt64($0)) & 255) }
}

/// A datagram of Crosspoint's own format, every field to be made wrong.
func crosspointDatagram(
  stream: UInt64 = 7, datagramsBefore: Int, eventsBefore: Int, events: [TestEvent], isLast: Bool = false
) -> [UInt8] {
  Array("XPEV".utf8) + [1, isLast ? 1 : 0] + little(UInt64(events.count), 2) + little(stream, 8)
    + little(UInt64(datagramsBefore), 8) + little(UInt64(eventsBefore), 8) + events.flatMap { $0.bytes(.time64) }
}

let loopback = try! NetworkAddress(host: "127.0.0.1", port: 0)

extension LiveEventSource {
  /// Where a sender on this machine reaches it.
  var address: NetworkAddress { try! NetworkAddress(host: "127.0.0.1", port: port ?? 0) }

  /// Takes events until the stream is over or there are `count`; fails after a minute in which nothing came.
  func collect(_ count: Int = .max, batchCapacity: Int = 4096) throws -> [TestEvent] {
    var batch = EventBatch(capacity: batchCapacity)
    var events: [TestEvent] = []
    while events.count < count {
      switch try poll(into: &batch, timeoutInMicroseconds: 60_000_000) {
      case .ready: events += batch.events
      case .over: return events
      case .idle:
        Issue.record("nothing came in a minute; \(events.count) events before")
        return events
      }
    }
    return events
  }

  /// Waits until what was received satisfies a condition.
  func wait(until condition: (LiveCounts) -> Bool) {
    for _ in 0..<60_000 where !condition(counts) { usleep(1000) }
    if !condition(counts) { Issue.record("a minute was not enough: \(counts)") }
  }
}

/// A socket as the operating system gives it, for peers that misbehave.
final class RawSocket: @unchecked Sendable {
  let descriptor: Int32

  /// Connects to a port of this machine.
  init(udp port: Int) {
    descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
    Self.withAddress(port) { _ = connect(descriptor, $0, $1) }
  }

  init(tcp port: Int) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    Self.withAddress(port) { address, size in
      if connect(descriptor, address, size) != 0 { Issue.record("no connection to port \(port)") }
    }
  }

  /// Connects if somebody listens; else everything it sends is lost.
  init(tcpIfThere port: Int) {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    Self.withAddress(port) { _ = connect(descriptor, $0, $1) }
  }

  /// Receives datagrams or connections on a port of this machine; 0 for a free one.
  init(receiving type: __socket_type, on port: Int = 0) {
    descriptor = socket(AF_INET, Int32(type.rawValue), 0)
    var reuse: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, 4)
    Self.withAddress(port) { _ = bind(descriptor, $0, $1) }
    if type == SOCK_STREAM { listen(descriptor, 4) }
  }

  private init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  var port: Int {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
    }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  func accepted() -> RawSocket { RawSocket(descriptor: accept(descriptor, nil, nil)) }

  func send(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count || bytes.isEmpty {
      let count = bytes.withUnsafeBytes {
        Foundation.send(descriptor, $0.baseAddress.map { $0 + sent }, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      sent += count
    }
  }

  func receive() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    return Array(bytes[..<max(count, 0)])
  }

  private static func withAddress(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Void) {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = UInt16(port).bigEndian
    withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }
}
