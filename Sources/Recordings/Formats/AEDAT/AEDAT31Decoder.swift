/// Decodes the polarity events of AEDAT 3.1 and 3.0, as the cAER framework writes it.
///
/// After lines of text come packets: a header of 28 bytes, then events of one type and size. All numbers are little-endian.
///
/// | byte of the packet | what |
/// |---|---|
/// | 0 | type of its events: 1 polarity; others are passed over and counted (Int16) |
/// | 2 | source (Int16); that of the first polarity packet is read |
/// | 4 | bytes of an event (Int32); 8 for polarity |
/// | 8 | byte of an event at which its time is (Int32); 4 for polarity |
/// | 12 | times that the clock of 31 bits had started again (Int32) |
/// | 20 | number of events (Int32) |
///
/// A polarity event is a word (bit 0 valid, 1 ON, 2–16 row, 17–31 column) and a time in µs (31 bits). Events that are not valid
/// are passed over and counted. Rows count from the top; in version 3.0 they count from the bottom and are turned, for which
/// the camera must be known.
/// - Reference: iniVation, AEDAT 3.1 and AEDAT 3.0, docs.inivation.com/software/software-advanced-usage/file-formats
public struct AEDAT31Decoder: EventDecoder {
  /// "AEDAT 3.1", with the version of the file once it is known.
  public var formatName: String { "AEDAT " + (header.version.isEmpty ? "3.1" : header.version) }
  /// Size of the camera that was stated or that the header names; `nil` if it is none of those known.
  public var sensor: SensorSize? { camera?.sensor }
  /// Whether the header has been read.
  public var isHeaderRead: Bool { header.isWhole }
  /// Bytes of the header line, of the event or of the packet without such that has begun.
  public var pendingByteCount: Int {
    switch phase {
    case .header: header.held.count
    case .packet: packetHeader.pendingByteCount
    case .events: events.pendingByteCount
    case .rest: byteOffset - packetStart
    }
  }
  /// Times that the clock of 31 bits had started again.
  public private(set) var wrapCount = 0

  private enum Phase {
    case header, packet, events, rest
  }

  private let file: String
  private var camera: AEDATCamera?
  private var phase = Phase.header
  private var header = AEDATHeader()
  private var packetHeader = EntryCutter(size: AEDAT31Packet.headerSize)
  private var events = EntryCutter(size: AEDAT31Packet.eventSize)
  private var byteOffset = 0
  private var packetStart = 0
  private var source: Int16?
  /// Bytes that the packet still has.
  private var remaining = 0
  private var invalidCount = 0
  private var otherSourceCount = 0
  private var otherCounts: [Int16: Int] = [:]

  /// A decoder at the beginning of a file.
  /// - Parameters:
  ///   - file: Its name, for errors.
  ///   - camera: The camera, for files that do not name it; overrides those that do.
  public init(file: String, camera: AEDATCamera? = nil) {
    self.file = file
    self.camera = camera
  }

  /// Events of other types and sources, and events that are not valid.
  public var skipped: [SkippedEntries] {
    let others = otherCounts.sorted { $0.key < $1.key }.map { type, count in
      SkippedEntries(what: AEDAT31Packet.name(ofType: type), count: count)
    }
    return
      (others + [
        SkippedEntries(what: "events of other sources", count: otherSourceCount),
        SkippedEntries(what: "events marked as not valid", count: invalidCount),
      ]).filter { $0.count > 0 }
  }

