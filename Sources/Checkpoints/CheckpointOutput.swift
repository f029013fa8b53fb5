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

  /// Writes a list of one text; HDF5 1.10 cannot measure a text in a dataset without axes and writes out of bounds.
  func write(_ text: String, as field: Field) throws(CheckpointError) {
    var checksum = Checksum()
    checksum.update(Array(text.utf8))
    let attributes = [Schema.checksum: HDF5Attribute.text(checksum.text)]
    try saving { () throws(HDF5Error) in
      try file.write([text], to: field.path, description: field.description, attributes: attributes)
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
    let (words, whole) =
      switch error {
      case .cannotCreate(_, let reason): (reason, reason)
      case .library(_, _, _, let stack): (stack, error.description)
      default: ("", error.description)
      }
    guard let quote = words.firstRange(of: "error message = '") else { return whole }
    return String(words[quote.upperBound...].prefix { $0 != "'" })
  }
}
