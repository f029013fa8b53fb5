import CHDF5

extension HDF5File {
  /// The most bytes a read allocates unless told otherwise: 4 GiB. A damaged or hostile file may declare any shape.
  public static var defaultByteLimit: Int { 4 << 30 }

  /// The extent of each axis; empty for a single value.
  public func shape(of path: String) throws(HDF5Error) -> [Int] {
    try locked(path) { (file, place) throws(HDF5Error) in
      try dataset(path, in: file, at: place).shape(at: place)
    }
  }

  /// Bytes that the values take in the file.
  public func storedBytes(of path: String) throws(HDF5Error) -> Int {
    try locked(path) { (file, place) throws(HDF5Error) in
      Int(clamping: H5Dget_storage_size(try dataset(path, in: file, at: place).identifier))
    }
  }

  /// The stored type of the values.
  public func elementType(of path: String) throws(HDF5Error) -> HDF5ElementType {
    try locked(path) { (file, place) throws(HDF5Error) in
      try dataset(path, in: file, at: place).storedType(at: place).elementType
    }
  }

  /// Whether the values lie in one piece of the file, neither in chunks nor inside the head of the dataset.
  public func isInOnePiece(_ path: String) throws(HDF5Error) -> Bool {
    try locked(path) { (file, place) throws(HDF5Error) in
      let dataset = try dataset(path, in: file, at: place)
      let creation = try HDF5Handle(
        H5Dget_create_plist(dataset.identifier), closer: H5Pclose, "read the layout of", at: place)
      return H5Pget_layout(creation.identifier) == H5D_CONTIGUOUS
    }
  }

  /// How many rows a storage chunk spans, or nil where the dataset is in one piece. Reads by rows that start and end on
  /// multiples of it decompress every chunk once.
  public func chunkRows(of path: String) throws(HDF5Error) -> Int? {
    try locked(path) { (file, place) throws(HDF5Error) in
      let dataset = try dataset(path, in: file, at: place)
      let action = "read the layout of"
      let creation = try HDF5Handle(
        H5Dget_create_plist(dataset.identifier), closer: H5Pclose, action, at: place)
      guard H5Pget_layout(creation.identifier) == H5D_CHUNKED else { return nil }
      var extents = [hsize_t](repeating: 0, count: 32)
      try place.check(H5Pget_chunk(creation.identifier, 32, &extents), action)
      return Int(clamping: extents[0])
    }
  }

  /// Reads all values, row-major. Types convert only where nothing is lost, such as `Int16` to `Int32`.
  ///
  /// - Parameter byteLimit: The most bytes to allocate.
  public func read<Scalar: HDF5Scalar>(
    _ path: String, as type: Scalar.Type = Scalar.self, byteLimit: Int = defaultByteLimit
  ) throws(HDF5Error) -> [Scalar] {
    try locked(path) { (file, place) throws(HDF5Error) in
      let source = try HDF5Source(dataset(path, in: file, at: place), as: type, at: place)
      try source.dataset.requireStored(at: place)
      return try source.array(rows: nil, byteLimit: byteLimit, at: place)
    }
  }

  /// Reads the rows in `rows`, that is, a range of the first axis with all of the others.
  ///
  /// - Parameter byteLimit: The most bytes to allocate.
  public func read<Scalar: HDF5Scalar>(
    _ path: String, rows: Range<Int>, as type: Scalar.Type = Scalar.self, byteLimit: Int = defaultByteLimit
  ) throws(HDF5Error) -> [Scalar] {
    try locked(path) { (file, place) throws(HDF5Error) in
      let source = try HDF5Source(dataset(path, in: file, at: place), as: type, at: place)
      return try source.array(rows: rows, byteLimit: byteLimit, at: place)
    }
  }

  /// Reads all values into `buffer`, which must have as many elements as the dataset.
  public func read<Scalar: HDF5Scalar>(
    _ path: String, into buffer: UnsafeMutableBufferPointer<Scalar>
  ) throws(HDF5Error) {
    try locked(path) { (file, place) throws(HDF5Error) in
      let source = try HDF5Source(dataset(path, in: file, at: place), as: Scalar.self, at: place)
      try source.dataset.requireStored(at: place)
      try source.fill(UnsafeMutableRawBufferPointer(buffer), rows: nil, at: place)
    }
  }

  /// Reads the rows in `rows` into `buffer`, which must have as many elements as they hold.
  public func read<Scalar: HDF5Scalar>(
    _ path: String, rows: Range<Int>, into buffer: UnsafeMutableBufferPointer<Scalar>
  ) throws(HDF5Error) {
    try locked(path) { (file, place) throws(HDF5Error) in
      let source = try HDF5Source(dataset(path, in: file, at: place), as: Scalar.self, at: place)
      try source.fill(UnsafeMutableRawBufferPointer(buffer), rows: rows, at: place)
    }
  }

  /// Reads the values in `block`, a range of each axis, row-major into `buffer`, which must have as many elements.
  public func read<Scalar: HDF5Scalar>(
    _ path: String, block: [Range<Int>], into buffer: UnsafeMutableBufferPointer<Scalar>
  ) throws(HDF5Error) {
    try locked(path) { (file, place) throws(HDF5Error) in
      let source = try HDF5Source(dataset(path, in: file, at: place), as: Scalar.self, at: place)
      guard HDF5Layout.product(block.map(\.count)) == buffer.count else {
        throw place.invalid("a block of \(block.map(\.count)) values does not fill \(buffer.count)")
      }
      try source.dataset.read(
        block, type: Scalar.hdf5NativeType, into: UnsafeMutableRawBufferPointer(buffer), at: place)
    }
  }

