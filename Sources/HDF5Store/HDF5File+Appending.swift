import CHDF5

extension HDF5File {
  /// Makes an empty dataset that grows along its first axis, for values whose number is not known before; fill it with
  /// ``append(_:to:)``.
  ///
  /// - Parameters:
  ///   - path: Where; nothing may stand there yet.
  ///   - rowShape: The extents of the other axes; empty for a list.
  ///   - units: The unit of the values; `"1"` where they have none.
  ///   - description: What the values mean.
  ///   - compression: How the values are stored; without compression they lie in chunks all the same.
  ///   - attributes: Further attributes by name.
  public func createGrowing<Scalar: HDF5Scalar>(
    _ path: String, as type: Scalar.Type, rowShape: [Int] = [], units: String, description: String,
    compression: HDF5Compression = .none, attributes: [String: HDF5Attribute] = [:]
  ) throws(HDF5Error) {
    try locked(path) { (file, place) throws(HDF5Error) in
      let layout = try HDF5Layout(
        growingRows: rowShape, valueBytes: MemoryLayout<Scalar>.stride, compression: compression, at: place)
      let all = try complete(attributes, units: units, description: description, at: place)
      let dataset = try makeDataset(path, type: Scalar.hdf5NativeType, layout: layout, in: file, at: place)
      try writeAttributes(all, to: dataset.identifier, at: place)
    }
  }

  /// Adds whole rows, row-major, to the end of a dataset made by
  /// ``createGrowing(_:as:rowShape:units:description:compression:attributes:)``.
  ///
  /// Many rows at a time are fast; each call opens and closes the last chunk.
  public func append<Scalar: HDF5Scalar>(
    _ values: UnsafeBufferPointer<Scalar>, to path: String
  ) throws(HDF5Error) {
    try locked(path) { (file, place) throws(HDF5Error) in
      try requireWritable(place)
      let dataset = try dataset(path, in: file, at: place)
      let shape = try dataset.shape(at: place)
      let stored = try dataset.storedType(at: place).elementType
      guard stored == Scalar.hdf5ElementType else {
        throw .wrongType(file: place.file, object: place.object, stored: stored, requested: Scalar.hdf5ElementType)
      }
      guard let first = shape.first, let rowCount = HDF5Layout.product(shape.dropFirst()), rowCount > 0,
        values.count % rowCount == 0
      else {
        throw .wrongShape(file: place.file, object: place.object, expected: "rows of \(values.count)", found: shape)
      }
      guard let start = values.baseAddress, !values.isEmpty else { return }
      let added = values.count / rowCount
      let extents = ([first + added] + shape.dropFirst()).map { hsize_t($0) }
      try place.check(H5Dset_extent(dataset.identifier, extents), "extend")
      let begin = [hsize_t(first)] + shape.dropFirst().map { _ in 0 }
      let size = [hsize_t(added)] + extents.dropFirst()
      try dataset.write(start, count: values.count, begin: begin, size: size, at: place)
    }
  }
}
