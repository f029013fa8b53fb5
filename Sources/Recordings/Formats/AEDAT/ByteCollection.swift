/// Bytes gathered from pieces, so that copies stay cheap while it grows: only the last, small part of it is ever changed.
struct ByteCollection: Sendable {
  /// Number of bytes.
  private(set) var count = 0
  /// The bytes in their order; none is empty.
  private(set) var parts: [[UInt8]] = []

  private static let smallPart = 1 << 12

  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard !bytes.isEmpty else { return }
    if let last = parts.last, last.count < Self.smallPart {
      parts[parts.count - 1].append(contentsOf: bytes)
    } else {
      parts.append([UInt8](bytes))
    }
    count += bytes.count
  }

  mutating func removeAll() {
    (count, parts) = (0, [])
  }

  /// All bytes in a row.
  func joined() -> [UInt8] {
    parts.count == 1 ? parts[0] : [UInt8](parts.joined())
  }
}
