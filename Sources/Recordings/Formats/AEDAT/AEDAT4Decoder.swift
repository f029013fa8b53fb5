/// Decodes the events of AEDAT 4.0, as the DV software and dv-processing write it.
///
/// After the line "#!AER-DAT4.0" and a header come packets: number of the stream and size (Int32 each), then a FlatBuffer, which
/// may be compressed with LZ4 or Zstandard. Packets of events hold a vector of them; those of other kinds are passed over and
/// counted, and so is all that does not belong to the stream that is read. Packets that are not compressed are decoded while
/// they arrive; compressed ones are gathered, at most 256 MiB.
/// - Reference: iniVation, AEDAT 4.0, docs.inivation.com/software/software-advanced-usage/file-formats/aedat-4.0.html, with the
///   FlatBuffers schemas of dv-processing, gitlab.com/inivation/dv/dv-processing
public struct AEDAT4Decoder: EventDecoder {
  /// "AEDAT 4.0".
  public let formatName = "AEDAT 4.0"
  /// Size of the camera of the stream that is read, as the header states it.
  public private(set) var sensor: SensorSize?
  /// Whether the header has been read.
  public var isHeaderRead: Bool { header != nil }
  /// Bytes taken of the header, of the packet, or, in a packet that is not compressed, of the event.
  public var pendingByteCount: Int {
    switch phase {
    case .events: cutter.pendingByteCount
    case .table: 0
    default: byteOffset - entryStart
    }
  }

  private enum Phase {
    case version, headerSize, header, packetSize
    /// The beginning of a packet that is not compressed, up to its events.
    case beginning
    /// A packet that is needed whole.
    case whole
    /// The events of a packet that is not compressed.
    case events
    /// The events of a payload; the end of its packet is not taken before they are delivered.
    case payload
    /// Bytes that end in nothing but the next packet.
    case rest
    /// The table of packets at the end of the file, which nothing follows.
    case table
  }

  private let file: String
  private var phase = Phase.version
  private var byteOffset = 0
  /// Where the header or packet begins.
  private var entryStart = 0
  private var collected = ByteCollection()
  /// Bytes that the phase still takes.
  private var needed = 14
  private var header: AEDAT4Header?
  private var decompressor: AEDAT4Decompressor?
  /// The stream that is read; the first one with events unless stated or in the header.
  private var eventStream: Int32?
  private var packetStream: Int32 = 0
  private var packetSize = 0
  private var payload: AEDAT4Payload?
  /// Events of the packet that are not delivered yet: where they begin in the payload, and how many.
  private var undelivered = (start: 0, count: 0)
  private var cutter = EntryCutter(size: AEDAT4Events.size)
  private var counts = AEDAT4SkippedCounts()

  private static let largestHeader = 1 << 22
  private static let longestBeginning = 1 << 12

  /// A decoder at the beginning of a file.
  /// - Parameters:
  ///   - file: Its name, for errors.
  ///   - stream: Number of the stream to read; by default the first one of events.
  public init(file: String, stream: Int32? = nil) {
    self.file = file
    eventStream = stream
  }

  /// Frames, IMU samples, triggers, events of other streams, and packets of other types.
  public var skipped: [SkippedEntries] { counts.entries }

  /// Decodes until the bytes end or the batch is full; see ``EventDecoder/decode(_:into:)``.
  public mutating func decode(
    _ bytes: UnsafeRawBufferPointer, into batch: inout EventBatch
  ) throws(RecordingError) -> Int {
    let first = byteOffset
    while byteOffset - first < bytes.count, !batch.isFull {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[(byteOffset - first)...])
      switch phase {
      case .version, .headerSize, .header, .packetSize, .beginning:
        try collect(rest)
      case .whole:
        try completePacket(rest)
      case .events:
        try cutEvents(rest, into: &batch)
      case .payload:
        try deliverPayload(into: &batch)
      case .rest:
        let taken = min(needed, rest.count)
        needed -= taken
        byteOffset += taken
        if needed == 0 { beginPacket() }
      case .table:
        byteOffset += rest.count
      }
    }
    return byteOffset - first
  }

  /// Ends the recording.
  /// - Throws: `RecordingError.truncated` if it ends in the header, in a packet or before the table that the header promises.
  public mutating func finish(into batch: inout EventBatch) throws(RecordingError) {
    let expected: String
    switch phase {
    case .table: return
    case .packetSize where byteOffset == entryStart:
      let table = header?.tablePosition ?? -1
      guard table > byteOffset else { return }
      expected = "packets up to the table of them at byte \(table)"
    case .version, .headerSize, .header: expected = "the whole header"
    case .events: return try finishEvents()
    default: expected = "a packet of \(packetSize) bytes"
    }
    throw RecordingError.truncated(
      file: file, byte: entryStart, expected: expected, found: "\(byteOffset - entryStart) bytes")
  }

  private func finishEvents() throws(RecordingError) {
    throw RecordingError.truncated(
      file: file, byte: cutter.entryOffset, expected: "\(undelivered.count) more events of \(AEDAT4Events.size) bytes",
      found: "\(cutter.pendingByteCount) bytes")
  }
}

