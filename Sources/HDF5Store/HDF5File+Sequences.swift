import CHDF5

extension HDF5File {
  /// The type of the elements of a dataset whose values are sequences of variable length; nil for other datasets.
  public func sequenceType(of path: String) throws(HDF5Error) -> HDF5ElementType? {
    try locked(path) { (file, place) throws(HDF5Error) in
      try dataset(path, in: file, at: place).sequenceElement(at: place)?.type
    }
  }

  /// Reads one value of a list of sequences of variable length. Types convert only where nothing is lost.
  ///
  /// - Parameters:
  ///   - index: Which of the sequences.
  ///   - byteLimit: The most bytes to allocate.
  public func readSequence<Scalar: HDF5Scalar>(
    _ path: String, at index: Int, as type: Scalar.Type = Scalar.self, byteLimit: Int = 256 << 20
  ) throws(HDF5Error) -> [Scalar] {
    try locked(path) { (file, place) throws(HDF5Error) in
      let dataset = try dataset(path, in: file, at: place)
      let stored = try dataset.storedType(at: place).elementType
      guard let element = try dataset.sequenceElement(at: place), element.type.converts(to: Scalar.hdf5ElementType)
      else {
        throw .wrongType(file: place.file, object: place.object, stored: stored, requested: Scalar.hdf5ElementType)
      }
      let shape = try dataset.shape(at: place)
      guard shape.count == 1, 0..<shape[0] ~= index else {
        throw .wrongShape(file: place.file, object: place.object, expected: "a list with value \(index)", found: shape)
      }
      try HDF5Heap.verify(dataset, values: index..<index + 1, elementBytes: element.bytes, at: place)
      return try dataset.readSequence(at: index, byteLimit: byteLimit, at: place)
    }
  }
}

extension HDF5Handle {
  /// What the sequences of a dataset are made of; nil where its values are no sequences.
  fileprivate func sequenceElement(at place: HDF5Place) throws(HDF5Error) -> (type: HDF5ElementType, bytes: Int)? {
    let stored = try storedType(at: place)
    guard H5Tget_class(stored.handle.identifier) == H5T_VLEN else { return nil }
    let element = try HDF5Handle(
      H5Tget_super(stored.handle.identifier), closer: H5Tclose, "read the type of", at: place)
    return (try Self.elementType(element.identifier, at: place), H5Tget_size(element.identifier))
  }

  fileprivate func readSequence<Scalar: HDF5Scalar>(
    at index: Int, byteLimit: Int, at place: HDF5Place
  ) throws(HDF5Error) -> [Scalar] {
    let type = try HDF5Handle(
      H5Tvlen_create(Scalar.hdf5NativeType), closer: H5Tclose, "make the sequence type of", at: place)
    let properties = try HDF5Handle.properties(chdf5_dataset_transfer_class(), at: place)
    // Several values may point to one stored sequence that is longer than the file would let expect.
    let budget = HDF5VariableBudget(bytes: byteLimit)
    defer { withExtendedLifetime(budget) {} }
    try place.check(budget.govern(properties.identifier), "prepare properties for")
    let space = try HDF5Handle.space([1], at: place)
    var sequence = hvl_t()
    defer { _ = H5Dvlen_reclaim(type.identifier, space.identifier, properties.identifier, &sequence) }
    do {
      try withUnsafeMutableBytes(of: &sequence) { buffer throws(HDF5Error) in
        try read(
          [index..<index + 1], type: type.identifier, into: buffer, at: place, properties: properties.identifier)
      }
    } catch {
      guard budget.isExceeded else { throw error }
      throw .tooLarge(file: place.file, object: place.object, bytes: UInt64(byteLimit) + 1, limit: byteLimit)
    }
    guard let start = sequence.p, sequence.len > 0 else { return [] }
    return Array(UnsafeBufferPointer(start: start.assumingMemoryBound(to: Scalar.self), count: sequence.len))
  }
}
