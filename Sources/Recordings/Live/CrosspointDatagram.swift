/// Crosspoint's own datagram of camera events, which makes losses countable to the event.
///
/// All numbers are little-endian.
///
/// | bytes | field |
/// |---|---|
/// | 0…3 | `XPEV` |
/// | 4 | version, 1 |
/// | 5 | 1: the stream ends after this datagram; else 0 |
/// | 6…7 | number n of events in this datagram |
/// | 8…15 | stream: a number that the sender draws when it begins |
/// | 16…23 | datagrams of the stream sent before |
/// | 24…31 | events of the stream sent before |
/// | 32… | n events of 13 bytes, ``WireLayout/time64`` |
struct CrosspointDatagram: Equatable {
  static let headerSize = 32
  static let layout = WireLayout.time64
  /// "XPEV" as a little-endian word.
  private static let magic: UInt32 = 0x5645_5058
  private static let version: UInt8 = 1
  /// Counts from here on are taken for damage; sums of nearer ones do not overflow.
  private static let countLimit: UInt64 = 1 << 53

  var isLast = false
  var eventCount = 0
  var stream: UInt64
  var datagramsBefore = 0
  var eventsBefore = 0

  init(stream: UInt64) {
    self.stream = stream
  }

  /// Reads the header of a whole datagram; `nil` if it is none.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= Self.headerSize,
      UInt32(littleEndian: bytes.loadUnaligned(as: UInt32.self)) == Self.magic, bytes[4] == Self.version, bytes[5] <= 1
    else { return nil }
    let sent = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
    let events = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
    isLast = bytes[5] == 1
    eventCount = Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 6, as: UInt16.self)))
    stream = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    guard sent < Self.countLimit, events < Self.countLimit,
      bytes.count == Self.headerSize + eventCount * Self.layout.bytesPerEvent
    else { return nil }
    (datagramsBefore, eventsBefore) = (Int(sent), Int(events))
  }

  /// Writes the header; `bytes` has room for it.
  func write(to bytes: UnsafeMutableRawPointer) {
    bytes.storeBytes(of: Self.magic.littleEndian, as: UInt32.self)
    bytes.storeBytes(of: Self.version, toByteOffset: 4, as: UInt8.self)
    bytes.storeBytes(of: isLast ? 1 : 0, toByteOffset: 5, as: UInt8.self)
    bytes.storeBytes(of: UInt16(eventCount).littleEndian, toByteOffset: 6, as: UInt16.self)
    bytes.storeBytes(of: stream.littleEndian, toByteOffset: 8, as: UInt64.self)
    bytes.storeBytes(of: UInt64(datagramsBefore).littleEndian, toByteOffset: 16, as: UInt64.self)
    bytes.storeBytes(of: UInt64(eventsBefore).littleEndian, toByteOffset: 24, as: UInt64.self)
  }
}

/// Follows the sequence of a sender's datagrams and counts what is missing.
///
/// A datagram that comes after a later one is not delivered: it was counted as lost when the later one came, so that what
/// was sent is what was delivered and what was lost, whatever the network repeats or reorders.
struct DatagramSequence {
  /// Datagrams that did not come in time.
  private(set) var lostDatagrams = 0
  /// Events in them.
  private(set) var lostEvents = 0
  /// Datagrams that came again or after a later one.
  private(set) var lateDatagrams = 0

  private var stream: UInt64?
  private var nextDatagram = 0
  private var nextEvent = 0

  enum Verdict {
    /// The next of its stream.
    case deliver
    /// The first of another stream than the one before.
    case deliverNewStream
    /// Came again or too late.
    case late
    /// Contradicts those before it.
    case malformed
  }

  mutating func admit(_ header: CrosspointDatagram) -> Verdict {
    var verdict = Verdict.deliver
    if header.stream != stream {
      if stream != nil { verdict = .deliverNewStream }
      stream = header.stream
    } else if header.datagramsBefore < nextDatagram {
      lateDatagrams += 1
      return .late
    } else {
      guard header.eventsBefore >= nextEvent else { return .malformed }
      lostDatagrams &+= header.datagramsBefore - nextDatagram
      lostEvents &+= header.eventsBefore - nextEvent
    }
    nextDatagram = header.datagramsBefore + 1
    nextEvent = header.eventsBefore + header.eventCount
    return verdict
  }
}
