import HDF5Store

/// A checkpoint file being read: shape, size, type and checksum of every dataset are verified before its values are
/// used.
struct CheckpointInput {
  let file: HDF5File
  /// Bytes of the file, the most that a dataset stored as it is can have.
  let byteCount: Int
  /// The full checkpoint that this one builds on.
  private let base: Base?

  /// A value cannot hold another of its kind.
  private final class Base {
    let input: CheckpointInput
    init(_ input: CheckpointInput) { self.input = input }
  }

  init(file: HDF5File, byteCount: Int, base: CheckpointInput? = nil) {
    self.file = file
    self.byteCount = byteCount
    self.base = base.map(Base.init)
  }

  /// Path of the full checkpoint that this one builds on; `nil` of a full one.
  var basePath: String? { base?.input.file.path }

  /// Most bytes of values that a byte of deflated data stands for.
  private static let largestRatio = 1032

  /// Most bytes that the values of a dataset can have.
  private func byteLimit(of field: Field) throws(CheckpointError) -> Int {
    let isInOnePiece = try reading { () throws(HDF5Error) in try file.isInOnePiece(field.path) }
    if isInOnePiece { return byteCount }
    let stored = try reading { () throws(HDF5Error) in try file.storedBytes(of: field.path) }
    // The library does not know the size of a single chunk that it has not read yet.
    return (stored > 0 ? min(stored, byteCount) : byteCount) * Self.largestRatio
  }

  func has(_ field: Field) throws(CheckpointError) -> Bool {
    try reading { () throws(HDF5Error) in try file.exists(field.path) }
  }

  /// The shape of a dataset, whether all of it is in this file or only what has changed.
  func shape(of field: Field) throws(CheckpointError) -> [Int] {
    guard try hasChangesOnly(field) else { return try storedShape(of: field) }
    let text = try textAttribute(Schema.wholeShape, of: field.path)
    guard let shape = PieceLayout.shape(text) else {
      throw unsound(field, expected: "a shape such as 2x128x10", found: "'\(text)'")
    }
    return shape
  }

  private func storedShape(of field: Field) throws(CheckpointError) -> [Int] {
    try reading { () throws(HDF5Error) in try file.shape(of: field.path) }
  }

  private func hasChangesOnly(_ field: Field) throws(CheckpointError) -> Bool {
    guard base != nil else { return false }
    return try reading { () throws(HDF5Error) in try file.hasAttribute(Schema.wholeShape, of: field.path) }
  }

  /// Changed pieces of an array, and which values of the whole they are.
  private struct Changes<Stored> {
    let values: [Stored]
    let ranges: [Range<Int>]
  }

  private func changes<Stored: HDF5Scalar>(_ field: Field, shape: [Int]) throws(CheckpointError) -> Changes<Stored> {
    let values: [Stored] = try storedValues(field, shape: try storedShape(of: field))
    let numbers: [UInt64] = try list(Field(field.path + Schema.piecesSuffix, field.description))
    let layout = PieceLayout(shape: shape, valueBytes: MemoryLayout<Stored>.stride)
    var ranges: [Range<Int>] = []
    var count = 0
    for number in numbers {
      guard let range = layout.values(ofPiece: number), (ranges.last?.upperBound ?? 0) <= range.lowerBound else {
        throw unsound(field, expected: "ascending numbers of pieces", found: "\(number)")
      }
      ranges.append(range)
      count += range.count
    }
    guard count == values.count else {
      throw unsound(field, expected: "\(count) values of \(numbers.count) pieces", found: "\(values.count)")
    }
    return Changes(values: values, ranges: ranges)
  }

  /// All values of a dataset of exactly `shape`.
  func values<Number: HDF5Scalar>(_ field: Field, shape: [Int]) throws(CheckpointError) -> [Number] {
    guard let base, try hasChangesOnly(field) else { return try storedValues(field, shape: shape) }
    try requireWhole(shape, of: field)
    let changes: Changes<Number> = try changes(field, shape: shape)
    var values: [Number] = try base.input.values(field, shape: shape)
    var start = 0
    for range in changes.ranges {
      values.replaceSubrange(range, with: changes.values[start..<start + range.count])
      start += range.count
    }
    var checksum = Checksum()
    checksum.update(values)
    try require(checksum, of: field, Schema.wholeChecksum)
    return values
  }

  private func requireWhole(_ shape: [Int], of field: Field) throws(CheckpointError) {
    let whole = try self.shape(of: field)
    guard whole == shape else { throw unsound(field, expected: "shape \(shape)", found: "\(whole)") }
  }

  /// All values that a dataset of exactly `shape` has in this file.
  private func storedValues<Number: HDF5Scalar>(_ field: Field, shape: [Int]) throws(CheckpointError) -> [Number] {
    try require(shape, of: field, as: Number.self)
    let limit = try byteLimit(of: field)
    let values: [Number] = try reading { () throws(HDF5Error) in try file.read(field.path, byteLimit: limit) }
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
    if let base, try hasChangesOnly(field) {
      return try changedPlanes(field, shape: [shape[0], rows, columns], of: base.input)
    }
    try require([shape[0], rows, columns], of: field, as: Number.Stored.self)
    let limit = try byteLimit(of: field)
    var checksum = Checksum()
    var planes: [[Number]] = []
    for plane in 0..<shape[0] {
      let stored: [Number.Stored] = try reading { () throws(HDF5Error) in
        try file.read(field.path, rows: plane..<plane + 1, byteLimit: limit)
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

  /// The matrices of a dataset of which only changes are in this file.
  private func changedPlanes<Number: StoredNumber>(
    _ field: Field, shape: [Int], of base: CheckpointInput
  ) throws(CheckpointError) -> [[Number]] {
    try requireWhole(shape, of: field)
    let changes: Changes<Number.Stored> = try changes(field, shape: shape)
    var planes: [[Number]] = try base.planes(field, rows: shape[1], columns: shape[2])
    guard planes.count == shape[0] else {
      throw unsound(field, expected: "\(shape[0]) planes in \(base.file.path)", found: "\(planes.count)")
    }
    let size = shape[1] * shape[2]
    var start = 0
    for range in changes.ranges {
      let piece: [Number]
      do throws(UnfitNumber) {
        piece = try Number.values(Array(changes.values[start..<start + range.count]))
      } catch {
        throw unsound(field, expected: "a \(Number.self)", found: error.text)
      }
      let offset = range.lowerBound % size
      planes[range.lowerBound / size].replaceSubrange(offset..<offset + range.count, with: piece)
      start += range.count
    }
    var checksum = Checksum()
    for plane in planes { checksum.update(storedFormOf: plane) }
    try require(checksum, of: field, Schema.wholeChecksum)
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
    let found = try storedShape(of: field)
    guard found == shape else { throw unsound(field, expected: "shape \(shape)", found: "\(found)") }
    let stored = try reading { () throws(HDF5Error) in try file.elementType(of: field.path) }
    guard stored == Number.hdf5ElementType else {
      throw unsound(field, expected: "\(Number.hdf5ElementType) values", found: "\(stored)")
    }
    let limit = try byteLimit(of: field)
    var bytes = MemoryLayout<Number>.stride
    for extent in shape {
      let product = bytes.multipliedReportingOverflow(by: extent)
      guard !product.overflow, product.partialValue <= limit else {
        throw unsound(field, expected: "at most the \(limit) bytes that the file can hold", found: "shape \(shape)")
      }
      bytes = product.partialValue
    }
  }

  private func require(
    _ checksum: Checksum, of field: Field, _ name: String = Schema.checksum
  ) throws(CheckpointError) {
    let expected = try textAttribute(name, of: field.path)
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