  /// Decodes until the bytes end or the batch is full; see ``EventDecoder/decode(_:into:)``.
  public mutating func decode(
    _ bytes: UnsafeRawBufferPointer, into batch: inout EventBatch
  ) throws(RecordingError) -> Int {
    let first = byteOffset
    while byteOffset - first < bytes.count, !batch.isFull {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[(byteOffset - first)...])
      switch phase {
      case .header: try readHeader(rest, into: &batch)
      case .packet: try readPacketHeader(rest, into: &batch)
      case .events: try readEvents(rest, into: &batch)
      case .rest:
        let taken = min(remaining, rest.count)
        byteOffset += taken
        remaining -= taken
        if remaining == 0 { phase = .packet }
      }
    }
    return byteOffset - first
  }

  /// Ends the recording.
  /// - Throws: `RecordingError.truncated` if it ends inside the header or a packet.
  public mutating func finish(into batch: inout EventBatch) throws(RecordingError) {
    switch phase {
    case .header:
      try header.finish(file: file)
      try settleHeader()
    case .packet:
      try packetHeader.finish(file: file, entry: "a packet header")
    case .events:
      throw RecordingError.truncated(
        file: file, byte: events.entryOffset, expected: "\(remaining) more bytes of events",
        found: "\(events.pendingByteCount)")
    case .rest:
      throw RecordingError.truncated(
        file: file, byte: packetStart, expected: "\(remaining) more bytes of its packet", found: "none")
    }
  }

  private mutating func readHeader(
    _ bytes: UnsafeRawBufferPointer, into batch: inout EventBatch
  ) throws(RecordingError) {
    byteOffset += try header.read(bytes, file: file)
    guard header.isWhole else { return }
    guard header.held.isEmpty else {
      // Text that no line end follows: a packet would begin with a type that does not exist.
      throw RecordingError.corrupt(
        file: file, byte: header.byteOffset, expected: "a header line of text or a packet", found: "other bytes")
    }
    try settleHeader()
  }

  private mutating func settleHeader() throws(RecordingError) {
    guard header.version == "3.1" || header.version == "3.0" else {
      throw RecordingError.corrupt(
        file: file, byte: 0, expected: "AEDAT version 3.1 or 3.0", found: "version '\(header.version)'")
    }
    camera = camera ?? header.cameraName.flatMap(AEDATCamera.init(name:))
    guard header.version == "3.1" || camera != nil else {
      throw RecordingError.corrupt(
        file: file, byte: 0,
        expected:
          "a source that is one of \(AEDATCamera.names), or one of these stated, since rows count from the bottom",
        found: header.cameraName.map { "'\($0)'" } ?? "none")
    }
    packetHeader = EntryCutter(size: AEDAT31Packet.headerSize, byteOffset: byteOffset)
    phase = .packet
  }

  private mutating func readPacketHeader(
    _ bytes: UnsafeRawBufferPointer, into batch: inout EventBatch
  ) throws(RecordingError) {
    var packet: AEDAT31Packet?
    let own = min(bytes.count, AEDAT31Packet.headerSize - packetHeader.pendingByteCount)
    byteOffset += try packetHeader.cut(UnsafeRawBufferPointer(rebasing: bytes[..<own]), into: &batch) {
      [file] bytes, offset, _ throws(RecordingError) in
      packet = try AEDAT31Packet(bytes, file: file, byte: offset)
      return 1
    }
    guard let packet else { return }
    packetStart = byteOffset - AEDAT31Packet.headerSize
    remaining = packet.byteCount
    if packet.isPolarity, source == nil { source = packet.source }
    if packet.isPolarity, packet.source == source {
      wrapCount = packet.wraps
      events = EntryCutter(size: AEDAT31Packet.eventSize, byteOffset: byteOffset)
    } else if packet.isPolarity {
      otherSourceCount += packet.count
    } else {
      otherCounts[packet.type, default: 0] += packet.count
    }
    let isRead = packet.isPolarity && packet.source == source
    phase = remaining == 0 ? .packet : isRead ? .events : .rest
    packetHeader = EntryCutter(size: AEDAT31Packet.headerSize, byteOffset: byteOffset + remaining)
  }

  private mutating func readEvents(
    _ bytes: UnsafeRawBufferPointer, into batch: inout EventBatch
  ) throws(RecordingError) {
    let own = UnsafeRawBufferPointer(rebasing: bytes[..<min(bytes.count, remaining)])
    let lastRow = header.version == "3.0" ? (camera?.height).map { UInt32($0 - 1) } : nil
    var invalid = 0
    // Those before a damaged event count as well.
    defer { invalidCount += invalid }
    let taken = try events.cut(own, into: &batch) {
      [file, wrapCount] bytes, offset, batch throws(RecordingError) in
      var result = (taken: 0, written: 0, isWrong: false)
      batch.append { free, room in
        result = AEDAT31Packet.decode(bytes, wraps: wrapCount, lastRow: lastRow, into: free, room: room)
        return result.written
      }
      invalid += result.taken - result.written
      guard !result.isWrong else {
        throw RecordingError.corrupt(
          file: file, byte: offset + result.taken * AEDAT31Packet.eventSize,
          expected: "a time of 31 bits and a row of the camera", found: "a larger one")
      }
      return result.taken
    }
    byteOffset += taken
    remaining -= taken
    if remaining == 0 { phase = .packet }
  }
}
