// Whole arrays are scanned before each save. The largest bit pattern tells at once whether all is well, in a loop without
// branches; only then is the culprit looked for.

extension [Float] {
  /// Index of the first number that is not finite.
  var firstInfinite: Int? {
    let mask: UInt32 = 0x7FFF_FFFF
    let largest = withUnsafeBufferPointer { $0.reduce(UInt32(0)) { Swift.max($0, $1.bitPattern & mask) } }
    return largest < Float.infinity.bitPattern ? nil : firstIndex { !$0.isFinite }
  }

  /// Index of the first number that is negative or not finite.
  var firstNegativeOrInfinite: Int? {
    let largest = withUnsafeBufferPointer { $0.reduce(UInt32(0)) { Swift.max($0, $1.bitPattern) } }
    // Negative zero has a large pattern too, and is none of both.
    return largest < Float.infinity.bitPattern ? nil : firstIndex { !($0 >= 0 && $0.isFinite) }
  }
}

extension [Double] {
  /// Index of the first number that is negative or not finite.
  var firstNegativeOrInfinite: Int? {
    let largest = withUnsafeBufferPointer { $0.reduce(UInt64(0)) { Swift.max($0, $1.bitPattern) } }
    return largest < Double.infinity.bitPattern ? nil : firstIndex { !($0 >= 0 && $0.isFinite) }
  }
}
