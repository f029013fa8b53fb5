/// The header of a packet of AEDAT 3, and the polarity events after it; ``AEDAT31Decoder`` has the layout.
struct AEDAT31Packet {
  /// Bytes of the header.
  static let headerSize = 28
  /// Bytes of a polarity event.
  static let eventSize = 8

  let type: Int16
  let source: Int16
  /// Times that the clock had started again.
  let wraps: Int
  /// Number of events.
  let count: Int
  /// Bytes of all events.
  let byteCount: Int

  var isPolarity: Bool { type == 1 }

  /// Reads a header that begins at a byte of a file.
  init(_ bytes: UnsafeRawBufferPointer, file: String, byte: Int) throws(RecordingError) {
    func word(_ offset: Int) -> Int {
      Int(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
    }
    func require(_ holds: Bool, _ expected: String, _ found: Int) throws(RecordingError) {
      guard !holds else { return }
      throw RecordingError.corrupt(file: file, byte: byte, expected: "a packet with " + expected, found: "\(found)")
    }
    type = Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: 0, as: Int16.self))
    source = Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2, as: Int16.self))
    wraps = word(12)
    count = word(20)
    let size = word(4)
    try require(type >= 0, "a type from 0", Int(type))
    try require(size > 0, "events of at least 1 byte", size)
    try require(wraps >= 0, "a count of wraps from 0", wraps)
    try require(count >= 0, "a number of events from 0", count)
    if type == 1 {
      try require(size == Self.eventSize, "polarity events of \(Self.eventSize) bytes", size)
      try require(word(8) == 4, "polarity events whose time is at byte 4", word(8))
    }
    byteCount = size * count
  }

  /// Decodes whole events until they end, `room` are read or one is wrong: has a negative time, or a row after the last.
  /// - Parameters:
  ///   - wraps: Times that the clock had started again.
  ///   - lastRow: Rows count from the bottom, this being the highest; `nil` if they count from the top.
  static func decode(
    _ bytes: UnsafeRawBufferPointer, wraps: Int, lastRow: UInt32?, into free: EventBatch.Slots, room: Int
  ) -> (taken: Int, written: Int, isWrong: Bool) {
    let base = Int64(wraps) << 31
    var written = 0
    for index in 0..<min(bytes.count / eventSize, room) {
      let word = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index * eventSize, as: UInt32.self))
      let time = Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: index * eventSize + 4, as: Int32.self))
      var row = word >> 2 & 0x7FFF
      if let lastRow {
        guard row <= lastRow else { return (index, written, true) }
        row = lastRow - row
      }
      guard time >= 0 else { return (index, written, true) }
      free.set(
        written, timestampInMicroseconds: base + Int64(time), x: UInt16(truncatingIfNeeded: word >> 17),
        y: UInt16(truncatingIfNeeded: row), polarity: UInt8(truncatingIfNeeded: word >> 1 & 1))
      // An event that is not valid is overwritten by the next.
      written += Int(word & 1)
    }
    return (min(bytes.count / eventSize, room), written, false)
  }

  /// What events of a type are, in the plural.
  static func name(ofType type: Int16) -> String {
    switch type {
    case 0: "special events"
    case 2: "frames"
    case 3: "IMU samples of 6 axes"
    case 4: "IMU samples of 9 axes"
    default: "events of type \(type)"
    }
  }
}
