/// The 64-bit checksum XXH64 with seed 0, over the bytes of a dataset.
///
/// It finds damage, not forgery, and runs at memory speed where SHA-256 would take longer than writing the file. Bytes
/// may be given in pieces of any size; the checksum depends on their concatenation only.
/// - Reference: Y. Collet, xxHash fast digest algorithm, version 0.1.1, section "XXH64 Algorithm Description".
struct Checksum {
  private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
  private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
  private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
  private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
  private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5
  private static let stripeBytes = 32

  private var lanes = SIMD4<UInt64>(prime1 &+ prime2, prime2, 0, 0 &- prime1)
  private var pending: [UInt8] = []
  private var byteCount: UInt64 = 0

  /// Adds bytes.
  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    byteCount &+= UInt64(bytes.count)
    var rest = bytes[...]
    if !pending.isEmpty {
      let missing = rest.prefix(Self.stripeBytes - pending.count)
      pending.append(contentsOf: missing)
      rest = rest.dropFirst(missing.count)
      guard pending.count == Self.stripeBytes else { return }
      pending.withUnsafeBytes { lanes = Self.absorb($0, into: lanes) }
      pending.removeAll(keepingCapacity: true)
    }
    let whole = rest.prefix(rest.count / Self.stripeBytes * Self.stripeBytes)
    lanes = Self.absorb(UnsafeRawBufferPointer(rebasing: whole), into: lanes)
    pending.append(contentsOf: rest.dropFirst(whole.count))
  }

  /// Adds the bytes of numbers as they lie in memory, that is, little-endian on every supported machine.
  mutating func update<Element: BitwiseCopyable>(_ values: [Element]) {
    values.withUnsafeBytes { update($0) }
  }

  /// The checksum of all bytes added, as 16 lower-case hexadecimal digits.
  var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// The checksum of all bytes added.
  var value: UInt64 {
    var hash = byteCount
    hash &+= byteCount < UInt64(Self.stripeBytes) ? Self.prime5 : merged
    pending.withUnsafeBytes { tail in
      var offset = 0
      while offset + 8 <= tail.count {
        hash ^= Self.round(0, tail.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        hash = Self.rotated(hash, 27) &* Self.prime1 &+ Self.prime4
        offset += 8
      }
      if offset + 4 <= tail.count {
        hash ^= UInt64(tail.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) &* Self.prime1
        hash = Self.rotated(hash, 23) &* Self.prime2 &+ Self.prime3
        offset += 4
      }
      for byte in tail[offset...] {
        hash ^= UInt64(byte) &* Self.prime5
        hash = Self.rotated(hash, 11) &* Self.prime1
      }
    }
    hash = (hash ^ (hash >> 33)) &* Self.prime2
    hash = (hash ^ (hash >> 29)) &* Self.prime3
    return hash ^ (hash >> 32)
  }

  private var merged: UInt64 {
    var hash = Self.rotated(lanes[0], 1) &+ Self.rotated(lanes[1], 7)
    hash = hash &+ Self.rotated(lanes[2], 12) &+ Self.rotated(lanes[3], 18)
    for lane in 0..<4 { hash = (hash ^ Self.round(0, lanes[lane])) &* Self.prime1 &+ Self.prime4 }
    return hash
  }

  private static func absorb(_ stripes: UnsafeRawBufferPointer, into lanes: SIMD4<UInt64>) -> SIMD4<UInt64> {
    var (a, b, c, d) = (lanes[0], lanes[1], lanes[2], lanes[3])
    for offset in stride(from: 0, to: stripes.count, by: stripeBytes) {
      a = round(a, stripes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      b = round(b, stripes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
      c = round(c, stripes.loadUnaligned(fromByteOffset: offset + 16, as: UInt64.self))
      d = round(d, stripes.loadUnaligned(fromByteOffset: offset + 24, as: UInt64.self))
    }
    return SIMD4(a, b, c, d)
  }

  private static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
    rotated(lane &+ input &* prime2, 31) &* prime1
  }

  private static func rotated(_ value: UInt64, _ count: UInt64) -> UInt64 {
    (value << count) | (value >> (64 - count))
  }
}
