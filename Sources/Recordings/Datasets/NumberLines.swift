/// Lines of numbers in a text file, any of which can be read: only where each begins is held in memory.
struct NumberLines: Sendable {
  /// Where the file is.
  var path: String { file.path }
  /// Number of lines; empty ones do not count.
  let count: Int
  private let file: SizedFile
  /// First byte of each line, and the end of the file.
  private let offsets: [Int]

  /// Goes through a file once.
  /// - Throws: `RecordingError`: it cannot be read, or has a line that is too long to be one of a window.
  init(path: String) throws(RecordingError) {
    file = try SizedFile(path: path)
    var offsets: [Int] = []
    var lines = TextLineReader(file: file)
    while let line = try lines.next() {
      if line.contains(where: { $0 > UInt8(ascii: " ") }) { offsets.append(lines.lineOffset) }
    }
    count = offsets.count
    self.offsets = offsets + [file.size]
  }

  /// Reads the numbers of a line.
  /// - Parameter width: How many there must be.
  /// - Throws: `RecordingError.corrupt` where there are others.
  /// - Precondition: The line exists.
  func values(line: Int, width: Int) throws(RecordingError) -> [Float] {
    let bytes = try file.bytes(at: offsets[line], count: offsets[line + 1] - offsets[line], of: "a line")
    var values: [Float] = []
    values.reserveCapacity(width)
    for field in bytes.split(whereSeparator: { $0 <= UInt8(ascii: " ") }) {
      guard let number = SignalTable.number(field), number.isFinite, Float(number).isFinite else {
        throw corrupt(line, "finite numbers", "'\(String(decoding: field.prefix(40), as: UTF8.self))'")
      }
      values.append(Float(number))
    }
    guard values.count == width else { throw corrupt(line, "\(width) numbers", "\(values.count)") }
    return values
  }

  private func corrupt(_ line: Int, _ expected: String, _ found: String) -> RecordingError {
    .corrupt(file: path, byte: offsets[line], expected: expected, found: "line \(line + 1): \(found)")
  }
}
