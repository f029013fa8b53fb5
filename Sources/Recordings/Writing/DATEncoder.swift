/// Prophesee DAT, version 2: contrast detection (CD) events.
///
/// An event is a time in µs (32 bits) and a word of x (14 bits, lowest), y (14) and polarity (4), little-endian.
/// - Reference: docs.prophesee.ai, "DAT File Format"
struct DATEncoder: EventFormatEncoder {
  let formatName = "Prophesee DAT 2"
  let limits = EventLimits(width: 1 << 14, height: 1 << 14, times: 0...Int64(UInt32.max))

  private let sensor: SensorSize?

  private static let bytesPerEvent = 8
  private static let eventTypeCD: UInt8 = 12

  init(sensor: SensorSize?) {
    self.sensor = sensor
  }

  func header(eventCount: Int) -> [UInt8] {
    var text = "% Data file containing CD events\n% Version 2\n"
    if let sensor { text += "% Width \(sensor.width)\n% Height \(sensor.height)\n" }
    return Array(text.utf8) + [Self.eventTypeCD, UInt8(Self.bytesPerEvent)]
  }

  func encode(_ events: EventRun, to output: StreamedFile) throws(RecordingError) {
    try output.write(atMost: events.count * Self.bytesPerEvent) { free in
      for index in 0..<events.count {
        let time = UInt64(events.timestampsInMicroseconds[index])
        let place = UInt64(events.x[index]) | UInt64(events.y[index]) << 14
        let word = time | (place | UInt64(events.polarities[index] & 1) << 28) << 32
        free.storeBytes(
          of: word.littleEndian, toByteOffset: index * Self.bytesPerEvent, as: UInt64.self)
      }
      return events.count * Self.bytesPerEvent
    }
  }
}
