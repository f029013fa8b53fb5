import Glibc

/// Decodes events in lines of text, one event a line.
///
/// Which columns there are says a ``CSVEventLayout``. Numbers may have signs, decimals and exponents. Lines that begin with
/// `#` are comments. The first other line may be a header: names of columns, of which `x@640` and `y@480` state the size of
/// the camera, as faery writes them; or just two whole numbers, the width and height of the camera, as in the text
/// files of rpg_e2vid. Empty lines mean nothing, and the last line needs no end.
/// - Reference: RFC 4180, "Common Format and MIME Type for Comma-Separated Values (CSV) Files", for lines and fields.
public struct CSVEventDecoder: EventDecoder {
  /// Most bytes of a line.
  public static let lineLimit = 1 << 16

  /// "CSV".
  public let formatName = "CSV"
  /// Size of the camera, where the header states it.
  public internal(set) var sensor: SensorSize?
  /// Whether a line was met that is no comment.
  public internal(set) var isHeaderRead = false
  /// Bytes of the line that has begun.
  public var pendingByteCount: Int { held.count }
  /// Comments and header.
  public var skipped: [SkippedEntries] {
    [
      SkippedEntries(what: "comment lines", count: commentCount),
      SkippedEntries(what: "header lines", count: headerCount),
    ].filter { $0.count > 0 }
  }

  let layout: CSVEventLayout
  var separator: UInt8?
  var commentCount = 0
  var headerCount = 0
  private let file: String
  private var held: [UInt8] = []
  /// Where the line begins that comes next or has begun.
  private var lineOffset = 0
  /// Its number, from 1.
  private var lineNumber = 1

  /// A decoder at the beginning of a file, whose name appears in errors.
  public init(file: String, layout: CSVEventLayout = .standard) {
    self.file = file
    self.layout = layout
    separator = layout.separator?.byte
  }

  /// Decodes until the bytes end or the batch is full; see ``EventDecoder/decode(_:into:)``.
  public mutating func decode(
    _ bytes: UnsafeRawBufferPointer, into batch: inout EventBatch
  ) throws(RecordingError) -> Int {
    var taken = 0
    while taken < bytes.count, !batch.isFull {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[taken...])
      let end = Self.lineEnd(in: rest)
      if held.isEmpty, end != nil {
        taken += try decodeLines(rest, into: &batch)
      } else {
        let part = end.map { $0 + 1 } ?? rest.count
        guard held.count + part <= Self.lineLimit + 1 else { throw overlong() }
        held.append(contentsOf: rest[..<part])
        taken += part
        if end != nil { try decodeHeldLine(into: &batch) }
      }
    }
    return taken
  }

  /// Ends the recording; the last line may lack its end.
  /// - Throws: `RecordingError.truncated` if that line is no whole event.
  public mutating func finish(into batch: inout EventBatch) throws(RecordingError) {
    guard !held.isEmpty else { return }
    do {
      try decodeHeldLine(into: &batch)
    } catch {
      guard case .corrupt(let file, let byte, let expected, let found) = error else { throw error }
      throw RecordingError.truncated(file: file, byte: byte, expected: expected, found: found)
    }
  }

  /// Decodes whole lines that lie side by side; returns the bytes of those it took.
  private mutating func decodeLines(
    _ bytes: UnsafeRawBufferPointer, into batch: inout EventBatch
  ) throws(RecordingError) -> Int {
    var taken = 0
    var failure: RecordingError?
    batch.append { free, room in
      var count = 0
      while count < room, let end = Self.lineEnd(in: UnsafeRawBufferPointer(rebasing: bytes[taken...])) {
        let line = UnsafeRawBufferPointer(rebasing: bytes[taken..<taken + end]).bindMemory(to: UInt8.self)
        do throws(RecordingError) {
          if try decode(line, into: free, at: count) { count += 1 }
        } catch {
          failure = error
          break
        }
        pass(byteCount: end + 1)
        taken += end + 1
      }
      return count
    }
    if let failure { throw failure }
    return taken
  }

  private mutating func decodeHeldLine(into batch: inout EventBatch) throws(RecordingError) {
    var failure: RecordingError?
    let line = held
    let length = line.last == UInt8(ascii: "\n") ? line.count - 1 : line.count
    batch.append { free, _ in
      line.withUnsafeBufferPointer { bytes in
        do throws(RecordingError) {
          return try decode(UnsafeBufferPointer(rebasing: bytes[..<length]), into: free, at: 0) ? 1 : 0
        } catch {
          failure = error
          return 0
        }
      }
    }
    if let failure { throw failure }
    held.removeAll(keepingCapacity: true)
    pass(byteCount: line.count)
  }

  /// Decodes a line without its end into a slot.
  /// - Returns: Whether it is an event.
  @inline(__always)
  private mutating func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, into free: EventBatch.Slots, at index: Int
  ) throws(RecordingError) -> Bool {
    guard bytes.count <= Self.lineLimit else { throw overlong() }
    let hasReturn = bytes.last == UInt8(ascii: "\r")
    let line = UnsafeBufferPointer(rebasing: bytes.dropLast(hasReturn ? 1 : 0))
    // After the first line nearly all lines are events, so nothing else is tried first.
    if isHeaderRead, let separator, parse(line, separator: separator, into: free, at: index) == nil { return true }
    return try decodeCarefully(line, into: free, at: index)
  }

  private mutating func decodeCarefully(
    _ line: UnsafeBufferPointer<UInt8>, into free: EventBatch.Slots, at index: Int
  ) throws(RecordingError) -> Bool {
    var text = line
    // A byte order mark may stand at the beginning of a file.
    if lineOffset == 0, text.starts(with: [0xEF, 0xBB, 0xBF]) {
      text = UnsafeBufferPointer(rebasing: text.dropFirst(3))
    }
    guard let first = text.first(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }) else { return false }
    if first == UInt8(ascii: "#") {
      commentCount += 1
      return false
    }
    if takeHeader(text) { return false }
    let separator = separator ?? Self.separator(of: text)
    self.separator = separator
    guard let flaw = parse(text, separator: separator, into: free, at: index) else { return true }
    let expected =
      flaw < layout.columns.count
      ? layout.columns[flaw].expectation : "the \(layout.columns.count) columns of the layout and no more"
    throw RecordingError.corrupt(
      file: file, byte: lineOffset, expected: "\(expected) in column \(flaw + 1)",
      found: "line \(lineNumber): \(quote(text))")
  }

  private mutating func pass(byteCount: Int) {
    lineOffset += byteCount
    lineNumber += 1
  }

  private func overlong() -> RecordingError {
    .corrupt(
      file: file, byte: lineOffset, expected: "lines of at most \(Self.lineLimit) bytes",
      found: "line \(lineNumber), which is longer")
  }

  private func quote(_ line: UnsafeBufferPointer<UInt8>) -> String {
    let shown = String(decoding: line.prefix(60).map { $0 < 32 ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
    return "'\(shown)\(line.count > 60 ? "…" : "")'"
  }

  /// Place of the first line feed.
  private static func lineEnd(in bytes: UnsafeRawBufferPointer) -> Int? {
    guard let start = bytes.baseAddress, !bytes.isEmpty, let found = memchr(start, 10, bytes.count) else { return nil }
    return UnsafeRawPointer(found) - start
  }
}
