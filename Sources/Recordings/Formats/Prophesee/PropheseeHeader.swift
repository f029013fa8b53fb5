/// Reads the text header of a Prophesee recording, which may arrive in pieces of any size.
///
/// The header is lines of "% ", a keyword, a space and a value. It ends after the line "% end", or before the first line that does
/// not begin with "% ", and may be missing.
/// - Reference: Metavision SDK documentation, "RAW File Format" and "DAT File Format", docs.prophesee.ai
struct PropheseeHeader: Sendable {
  /// Whether it ended.
  private(set) var isRead = false
  /// Bytes taken so far.
  private(set) var byteOffset = 0
  /// The beginning of a line; once the header is read, bytes taken that belong to what follows.
  private(set) var line: [UInt8] = []
  /// Value of `Version`.
  private(set) var version: String?
  /// Value of `endianness` in the line `format`.
  private(set) var endianness: String?

  private let file: String
  private var width: Int?
  private var height: Int?

  private static let longestLine = 4096

  init(file: String) {
    self.file = file
  }

  /// Size of the camera, where the header states it.
  var sensor: SensorSize? {
    guard let width, let height else { return nil }
    return try? SensorSize(width: width, height: height)
  }

  /// Takes bytes up to the end of the header; returns how many.
  mutating func take(_ bytes: UnsafeRawBufferPointer) throws(RecordingError) -> Int {
    var taken = 0
    while !isRead, taken < bytes.count {
      let byte = bytes[taken]
      guard line.count > 1 || byte == (line.isEmpty ? UInt8(ascii: "%") : UInt8(ascii: " ")) else {
        isRead = true
        break
      }
      line.append(byte)
      taken += 1
      byteOffset += 1
      if byte == UInt8(ascii: "\n") {
        try read(line: String(decoding: line, as: UTF8.self))
        line.removeAll(keepingCapacity: true)
      } else if line.count > Self.longestLine {
        throw flaw(expected: "a header line of at most \(Self.longestLine) bytes", found: "a longer one")
      }
    }
    return taken
  }

  /// - Throws: `RecordingError.truncated` if the recording ends inside a line.
  func finish() throws(RecordingError) {
    guard !isRead, !line.isEmpty else { return }
    throw RecordingError.truncated(
      file: file, byte: byteOffset - line.count, expected: "a header line with its end", found: "\(line.count) bytes")
  }

  private mutating func read(line text: String) throws(RecordingError) {
    let parts = text.dropFirst(2).split(maxSplits: 1, whereSeparator: \.isWhitespace)
    guard let keyword = parts.first else { return }
    let value = parts.count > 1 ? String(parts[1].trimmingSuffix(while: \.isWhitespace)) : ""
    switch keyword {
    case "end": isRead = true
    case "geometry":
      guard let size = try? SensorSize(value) else {
        throw flaw(expected: "a geometry such as 640x480", found: "'\(value)'")
      }
      (width, height) = (size.width, size.height)
    case "Width": width = try pixels(value)
    case "Height": height = try pixels(value)
    case "Version": version = value
    case "format":
      for field in value.split(separator: ";") {
        let pair = field.split(separator: "=", maxSplits: 1).map(String.init)
        guard pair.count == 2 else { continue }
        switch pair[0] {
        case "width": width = try pixels(pair[1])
        case "height": height = try pixels(pair[1])
        case "endianness": endianness = pair[1]
        default: continue
        }
      }
    default: return
    }
  }

  private func pixels(_ text: String) throws(RecordingError) -> Int {
    guard let number = Int(text), (1...65_536).contains(number) else {
      throw flaw(expected: "a number of pixels, 1 to 65536", found: "'\(text)'")
    }
    return number
  }

  private func flaw(expected: String, found: String) -> RecordingError {
    .corrupt(file: file, byte: byteOffset - line.count, expected: expected, found: found)
  }
}

extension Substring {
  fileprivate func trimmingSuffix(while isDropped: (Character) -> Bool) -> Substring {
    var rest = self
    while let last = rest.last, isDropped(last) { rest.removeLast() }
    return rest
  }
}
