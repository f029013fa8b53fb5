import HDF5Store

/// A checkpoint file being written: every dataset gets its meaning and its checksum.
struct CheckpointOutput {
  let file: HDF5File
  /// The name the file will have, for errors.
  let path: String
  /// How large arrays are stored.
  let compression: HDF5Compression
  /// The full checkpoint of which only changes are written; `nil` writes everything.
  let base: CheckpointBase?
  /// Takes note of what a full checkpoint holds.
  let pieces = PieceRecorder()

  func write<Number: HDF5Scalar>(_ values: [Number], shape: [Int], as field: Field) throws(CheckpointError) {
    var checksum = Checksum()
    checksum.update(values)
    let attributes = [Schema.checksum: HDF5Attribute.text(checksum.text)]
    try saving { () throws(HDF5Error) in
      try file.write(
        values, shape: shape, to: field.path, units: field.units, description: field.description,
        attributes: attributes)
    }
  }

  func write<Number: HDF5Scalar>(_ value: Number, as field: Field) throws(CheckpointError) {
    try write([value], shape: [], as: field)
  }

  func write(_ text: String, as field: Field) throws(CheckpointError) {
    var checksum = Checksum()
    checksum.update(Array(text.utf8))
    let attributes = [Schema.checksum: HDF5Attribute.text(checksum.text)]
    try saving { () throws(HDF5Error) in
      try file.write(text, to: field.path, description: field.description, attributes: attributes)
    }
  }

  func setAttribute(_ name: String, to value: HDF5Attribute, of object: String = "/") throws(CheckpointError) {
    try saving { () throws(HDF5Error) in try file.setAttribute(name, to: value, of: object) }
  }

  /// Runs `body` and says of its error what it means for the checkpoint.
  func saving<Result>(_ body: () throws(HDF5Error) -> Result) throws(CheckpointError) -> Result {
    do throws(HDF5Error) {
      return try body()
    } catch {
      throw .cannotSave(file: path, reason: Self.reason(error))
    }
  }

  /// The reason for a failed write in the system's own words where HDF5 quotes them: "No space left on device".
  static func reason(_ error: HDF5Error) -> String {
    let sentence = error.description
    if let start = sentence.firstRange(of: "error message = '") {
      return String(sentence[start.upperBound...].prefix { $0 != "'" })
    }
    if case .cannotCreate(_, let reason) = error { return reason }
    return sentence
  }
}

// MARK: Large arrays

extension CheckpointOutput {
  /// Pieces that are written at once: few calls, and still in the cache between converting, summing and writing.
  private static let piecesAtOnce = 128
  /// Bytes after which the disk is asked to begin: some milliseconds of a fast one.
  private static let writebackBytes = 8 << 20

  /// Writes an array that lies in lists, row-major one after the other, without a copy of the whole. Of an array that the
  /// base has in the same shape only the pieces that changed are written.
  func write<Number: StoredNumber>(lists: [[Number]], shape: [Int], as field: Field) throws(CheckpointError) {
    let layout = PieceLayout(shape: shape, valueBytes: MemoryLayout<Number.Stored>.stride)
    if let known = base?.pieces[field.path], known.shape == shape, !layout.isSmall {
      return try writeChanges(lists: lists, layout: layout, since: known.checksums, as: field)
    }
    try saving { () throws(HDF5Error) in
      try file.create(
        field.path, as: Number.Stored.self, shape: shape, units: field.units, description: field.description,
        compression: layout.isSmall ? .none : compression)
    }
    var checksum = Checksum()
    var checksums: [UInt64] = []
    var done = 0
    let step = layout.pieceValues * Self.piecesAtOnce
    let scratch = UnsafeMutableBufferPointer<Number.Stored>.allocate(capacity: step)
    defer { scratch.deallocate() }
    for list in lists {
      for start in stride(from: 0, to: list.count, by: step) {
        let piece = Number.stored(list, start..<min(start + step, list.count), in: scratch)
        checksum.update(UnsafeRawBufferPointer(piece))
        if !layout.isSmall { checksums += layout.checksums(of: piece) }
        try write(piece, from: done, shape: shape, as: field)
        done += piece.count
        pieces.bytes += piece.count * MemoryLayout<Number.Stored>.stride
        if pieces.bytes >= Self.writebackBytes {
          pieces.bytes = 0
          file.beginWriteback()
        }
      }
    }
    if !layout.isSmall { pieces.found[field.path] = CheckpointBase.Pieces(shape: shape, checksums: checksums) }
    try setAttribute(Schema.checksum, to: .text(checksum.text), of: field.path)
  }

  /// Writes whole rows of the last axis, of which the first begins `done` values into the array.
  private func write<Number: HDF5Scalar>(
    _ piece: UnsafeBufferPointer<Number>, from done: Int, shape: [Int], as field: Field
  ) throws(CheckpointError) {
    var (begin, rest) = (done, piece)
    while !rest.isEmpty {
      let block = ArrayBlock(from: begin, count: rest.count, shape: shape)
      let values = UnsafeBufferPointer(rebasing: rest[..<block.count])
      try saving { () throws(HDF5Error) in try file.write(values, block: block.ranges, of: field.path) }
      begin += block.count
      rest = UnsafeBufferPointer(rebasing: rest[block.count...])
    }
  }

  /// Writes the pieces whose checksums are not those of the base, and where they belong.
  private func writeChanges<Number: StoredNumber>(
    lists: [[Number]], layout: PieceLayout, since known: [UInt64], as field: Field
  ) throws(CheckpointError) {
    var whole = Checksum()
    var numbers: [UInt64] = []
    var changed: [Number.Stored] = []
    var number = 0
    let scratch = UnsafeMutableBufferPointer<Number.Stored>.allocate(capacity: layout.pieceValues)
    defer { scratch.deallocate() }
    for list in lists {
      for start in stride(from: 0, to: list.count, by: layout.pieceValues) {
        let piece = Number.stored(list, start..<min(start + layout.pieceValues, list.count), in: scratch)
        whole.update(UnsafeRawBufferPointer(piece))
        if number >= known.count || layout.checksums(of: piece) != [known[number]] {
          numbers.append(UInt64(number))
          changed += piece
        }
        number += 1
      }
    }
    let description = "\(field.description) Only pieces that differ from \(Schema.Root.baseFile), one after the other."
    try write(changed, shape: [changed.count], as: Field(field.path, description, units: field.units))
    try setAttribute(Schema.wholeShape, to: .text(PieceLayout.text(layout.shape)), of: field.path)
    try setAttribute(Schema.wholeChecksum, to: .text(whole.text), of: field.path)
    try write(
      numbers, shape: [numbers.count],
      as: Field(
        field.path + Schema.piecesSuffix,
        "Numbers of these pieces, of \(layout.pieceValues) values each or up to the end of a list of "
          + "\(layout.listValues)."))
  }
}
