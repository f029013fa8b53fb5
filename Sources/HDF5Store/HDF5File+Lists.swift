import CHDF5

extension HDF5File {
  /// Begins an empty list, a dataset of one axis that ``append(_:toList:)`` makes longer; the groups above it are created.
  ///
  /// - Parameters:
  ///   - type: What the list holds.
  ///   - path: Where; nothing may stand there yet.
  ///   - chunkLength: Values that are stored and compressed together; a list is always stored in chunks.
  ///   - units: The unit of the values; `"1"` where they have none.
  ///   - description: What the values mean, for a reader who has only the file.
  ///   - compression: How the chunks are stored.
  ///   - attributes: Further attributes by name.
  /// - Throws: ``HDF5Error``.
  public func createList<Scalar: HDF5Scalar>(
    of type: Scalar.Type, at path: String, chunkLength: Int, units: String, description: String,
    compression: HDF5Compression = .none, attributes: [String: HDF5Attribute] = [:]
  ) throws(HDF5Error) {
    try locked(path) { (file, place) throws(HDF5Error) in
      let layout = try HDF5Layout(listOfChunks: chunkLength, compression: compression, at: place)
      let all = try complete(attributes, units: units, description: description, at: place)
      let dataset = try makeDataset(
        path, type: Scalar.hdf5NativeType, layout: layout, in: file, at: place)
      try writeAttributes(all, to: dataset.identifier, at: place)
    }
  }

  /// Adds values at the end of a list.
  /// - Throws: ``HDF5Error``. After an error the list may hold a part of the values.
  public func append<Scalar: HDF5Scalar>(
    _ values: [Scalar], toList path: String
  ) throws(HDF5Error) {
    try locked(path) { (file, place) throws(HDF5Error) in
      try requireWritable(place)
      guard !values.isEmpty else { return }
      let list = try dataset(path, in: file, at: place)
      let length = try list.shape(at: place)
      guard length.count == 1 else {
        throw .wrongShape(file: place.file, object: place.object, expected: "a list", found: length)
      }
      try place.check(
        H5Dset_extent(list.identifier, [hsize_t(length[0] + values.count)]), "lengthen")
      let all = try HDF5Handle(
        H5Dget_space(list.identifier), closer: H5Sclose, "look up the shape of", at: place)
      try place.check(
        H5Sselect_hyperslab(
          all.identifier, H5S_SELECT_SET, [hsize_t(length[0])], nil, [hsize_t(values.count)], nil),
        "choose a part of")
      let memory = try HDF5Handle.space([values.count], at: place)
      try place.check(
        H5Dwrite(
          list.identifier, Scalar.hdf5NativeType, memory.identifier, all.identifier,
          chdf5_default_properties(), values),
        "write")
    }
  }
}