  /// Reads a dataset of exactly one value, of any shape.
  public func readScalar<Scalar: HDF5Scalar>(
    _ path: String, as type: Scalar.Type = Scalar.self
  ) throws(HDF5Error) -> Scalar {
    try locked(path) { (file, place) throws(HDF5Error) in
      let source = try HDF5Source(dataset(path, in: file, at: place), as: type, at: place)
      guard source.count(rows: nil) == 1 else {
        throw .wrongShape(file: place.file, object: place.object, expected: "a single value", found: source.shape)
      }
      try source.dataset.requireStored(at: place)
      return try source.array(rows: nil, byteLimit: MemoryLayout<Scalar>.stride, at: place)[0]
    }
  }
}

/// A dataset about to be read, its type and shape found good.
struct HDF5Source: ~Copyable {
  let shape: [Int]
  let dataset: HDF5Handle
  private let type: hid_t
  private let valueBytes: Int

  init<Scalar: HDF5Scalar>(
    _ dataset: consuming HDF5Handle, as _: Scalar.Type, at place: HDF5Place
  ) throws(HDF5Error) {
    let stored = try dataset.storedType(at: place).elementType
    guard stored.converts(to: Scalar.hdf5ElementType) else {
      throw .wrongType(file: place.file, object: place.object, stored: stored, requested: Scalar.hdf5ElementType)
    }
    shape = try dataset.shape(at: place)
    self.dataset = dataset
    type = Scalar.hdf5NativeType
    valueBytes = MemoryLayout<Scalar>.stride
  }

  /// The number of values in `rows`, or in all; nil beyond the range of `Int`.
  func count(rows: Range<Int>?) -> Int? {
    HDF5Layout.product(rows.map { [$0.count] + shape.dropFirst() } ?? shape)
  }

  func array<Scalar: HDF5Scalar>(
    rows: Range<Int>?, byteLimit: Int, at place: HDF5Place
  ) throws(HDF5Error) -> [Scalar] {
    try requireRows(rows, at: place)
    let bytes = count(rows: rows).map { $0.multipliedReportingOverflow(by: valueBytes) }
    guard let bytes, !bytes.overflow, bytes.partialValue <= byteLimit else {
      let declared = bytes.map { $0.overflow ? UInt64.max : UInt64($0.partialValue) } ?? UInt64.max
      throw .tooLarge(file: place.file, object: place.object, bytes: declared, limit: byteLimit)
    }
    var failure: HDF5Error?
    let valueCount = bytes.partialValue / valueBytes
    let values = [Scalar](unsafeUninitializedCapacity: valueCount) { buffer, initializedCount in
      do throws(HDF5Error) {
        let destination = UnsafeMutableRawBufferPointer(start: buffer.baseAddress, count: bytes.partialValue)
        try fill(destination, rows: rows, at: place)
        initializedCount = valueCount
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return values
  }

  func fill(_ buffer: UnsafeMutableRawBufferPointer, rows: Range<Int>?, at place: HDF5Place) throws(HDF5Error) {
    try requireRows(rows, at: place)
    guard let valueCount = count(rows: rows), valueCount == buffer.count / valueBytes else {
      throw .wrongShape(
        file: place.file, object: place.object, expected: "\(buffer.count / valueBytes) values", found: shape)
    }
    guard valueCount > 0 else { return }
    let block = rows.map { rows in [rows] + shape.dropFirst().map { 0..<$0 } }
    try dataset.read(block, type: type, into: buffer, at: place)
  }

  private func requireRows(_ rows: Range<Int>?, at place: HDF5Place) throws(HDF5Error) {
    guard let rows else { return }
    guard let first = shape.first, rows.lowerBound >= 0, rows.upperBound <= first else {
      throw .wrongShape(
        file: place.file, object: place.object, expected: "rows \(rows.lowerBound)..<\(rows.upperBound)", found: shape)
    }
  }
}

extension HDF5Handle {
  /// Reads the values of a dataset in `block`, a range of each axis, or all, as values of the memory type `type`.
  ///
  /// The buffer must have room for them.
  func read(
    _ block: [Range<Int>]?, type: hid_t, into buffer: UnsafeMutableRawBufferPointer, at place: HDF5Place,
    properties: hid_t = chdf5_default_properties()
  ) throws(HDF5Error) {
    guard let block else {
      let space = chdf5_whole_space()
      try checkRead(H5Dread(identifier, type, space, space, properties, buffer.baseAddress), at: place)
      return
    }
    let shape = try shape(at: place)
    guard block.count == shape.count, zip(block, shape).allSatisfy({ $0.lowerBound >= 0 && $0.upperBound <= $1 }) else {
      throw .wrongShape(file: place.file, object: place.object, expected: "a block at \(block)", found: shape)
    }
    guard let count = HDF5Layout.product(block.map(\.count)), count > 0 else { return }
    let memory = try HDF5Handle.space([count], at: place)
    let file = try space(at: place)
    let start = block.map { hsize_t($0.lowerBound) }
    let extents = block.map { hsize_t($0.count) }
    try place.check(H5Sselect_hyperslab(file.identifier, H5S_SELECT_SET, start, nil, extents, nil), "select rows of")
    try checkRead(
      H5Dread(identifier, type, memory.identifier, file.identifier, properties, buffer.baseAddress), at: place)
  }

  /// Passes unless a read was refused, and names the filter where one is missing.
  private func checkRead(_ status: herr_t, at place: HDF5Place) throws(HDF5Error) {
    guard status < 0 else { return }
    let refusal = place.refusal("read")
    if let filter = try? missingFilter(at: place) {
      throw .missingFilter(file: place.file, object: place.object, filter: filter)
    }
    throw refusal
  }
}
