/// The header of Prophesee RAW files: lines of a key and a value after a per cent sign.
enum RAWHeader {
  /// - Parameter version: 2 or 3.
  static func bytes(version: Int, sensor: SensorSize?) -> [UInt8] {
    var text = "% evt \(version).0\n"
    if let sensor {
      text +=
        "% format EVT\(version);height=\(sensor.height);width=\(sensor.width)\n% geometry \(sensor)\n"
    }
    return Array((text + "% end\n").utf8)
  }
}

/// Prophesee EVT 2.0: words of 32 bits, little-endian, the type in the highest four.
///
/// CD_OFF (0) and CD_ON (1) hold the lowest 6 bits of the time, x (11 bits) and y (11, lowest); EVT_TIME_HIGH (8) the higher 28.
/// The time wraps after 2³⁴ µs; a word at least every 1.05 s of silence lets readers count the wraps.
/// - Reference: docs.prophesee.ai, "EVT 2.0 Format"
struct EVT2Encoder: EventFormatEncoder {
  let formatName = "Prophesee EVT 2.0"
  let limits = EventLimits(
    width: 1 << 11, height: 1 << 11, times: 0 ... .max,
    longestSilence: Int64(EventLimits.mostBytesOfSilence / 4) * longestStep << 6)

  private let sensor: SensorSize?
  /// The higher bits of the time in force; `nil` before the first word.
  private var high: Int64?

  private static let longestStep: Int64 = 1 << 14

  init(sensor: SensorSize?) {
    self.sensor = sensor
  }

  func header(eventCount: Int) -> [UInt8] { RAWHeader.bytes(version: 2, sensor: sensor) }

  mutating func encode(_ events: EventRun, to output: StreamedFile) throws(RecordingError) {
    for index in 0..<events.count {
      let time = events.timestampsInMicroseconds[index]
      while high != time >> 6 {
        let next = high.map { min($0 + Self.longestStep, time >> 6) } ?? 0
        high = next
        try write(8 << 28 | UInt32(next & 0xFFF_FFFF), to: output)
      }
      let head = UInt32(events.polarities[index] & 1) << 28 | UInt32(time & 63) << 22
      try write(head | UInt32(events.x[index]) << 11 | UInt32(events.y[index]), to: output)
    }
  }

  private func write(_ word: UInt32, to output: StreamedFile) throws(RecordingError) {
    try output.write(atMost: 4) { free in
      free.storeBytes(of: word.littleEndian, as: UInt32.self)
      return 4
    }
  }
}