// MARK: - Parts of the file

extension AEDAT4Decoder {
  /// Gathers what the phase needs, and goes on once it is there.
  private mutating func collect(_ bytes: UnsafeRawBufferPointer) throws(RecordingError) {
    let taken = min(needed, bytes.count)
    collected.append(UnsafeRawBufferPointer(rebasing: bytes[..<taken]))
    needed -= taken
    byteOffset += taken
    guard needed == 0 else { return }
    let part = collected.joined()
    switch phase {
    case .version:
      guard String(decoding: part, as: UTF8.self) == "#!AER-DAT4.0\r\n" else {
        throw corrupt(
          expected: "'#!AER-DAT4.0' and an end of line", found: String(decoding: part, as: UTF8.self).debugDescription)
      }
      (phase, needed, entryStart) = (.headerSize, 4, byteOffset)
      collected.removeAll()
    case .headerSize:
      let size = Int(Self.number(part, at: 0, as: UInt32.self))
      guard (8...Self.largestHeader).contains(size) else {
        throw corrupt(expected: "a header of 8 to \(Self.largestHeader) bytes", found: "\(size)")
      }
      // The size remains, as a part of the FlatBuffer.
      (phase, needed) = (.header, size)
    case .header: try settleHeader(part)
    case .packetSize: try settlePacket(part)
    default: try settleBeginning(part)
    }
  }

  private mutating func settleHeader(_ part: [UInt8]) throws(RecordingError) {
    let header: AEDAT4Header
    do {
      header = try part.withUnsafeBufferPointer { part throws(FlatBuffer.Flaw) in
        try AEDAT4Header(UnsafeRawBufferPointer(part))
      }
    } catch {
      throw corrupt(error, in: "a header with ")
    }
    do {
      decompressor = try AEDAT4Decompressor(header.compression)
    } catch {
      throw recordingError(error)
    }
    eventStream = eventStream ?? header.streams.filter { $0.value.type == "EVTS" }.keys.min()
    self.header = header
    settleSensor()
    beginPacket()
  }

  private mutating func settleSensor() {
    guard let eventStream, let stream = header?.streams[eventStream], let width = stream.width,
      let height = stream.height
    else { return }
    sensor = try? SensorSize(width: width, height: height)
  }

  private mutating func beginPacket() {
    collected.removeAll()
    payload = nil
    entryStart = byteOffset
    (phase, needed) = (.packetSize, 8)
    if let header, header.tablePosition == byteOffset { phase = .table }
  }

  private mutating func settlePacket(_ part: [UInt8]) throws(RecordingError) {
    packetStream = Self.number(part, at: 0, as: Int32.self)
    packetSize = Int(Self.number(part, at: 4, as: Int32.self))
    guard (1...AEDAT4Payload.largest).contains(packetSize) else {
      throw corrupt(expected: "a packet of 1 to \(AEDAT4Payload.largest) bytes", found: "\(packetSize)")
    }
    collected.removeAll()
    needed = packetSize
    let type = header?.streams[packetStream]?.type ?? ""
    if !type.isEmpty, !["EVTS", "IMUS", "TRIG"].contains(type) {
      counts.add(type: type, count: 1)
      phase = .rest
    } else if decompressor == nil {
      (phase, needed) = (.beginning, min(12, packetSize))
    } else {
      phase = .whole
    }
  }

  /// Looks in the beginning of a packet that is not compressed for the place of its events.
  private mutating func settleBeginning(_ part: [UInt8]) throws(RecordingError) {
    do {
      let content = try part.withUnsafeBufferPointer { part throws(FlatBuffer.Flaw) in
        try AEDAT4Content(UnsafeRawBufferPointer(part), byteCount: packetSize)
      }
      needed = packetSize - part.count
      if content.start < part.count, content.count > 0 {
        phase = .whole
      } else if isRead(content) {
        undelivered = (0, content.count)
        cutter = EntryCutter(size: AEDAT4Events.size, byteOffset: byteOffset)
        phase = content.count > 0 ? .events : .rest
        collected.removeAll()
      } else {
        phase = .rest
      }
      if phase == .rest, needed == 0 { beginPacket() }
    } catch .needs(let byteCount) where byteCount < min(Self.longestBeginning, packetSize) {
      // The last byte is left, so that what is in the packet is delivered before it is taken.
      needed = byteCount - part.count
    } catch .needs {
      (phase, needed) = (.whole, packetSize - part.count)
    } catch {
      throw corrupt(error, in: "a packet with ")
    }
  }

