import HDF5Store

/// A number and the type it has in the file.
protocol StoredNumber: BitwiseCopyable, Sendable {
  associatedtype Stored: HDF5Scalar
  /// The value, for a comparison; whole numbers above 2^53 are rounded.
  var number: Double { get }
  /// Writes the values in stored form to `stored`, which has room for them.
  static func store(_ values: UnsafeBufferPointer<Self>, to stored: UnsafeMutablePointer<Stored>)
  /// The values, or the first that this type cannot hold.
  static func values(_ stored: [Stored]) throws(UnfitNumber) -> [Self]
}

extension StoredNumber {
  /// Some values of a list in stored form.
  static func stored(
    _ list: [Self], _ range: Range<Int>, in scratch: UnsafeMutableBufferPointer<Stored>
  ) -> UnsafeBufferPointer<Stored> {
    guard let base = scratch.baseAddress else { return UnsafeBufferPointer(start: nil, count: 0) }
    list.withUnsafeBufferPointer { store(UnsafeBufferPointer(rebasing: $0[range]), to: base) }
    return UnsafeBufferPointer(start: base, count: range.count)
  }
}

extension Checksum {
  /// Adds numbers as they lie in the file.
  mutating func update<Number: StoredNumber>(storedFormOf list: [Number]) {
    let scratch = UnsafeMutableBufferPointer<Number.Stored>.allocate(capacity: 8192)
    defer { scratch.deallocate() }
    for start in stride(from: 0, to: list.count, by: scratch.count) {
      let piece = Number.stored(list, start..<min(start + scratch.count, list.count), in: scratch)
      update(UnsafeRawBufferPointer(piece))
    }
  }
}

/// A stored number that is too large for memory.
struct UnfitNumber: Error {
  let offset: Int
  let text: String
}

extension StoredNumber where Stored == Self {
  static func store(_ values: UnsafeBufferPointer<Self>, to stored: UnsafeMutablePointer<Self>) {
    if let base = values.baseAddress { stored.update(from: base, count: values.count) }
  }

  static func values(_ stored: [Self]) throws(UnfitNumber) -> [Self] { stored }
}

extension Float: StoredNumber {
  typealias Stored = Float
  var number: Double { Double(self) }
}

extension Double: StoredNumber {
  typealias Stored = Double
  var number: Double { self }
}

extension UInt8: StoredNumber {
  typealias Stored = UInt8
  var number: Double { Double(self) }
}

extension UInt16: StoredNumber {
  typealias Stored = UInt16
  var number: Double { Double(self) }
}

extension UInt64: StoredNumber {
  typealias Stored = UInt64
  var number: Double { Double(self) }
}

/// Pulse counts have 64 bits in the file, so that the format outlives the counters of this version.
extension UInt32: StoredNumber {
  var number: Double { Double(self) }

  static func store(_ values: UnsafeBufferPointer<UInt32>, to stored: UnsafeMutablePointer<UInt64>) {
    for index in values.indices { stored[index] = UInt64(values[index]) }
  }

  static func values(_ stored: [UInt64]) throws(UnfitNumber) -> [UInt32] {
    if let offset = stored.firstIndex(where: { $0 > UInt64(UInt32.max) }) {
      throw UnfitNumber(offset: offset, text: "\(stored[offset])")
    }
    return stored.map { UInt32(truncatingIfNeeded: $0) }
  }
}
