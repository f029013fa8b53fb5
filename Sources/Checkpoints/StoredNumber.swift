import HDF5Store

/// A number and the type it has in the file.
protocol StoredNumber: BitwiseCopyable, Sendable {
  associatedtype Stored: HDF5Scalar
  /// Appends the values in stored form.
  static func append(_ values: [Self], to stored: inout [Stored])
  /// The values, or the first that this type cannot hold.
  static func values(_ stored: [Stored]) throws(UnfitNumber) -> [Self]
}

/// A stored number that is too large for memory.
struct UnfitNumber: Error {
  let offset: Int
  let text: String
}

extension StoredNumber where Stored == Self {
  static func append(_ values: [Self], to stored: inout [Self]) {
    // A single plane is handed on without a copy.
    if stored.isEmpty && stored.capacity < values.count { stored = values } else { stored.append(contentsOf: values) }
  }

  static func values(_ stored: [Self]) throws(UnfitNumber) -> [Self] { stored }
}

extension Float: StoredNumber { typealias Stored = Float }
extension Double: StoredNumber { typealias Stored = Double }
extension UInt8: StoredNumber { typealias Stored = UInt8 }
extension UInt16: StoredNumber { typealias Stored = UInt16 }
extension UInt64: StoredNumber { typealias Stored = UInt64 }

/// Pulse counts have 64 bits in the file, so that the format outlives the counters of this version.
extension UInt32: StoredNumber {
  static func append(_ values: [UInt32], to stored: inout [UInt64]) {
    stored.append(contentsOf: values.lazy.map { UInt64($0) })
  }

  static func values(_ stored: [UInt64]) throws(UnfitNumber) -> [UInt32] {
    if let offset = stored.firstIndex(where: { $0 > UInt64(UInt32.max) }) {
      throw UnfitNumber(offset: offset, text: "\(stored[offset])")
    }
    return stored.map { UInt32(truncatingIfNeeded: $0) }
  }
}
