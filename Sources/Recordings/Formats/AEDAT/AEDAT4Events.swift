/// The events of AEDAT 4.0: time in µs (Int64), x, y (Int16), whether ON (a byte), three bytes of padding; little-endian.
enum AEDAT4Events {
  /// Bytes of an event.
  static let size = 16
  /// The first time in µs that none is allowed to have: differences of times fit a number of 64 bits.
  static let timeLimit = Int64(1) << 62

  /// Decodes whole events until they end, `room` is used or one is wrong.
  /// - Returns: How many were decoded, and whether the one after them is wrong: has a negative pixel or time.
  static func decode(
    _ bytes: UnsafeRawBufferPointer, into free: EventBatch.Slots, room: Int
  ) -> (count: Int, isWrong: Bool) {
    let count = min(bytes.count / size, room)
    guard count > 0, let start = bytes.baseAddress else { return (0, false) }
    // The high bits of these tell whether any is wrong.
    var (times, places) = (UInt64(0), UInt32(0))
    for index in 0..<count {
      let event = start + index * size
      let time = UInt64(littleEndian: event.loadUnaligned(as: UInt64.self))
      let place = UInt32(littleEndian: event.loadUnaligned(fromByteOffset: 8, as: UInt32.self))
      times |= time
      places |= place
      free.timestampsInMicroseconds[index] = Int64(bitPattern: time)
      free.x[index] = UInt16(truncatingIfNeeded: place)
      free.y[index] = UInt16(truncatingIfNeeded: place >> 16)
      free.polarities[index] = event.load(fromByteOffset: 12, as: UInt8.self) == 0 ? 0 : 1
    }
    guard times >> 62 != 0 || places & 0x8000_8000 != 0 else { return (count, false) }
    let wrong = (0..<count).first { index in
      !(0..<timeLimit).contains(free.timestampsInMicroseconds[index]) || free.x[index] > 0x7FFF
        || free.y[index] > 0x7FFF
    }
    return (wrong ?? count, wrong != nil)
  }

  /// What is wrong with an event.
  static func error(_ bytes: UnsafeRawBufferPointer, at index: Int, file: String, byte: Int) -> RecordingError {
    let start = index * size
    let time = Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: Int64.self))
    let x = Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 8, as: Int16.self))
    let y = Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: start + 10, as: Int16.self))
    return .corrupt(
      file: file, byte: byte, expected: "an event with a time of 0 to \(timeLimit - 1) µs and a pixel from (0, 0) on",
      found: "\(time) µs and (\(x), \(y))")
  }
}
