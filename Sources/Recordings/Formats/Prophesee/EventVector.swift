/// Writes the events of neighbouring pixels that a word gives as a mask of bits, without a branch for each bit.
struct EventVector {
  /// For each mask of 8 bits the indices of those that are set, in rising order.
  private let places: UnsafePointer<SIMD8<UInt16>>
  /// For each mask of 8 bits how many are set.
  private let counts: UnsafePointer<UInt8>

  private static let placeTable: [SIMD8<UInt16>] = (0..<256).map { mask in
    var places = SIMD8<UInt16>.zero
    for (index, bit) in (0..<8).filter({ mask >> $0 & 1 == 1 }).enumerated() { places[index] = UInt16(bit) }
    return places
  }
  private static let countTable: [UInt8] = (0..<256).map { UInt8($0.nonzeroBitCount) }

  /// Lends the tables to `body`.
  @inline(__always)
  static func with<Result>(_ body: (EventVector) -> Result) -> Result {
    placeTable.withUnsafeBufferPointer { places in
      countTable.withUnsafeBufferPointer { counts in
        body(EventVector(places: places.baseAddress!, counts: counts.baseAddress!))
      }
    }
  }

  /// Writes an event for each bit set in `mask`, the lowest for column `x`; eight slots from `index` on may be written to.
  /// - Returns: Number of events.
  @inline(__always)
  func write(mask: Int, to events: EventBatch.Slots, at index: Int, time: Int64, x: UInt16, y: UInt16, polarity: UInt8)
    -> Int
  {
    let columns = places[mask] &+ SIMD8(repeating: x)
    UnsafeMutableRawPointer(events.x + index).storeBytes(of: columns, as: SIMD8<UInt16>.self)
    UnsafeMutableRawPointer(events.y + index).storeBytes(of: SIMD8(repeating: y), as: SIMD8<UInt16>.self)
    UnsafeMutableRawPointer(events.polarities + index).storeBytes(
      of: SIMD8(repeating: polarity), as: SIMD8<UInt8>.self)
    UnsafeMutableRawPointer(events.timestampsInMicroseconds + index).storeBytes(
      of: SIMD8(repeating: time), as: SIMD8<Int64>.self)
    return Int(counts[mask])
  }
}
