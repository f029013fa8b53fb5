import Glibc

/// The content of one packet, which the copies of a decoder share; written once, by whoever makes it.
final class AEDAT4Payload: @unchecked Sendable {
  /// Most bytes of a packet, compressed or not: 16 million events.
  static let largest = 1 << 28

  private var storage: UnsafeMutableRawPointer
  private var capacity: Int
  /// Bytes written.
  private(set) var count = 0

  /// Makes an empty payload that expects about `capacity` bytes.
  init(capacity: Int) {
    self.capacity = min(max(capacity, 1 << 12), Self.largest)
    storage = Self.checked(malloc(self.capacity))
  }

  /// Makes a payload of bytes.
  convenience init(_ parts: [[UInt8]], _ end: UnsafeRawBufferPointer) {
    self.init(capacity: parts.reduce(0) { $0 + $1.count } + end.count)
    for part in parts { part.withUnsafeBytes { add($0) } }
    add(end)
  }

  deinit {
    free(storage)
  }

  /// The content.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: storage, count: count) }

  /// Adds what `write` puts at the address it is given, with at least one byte of room, growing first where there is none.
  /// - Parameter write: Returns how many bytes it wrote.
  /// - Returns: `false` if the payload has its largest size.
  func append(_ write: (UnsafeMutableRawBufferPointer) -> Int) -> Bool {
    if count == capacity {
      guard capacity < Self.largest else { return false }
      capacity = min(2 * capacity, Self.largest)
      storage = Self.checked(realloc(storage, capacity))
    }
    let written = write(UnsafeMutableRawBufferPointer(start: storage + count, count: capacity - count))
    precondition(written >= 0 && written <= capacity - count, "a payload was overfilled")
    count += written
    return true
  }

  private func add(_ bytes: UnsafeRawBufferPointer) {
    guard !bytes.isEmpty else { return }
    _ = append { room in
      room.copyMemory(from: bytes)
      return bytes.count
    }
  }

  private static func checked(_ memory: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer {
    guard let memory else { fatalError("the system has no memory left") }
    return memory
  }
}
