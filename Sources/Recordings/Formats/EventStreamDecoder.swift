/// Decodes the brightness events of an Event Stream (`.es`) file of version 2: those of DVS and of ATIS cameras.
///
/// After "Event Stream", three bytes of version, one of type and the width and height of the camera as 16 bits each, little-endian,
/// there are events of five bytes: time since the event before and polarity in the first, then x and y as 16 bits each. A first byte
/// that stands alone adds to the time (overflow) or says nothing (reset).
///
/// | | DVS, type 1 | ATIS, type 2 |
/// |---|---|---|
/// | first byte | t (7 bits), is increase | t (6 bits), polarity, is threshold crossing |
/// | overflow | 0xFF: 127 µs | 0xFC + n: n · 63 µs |
/// | reset | 0xFE | 0xFC |
///
/// Rows of the format count from the bottom, as programs that read and write it have it; those of an ``EventBatch`` from the top.
/// Threshold crossings of an ATIS camera, which measure grey levels, are counted.
/// - Reference: Event Stream specification, github.com/neuromorphic-paris/event_stream
public struct EventStreamDecoder: EventDecoder {
  /// "Event Stream 2".
  public let formatName = "Event Stream 2"
  /// Size of the camera.
  public private(set) var sensor: SensorSize?
  /// Whether the size of the camera was read.
  public var isHeaderRead: Bool { sensor != nil }
  /// Bytes of the header or event that has begun.
  public var pendingByteCount: Int { held.count }
  /// Threshold crossings and reset bytes.
  public var skipped: [SkippedEntries] {
    [
      SkippedEntries(what: "threshold crossings", count: crossingCount),
      SkippedEntries(what: "reset bytes", count: resetCount),
    ].filter { $0.count > 0 }
  }

  private let file: String
  private var held: [UInt8] = []
  private var byteOffset = 0
  private var isATIS = false
  private var time: Int64 = 0
  private var crossingCount = 0
  private var resetCount = 0

  static let signature = Array("Event Stream".utf8)
  private static let versionPlace = 12
  private static let typePlace = 15
  private static let headerSize = 20
  private static let bytesPerEvent = 5
  private static let typeNames: [UInt8: String] = [0: "generic events", 3: "display events", 4: "color events"]

  /// A decoder at the beginning of a file, whose name appears in errors.
  public init(file: String) {
    self.file = file
  }

  /// Decodes until the bytes end or the batch is full; see ``EventDecoder/decode(_:into:)``.
  /// - Throws: `RecordingError.unsupported` too, for another version and for events that are none of brightness.
  public mutating func decode(
    _ bytes: UnsafeRawBufferPointer, into batch: inout EventBatch
  ) throws(RecordingError) -> Int {
    var taken = 0
    while !isHeaderRead, taken < bytes.count {
      held.append(bytes[taken])
      taken += 1
      byteOffset += 1
      try checkHeader()
    }
    while !held.isEmpty, taken < bytes.count {
      guard !batch.isFull else { return taken }
      held.append(bytes[taken])
      taken += 1
      byteOffset += 1
      guard held.count == Self.bytesPerEvent else { continue }
      let event = held
      held.removeAll(keepingCapacity: true)
      _ = try event.withUnsafeBufferPointer { event throws(RecordingError) in
        try decodeWhole(UnsafeRawBufferPointer(event), from: byteOffset - Self.bytesPerEvent, into: &batch)
      }
    }
    guard taken < bytes.count else { return taken }
    let rest = UnsafeRawBufferPointer(rebasing: bytes[taken...])
    let used = try decodeWhole(rest, from: byteOffset, into: &batch)
    taken += used
    byteOffset += used
    if taken < bytes.count, !batch.isFull {
      held.append(contentsOf: bytes[taken...])
      byteOffset += bytes.count - taken
      taken = bytes.count
    }
    return taken
  }

  /// Ends the file.
  /// - Throws: `RecordingError.truncated` if it ends inside the header or an event.
  public func finish(into batch: inout EventBatch) throws(RecordingError) {
    guard isHeaderRead, held.isEmpty else {
      throw RecordingError.truncated(
        file: file, byte: byteOffset - held.count,
        expected: isHeaderRead
          ? "an event of \(Self.bytesPerEvent) bytes" : "a header of \(Self.headerSize) bytes",
        found: "\(held.count)")
    }
  }

