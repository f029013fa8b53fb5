/// How programs that send camera events over a network lay out one event; all numbers are little-endian.
///
/// | layout | bytes | fields |
/// |---|---|---|
/// | `spif` | 8 | address word: no time follows (bit 31, 0 here), x (30…16), polarity (15), y (14…0); then the time in µs modulo 2³² |
/// | `spifWithoutTimes` | 4 | the address word alone, bit 31 set |
/// | `time64` | 13 | time in µs (64 bits), x (16), y (16), polarity (8, 0 or 1) |
/// | `time32` | 8 | time in µs modulo 2³² (32 bits), x (16), y (15, the upper bits), polarity (1, the lowest bit) |
/// - Reference: github.com/SpiNNakerManchester/spif, spiffer/README.md (address word); github.com/aestream/aestream, UDP output
///   (order of bytes, time word); github.com/aestream/faery, docs/inputs/udp.md (`t64_x16_y16_on8`, `t32_x16_y15_on1`)
public enum WireLayout: Sendable, Equatable, CaseIterable {
  /// Words of the SpiNNaker peripheral interface, as AEStream sends them, with times; read, it takes words without times too.
  case spif
  /// Words of the SpiNNaker peripheral interface without times; read, it takes words with times too.
  case spifWithoutTimes
  /// Faery's `t64_x16_y16_on8`.
  case time64
  /// Faery's `t32_x16_y15_on1`.
  case time32

  /// Name of the layout.
  public var formatName: String {
    switch self {
    case .spif: "SPIF words"
    case .spifWithoutTimes: "SPIF words without times"
    case .time64: "t64_x16_y16_on8"
    case .time32: "t32_x16_y15_on1"
    }
  }

  /// Bytes of an event, as it is sent.
  public var bytesPerEvent: Int {
    switch self {
    case .spif, .time32: 8
    case .spifWithoutTimes: 4
    case .time64: 13
    }
  }

  /// Largest column and row that the layout has bits for.
  public var largestPixel: (x: UInt16, y: UInt16) {
    switch self {
    case .spif, .spifWithoutTimes: (0x7FFF, 0x7FFF)
    case .time64: (0xFFFF, 0xFFFF)
    case .time32: (0xFFFF, 0x7FFF)
    }
  }

  /// Writes events one after another.
  /// - Parameters:
  ///   - range: Their places in `batch`; no pixel is beyond ``largestPixel``.
  ///   - bytes: Has room for ``bytesPerEvent`` bytes each.
  func write(_ batch: EventBatch, _ range: Range<Int>, to bytes: UnsafeMutableRawPointer) {
    batch.withEvents { events in
      var place = bytes
      for index in range {
        let (x, y, polarity) = (events.x[index], events.y[index], events.polarities[index])
        let time = UInt64(bitPattern: events.timestampsInMicroseconds[index])
        let address = UInt32(x) << 16 | UInt32(polarity) << 15 | UInt32(y)
        switch self {
        case .spif:
          place.storeBytes(of: address.littleEndian, as: UInt32.self)
          place.storeBytes(of: UInt32(truncatingIfNeeded: time).littleEndian, toByteOffset: 4, as: UInt32.self)
        case .spifWithoutTimes:
          place.storeBytes(of: (address | 1 << 31).littleEndian, as: UInt32.self)
        case .time64:
          place.storeBytes(of: time.littleEndian, as: UInt64.self)
          place.storeBytes(of: x.littleEndian, toByteOffset: 8, as: UInt16.self)
          place.storeBytes(of: y.littleEndian, toByteOffset: 10, as: UInt16.self)
          place.storeBytes(of: polarity, toByteOffset: 12, as: UInt8.self)
        case .time32:
          place.storeBytes(of: UInt32(truncatingIfNeeded: time).littleEndian, as: UInt32.self)
          place.storeBytes(of: x.littleEndian, toByteOffset: 4, as: UInt16.self)
          place.storeBytes(of: (y << 1 | UInt16(polarity)).littleEndian, toByteOffset: 6, as: UInt16.self)
        }
        place += bytesPerEvent
      }
    }
  }
}
