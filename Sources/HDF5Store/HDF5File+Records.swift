import CHDF5

/// A named part of the records of a compound dataset.
public struct HDF5Member: Equatable, Sendable {
  /// Its name.
  public let name: String
  /// What it is.
  public let type: HDF5ElementType
}

/// A member to read: what it becomes and where in a record in memory it goes.
public struct HDF5Field: Sendable {
  let name: String
  let type: any HDF5Scalar.Type
  let offset: Int

  /// The member `name` as a number of type `type`, `offset` bytes after the beginning of a record.
  public init(_ name: String, as type: any HDF5Scalar.Type, at offset: Int) {
    (self.name, self.type, self.offset) = (name, type, offset)
  }
}

extension HDF5File {
  /// Most bytes of a stored record; a damaged size would have HDF5 convert gigabytes for each.
  private static let recordByteLimit = 1 << 16

  /// The members of the records of a dataset, in their order; empty where the dataset is of no compound type.
  public func members(of path: String) throws(HDF5Error) -> [HDF5Member] {
    try locked(path) { (file, place) throws(HDF5Error) in
      try members(of: try dataset(path, in: file, at: place).storedType(at: place), at: place)
    }
  }

  /// Reads some members of the records in `rows` of a list of records.
  ///
  /// - Parameters:
  ///   - fields: What to read. Types convert only where nothing is lost.
  ///   - recordBytes: From one record in memory to the next.
  ///   - buffer: Where the records go; it must have room for all.
  public func readRecords(
    _ path: String, rows: Range<Int>, fields: [HDF5Field], recordBytes: Int,
    into buffer: UnsafeMutableRawBufferPointer
  ) throws(HDF5Error) {
    try locked(path) { (file, place) throws(HDF5Error) in
      guard rows.count <= buffer.count / max(recordBytes, 1) else {
        throw place.invalid("\(rows.count) records do not fit into \(buffer.count) bytes")
      }
      let dataset = try dataset(path, in: file, at: place)
      let members = try members(of: try dataset.storedType(at: place), at: place)
      let action = "make the record type of"
      let memory = try HDF5Handle(H5Tcreate(H5T_COMPOUND, recordBytes), closer: H5Tclose, action, at: place)
      for field in fields {
        guard let member = members.first(where: { $0.name == field.name }) else {
          throw .missing(file: place.file, object: "\(place.object).\(field.name)")
        }
        guard member.type.converts(to: field.type.hdf5ElementType) else {
          throw .wrongType(
            file: place.file, object: "\(place.object).\(field.name)", stored: member.type,
            requested: field.type.hdf5ElementType)
        }
        try place.check(H5Tinsert(memory.identifier, field.name, field.offset, field.type.hdf5NativeType), action)
      }
      try dataset.read([rows], type: memory.identifier, into: buffer, at: place)
    }
  }

  private func members(of type: borrowing HDF5StoredType, at place: HDF5Place) throws(HDF5Error) -> [HDF5Member] {
    let compound = type.handle.identifier
    guard H5Tget_class(compound) == H5T_COMPOUND else { return [] }
    let action = "read the type of"
    guard H5Tget_size(compound) <= Self.recordByteLimit else {
      throw .tooLarge(
        file: place.file, object: place.object, bytes: UInt64(H5Tget_size(compound)), limit: Self.recordByteLimit)
    }
    var members: [HDF5Member] = []
    for index in 0..<UInt32(try place.check(H5Tget_nmembers(compound), action)) {
      guard let name = H5Tget_member_name(compound, index) else { throw place.refusal(action) }
      defer { H5free_memory(name) }
      guard let text = String(validatingCString: name) else {
        throw .invalidText(file: place.file, object: place.object)
      }
      let type = try HDF5Handle(H5Tget_member_type(compound, index), closer: H5Tclose, action, at: place)
      members.append(HDF5Member(name: text, type: try HDF5Handle.elementType(type.identifier, at: place)))
    }
    return members
  }
}
