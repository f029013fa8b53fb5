/// Event Stream 2.0 (`.es`), DVS events.
///
/// An event is the time since the one before in µs (7 bits, 0 to 126) with ON in the lowest bit, then x and y, 16 bits each,
/// little-endian; a byte 0xFF adds 127 µs. y counts from the bottom of the sensor.
/// - Reference: "Event Stream specification", github.com/neuromorphicsystems/event_stream
struct EventStreamEncoder: EventFormatEncoder {
  let formatName = "Event Stream 2.0 DVS"
  let limits: EventLimits

  private let sensor: SensorSize
  private var latest: Int64 = 0

  private static let bytesPerEvent = 5
  private static let overflow: Int64 = 127

  init(sensor: SensorSize) {
    self.sensor = sensor
    limits = EventLimits(
      width: 65_535, height: 65_535, times: 0 ... .max,
      longestSilence: Int64(EventLimits.mostBytesOfSilence) * Self.overflow)
  }

  func header(eventCount: Int) -> [UInt8] {
    let sizes = [sensor.width, sensor.height].flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
    return Array("Event Stream".utf8) + [2, 0, 0] + [1] + sizes
  }

  mutating func encode(_ events: EventRun, to output: StreamedFile) throws(RecordingError) {
    let bottom = UInt16(sensor.height - 1)
    for index in 0..<events.count {
      var delta = events.timestampsInMicroseconds[index] - latest
      latest += delta
      while delta >= Self.overflow {
        let count = min(Int(delta / Self.overflow), StreamedFile.bufferSize)
        try output.write(atMost: count) { free in
          free.initializeMemory(as: UInt8.self, repeating: 0xFF, count: count)
          return count
        }
        delta -= Int64(count) * Self.overflow
      }
      let head = UInt8(delta) << 1 | events.polarities[index] & 1
      try output.write(atMost: Self.bytesPerEvent) { free in
        free.storeBytes(of: head, as: UInt8.self)
        free.storeBytes(of: events.x[index].littleEndian, toByteOffset: 1, as: UInt16.self)
        free.storeBytes(
          of: (bottom - events.y[index]).littleEndian, toByteOffset: 3, as: UInt16.self)
        return Self.bytesPerEvent
      }
    }
  }
}
