/// Decodes a RAW recording of a Prophesee camera: a text header, which may be missing, and words of one encoding.
///
/// Words that carry no event of brightness are passed over and counted; so are events before the first word that tells the time.
/// - Reference: Metavision SDK documentation, "RAW File Format", docs.prophesee.ai/stable/data/file_formats/raw.html
public struct PropheseeRawDecoder: EventDecoder {
  /// How events are coded in words.
  public enum Encoding: Sendable, CaseIterable {
    /// EVT 2.0: 32 bits, an event each.
    case evt2
    /// EVT 2.1: 64 bits, up to 32 events each.
    case evt21
    /// EVT 3.0: 16 bits, each a change of state.
    case evt3
  }

  /// "Prophesee EVT 3.0" and its like.
  public let formatName: String
  /// Size of the camera, where the header states it.
  public var sensor: SensorSize? { header.sensor }
  /// Whether the first word has been met.
  public var isHeaderRead: Bool { header.isRead }
  /// Bytes of the header line or word that has begun.
  public var pendingByteCount: Int { cutter?.pendingByteCount ?? header.line.count }
  /// Times that the clock of the camera started again.
  public var wrapCount: Int { words?.wrapCount ?? 0 }
  /// Words passed over, by their kind.
  public var skipped: [SkippedEntries] { words?.passed.entries ?? [] }

  private let file: String
  private let encoding: Encoding
  private let isStrict: Bool
  private var header: PropheseeHeader
  /// Both from the end of the header on.
  private var cutter: EntryCutter?
  private var words: (any PropheseeWords)?

  /// A decoder at the beginning of a recording.
  /// - Parameters:
  ///   - file: Name of the recording in errors.
  ///   - encoding: How events are coded; what the header says of it is not looked at.
  ///   - isStrict: Whether a word of a type that the format does not know makes the recording corrupt.
  public init(file: String, encoding: Encoding, isStrict: Bool = false) {
    (self.file, self.encoding, self.isStrict) = (file, encoding, isStrict)
    header = PropheseeHeader(file: file)
    formatName =
      switch encoding {
      case .evt2: EVT2Words.formatName
      case .evt21: EVT21Words.formatName
      case .evt3: EVT3Words.formatName
      }
  }

  /// Decodes until the bytes end or the batch is full; see ``EventDecoder/decode(_:into:)``.
  public mutating func decode(
    _ bytes: UnsafeRawBufferPointer, into batch: inout EventBatch
  ) throws(RecordingError) -> Int {
    let taken = header.isRead ? 0 : try header.take(bytes)
    guard header.isRead else { return taken }
    // Whoever holds a place of the recording shares the state with this value until it changes.
    var words = words ?? makeWords()
    let size = type(of: words).size
    var cutter = cutter ?? EntryCutter(size: size, byteOffset: header.byteOffset, held: header.line)
    defer { (self.words, self.cutter) = (words, cutter) }
    let rest = UnsafeRawBufferPointer(rebasing: bytes[taken...])
    let used = try cutter.cut(rest, into: &batch) { entries, offset, batch throws(RecordingError) in
      let (count, flaw) = words.decode(entries, into: &batch)
      if let flaw {
        throw RecordingError.corrupt(
          file: file, byte: offset + count * size, expected: flaw.expected, found: flaw.found)
      }
      return count
    }
    return taken + used
  }

  /// Ends the recording.
  /// - Throws: `RecordingError.truncated` if it ends inside a header line or a word.
  public func finish(into batch: inout EventBatch) throws(RecordingError) {
    try header.finish()
    try cutter?.finish(file: file, entry: "a word")
  }

  private func makeWords() -> any PropheseeWords {
    switch encoding {
    case .evt2: EVT2Words(isStrict: isStrict)
    case .evt21: EVT21Words(isStrict: isStrict, hasUpperHalfFirst: header.endianness.map { $0 == "legacy" })
    case .evt3: EVT3Words(isStrict: isStrict)
    }
  }
}
