/// Reads lines of text from a file, one after another.
struct TextLineReader {
  let file: SizedFile
  /// Byte at which the line last read begins.
  private(set) var lineOffset = 0
  /// Its number, from 1.
  private(set) var lineNumber = 0
  private var chunk: [UInt8] = []
  /// Bytes of the chunk that were not read.
  private var unread: Range<Int> = 0..<0
  private var chunkEnd = 0

  private static let chunkBytes = 1 << 16

  init(file: SizedFile) {
    self.file = file
  }

  /// The next line without its end; `nil` at the end of the file.
  /// - Throws: `RecordingError.corrupt` for one that is too long.
  mutating func next() throws(RecordingError) -> ArraySlice<UInt8>? {
    var end = chunk[unread].firstIndex(of: UInt8(ascii: "\n"))
    if end == nil {
      try refill()
      end = chunk[unread].firstIndex(of: UInt8(ascii: "\n"))
    }
    guard !unread.isEmpty else { return nil }
    lineOffset = chunkEnd - unread.count
    lineNumber += 1
    guard end != nil || chunkEnd == file.size else {
      throw RecordingError.corrupt(
        file: file.path, byte: lineOffset, expected: "lines of at most \(Self.chunkBytes) bytes",
        found: "line \(lineNumber), which is longer")
    }
    var line = chunk[unread.lowerBound..<(end ?? unread.upperBound)]
    unread = (end.map { $0 + 1 } ?? unread.upperBound)..<unread.upperBound
    if line.last == UInt8(ascii: "\r") { line.removeLast() }
    if lineNumber == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    return line
  }

  /// Moves what is unread to the front and reads on behind it.
  private mutating func refill() throws(RecordingError) {
    chunk = Array(chunk[unread])
    let count = min(Self.chunkBytes, file.size - chunkEnd)
    if count > 0 { chunk += try file.bytes(at: chunkEnd, count: count, of: "lines") }
    chunkEnd += max(count, 0)
    unread = 0..<chunk.count
  }
}