  /// Whether the events of a packet are to be delivered; counts what is not.
  private mutating func isRead(_ content: AEDAT4Content) -> Bool {
    if content.type == "EVTS", eventStream == nil {
      eventStream = packetStream
      settleSensor()
    }
    guard content.type == "EVTS", packetStream == eventStream else {
      counts.add(type: content.type, count: content.count)
      return false
    }
    return true
  }

  private static func number<Number: FixedWidthInteger>(
    _ bytes: [UInt8], at offset: Int, as type: Number.Type
  ) -> Number {
    bytes.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Number.self)) }
  }

  private func corrupt(expected: String, found: String) -> RecordingError {
    .corrupt(file: file, byte: entryStart, expected: expected, found: found)
  }

  private func recordingError(_ failure: AEDAT4Payload.Failure) -> RecordingError {
    switch failure {
    case .damaged(let found): corrupt(expected: "one compressed frame of \(packetSize) bytes", found: found)
    case .noMemory: .unreadable(path: file, reason: "the system has no memory left for its packets")
    }
  }

  private func corrupt(_ flaw: FlatBuffer.Flaw, in place: String) -> RecordingError {
    switch flaw {
    case .needs(let byteCount): corrupt(expected: place + "\(byteCount) bytes", found: "fewer")
    case .wrong(let expected, let found): corrupt(expected: place + expected, found: found)
    }
  }
}

// MARK: - Events

extension AEDAT4Decoder {
  /// Gathers a packet but for its last bytes; with these, takes it apart.
  private mutating func completePacket(_ bytes: UnsafeRawBufferPointer) throws(RecordingError) {
    guard bytes.count >= needed else {
      collected.append(bytes)
      needed -= bytes.count
      byteOffset += bytes.count
      return
    }
    let end = UnsafeRawBufferPointer(rebasing: bytes[..<needed])
    let payload: AEDAT4Payload
    let content: AEDAT4Content
    do {
      payload =
        if let decompressor { try decompressor.decompress(collected.parts, end) } else {
          try AEDAT4Payload(collected.parts, end)
        }
    } catch {
      throw recordingError(error)
    }
    do {
      content = try AEDAT4Content(payload.bytes, byteCount: payload.count)
    } catch {
      throw corrupt(error, in: "a packet with ")
    }
    collected.removeAll()
    guard isRead(content), content.count > 0 else { return phase = .rest }
    self.payload = payload
    undelivered = (content.start, content.count)
    phase = .payload
  }

  private mutating func deliverPayload(into batch: inout EventBatch) throws(RecordingError) {
    guard let payload else { return phase = .rest }
    let events = UnsafeRawBufferPointer(
      rebasing: payload.bytes[undelivered.start..<undelivered.start + undelivered.count * AEDAT4Events.size])
    var result = (count: 0, isWrong: false)
    batch.append { free, room in
      result = AEDAT4Events.decode(events, into: free, room: room)
      return result.count
    }
    undelivered.start += result.count * AEDAT4Events.size
    undelivered.count -= result.count
    if result.isWrong { throw AEDAT4Events.error(events, at: result.count, file: file, byte: entryStart) }
    guard undelivered.count == 0 else { return }
    self.payload = nil
    phase = .rest
  }

  private mutating func cutEvents(
    _ bytes: UnsafeRawBufferPointer, into batch: inout EventBatch
  ) throws(RecordingError) {
    let own = min(bytes.count, undelivered.count * AEDAT4Events.size - cutter.pendingByteCount)
    var decoded = 0
    let taken = try cutter.cut(UnsafeRawBufferPointer(rebasing: bytes[..<own]), into: &batch) {
      [file] events, offset, batch throws(RecordingError) in
      var result = (count: 0, isWrong: false)
      batch.append { free, room in
        result = AEDAT4Events.decode(events, into: free, room: room)
        return result.count
      }
      guard !result.isWrong else {
        let byte = offset + result.count * AEDAT4Events.size
        throw AEDAT4Events.error(events, at: result.count, file: file, byte: byte)
      }
      decoded += result.count
      return result.count
    }
    byteOffset += taken
    needed -= taken
    undelivered.count -= decoded
    guard undelivered.count == 0 else { return }
    phase = .rest
    if needed == 0 { beginPacket() }
  }
}
