import CHDF5

/// The type of stored values: HDF5's own, and what it means here.
struct HDF5StoredType: ~Copyable {
  let handle: HDF5Handle
  let elementType: HDF5ElementType
}

/// What datasets and attributes declare. `H5Iget_type` tells the two apart.
extension HDF5Handle {
  private var isAttribute: Bool { H5Iget_type(identifier) == H5I_ATTR }

  func space(at place: HDF5Place) throws(HDF5Error) -> HDF5Handle {
    let space = isAttribute ? H5Aget_space(identifier) : H5Dget_space(identifier)
    return try HDF5Handle(space, closer: H5Sclose, "read the shape of", at: place)
  }

  /// The extent of each axis; empty for a single value, `[0]` for a space declared to hold none.
  func shape(at place: HDF5Place) throws(HDF5Error) -> [Int] {
    let action = "read the shape of"
    let space = try space(at: place)
    if H5Sget_simple_extent_type(space.identifier) == H5S_NULL { return [0] }
    let rank = Int(try place.check(H5Sget_simple_extent_ndims(space.identifier), action))
    var extents = [hsize_t](repeating: 0, count: rank)
    try place.check(H5Sget_simple_extent_dims(space.identifier, &extents, nil), action)
    var shape: [Int] = []
    for extent in extents {
      guard let extent = Int(exactly: extent) else {
        throw .tooLarge(file: place.file, object: place.object, bytes: extent, limit: Int.max)
      }
      shape.append(extent)
    }
    return shape
  }

  /// Throws where a dataset declares a shape but no byte of values is there to back it.
  func requireStored(at place: HDF5Place) throws(HDF5Error) {
    let shape = try shape(at: place)
    guard HDF5Layout.product(shape) == 0 || H5Dget_storage_size(identifier) > 0 else {
      throw .noData(file: place.file, object: place.object, shape: shape)
    }
  }

  func storedType(at place: HDF5Place) throws(HDF5Error) -> HDF5StoredType {
    let type = isAttribute ? H5Aget_type(identifier) : H5Dget_type(identifier)
    let handle = try HDF5Handle(type, closer: H5Tclose, "read the type of", at: place)
    let elementType = try Self.elementType(handle.identifier, at: place)
    return HDF5StoredType(handle: handle, elementType: elementType)
  }

  /// What a type of HDF5 means here.
  static func elementType(_ type: hid_t, at place: HDF5Place) throws(HDF5Error) -> HDF5ElementType {
    let action = "read the type of"
    let kind = H5Tget_class(type)
    // A damaged size would have HDF5 convert gigabytes for each number.
    if kind == H5T_INTEGER || kind == H5T_FLOAT, H5Tget_size(type) > 64 {
      return .other("number of \(H5Tget_size(type)) bytes")
    }
    switch kind {
    case H5T_INTEGER:
      let isSigned = try place.check(H5Tget_sign(type).rawValue, action) == H5T_SGN_2.rawValue
      return .integer(bits: H5Tget_precision(type), isSigned: isSigned)
    case H5T_ENUM:
      let base = try HDF5Handle(H5Tget_super(type), closer: H5Tclose, action, at: place)
      return try elementType(base.identifier, at: place)
    case H5T_FLOAT:
      var (sign, exponent, exponentBits, significand, significandBits) = (0, 0, 0, 0, 0)
      try place.check(H5Tget_fields(type, &sign, &exponent, &exponentBits, &significand, &significandBits), action)
      return .floatingPoint(exponentBits: exponentBits, significandBits: significandBits)
    case H5T_STRING: return .string
    case H5T_COMPOUND: return .other("compound")
    case H5T_ARRAY: return .other("array")
    case H5T_VLEN: return .other("variable-length sequence")
    case H5T_BITFIELD: return .other("bit field")
    case H5T_OPAQUE: return .other("opaque")
    case H5T_REFERENCE: return .other("reference")
    case H5T_TIME: return .other("time")
    default: throw place.refusal(action)
    }
  }
}

extension HDF5Handle {
  /// Writes `count` values, row-major, into the part of a dataset that begins at `begin` and has the extents `size`.
  func write<Scalar: HDF5Scalar>(
    _ values: UnsafePointer<Scalar>, count: Int, begin: [hsize_t], size: [hsize_t], at place: HDF5Place
  ) throws(HDF5Error) {
    let space = try space(at: place)
    try place.check(H5Sselect_hyperslab(space.identifier, H5S_SELECT_SET, begin, nil, size, nil), "select a part of")
    let memory = try HDF5Handle.space([count], at: place)
    try place.check(
      H5Dwrite(
        identifier, Scalar.hdf5NativeType, memory.identifier, space.identifier, chdf5_default_properties(), values),
      "write")
  }
}
