import CHDF5

/// A value to attach to a file, group or dataset.
public struct HDF5Attribute: Sendable {
  fileprivate enum Content {
    case text(String)
    case numbers(bytes: [UInt8], shape: [Int], type: Int64)
  }

  fileprivate let content: Content

  /// A text without NUL characters, stored as variable-length UTF-8.
  public static func text(_ value: String) -> HDF5Attribute {
    HDF5Attribute(content: .text(value))
  }

  /// A single number.
  public static func number<Scalar: HDF5Scalar>(_ value: Scalar) -> HDF5Attribute {
    HDF5Attribute(content: .numbers(bytes: bytes(of: [value]), shape: [], type: Scalar.hdf5NativeType))
  }

  /// A list of numbers.
  public static func numbers<Scalar: HDF5Scalar>(_ values: [Scalar]) -> HDF5Attribute {
    HDF5Attribute(
      content: .numbers(bytes: bytes(of: values), shape: [values.count], type: Scalar.hdf5NativeType))
  }

  private static func bytes<Scalar: HDF5Scalar>(of values: [Scalar]) -> [UInt8] {
    values.withUnsafeBytes { Array($0) }
  }
}

extension HDF5File {
  /// The most bytes an attribute may declare; attributes are small by nature.
  private static let attributeByteLimit = 64 << 20

  /// Attaches `value` under `name` to the group or dataset at `path`, in place of one that is there.
  public func setAttribute(
    _ name: String, to value: HDF5Attribute, of path: String = "/"
  ) throws(HDF5Error) {
    try locked(path) { (file, place) throws(HDF5Error) in
      try requireWritable(place.attribute(name))
      let object = try object(path, in: file, at: place)
      try writeAttributes([name: value], to: object.identifier, at: place)
    }
  }

  /// The names of all attributes of the object at `path`, in ascending byte order of their UTF-8.
  public func attributeNames(of path: String = "/") throws(HDF5Error) -> [String] {
    try locked(path) { (file, place) throws(HDF5Error) in
      let object = try object(path, in: file, at: place)
      return try HDF5Names.collect(at: place) { chdf5_for_each_attribute(object.identifier, $0, $1) }
    }
  }

  /// Whether the object at `path` has the attribute.
  public func hasAttribute(_ name: String, of path: String = "/") throws(HDF5Error) -> Bool {
    try locked(path) { (file, place) throws(HDF5Error) in
      let object = try object(path, in: file, at: place)
      guard !name.utf8.contains(0) else { return false }
      return try place.attribute(name).check(H5Aexists(object.identifier, name), "look up") > 0
    }
  }

  /// The stored type of an attribute.
  public func attributeType(_ name: String, of path: String = "/") throws(HDF5Error) -> HDF5ElementType {
    try withAttribute(name, of: path) { (attribute, place) throws(HDF5Error) in
      try attribute.storedType(at: place).elementType
    }
  }

  /// A text attribute.
  public func textAttribute(_ name: String, of path: String = "/") throws(HDF5Error) -> String {
    try withAttribute(name, of: path) { (attribute, place) throws(HDF5Error) in
      try HDF5Text.readOne(attribute, byteLimit: Self.attributeByteLimit, at: place)
    }
  }

  /// An attribute of exactly one number.
  public func numberAttribute<Scalar: HDF5Scalar>(
    _ name: String, of path: String = "/", as type: Scalar.Type = Scalar.self
  ) throws(HDF5Error) -> Scalar {
    try withAttribute(name, of: path) { (attribute, place) throws(HDF5Error) in
      let values = try numbers(attribute, as: type, at: place)
      guard values.count == 1 else {
        let shape = try attribute.shape(at: place)
        throw .wrongShape(file: place.file, object: place.object, expected: "a single number", found: shape)
      }
      return values[0]
    }
  }

