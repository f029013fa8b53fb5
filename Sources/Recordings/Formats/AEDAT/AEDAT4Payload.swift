import Glibc

/// The content of one packet, which the copies of a decoder share; written once, by whoever makes it.
final class AEDAT4Payload: @unchecked Sendable {
  /// Why a packet has no content.
  enum Failure: Error {
    /// It was not what its compression says.
    case damaged(found: String)
    /// The system has no memory left.
    case noMemory
  }

  /// Most bytes of a packet, compressed or not: 16 million events.
  static let largest = 1 << 28

  private var storage: UnsafeMutableRawPointer
  private var capacity: Int
  /// Bytes written.
  private(set) var count = 0

  /// Makes an empty payload that expects about `capacity` bytes.
  init(capacity: Int) throws(Failure) {
    self.capacity = min(max(capacity, 1 << 12), Self.largest)
    guard let memory = malloc(self.capacity) else { throw .noMemory }
    storage = memory
  }

  /// Makes a payload of bytes.
  convenience init(_ parts: [[UInt8]], _ end: UnsafeRawBufferPointer) throws(Failure) {
    try self.init(capacity: parts.reduce(0) { $0 + $1.count } + end.count)
    for part in parts {
      try part.withUnsafeBufferPointer { part throws(Failure) in try add(UnsafeRawBufferPointer(part)) }
    }
    try add(end)
  }

  deinit {
    free(storage)
  }

  /// The content.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: storage, count: count) }

  /// Adds what `write` puts at the address it is given, with at least one byte of room, growing first where there is none.
  /// - Parameter write: Returns how many bytes it wrote.
  /// - Returns: `false` if the payload has its largest size.
  func append(_ write: (UnsafeMutableRawBufferPointer) -> Int) throws(Failure) -> Bool {
    if count == capacity {
      guard capacity < Self.largest else { return false }
      let larger = min(2 * capacity, Self.largest)
      guard let memory = realloc(storage, larger) else { throw .noMemory }
      (storage, capacity) = (memory, larger)
    }
    let written = write(UnsafeMutableRawBufferPointer(start: storage + count, count: capacity - count))
    precondition(written >= 0 && written <= capacity - count, "a payload was overfilled")
    count += written
    return true
  }

  private func add(_ bytes: UnsafeRawBufferPointer) throws(Failure) {
    guard !bytes.isEmpty else { return }
    _ = try append { room in
      room.copyMemory(from: bytes)
      return bytes.count
    }
  }
}
