/// A NumPy array file, version 1.0, of structures t (Int64, µs), x, y (UInt16) and p (UInt8, 1 ON), without padding.
/// - Reference: numpy.org, "NEP 1 — A simple file format for NumPy arrays"
struct NumPyEncoder: EventFormatEncoder {
  let formatName = "NumPy"
  let limits = EventLimits()

  private static let bytesPerEvent = 13
  private static let headerBytes = 192

  func header(eventCount: Int) -> [UInt8] {
    let fields = "[('t', '<i8'), ('x', '<u2'), ('y', '<u2'), ('p', '|u1')]"
    let text = "{'descr': \(fields), 'fortran_order': False, 'shape': (\(eventCount),), }"
    let start: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(Self.headerBytes - 10), 0]
    let used = start + Array(text.utf8)
    return used + [UInt8](repeating: UInt8(ascii: " "), count: Self.headerBytes - 1 - used.count)
      + [UInt8(ascii: "\n")]
  }

  func encode(_ events: EventRun, to output: StreamedFile) throws(RecordingError) {
    try output.write(atMost: events.count * Self.bytesPerEvent) { free in
      for index in 0..<events.count {
        let start = index * Self.bytesPerEvent
        free.storeBytes(
          of: events.timestampsInMicroseconds[index].littleEndian, toByteOffset: start,
          as: Int64.self)
        free.storeBytes(of: events.x[index].littleEndian, toByteOffset: start + 8, as: UInt16.self)
        free.storeBytes(of: events.y[index].littleEndian, toByteOffset: start + 10, as: UInt16.self)
        free.storeBytes(of: events.polarities[index] & 1, toByteOffset: start + 12, as: UInt8.self)
      }
      return events.count * Self.bytesPerEvent
    }
  }
}
