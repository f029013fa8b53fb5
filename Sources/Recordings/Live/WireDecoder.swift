/// Decodes events in one of the plain layouts that programs send over a network, from bytes or datagrams.
///
/// Times of 32 bits are carried on: a time is taken to be within 35 minutes (2³¹ µs) of the one before it.
public struct WireDecoder: EventDecoder {
  /// The layout.
  public let layout: WireLayout
  /// Name of the layout.
  public var formatName: String { layout.formatName }
  /// None: the layouts do not state it.
  public var sensor: SensorSize? { nil }
  /// Bytes of the event that has begun.
  public var pendingByteCount: Int { cutter.pendingByteCount + (words.address == nil ? 0 : 4) }
  /// Times that the 32 bits of a time started again from 0.
  public var wrapCount: Int { words.wrapCount }

  private let file: String
  private var cutter: EntryCutter
  private var words = Words()

  /// Times from here on are taken for damage; nearer ones can be added without overflow.
  static let timeLimit: Int64 = 1 << 61

  /// A decoder at the beginning of a stream, whose name appears in errors.
  public init(_ layout: WireLayout, file: String) {
    self.layout = layout
    self.file = file
    cutter = EntryCutter(size: Self.entrySize(of: layout))
  }

  /// Decodes until the bytes end or the batch is full; see ``EventDecoder/decode(_:into:)``.
  public mutating func decode(
    _ bytes: UnsafeRawBufferPointer, into batch: inout EventBatch
  ) throws(RecordingError) -> Int {
    var words = self.words
    defer { self.words = words }
    return try cutter.cut(bytes, into: &batch) { entries, offset, batch throws(RecordingError) in
      let size = Self.entrySize(of: layout)
      var taken = 0
      var isDamaged = false
      batch.append { free, room in
        switch layout {
        case .spif, .spifWithoutTimes: return words.decodeSPIF(entries, into: free, room, taken: &taken)
        case .time32: return words.decodeTime32(entries, into: free, room, taken: &taken)
        case .time64:
          (taken, isDamaged) = Self.decodeTime64(entries, into: free, room)
          return taken
        }
      }
      guard !isDamaged else {
        throw RecordingError.corrupt(
          file: file, byte: offset + taken * size, expected: "a time of 0 to 2^61 µs and a polarity of 0 or 1",
          found: Self.describe(entries, taken))
      }
      return taken
    }
  }

  /// Ends the stream.
  /// - Throws: `RecordingError.truncated` if an event has begun.
  public mutating func finish(into batch: inout EventBatch) throws(RecordingError) {
    if words.address != nil {
      throw RecordingError.truncated(
        file: file, byte: cutter.entryOffset - 4, expected: "an address word and a time word of 4 bytes each",
        found: "\(4 + cutter.pendingByteCount)")
    }
    try cutter.finish(file: file, entry: "an event")
  }

  /// Tells the time of arrival of the bytes that follow, which events without a time get.
  public mutating func arrive(atMicroseconds time: Int64) {
    words.arrivalTime = time
  }

  /// Forgets an event that has begun, as a datagram's end does; returns whether there was one.
  mutating func abandonEntry() -> Bool {
    guard pendingByteCount > 0 else { return false }
    cutter = EntryCutter(size: cutter.size)
    words.address = nil
    return true
  }

  private static func entrySize(of layout: WireLayout) -> Int {
    switch layout {
    case .spif, .spifWithoutTimes: 4
    case .time64, .time32: layout.bytesPerEvent
    }
  }

  private static func decodeTime64(
    _ entries: UnsafeRawBufferPointer, into free: EventBatch.Slots, _ room: Int
  ) -> (taken: Int, isDamaged: Bool) {
    let count = min(entries.count / 13, room)
    for index in 0..<count {
      let entry = index * 13
      let time = UInt64(littleEndian: entries.loadUnaligned(fromByteOffset: entry, as: UInt64.self))
      let polarity = entries[entry + 12]
      guard time < UInt64(timeLimit), polarity <= 1 else { return (index, true) }
      free.set(
        index, timestampInMicroseconds: Int64(time),
        x: UInt16(littleEndian: entries.loadUnaligned(fromByteOffset: entry + 8, as: UInt16.self)),
        y: UInt16(littleEndian: entries.loadUnaligned(fromByteOffset: entry + 10, as: UInt16.self)),
        polarity: polarity)
    }
    return (count, false)
  }

  private static func describe(_ entries: UnsafeRawBufferPointer, _ index: Int) -> String {
    let time = UInt64(littleEndian: entries.loadUnaligned(fromByteOffset: index * 13, as: UInt64.self))
    return "\(time) µs and polarity \(entries[index * 13 + 12])"
  }
}

/// What the layouts of 32-bit words carry from one word to the next.
private struct Words: Sendable {
  /// An address word whose time word has not come yet.
  var address: UInt32?
  /// Time of events that carry none.
  var arrivalTime: Int64 = 0
  private(set) var wrapCount = 0
  private var latest: Int64?

  /// The time that is nearest to the one before and ends in these 32 bits.
  private mutating func carriedOn(_ word: UInt32) -> Int64 {
    var time = Int64(word)
    if let latest {
      let near = latest + Int64(Int32(bitPattern: word &- UInt32(truncatingIfNeeded: latest)))
      if near >= 0 { time = near }
    }
    wrapCount = max(wrapCount, Int(time >> 32))
    latest = time
    return time
  }

  /// Decodes words until they end or the room does; returns the number of events, `taken` is that of words.
  mutating func decodeSPIF(
    _ entries: UnsafeRawBufferPointer, into free: EventBatch.Slots, _ room: Int, taken: inout Int
  ) -> Int {
    let wordCount = entries.count / 4
    var events = 0
    while taken < wordCount, events < room {
      let word = UInt32(littleEndian: entries.loadUnaligned(fromByteOffset: taken * 4, as: UInt32.self))
      taken += 1
      let time: Int64
      let event: UInt32
      if let begun = address {
        (time, event) = (carriedOn(word), begun)
        address = nil
      } else if word >> 31 == 1 {
        (time, event) = (arrivalTime, word)
      } else {
        address = word
        continue
      }
      free.set(
        events, timestampInMicroseconds: time, x: UInt16(event >> 16 & 0x7FFF), y: UInt16(event & 0x7FFF),
        polarity: UInt8(event >> 15 & 1))
      events += 1
    }
    return events
  }

  mutating func decodeTime32(
    _ entries: UnsafeRawBufferPointer, into free: EventBatch.Slots, _ room: Int, taken: inout Int
  ) -> Int {
    let count = min(entries.count / 8, room)
    for index in 0..<count {
      let time = UInt32(littleEndian: entries.loadUnaligned(fromByteOffset: index * 8, as: UInt32.self))
      let row = UInt16(littleEndian: entries.loadUnaligned(fromByteOffset: index * 8 + 6, as: UInt16.self))
      free.set(
        index, timestampInMicroseconds: carriedOn(time),
        x: UInt16(littleEndian: entries.loadUnaligned(fromByteOffset: index * 8 + 4, as: UInt16.self)), y: row >> 1,
        polarity: UInt8(row & 1))
    }
    taken = count
    return count
  }
}
