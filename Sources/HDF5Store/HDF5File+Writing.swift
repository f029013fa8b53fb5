import CHDF5
import Glibc

/// How the values of a dataset are stored.
public enum HDF5Compression: Equatable, Sendable {
  /// As they are in memory, in one piece.
  case none
  /// In chunks of about 1 MiB, bytes shuffled, then deflated; `level` runs from 0 (fast) to 9 (small). A damaged chunk
  /// is found by its checksum. Single values and empty datasets are stored as with ``none``.
  case deflate(level: Int)
}

extension HDF5File {
  /// Writes a new dataset of `shape`, row-major; the groups above it are created.
  ///
  /// - Parameters:
  ///   - values: As many as the product of `shape`.
  ///   - shape: The extent of each axis; empty for a single value.
  ///   - path: Where; nothing may stand there yet.
  ///   - units: The unit of the values, `"S"`, `"us"`; `"1"` where they have none.
  ///   - description: What the values mean, for a reader who has only the file.
  ///   - compression: How the values are stored.
  ///   - attributes: Further attributes by name.
  /// - Throws: ``HDF5Error``. After an error the file may hold a part of the dataset.
  public func write<Scalar: HDF5Scalar>(
    _ values: UnsafeBufferPointer<Scalar>, shape: [Int], to path: String, units: String, description: String,
    compression: HDF5Compression = .none, attributes: [String: HDF5Attribute] = [:]
  ) throws(HDF5Error) {
    try locked(path) { (file, place) throws(HDF5Error) in
      let layout = try HDF5Layout(
        shape: shape, valueCount: values.count, valueBytes: MemoryLayout<Scalar>.stride, compression: compression,
        at: place)
      let all = try complete(attributes, units: units, description: description, at: place)
      let type = Scalar.hdf5NativeType
      let dataset = try makeDataset(path, type: type, layout: layout, in: file, at: place)
      if let start = values.baseAddress, !values.isEmpty {
        let space = chdf5_whole_space()
        try place.check(
          H5Dwrite(dataset.identifier, type, space, space, chdf5_default_properties(), start), "write")
      }
      try writeAttributes(all, to: dataset.identifier, at: place)
    }
  }

  /// Writes a new dataset of `shape`, row-major, from an array; see the form for buffers.
  public func write<Scalar: HDF5Scalar>(
    _ values: [Scalar], shape: [Int], to path: String, units: String, description: String,
    compression: HDF5Compression = .none, attributes: [String: HDF5Attribute] = [:]
  ) throws(HDF5Error) {
    let result = values.withUnsafeBufferPointer { buffer in
      Result { () throws(HDF5Error) in
        try write(
          buffer, shape: shape, to: path, units: units, description: description, compression: compression,
          attributes: attributes)
      }
    }
    try result.get()
  }

  /// Makes a dataset of `shape` whose values follow block by block, ``write(_:block:of:)``; see the form that writes all at once.
  public func create<Scalar: HDF5Scalar>(
    _ path: String, as type: Scalar.Type, shape: [Int], units: String, description: String,
    compression: HDF5Compression = .none
  ) throws(HDF5Error) {
    try locked(path) { (file, place) throws(HDF5Error) in
      let layout = try HDF5Layout(
        shape: shape, valueCount: HDF5Layout.product(shape) ?? -1, valueBytes: MemoryLayout<Scalar>.stride,
        compression: compression, at: place)
      let all = try complete([:], units: units, description: description, at: place)
      let dataset = try makeDataset(path, type: Scalar.hdf5NativeType, layout: layout, in: file, at: place)
      try writeAttributes(all, to: dataset.identifier, at: place)
    }
  }

  /// Writes the values in `block`, a range of each axis, row-major, of a dataset that was made by
  /// ``create(_:as:shape:units:description:compression:)``. Blocks that lie in one piece are as fast as all at once.
  public func write<Scalar: HDF5Scalar>(
    _ values: UnsafeBufferPointer<Scalar>, block: [Range<Int>], of path: String
  ) throws(HDF5Error) {
    try locked(path) { (file, place) throws(HDF5Error) in
      try requireWritable(place)
      let dataset = try dataset(path, in: file, at: place)
      let shape = try dataset.shape(at: place)
      guard block.count == shape.count, zip(block, shape).allSatisfy({ 0 <= $0.lowerBound && $0.upperBound <= $1 }),
        HDF5Layout.product(block.map(\.count)) == values.count
      else {
        throw .wrongShape(file: place.file, object: place.object, expected: "a block of \(values.count)", found: shape)
      }
      guard let start = values.baseAddress, !values.isEmpty else { return }
      try dataset.write(
        start, count: values.count, begin: block.map { hsize_t($0.lowerBound) }, size: block.map { hsize_t($0.count) },
        at: place)
    }
  }

  /// Asks the disk to begin with what was written so far, so that less is left to wait for at the end.
  public func beginWriteback() {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    chdf5_begin_writeback(descriptor)
    Glibc.close(descriptor)
  }

  /// Writes a new dataset of a single value.
  public func write<Scalar: HDF5Scalar>(
    _ value: Scalar, to path: String, units: String, description: String,
    attributes: [String: HDF5Attribute] = [:]
  ) throws(HDF5Error) {
    try write([value], shape: [], to: path, units: units, description: description, attributes: attributes)
  }
}

