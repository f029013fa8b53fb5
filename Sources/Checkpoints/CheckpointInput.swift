import HDF5Store

/// A checkpoint file being read: shape, size, type and checksum of every dataset are verified before its values are
/// used.
struct CheckpointInput {
  let file: HDF5File
  /// Bytes of the file, the most that a dataset stored as it is can have.
  let byteCount: Int

  func has(_ field: Field) throws(CheckpointError) -> Bool {
    try reading { () throws(HDF5Error) in try file.exists(field.path) }
  }

  func shape(of field: Field) throws(CheckpointError) -> [Int] {
    try reading { () throws(HDF5Error) in try file.shape(of: field.path) }
  }

  /// All values of a dataset of exactly `shape`.
  func values<Number: HDF5Scalar>(_ field: Field, shape: [Int]) throws(CheckpointError) -> [Number] {
    try require(shape, of: field, as: Number.self)
    let values: [Number] = try reading { () throws(HDF5Error) in try file.read(field.path, byteLimit: byteCount) }
    var checksum = Checksum()
    checksum.update(values)
    try require(checksum, of: field)
    return values
  }

  /// A list of any length.
  func list<Number: HDF5Scalar>(_ field: Field) throws(CheckpointError) -> [Number] {
    let shape = try shape(of: field)
    guard shape.count == 1 else { throw unsound(field, expected: "a list", found: "shape \(shape)") }
    return try values(field, shape: shape)
  }

  func value<Number: HDF5Scalar>(_ field: Field) throws(CheckpointError) -> Number {
    try values(field, shape: [])[0]
  }

  /// The matrices of a dataset, one for each device of a synapse, read one by one.
  func planes<Number: StoredNumber>(_ field: Field, rows: Int, columns: Int) throws(CheckpointError) -> [[Number]] {
    let shape = try shape(of: field)
    guard shape.count == 3, 1...LayerSchema.mostPlanes ~= shape[0] else {
      throw unsound(field, expected: "shape [1...\(LayerSchema.mostPlanes), \(rows), \(columns)]", found: "\(shape)")
    }
    try require([shape[0], rows, columns], of: field, as: Number.Stored.self)
    var checksum = Checksum()
    var planes: [[Number]] = []
    for plane in 0..<shape[0] {
      let stored: [Number.Stored] = try reading { () throws(HDF5Error) in
        try file.read(field.path, rows: plane..<plane + 1, byteLimit: byteCount)
      }
      checksum.update(stored)
      do throws(UnfitNumber) {
        planes.append(try Number.values(stored))
      } catch {
        let place = "\(field.path)[\(plane), \(error.offset / columns), \(error.offset % columns)]"
        throw .unsound(file: file.path, place: place, expected: "a \(Number.self)", found: error.text)
      }
    }
    try require(checksum, of: field)
    return planes
  }

  func text(_ field: Field) throws(CheckpointError) -> String {
    let text = try reading { () throws(HDF5Error) in try file.readText(field.path, byteLimit: byteCount) }
    var checksum = Checksum()
    checksum.update(Array(text.utf8))
    try require(checksum, of: field)
    return text
  }

  func textAttribute(_ name: String, of object: String = "/") throws(CheckpointError) -> String {
    try reading { () throws(HDF5Error) in try file.textAttribute(name, of: object) }
  }

  func numberAttribute(_ name: String, of object: String = "/") throws(CheckpointError) -> UInt64 {
    try reading { () throws(HDF5Error) in try file.numberAttribute(name, of: object) }
  }

  func unsound(_ field: Field, expected: String, found: String) -> CheckpointError {
    .unsound(file: file.path, place: field.path, expected: expected, found: found)
  }

  /// Runs `body` and says of its error what it means for the checkpoint.
  func reading<Result>(_ body: () throws(HDF5Error) -> Result) throws(CheckpointError) -> Result {
    do throws(HDF5Error) {
      return try body()
    } catch {
      throw CheckpointError(reading: file.path, error)
    }
  }

  /// Nothing is allocated for a shape that the file is too small to hold.
  private func require<Number: HDF5Scalar>(
    _ shape: [Int], of field: Field, as type: Number.Type
  ) throws(CheckpointError) {
    let found = try self.shape(of: field)
    guard found == shape else { throw unsound(field, expected: "shape \(shape)", found: "\(found)") }
    let stored = try reading { () throws(HDF5Error) in try file.elementType(of: field.path) }
    guard stored == Number.hdf5ElementType else {
      throw unsound(field, expected: "\(Number.hdf5ElementType) values", found: "\(stored)")
    }
    var bytes = MemoryLayout<Number>.stride
    for extent in shape {
      let product = bytes.multipliedReportingOverflow(by: extent)
      guard !product.overflow, product.partialValue <= byteCount else {
        throw unsound(field, expected: "at most the \(byteCount) bytes of the file", found: "shape \(shape)")
      }
      bytes = product.partialValue
    }
  }

  private func require(_ checksum: Checksum, of field: Field) throws(CheckpointError) {
    let expected = try textAttribute(Schema.checksum, of: field.path)
    guard checksum.text == expected else {
      throw .damaged(
        file: file.path, place: field.path, expected: "checksum \(expected)", found: checksum.text)
    }
  }
}

extension CheckpointError {
  /// What an error of the HDF5 layer means for a checkpoint that is read.
  init(reading path: String, _ error: HDF5Error) {
    self =
      switch error {
      case .cannotOpen(_, let reason): .cannotRead(path: path, reason: reason)
      case .notHDF5(_, let found): .notCheckpoint(file: path, found: found)
      case .unfinished: .incomplete(file: path)
      case .truncated(_, let expected, let found):
        .damaged(file: path, place: "end of file", expected: "\(expected) bytes", found: "\(found)")
      case .missing(_, let object):
        .damaged(file: path, place: object, expected: "a dataset or attribute", found: "none")
      case .library(_, let object, _, _):
        .damaged(file: path, place: object, expected: "sound HDF5 data", found: "'\(error)'")
      default:
        .damaged(file: path, place: "contents", expected: "the layout of a checkpoint", found: "'\(error)'")
      }
  }
}