  /// An attribute of numbers of any shape, row-major.
  public func numbersAttribute<Scalar: HDF5Scalar>(
    _ name: String, of path: String = "/", as type: Scalar.Type = Scalar.self
  ) throws(HDF5Error) -> [Scalar] {
    try withAttribute(name, of: path) { (attribute, place) throws(HDF5Error) in
      try numbers(attribute, as: type, at: place)
    }
  }
}

extension HDF5File {
  /// Writes attributes in the order of their names, so that equal sets give equal bytes.
  func writeAttributes(
    _ attributes: [String: HDF5Attribute], to object: hid_t, at place: HDF5Place
  ) throws(HDF5Error) {
    for (name, value) in attributes.sorted(by: { $0.key < $1.key }) {
      try writeAttribute(name, value, to: object, at: place.attribute(name))
    }
  }

  private func writeAttribute(
    _ name: String, _ value: HDF5Attribute, to object: hid_t, at place: HDF5Place
  ) throws(HDF5Error) {
    guard !name.isEmpty, !name.utf8.contains(0) else { throw place.invalid("an attribute needs a name without NUL") }
    switch value.content {
    case .text(let text):
      guard !text.utf8.contains(0) else { throw place.invalid("a text contains a NUL character") }
      let type = try HDF5Handle.text(size: nil, characters: H5T_CSET_UTF8, at: place)
      let attribute = try makeAttribute(name, type: type.identifier, shape: [], of: object, at: place)
      let status = text.withCString { characters in
        withUnsafePointer(to: characters) { H5Awrite(attribute.identifier, type.identifier, $0) }
      }
      try place.check(status, "write")
    case .numbers(let bytes, let shape, let type):
      let attribute = try makeAttribute(name, type: type, shape: shape, of: object, at: place)
      guard !bytes.isEmpty else { return }
      try place.check(H5Awrite(attribute.identifier, type, bytes), "write")
    }
  }

  private func makeAttribute(
    _ name: String, type: hid_t, shape: [Int], of object: hid_t, at place: HDF5Place
  ) throws(HDF5Error) -> HDF5Handle {
    if try place.check(H5Aexists(object, name), "look up") > 0 {
      try place.check(H5Adelete(object, name), "replace")
    }
    let space = try HDF5Handle.space(shape, at: place)
    let properties = chdf5_default_properties()
    return try HDF5Handle(
      H5Acreate2(object, name, type, space.identifier, properties, properties), closer: H5Aclose, "create", at: place)
  }

  private func withAttribute<Result>(
    _ name: String, of path: String, _ body: (borrowing HDF5Handle, HDF5Place) throws(HDF5Error) -> Result
  ) throws(HDF5Error) -> Result {
    try locked(path) { (file, objectPlace) throws(HDF5Error) in
      let object = try object(path, in: file, at: objectPlace)
      let place = objectPlace.attribute(name)
      guard !name.utf8.contains(0), try place.check(H5Aexists(object.identifier, name), "look up") > 0 else {
        throw .missing(file: place.file, object: place.object)
      }
      let identifier = H5Aopen(object.identifier, name, chdf5_default_properties())
      return try body(HDF5Handle(identifier, closer: H5Aclose, "open", at: place), place)
    }
  }

  private func numbers<Scalar: HDF5Scalar>(
    _ attribute: borrowing HDF5Handle, as type: Scalar.Type, at place: HDF5Place
  ) throws(HDF5Error) -> [Scalar] {
    let stored = try attribute.storedType(at: place).elementType
    guard stored.converts(to: Scalar.hdf5ElementType) else {
      throw .wrongType(file: place.file, object: place.object, stored: stored, requested: Scalar.hdf5ElementType)
    }
    let limit = Self.attributeByteLimit
    guard let count = HDF5Layout.product(try attribute.shape(at: place)), count <= limit / 8 else {
      throw .tooLarge(file: place.file, object: place.object, bytes: .max, limit: limit)
    }
    var values = [Scalar](repeating: 0, count: count)
    if count > 0 {
      try place.check(H5Aread(attribute.identifier, Scalar.hdf5NativeType, &values), "read")
    }
    return values
  }
}
