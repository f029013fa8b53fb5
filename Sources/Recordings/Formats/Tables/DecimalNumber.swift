import Glibc

/// A place in a line of text.
struct TextCursor {
  var next: UnsafePointer<UInt8>
  let end: UnsafePointer<UInt8>

  init(_ line: UnsafeBufferPointer<UInt8>) {
    // An empty line has no address; no byte of it is read.
    next = line.baseAddress ?? UnsafePointer(bitPattern: 1)!
    end = next + line.count
  }

  var isAtEnd: Bool { next == end }

  /// Passes over spaces and tabs; says whether there were any.
  @discardableResult
  mutating func skipBlanks() -> Bool {
    let start = next
    while next < end, next.pointee == UInt8(ascii: " ") || next.pointee == UInt8(ascii: "\t") { next += 1 }
    return next > start
  }

  /// Passes over one byte if it is this one.
  mutating func skip(_ byte: UInt8) -> Bool {
    guard next < end, next.pointee == byte else { return false }
    next += 1
    return true
  }

  /// Passes over letters; gives them in lower case, at most eight as one number, the first in the lowest byte.
  mutating func word() -> UInt64 {
    var word: UInt64 = 0
    var length: UInt64 = 0
    while next < end, (next.pointee | 0x20) &- UInt8(ascii: "a") < 26 {
      if length < 8 { word |= UInt64(next.pointee | 0x20) << (8 * length) }
      length += 1
      next += 1
    }
    return length <= 8 ? word : 0
  }
}

/// A number as it is written in decimal digits: `magnitude · 10^exponent`, with a sign.
struct DecimalNumber {
  private(set) var magnitude: UInt64 = 0
  private(set) var exponent = 0
  private(set) var isNegative = false

  /// Largest magnitude to which a further digit can be added.
  private static let mostMagnitude = (UInt64.max - 9) / 10

  /// Reads a number with sign, point and exponent, as C programs print it; `nil`, with the cursor anywhere, where there is none.
  @inline(__always)
  init?(_ cursor: inout TextCursor) {
    if cursor.next < cursor.end {
      isNegative = cursor.next.pointee == UInt8(ascii: "-")
      if isNegative || cursor.next.pointee == UInt8(ascii: "+") { cursor.next += 1 }
    }
    let start = cursor.next
    while let digit = Self.digit(cursor) { add(digit, &cursor, isFraction: false) }
    var digits = cursor.next - start
    if cursor.next < cursor.end, cursor.next.pointee == UInt8(ascii: ".") {
      cursor.next += 1
      let fraction = cursor.next
      while let digit = Self.digit(cursor) { add(digit, &cursor, isFraction: true) }
      digits += cursor.next - fraction
    }
    guard digits > 0 else { return nil }
    if cursor.next < cursor.end, cursor.next.pointee | 0x20 == UInt8(ascii: "e") {
      guard addExponent(&cursor) else { return nil }
    }
  }

  @inline(__always)
  private static func digit(_ cursor: TextCursor) -> UInt64? {
    guard cursor.next < cursor.end else { return nil }
    let digit = cursor.next.pointee &- UInt8(ascii: "0")
    return digit < 10 ? UInt64(digit) : nil
  }

  @inline(__always)
  private mutating func add(_ digit: UInt64, _ cursor: inout TextCursor, isFraction: Bool) {
    cursor.next += 1
    if magnitude <= Self.mostMagnitude {
      magnitude = magnitude &* 10 &+ digit
      if isFraction { exponent -= 1 }
    } else if !isFraction {
      exponent += 1
    }
  }

  private mutating func addExponent(_ cursor: inout TextCursor) -> Bool {
    cursor.next += 1
    var isBelow = false
    if cursor.next < cursor.end, [UInt8(ascii: "-"), UInt8(ascii: "+")].contains(cursor.next.pointee) {
      isBelow = cursor.next.pointee == UInt8(ascii: "-")
      cursor.next += 1
    }
    let start = cursor.next
    var power = 0
    while let digit = Self.digit(cursor) {
      power = min(power * 10 + Int(digit), 10_000)
      cursor.next += 1
    }
    exponent += isBelow ? -power : power
    return cursor.next > start
  }

  /// The number times `10^decimals`, rounded to the nearest whole one, halves away from zero; `nil` beyond 62 bits.
  @inline(__always)
  func rounded(decimals: Int) -> Int64? {
    var (value, power) = (magnitude, exponent + decimals)
    while power > 0, value != 0 {
      guard value <= Self.mostMagnitude else { return nil }
      value *= 10
      power -= 1
    }
    while power < -1, value != 0 {
      value /= 10
      power += 1
    }
    if power < 0 { value = (value + 5) / 10 }
    guard value < 1 << 62 else { return nil }
    return isNegative ? -Int64(value) : Int64(value)
  }

  /// The number if it is whole and fits.
  @inline(__always)
  var wholeNumber: Int64? {
    if exponent == 0, magnitude < 1 << 62 { return isNegative ? -Int64(magnitude) : Int64(magnitude) }
    var (value, power) = (magnitude, exponent)
    while power < 0, value % 10 == 0, value != 0 {
      value /= 10
      power += 1
    }
    guard power >= 0 || value == 0, let whole = rounded(decimals: 0) else { return nil }
    return whole
  }
}
