import HDF5Store

/// A checkpoint file being written: every dataset gets its meaning and its checksum.
struct CheckpointOutput {
  let file: HDF5File
  /// The name the file will have, for errors.
  let path: String

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
