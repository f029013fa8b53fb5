import CLZ4
import CZstd

/// AEDAT 4.0: a header, then packets of events, each a FlatBuffer that may be compressed.
///
/// The header names no table of packets (position −1), which readers then make for themselves. There is one stream, number 0.
/// - Reference: docs.inivation.com, "AEDAT 4.0"; flatbuffers.dev, "FlatBuffers Internals"
struct AEDAT4Encoder: EventFormatEncoder {
  let formatName = "AEDAT 4.0"
  let limits = EventLimits(width: 1 << 15, height: 1 << 15)

  private let sensor: SensorSize
  private let compression: EventCompression
  /// The packet that has begun, all of its room.
  private var packet = [UInt8](
    repeating: 0, count: packetBeginning + eventsPerPacket * bytesPerEvent)
  /// Events in it.
  private var eventCount = 0

  private static let eventsPerPacket = 8192
  private static let bytesPerEvent = 16
  private static let packetBeginning = 32

  init(sensor: SensorSize, compression: EventCompression) {
    self.sensor = sensor
    self.compression = compression
  }

  func header(eventCount: Int) -> [UInt8] {
    let number: UInt32 =
      switch compression {
      case .lz4: 1
      case .zstd: 3
      case .none, .deflate: 0
      }
    let info = Array(infoNode.utf8)
    var table = UInt32(20).bytes + Array("IOHE".utf8)
    // Table of fields: its size, that of the object, and where compression, data table position and info node stand in it.
    table += [10, 20, 4, 8, 16].flatMap { UInt16($0).bytes } + [0, 0]
    table += UInt32(12).bytes + number.bytes + Int64(-1).bytes + UInt32(4).bytes
    table += UInt32(info.count).bytes + info + [UInt8](repeating: 0, count: 4 - info.count % 4)
    return Array("#!AER-DAT4.0\r\n".utf8) + UInt32(table.count).bytes + table
  }

  private var infoNode: String {
    let name = compression == .none ? "NONE" : compression.rawValue.uppercased()
    func attribute(_ key: String, _ type: String, _ value: String) -> String {
      "<attr key=\"\(key)\" type=\"\(type)\">\(value)</attr>"
    }
    return """
      <dv version="2.0"><node name="outInfo" path="/outInfo/"><node name="0" path="/outInfo/0/">\
      \(attribute("compression", "string", name))\
      \(attribute("originalModuleName", "string", "crosspoint"))\
      \(attribute("originalOutputName", "string", "events"))\
      \(attribute("typeDescription", "string", "Array of events (polarity ON/OFF)."))\
      \(attribute("typeIdentifier", "string", "EVTS"))\
      <node name="info" path="/outInfo/0/info/">\
      \(attribute("sizeX", "int", "\(sensor.width)"))\(attribute("sizeY", "int", "\(sensor.height)"))\
      \(attribute("source", "string", "crosspoint"))\
      </node></node></node></dv>
      """
  }

  mutating func encode(_ events: EventRun, to output: StreamedFile) throws(RecordingError) {
    var done = 0
    while done < events.count {
      let count = min(events.count - done, Self.eventsPerPacket - eventCount)
      let start = Self.packetBeginning + eventCount * Self.bytesPerEvent
      packet.withUnsafeMutableBytes { packet in
        for index in 0..<count {
          let (event, place) = (done + index, start + index * Self.bytesPerEvent)
          let rest =
            UInt64(events.x[event]) | UInt64(events.y[event]) << 16 | UInt64(
              events.polarities[event] & 1) << 32
          packet.storeBytes(
            of: events.timestampsInMicroseconds[event].littleEndian, toByteOffset: place,
            as: Int64.self)
          packet.storeBytes(of: rest.littleEndian, toByteOffset: place + 8, as: UInt64.self)
        }
      }
      done += count
      eventCount += count
      if eventCount == Self.eventsPerPacket { try writePacket(to: output) }
    }
  }

  mutating func finish(to output: StreamedFile) throws(RecordingError) {
    if eventCount > 0 { try writePacket(to: output) }
  }

  /// Writes number of the stream, size, and the packet, and begins the next.
  private mutating func writePacket(to output: StreamedFile) throws(RecordingError) {
    let byteCount = Self.packetBeginning + eventCount * Self.bytesPerEvent
    var beginning = UInt32(byteCount - 4).bytes + UInt32(16).bytes + Array("EVTS".utf8)
    // Table of fields: its size, that of the object, and where the list stands in it.
    beginning += [6, 8, 4].flatMap { UInt16($0).bytes } + [0, 0]
    beginning += UInt32(8).bytes + UInt32(4).bytes + UInt32(eventCount).bytes
    packet.replaceSubrange(..<Self.packetBeginning, with: beginning)
    let body = compressed(packet[..<byteCount])
    try output.write(UInt32(0).bytes + UInt32(body.count).bytes)
    try output.write(body)
    eventCount = 0
  }

  private func compressed(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    let bytes = Array(bytes)
    let (bound, compress): (Int, (UnsafeMutableRawPointer?, Int) -> Int)
    switch compression {
    case .none, .deflate: return bytes
    case .lz4:
      bound = LZ4F_compressFrameBound(bytes.count, nil)
      compress = { LZ4F_compressFrame($0, $1, bytes, bytes.count, nil) }
    case .zstd:
      bound = ZSTD_compressBound(bytes.count)
      compress = { ZSTD_compress($0, $1, bytes, bytes.count, 1) }
    }
    return [UInt8](unsafeUninitializedCapacity: bound) { free, count in
      count = compress(free.baseAddress, bound)
      // Both libraries can fail only for lack of room or memory, and there is room.
      precondition(count <= bound, "a packet of events could not be compressed")
    }
  }
}

extension FixedWidthInteger {
  /// The bytes of the number, lowest first.
  fileprivate var bytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }
}
