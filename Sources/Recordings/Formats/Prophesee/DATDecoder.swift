/// Decodes a DAT recording of a Prophesee camera: a text header, two bytes that tell the kind and size of events, and events of
/// 64 bits, little-endian.
///
/// | bits | 63…60 | 59…46 | 45…32 | 31…0 |
/// |---|---|---|---|---|
/// | version 2 | polarity | y | x | time in µs |
///
/// Version 1, of the ATIS camera, has x in bits 40…32, y in 48…41 and the polarity in 49. The time starts again from 0 after 2³² µs, 71 minutes.
/// - Reference: Metavision SDK documentation, "DAT File Format", docs.prophesee.ai/stable/data/file_formats/dat.html
public struct DATDecoder: EventDecoder {
  /// "Prophesee DAT".
  public let formatName = "Prophesee DAT"
  /// Size of the camera, where the header states it.
  public var sensor: SensorSize? { header.sensor }
  /// Whether the header and the kind of events were read.
  public private(set) var isHeaderRead = false
  /// Bytes of the header line or event that has begun.
  public var pendingByteCount: Int {
    isHeaderRead ? cutter.pendingByteCount : header.isRead ? kind.count : header.line.count
  }
  /// Times that the clock started again.
  public var wrapCount: Int { clock.wrapCount }

  private let file: String
  private var header: PropheseeHeader
  private var kind: [UInt8] = []
  private var isFirstVersion = false
  private var cutter = EntryCutter(size: Self.bytesPerEvent)
  private var clock = ClockUnwrapper(bits: 32, isSteady: false)

  private static let bytesPerEvent = 8

  /// A decoder at the beginning of a recording, whose name appears in errors.
  public init(file: String) {
    self.file = file
    header = PropheseeHeader(file: file)
  }

  /// Decodes until the bytes end or the batch is full; see ``EventDecoder/decode(_:into:)``.
  public mutating func decode(
    _ bytes: UnsafeRawBufferPointer, into batch: inout EventBatch
  ) throws(RecordingError) -> Int {
    var taken = 0
    if !isHeaderRead {
      taken = try header.take(bytes)
      if header.isRead, kind.isEmpty { kind = header.line }
      while header.isRead, kind.count < 2, taken < bytes.count {
        kind.append(bytes[taken])
        taken += 1
      }
      guard kind.count == 2 else { return taken }
      try endHeader()
    }
    var (clock, isFirst) = (clock, isFirstVersion)
    defer { self.clock = clock }
    let rest = UnsafeRawBufferPointer(rebasing: bytes[taken...])
    return taken
      + (try cutter.cut(rest, into: &batch) { events, _, batch throws(RecordingError) in
        isFirst ? Self.decodeFirst(events, &clock, into: &batch) : Self.decodeSecond(events, &clock, into: &batch)
      })
  }

  /// Ends the recording.
  /// - Throws: `RecordingError.truncated` if it ends inside the header or an event.
  public func finish(into batch: inout EventBatch) throws(RecordingError) {
    try header.finish()
    guard isHeaderRead else {
      throw RecordingError.truncated(
        file: file, byte: header.byteOffset - header.line.count, expected: "two bytes with kind and size of events",
        found: "\(kind.count)")
    }
    try cutter.finish(file: file, entry: "an event")
  }

  private mutating func endHeader() throws(RecordingError) {
    let place = header.byteOffset - header.line.count
    switch header.version {
    case "1": isFirstVersion = true
    case "2": isFirstVersion = false
    default:
      throw RecordingError.unsupported(
        file: file, byte: 0, expected: "a header with '% Version 1' or '% Version 2'",
        found: header.version.map { "version '\($0)'" } ?? "none")
    }
    guard kind[0] == 0x00 || kind[0] == 0x0C, kind[1] == 8 else {
      throw RecordingError.unsupported(
        file: file, byte: place, expected: "events of brightness (type 0 or 12, 8 bytes)",
        found: kind[0] == 0x0E ? "external triggers" : "events of type \(kind[0]) of \(kind[1]) bytes")
    }
    cutter = EntryCutter(size: Self.bytesPerEvent, byteOffset: place + 2)
    isHeaderRead = true
  }

  private static func decodeFirst(
    _ events: UnsafeRawBufferPointer, _ clock: inout ClockUnwrapper, into batch: inout EventBatch
  ) -> Int {
    each(of: events, &clock, into: &batch) { place in
      (UInt16(place & 0x1FF), UInt16(place >> 9 & 0xFF), UInt8(place >> 17 & 1))
    }
  }

  private static func decodeSecond(
    _ events: UnsafeRawBufferPointer, _ clock: inout ClockUnwrapper, into batch: inout EventBatch
  ) -> Int {
    each(of: events, &clock, into: &batch) { place in
      (UInt16(place & 0x3FFF), UInt16(place >> 14 & 0x3FFF), UInt8(place >> 28 & 1))
    }
  }

  @inline(__always)
  private static func each(
    of events: UnsafeRawBufferPointer, _ clock: inout ClockUnwrapper, into batch: inout EventBatch,
    _ split: (_ place: UInt32) -> (x: UInt16, y: UInt16, polarity: UInt8)
  ) -> Int {
    var count = 0
    batch.append { free, room in
      count = min(events.count / bytesPerEvent, room)
      for index in 0..<count {
        let event = UInt64(littleEndian: events.loadUnaligned(fromByteOffset: index &* bytesPerEvent, as: UInt64.self))
        let (x, y, polarity) = split(UInt32(event >> 32))
        free.set(
          index, timestampInMicroseconds: clock.carry(Int64(event & 0xFFFF_FFFF)), x: x, y: y, polarity: polarity)
      }
      return count
    }
    return count
  }
}
