import CHDF5

/// What the elements of a dataset or attribute are, without byte order.
public enum HDF5ElementType: Equatable, Sendable {
  /// A two's complement or unsigned integer of `bits` significant bits. Enumerations count as their base integer, so
  /// the Booleans that h5py writes are 8-bit integers.
  case integer(bits: Int, isSigned: Bool)
  /// A binary floating-point number; the leading bit of the significand is implied and not counted.
  case floatingPoint(exponentBits: Int, significandBits: Int)
  /// Text of fixed or variable length.
  case string
  /// A type this module does not read, by HDF5's name for its class.
  case other(String)

  /// Whether every value of this type has an exact twin in `target`. Integers fit into a floating-point type when its
  /// significand holds all their bits.
  public func converts(to target: HDF5ElementType) -> Bool {
    switch (self, target) {
    case (.integer(let bits, let isSigned), .integer(let targetBits, let targetIsSigned)):
      isSigned == targetIsSigned ? bits <= targetBits : targetIsSigned && bits < targetBits
    case (.integer(let bits, let isSigned), .floatingPoint(_, let significandBits)):
      bits - (isSigned ? 1 : 0) <= significandBits + 1
    case (.floatingPoint(let exponent, let significand), .floatingPoint(let targetExponent, let targetSignificand)):
      exponent <= targetExponent && significand <= targetSignificand
    case (.string, .string):
      true
    default:
      false
    }
  }

  static let float = HDF5ElementType.floatingPoint(exponentBits: 8, significandBits: 23)
  static let double = HDF5ElementType.floatingPoint(exponentBits: 11, significandBits: 52)
}

extension HDF5ElementType: CustomStringConvertible {
  /// The name of the type: `Int16`, `UInt8`, `Float`, `Double`, or words where Swift has no such type.
  public var description: String {
    switch self {
    case .integer(let bits, let isSigned) where [8, 16, 32, 64].contains(bits):
      "\(isSigned ? "Int" : "UInt")\(bits)"
    case .integer(let bits, let isSigned):
      "\(bits)-bit \(isSigned ? "signed" : "unsigned") integer"
    case .float: "Float"
    case .double: "Double"
    case .floatingPoint(let exponentBits, let significandBits):
      "\(1 + exponentBits + significandBits)-bit floating-point"
    case .string: "text"
    case .other(let name): name
    }
  }
}

/// A number that HDF5 stores as it is in memory.
///
/// The ten fixed-width types below conform, and only these: a further conformance has no HDF5 type behind it.
public protocol HDF5Scalar: BitwiseCopyable, Sendable, ExpressibleByIntegerLiteral {
  /// The type as HDF5 sees it.
  static var hdf5ElementType: HDF5ElementType { get }
  /// HDF5's identifier of the memory type; it belongs to the library and is never closed.
  static var hdf5NativeType: Int64 { get }
}

extension HDF5Scalar where Self: FixedWidthInteger {
  /// The type as HDF5 sees it.
  public static var hdf5ElementType: HDF5ElementType { .integer(bits: bitWidth, isSigned: isSigned) }
}

extension HDF5Scalar where Self: BinaryFloatingPoint {
  /// The type as HDF5 sees it.
  public static var hdf5ElementType: HDF5ElementType {
    .floatingPoint(exponentBits: exponentBitCount, significandBits: significandBitCount)
  }
}

extension Int8: HDF5Scalar {
  /// HDF5's identifier of the memory type.
  public static var hdf5NativeType: Int64 { chdf5_native_int8() }
}

extension UInt8: HDF5Scalar {
  /// HDF5's identifier of the memory type.
  public static var hdf5NativeType: Int64 { chdf5_native_uint8() }
}

extension Int16: HDF5Scalar {
  /// HDF5's identifier of the memory type.
  public static var hdf5NativeType: Int64 { chdf5_native_int16() }
}

extension UInt16: HDF5Scalar {
  /// HDF5's identifier of the memory type.
  public static var hdf5NativeType: Int64 { chdf5_native_uint16() }
}

extension Int32: HDF5Scalar {
  /// HDF5's identifier of the memory type.
  public static var hdf5NativeType: Int64 { chdf5_native_int32() }
}

extension UInt32: HDF5Scalar {
  /// HDF5's identifier of the memory type.
  public static var hdf5NativeType: Int64 { chdf5_native_uint32() }
}

extension Int64: HDF5Scalar {
  /// HDF5's identifier of the memory type.
  public static var hdf5NativeType: Int64 { chdf5_native_int64() }
}

extension UInt64: HDF5Scalar {
  /// HDF5's identifier of the memory type.
  public static var hdf5NativeType: Int64 { chdf5_native_uint64() }
}

extension Float: HDF5Scalar {
  /// HDF5's identifier of the memory type.
  public static var hdf5NativeType: Int64 { chdf5_native_float() }
}

extension Double: HDF5Scalar {
  /// HDF5's identifier of the memory type.
  public static var hdf5NativeType: Int64 { chdf5_native_double() }
}