extension HDF5File {
  /// The attributes of a dataset with the two that each must have.
  func complete(
    _ attributes: [String: HDF5Attribute], units: String, description: String, at place: HDF5Place
  ) throws(HDF5Error) -> [String: HDF5Attribute] {
    guard !units.isEmpty else { throw place.invalid("the units are empty; write \"1\" where there are none") }
    guard !description.isEmpty else { throw place.invalid("the description is empty") }
    return attributes.merging(["units": .text(units), "description": .text(description)]) { $1 }
  }

  /// Creates the dataset at `path` and the groups above it.
  func makeDataset(
    _ path: String, type: hid_t, layout: HDF5Layout, in file: hid_t, at place: HDF5Place
  ) throws(HDF5Error) -> HDF5Handle {
    try requireWritable(place)
    let names = Self.components(of: path)
    guard let name = names.last else { throw place.invalid("a dataset needs a name") }
    let group = try makeGroups(names.dropLast(), in: file, at: place)
    let properties = chdf5_default_properties()
    guard try place.check(H5Lexists(group.identifier, name, properties), "look up") == 0 else {
      throw .alreadyExists(file: place.file, object: place.object)
    }
    let creation = try layout.creationProperties(at: place)
    let space = try HDF5Handle.space(layout.shape, grows: layout.grows, at: place)
    return try HDF5Handle(
      H5Dcreate2(group.identifier, name, type, space.identifier, properties, creation.identifier, properties),
      closer: H5Dclose, "create", at: place)
  }
}

/// The checked shape of a dataset to write, and how it is cut into chunks.
struct HDF5Layout {
  let shape: [Int]
  /// Whether the first axis has no end.
  let grows: Bool
  private let chunk: [Int]?
  /// Of deflate; nil for no compression.
  private let level: UInt32?

  /// Small enough for HDF5's chunk cache (1 MiB), large enough that the index is nothing beside the values.
  private static let chunkBytes = 1 << 20

  init(
    shape: [Int], valueCount: Int, valueBytes: Int, compression: HDF5Compression, at place: HDF5Place
  ) throws(HDF5Error) {
    guard shape.count <= 32 else { throw place.invalid("a shape has at most 32 axes, found \(shape.count)") }
    guard let product = Self.product(shape) else { throw place.invalid("\(shape) is not a shape") }
    guard product == valueCount else {
      throw .wrongShape(file: place.file, object: place.object, expected: "\(valueCount) values", found: shape)
    }
    self.shape = shape
    grows = false
    level = try Self.level(of: compression, at: place)
    let isWhole = level == nil || shape.isEmpty || valueCount == 0
    chunk = isWhole ? nil : Self.chunk(of: shape, valueBytes: valueBytes)
  }

  /// No rows yet.
  init(growingRows rowShape: [Int], valueBytes: Int, compression: HDF5Compression, at place: HDF5Place)
    throws(HDF5Error)
  {
    guard rowShape.count < 32, let count = Self.product(rowShape), count > 0, count <= 1 << 40 else {
      throw place.invalid("\(rowShape) is not the shape of a row")
    }
    shape = [0] + rowShape
    grows = true
    level = try Self.level(of: compression, at: place)
    chunk = Self.chunk(of: [Self.chunkBytes] + rowShape, valueBytes: valueBytes)
  }

  private static func level(of compression: HDF5Compression, at place: HDF5Place) throws(HDF5Error) -> UInt32? {
    guard case .deflate(let level) = compression else { return nil }
    guard 0...9 ~= level else { throw place.invalid("a deflate level is 0 to 9, found \(level)") }
    return UInt32(level)
  }

  /// The number of values in `shape`; nil for a negative extent or on overflow.
  static func product(_ shape: some Sequence<Int>) -> Int? {
    var product = 1
    var isEmpty = false
    for extent in shape {
      guard extent >= 0 else { return nil }
      if extent == 0 {
        isEmpty = true
        continue
      }
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      guard !overflow else { return nil }
      product = next
    }
    return isEmpty ? 0 : product
  }

  /// Whole rows where they fit, cut from the first axis on, so that a range of rows touches few chunks.
  private static func chunk(of shape: [Int], valueBytes: Int) -> [Int] {
    var innerBytes = shape.reduce(valueBytes, *)
    return shape.map { extent in
      innerBytes /= extent
      return min(extent, max(1, chunkBytes / innerBytes))
    }
  }

  func creationProperties(at place: HDF5Place) throws(HDF5Error) -> HDF5Handle {
    let action = "prepare properties for"
    let properties = try HDF5Handle.properties(chdf5_dataset_create_class(), at: place)
    try place.check(H5Pset_obj_track_times(properties.identifier, false), action)
    if let chunk {
      try place.check(H5Pset_chunk(properties.identifier, Int32(chunk.count), chunk.map { hsize_t($0) }), action)
    }
    if chunk != nil, let level {
      try place.check(H5Pset_shuffle(properties.identifier), action)
      try place.check(H5Pset_deflate(properties.identifier, level), action)
    }
    return properties
  }
}
