import CHDF5

/// Where in which file an operation works; carried into every error.
struct HDF5Place {
  let file: String
  let object: String

  func attribute(_ name: String) -> HDF5Place {
    HDF5Place(file: file, object: "\(object)@\(name)")
  }

  /// The error for a call that HDF5 just refused.
  func refusal(_ action: String) -> HDF5Error {
    .library(file: file, object: object, action: action, stack: HDF5Library.errorStack())
  }

  func invalid(_ reason: String) -> HDF5Error {
    .invalidArgument(file: file, object: object, reason: reason)
  }

  /// Passes `status` on unless it is HDF5's sign of failure.
  @discardableResult
  func check<Status: SignedInteger>(_ status: Status, _ action: String) throws(HDF5Error) -> Status {
    guard status >= 0 else { throw refusal(action) }
    return status
  }
}

/// An HDF5 identifier that closes itself, on the error path too. It lives and dies inside the library lock.
struct HDF5Handle: ~Copyable {
  let identifier: hid_t
  private let closer: (hid_t) -> herr_t

  /// Takes over the identifier that an HDF5 call returned, or throws that call's error.
  init(
    _ identifier: hid_t, closer: @escaping (hid_t) -> herr_t, _ action: String, at place: HDF5Place
  ) throws(HDF5Error) {
    guard identifier >= 0 else { throw place.refusal(action) }
    self.identifier = identifier
    self.closer = closer
  }

  deinit { _ = closer(identifier) }
}

extension HDF5Handle {
  /// A new property list of `propertyClass`.
  static func properties(_ propertyClass: hid_t, at place: HDF5Place) throws(HDF5Error) -> HDF5Handle {
    try HDF5Handle(H5Pcreate(propertyClass), closer: H5Pclose, "prepare properties for", at: place)
  }

  /// A dataspace of `shape`, whose first axis may be one that grows; the empty shape is a single value.
  static func space(_ shape: [Int], grows: Bool = false, at place: HDF5Place) throws(HDF5Error) -> HDF5Handle {
    let extents = shape.map { hsize_t($0) }
    // The largest number stands for an axis without end.
    let largest = grows ? [hsize_t.max] + extents.dropFirst() : extents
    let identifier = shape.isEmpty ? H5Screate(H5S_SCALAR) : H5Screate_simple(Int32(shape.count), extents, largest)
    return try HDF5Handle(identifier, closer: H5Sclose, "make the shape of", at: place)
  }

  /// A memory type for text: `size` bytes with `padding`, or of variable length without a size.
  static func text(
    size: Int?, characters: H5T_cset_t, padding: H5T_str_t = H5T_STR_NULLTERM, at place: HDF5Place
  ) throws(HDF5Error) -> HDF5Handle {
    let action = "make the text type of"
    let type = try HDF5Handle(H5Tcopy(chdf5_c_string()), closer: H5Tclose, action, at: place)
    try place.check(H5Tset_size(type.identifier, size ?? chdf5_variable_size()), action)
    try place.check(H5Tset_cset(type.identifier, characters), action)
    try place.check(H5Tset_strpad(type.identifier, padding), action)
    return type
  }
}