  /// Reads what the header holds up to its latest byte.
  private mutating func checkHeader() throws(RecordingError) {
    let place = held.count - 1
    if place < Self.versionPlace, held[place] != Self.signature[place] {
      throw RecordingError.corrupt(
        file: file, byte: 0, expected: "'Event Stream'", found: "'\(String(decoding: held, as: UTF8.self))'")
    }
    if place == Self.versionPlace, held[place] != 2 {
      throw RecordingError.unsupported(
        file: file, byte: place, expected: "Event Stream of version 2", found: "version \(held[place])")
    }
    if place == Self.typePlace {
      guard held[place] == 1 || held[place] == 2 else {
        throw RecordingError.unsupported(
          file: file, byte: place, expected: "events of brightness (DVS or ATIS)",
          found: Self.typeNames[held[place]] ?? "events of the unknown type \(held[place])")
      }
      isATIS = held[place] == 2
    }
    guard held.count == Self.headerSize else { return }
    let (width, height) = (Int(held[16]) | Int(held[17]) << 8, Int(held[18]) | Int(held[19]) << 8)
    guard let sensor = try? SensorSize(width: width, height: height) else {
      throw RecordingError.corrupt(
        file: file, byte: Self.typePlace + 1, expected: "width and height above 0", found: "\(width)x\(height)")
    }
    self.sensor = sensor
    held.removeAll(keepingCapacity: true)
  }

  /// Decodes whole events and lone bytes until they end or the batch is full; returns how many bytes it took.
  private mutating func decodeWhole(
    _ bytes: UnsafeRawBufferPointer, from offset: Int, into batch: inout EventBatch
  ) throws(RecordingError) -> Int {
    var (place, outside): (Int, String?) = (0, nil)
    batch.append { free, room in
      isATIS
        ? decodeATIS(bytes, &place, &outside, to: free, room: room)
        : decodeDVS(bytes, &place, &outside, to: free, room: room)
    }
    if let outside, let sensor {
      throw RecordingError.corrupt(
        file: file, byte: offset + place, expected: "a pixel below (\(sensor.width), \(sensor.height))", found: outside)
    }
    return place
  }

  private mutating func decodeDVS(
    _ bytes: UnsafeRawBufferPointer, _ place: inout Int, _ outside: inout String?, to free: EventBatch.Slots, room: Int
  ) -> Int {
    var (index, written, time) = (0, 0, self.time)
    let size = (width: UInt32(sensor?.width ?? 0), height: UInt32(sensor?.height ?? 0))
    while index < bytes.count, written < room {
      let first = bytes[index]
      guard first < 0xFE else {
        if first == 0xFF { time += 127 } else { resetCount += 1 }
        index &+= 1
        continue
      }
      guard index &+ Self.bytesPerEvent <= bytes.count else { break }
      let pixel = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index &+ 1, as: UInt32.self))
      let (x, y) = (pixel & 0xFFFF, pixel >> 16)
      guard x < size.width, y < size.height else {
        outside = "(\(x), \(y))"
        break
      }
      time += Int64(first >> 1)
      free.set(
        written, timestampInMicroseconds: time, x: UInt16(truncatingIfNeeded: x),
        y: UInt16(truncatingIfNeeded: size.height &- 1 &- y), polarity: first & 1)
      written &+= 1
      index &+= Self.bytesPerEvent
    }
    (place, self.time) = (index, time)
    return written
  }

  private mutating func decodeATIS(
    _ bytes: UnsafeRawBufferPointer, _ place: inout Int, _ outside: inout String?, to free: EventBatch.Slots, room: Int
  ) -> Int {
    var (index, written) = (0, 0)
    let size = (width: UInt32(sensor?.width ?? 0), height: UInt32(sensor?.height ?? 0))
    while index < bytes.count, written < room {
      let first = bytes[index]
      guard first < 0xFC else {
        time += Int64(first & 3) * 63
        if first == 0xFC { resetCount += 1 }
        index += 1
        continue
      }
      guard index + Self.bytesPerEvent <= bytes.count else { break }
      let pixel = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: index + 1, as: UInt32.self))
      let (x, y) = (pixel & 0xFFFF, pixel >> 16)
      guard x < size.width, y < size.height else {
        outside = "(\(x), \(y))"
        break
      }
      time += Int64(first >> 2)
      index += Self.bytesPerEvent
      if first & 1 == 1 {
        crossingCount += 1
      } else {
        free.set(
          written, timestampInMicroseconds: time, x: UInt16(x), y: UInt16(size.height - 1 - y),
          polarity: first >> 1 & 1)
        written += 1
      }
    }
    place = index
    return written
  }
}
