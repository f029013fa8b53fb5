/// The entries of AEDAT 2.0 and 1.0: what their bits mean for each camera, and the clock of 32 bits carried on.
struct AEDAT2Entries: Sendable {
  /// The camera that the addresses are of.
  var camera: AEDATCamera
  /// Bytes of an entry: 8, or 6 in version 1.0.
  var size = 8
  /// Time of the latest entry in µs; its low 32 bits are those of the file.
  private(set) var time: Int64 = 0
  private(set) var frameSampleCount = 0
  private(set) var motionWordCount = 0
  private(set) var externalInputCount = 0
  private var hasTime = false

  init(camera: AEDATCamera) {
    self.camera = camera
  }

  /// Address of an entry, in version 1.0 of 16 bits.
  func address(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> UInt32 {
    size == 8
      ? UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt32.self))
      : UInt32(UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 6 * index, as: UInt16.self)))
  }

  /// Decodes whole entries until they end, `room` events are written or one is wrong.
  /// - Returns: How many entries were taken, how many events written, and whether the entry after them is wrong.
  mutating func decode(
    _ bytes: UnsafeRawBufferPointer, into free: EventBatch.Slots, room: Int
  ) -> (taken: Int, written: Int, isWrong: Bool) {
    let (count, size, isDVS128) = (bytes.count / size, size, camera == .dvs128)
    let last = (x: UInt32(camera.width - 1), y: UInt32(camera.height - 1))
    var written = 0
    for index in 0..<count {
      guard written < room else { return (index, written, false) }
      let address = address(bytes, index)
      let isPixel = isDVS128 ? address & 0x8000_8000 == 0 : address & 0x8000_0400 == 0
      let (x, y) =
        isDVS128
        ? (address >> 1 & 0x7F, address >> 8 & 0xFFFF) : (address >> 12 & 0x3FF, address >> 22 & 0x1FF)
      guard !isPixel || x <= last.x && y <= last.y else { return (index, written, true) }
      advanceClock(
        to: UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: size * index + size - 4, as: UInt32.self)))
      guard isPixel else {
        countOther(address)
        continue
      }
      free.set(
        written, timestampInMicroseconds: time, x: UInt16(truncatingIfNeeded: last.x - x),
        y: UInt16(truncatingIfNeeded: last.y - y),
        polarity: UInt8(truncatingIfNeeded: isDVS128 ? ~address & 1 : address >> 11 & 1))
      written += 1
    }
    return (count, written, false)
  }

  /// A step of more than half the range of the clock, either way, is a wrap.
  private mutating func advanceClock(to stamp: UInt32) {
    if hasTime {
      time &+= Int64(Int32(bitPattern: stamp &- UInt32(truncatingIfNeeded: time)))
    } else {
      (time, hasTime) = (Int64(stamp), true)
    }
  }

  private mutating func countOther(_ address: UInt32) {
    switch (camera == .dvs128, address >> 31, address >> 10 & 3) {
    case (true, _, _), (false, 0, _): externalInputCount += 1
    case (false, _, 3): motionWordCount += 1
    default: frameSampleCount += 1
    }
  }
}
