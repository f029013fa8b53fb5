/// Reads the lines of text at the beginning of AEDAT 1 to 3 files, for bytes that arrive in pieces of any size.
///
/// A line begins with "#" and ends with a line feed; the first one states the version. The end of the lines is marked in
/// some versions only. In the others it is the first byte that is not "#", and, since data may begin with that byte too, the
/// first line that holds a control character other than a tab: the fourth byte of an entry of a DAVIS camera is 0, the first
/// one of a DVS128 and of a packet of version 3 is never "#".
/// - Reference: iniVation, AEDAT file formats, docs.inivation.com/software/software-advanced-usage/file-formats
struct AEDATHeader: Sendable {
  /// "2.0"; empty before the first line is whole.
  private(set) var version = ""
  /// Name of the camera, of its line "# AEChip: NAME", "#Source N: NAME", or "# HardwareInterface: NAME", the first of these.
  private(set) var cameraName: String?
  /// Whether the data have begun.
  private(set) var isWhole = false
  /// Bytes of the line that has begun, or of data that were taken for one.
  private(set) var held: [UInt8] = []
  /// Bytes of whole lines.
  private(set) var byteOffset = 0

  private var nameRank = Int.max

  private static let longestLine = 1 << 16
  private static let endMarks = ["#End Of ASCII Header", "#!END-HEADER"]

  /// Takes bytes of the header.
  /// - Returns: How many bytes it took: fewer than there are once it is whole; `held` then holds bytes taken before that
  ///   belong to the data.
  mutating func read(_ bytes: UnsafeRawBufferPointer, file: String) throws(RecordingError) -> Int {
    var taken = 0
    while taken < bytes.count, !isWhole {
      let byte = bytes[taken]
      if held.isEmpty ? byte != UInt8(ascii: "#") : !Self.isText(byte) {
        guard !version.isEmpty else { throw versionError(file: file) }
        isWhole = true
        break
      }
      guard held.count < Self.longestLine else {
        throw RecordingError.corrupt(
          file: file, byte: byteOffset, expected: "a header line of at most \(Self.longestLine) bytes",
          found: "a longer one")
      }
      held.append(byte)
      taken += 1
      if byte == UInt8(ascii: "\n") { try endLine(file: file) }
    }
    return taken
  }

  /// Ends the header where the recording ends.
  mutating func finish(file: String) throws(RecordingError) {
    guard held.isEmpty else {
      throw RecordingError.truncated(
        file: file, byte: byteOffset, expected: "a header line with its end", found: "\(held.count) bytes")
    }
    guard !version.isEmpty else {
      throw RecordingError.truncated(file: file, byte: 0, expected: "an AEDAT header", found: "an empty file")
    }
    isWhole = true
  }

  /// Forgets the first `number` of the held bytes, which the decoder of the data took.
  mutating func dropHeld(_ number: Int) {
    held.removeFirst(number)
  }

  private mutating func endLine(file: String) throws(RecordingError) {
    var line = Substring(String(decoding: held, as: UTF8.self))
    // A carriage return and a line feed are one character.
    while let last = line.last, last.isNewline { line.removeLast() }
    if version.isEmpty {
      guard line.hasPrefix("#!AER-DAT") else { throw versionError(file: file) }
      version = String(line.dropFirst("#!AER-DAT".count))
    } else if Self.endMarks.contains(where: line.hasPrefix) {
      isWhole = true
    } else {
      noteCamera(line)
    }
    byteOffset += held.count
    held.removeAll(keepingCapacity: true)
  }

  private mutating func noteCamera(_ line: Substring) {
    let parts = line.dropFirst().split(separator: ":", maxSplits: 1)
    guard parts.count == 2 else { return }
    let key = parts[0].drop { $0 == " " }
    let rank: Int
    switch key {
    case "AEChip": rank = 0
    case _ where key.hasPrefix("Source "): rank = 1
    case "HardwareInterface": rank = 2
    default: return
    }
    guard rank < nameRank else { return }
    nameRank = rank
    cameraName = String(parts[1].drop { $0 == " " })
  }

  private func versionError(file: String) -> RecordingError {
    .corrupt(
      file: file, byte: 0, expected: "a first line '#!AER-DAT' with a version",
      found: held.isEmpty ? "other bytes" : "'\(String(decoding: held.prefix(32), as: UTF8.self).debugDescription)'")
  }

  private static func isText(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != 0x7F || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
      || byte == UInt8(ascii: "\n")
  }
}
