/// Text: a header `t,x,y,p`, then a line for each event; t in µs, p 1 (ON) or 0 (OFF).
struct CSVEncoder: EventFormatEncoder {
  let formatName = "CSV"
  let limits = EventLimits()

  /// 20 characters of time, 5 each of x and y, 1 of polarity, 3 commas and the end of the line.
  private static let mostBytesPerLine = 35

  func header(eventCount: Int) -> [UInt8] { Array("t,x,y,p\n".utf8) }

  func encode(_ events: EventRun, to output: StreamedFile) throws(RecordingError) {
    try output.write(atMost: events.count * Self.mostBytesPerLine) { free in
      var end = free
      for index in 0..<events.count {
        Self.append(events.timestampsInMicroseconds[index], UInt8(ascii: ","), to: &end)
        Self.append(Int64(events.x[index]), UInt8(ascii: ","), to: &end)
        Self.append(Int64(events.y[index]), UInt8(ascii: ","), to: &end)
        Self.append(Int64(events.polarities[index] & 1), UInt8(ascii: "\n"), to: &end)
      }
      return end - free
    }
  }

  /// Writes a decimal number and a character after it.
  private static func append(
    _ value: Int64, _ separator: UInt8, to end: inout UnsafeMutableRawPointer
  ) {
    var rest = value.magnitude
    var length = value < 0 ? 2 : 1
    var bound: UInt64 = 10
    while rest >= bound, length < 20 {
      length += 1
      bound = bound > .max / 10 ? .max : bound * 10
    }
    for place in (0..<length).reversed() {
      let digit = UInt8(truncatingIfNeeded: rest % 10)
      end.storeBytes(of: UInt8(ascii: "0") + digit, toByteOffset: place, as: UInt8.self)
      rest /= 10
    }
    if value < 0 { end.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self) }
    end.storeBytes(of: separator, toByteOffset: length, as: UInt8.self)
    end += length + 1
  }
}
