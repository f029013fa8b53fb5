/// Decodes AEDAT 2.0 and 1.0, as jAER writes them from DVS128 and DAVIS cameras.
///
/// After the header, an entry is an address (32 bits, in version 1.0: 16) and a time in µs (32 bits, unsigned), big-endian.
///
/// | bits of the address | DVS128 | DAVIS |
/// |---|---|---|
/// | polarity | 0; **0 is ON** | 11; 1 is ON |
/// | column, counted from the right | 1–7 | 12–21 |
/// | row, counted from the bottom | 8–14 | 22–30 |
/// | external input, no event of a pixel | 15 or 31 | 10 |
/// | no event of a pixel: frame, or motion where bits 10 and 11 are set | – | 31 |
///
/// Columns and rows are turned to count from the left and the top, as jAER, which wrote the files, displays them. For the
/// DVS128 the documentation of iniVation says 1 is ON and column 0 is at the left; jAER and the camera's driver take 0 as ON
/// and mirror the columns, and so does this decoder.
/// - Reference: iniVation, AEDAT 2.0 and AEDAT 1.0, docs.inivation.com/software/software-advanced-usage/file-formats; jAER, event
///   extractors of the chip classes DVS128 and DavisBaseCamera, github.com/SensorsINI/jaer
public struct AEDAT2Decoder: EventDecoder {
  /// "AEDAT 2.0", with the version of the file once it is known.
  public var formatName: String { "AEDAT " + (header.version.isEmpty ? "2.0" : header.version) }
  /// Size of the camera that was stated or that the header names; of the DVS128 if the header names none.
  public var sensor: SensorSize? { isHeaderRead || statedCamera != nil ? entries.camera.sensor : nil }
  /// Whether the header has been read.
  public var isHeaderRead: Bool { header.isWhole }
  /// Bytes of the entry or header line that has begun.
  public var pendingByteCount: Int { header.held.count + cutter.pendingByteCount }
  /// Times that the clock of 32 bits started again.
  public var wrapCount: Int { max(0, Int(entries.time >> 32)) }

  private let file: String
  private let statedCamera: AEDATCamera?
  private var header = AEDATHeader()
  private var cutter = EntryCutter(size: 8)
  private var entries: AEDAT2Entries

  /// A decoder at the beginning of a file.
  /// - Parameters:
  ///   - file: Its name, for errors.
  ///   - camera: The camera, for files that do not name it; overrides those that do.
  public init(file: String, camera: AEDATCamera? = nil) {
    self.file = file
    statedCamera = camera
    entries = AEDAT2Entries(camera: camera ?? .dvs128)
  }

  /// Samples of frames, words of motion, and events of the external input.
  public var skipped: [SkippedEntries] {
    [
      SkippedEntries(what: "frame samples", count: entries.frameSampleCount),
      SkippedEntries(what: "motion words", count: entries.motionWordCount),
      SkippedEntries(what: "external input events", count: entries.externalInputCount),
    ].filter { $0.count > 0 }
  }

  /// Decodes until the bytes end or the batch is full; see ``EventDecoder/decode(_:into:)``.
  public mutating func decode(
    _ bytes: UnsafeRawBufferPointer, into batch: inout EventBatch
  ) throws(RecordingError) -> Int {
    var taken = 0
    if !header.isWhole {
      taken = try header.read(bytes, file: file)
      guard header.isWhole else { return taken }
      try settleHeader()
    }
    let held = header.held
    if !held.isEmpty {
      let used = try held.withUnsafeBufferPointer { held throws(RecordingError) in
        try cut(UnsafeRawBufferPointer(held), into: &batch)
      }
      header.dropHeld(used)
      guard header.held.isEmpty else { return taken }
    }
    return taken + (try cut(UnsafeRawBufferPointer(rebasing: bytes[taken...]), into: &batch))
  }

  /// Ends the recording.
  /// - Throws: `RecordingError.truncated` if it ends inside an entry or the header.
  public mutating func finish(into batch: inout EventBatch) throws(RecordingError) {
    if !header.isWhole {
      try header.finish(file: file)
      try settleHeader()
    }
    try cutter.finish(file: file, entry: "an entry")
  }

  private mutating func settleHeader() throws(RecordingError) {
    switch header.version {
    case "2.0": entries.size = 8
    case "1.0": entries.size = 6
    default:
      throw RecordingError.corrupt(
        file: file, byte: 0, expected: "AEDAT version 2.0 or 1.0", found: "version '\(header.version)'")
    }
    cutter = EntryCutter(size: entries.size, byteOffset: header.byteOffset)
    guard statedCamera == nil, let name = header.cameraName else { return }
    guard let camera = AEDATCamera(name: name) else {
      throw RecordingError.corrupt(
        file: file, byte: 0,
        expected: "a header that names one of the cameras \(AEDATCamera.names), or that one is stated",
        found: "'\(name)'")
    }
    entries.camera = camera
  }

  private mutating func cut(
    _ bytes: UnsafeRawBufferPointer, into batch: inout EventBatch
  ) throws(RecordingError) -> Int {
    // A copy, since the cutter is changed meanwhile.
    var entries = entries
    defer { self.entries = entries }
    return try cutter.cut(bytes, into: &batch) { bytes, offset, batch throws(RecordingError) in
      var (taken, isWrong) = (0, false)
      batch.append { free, room in
        let written: Int
        (taken, written, isWrong) = entries.decode(bytes, into: free, room: room)
        return written
      }
      guard isWrong else { return taken }
      throw RecordingError.corrupt(
        file: file, byte: offset + taken * entries.size,
        expected: "an address of the camera \(entries.camera.rawValue); state the camera if it was another",
        found: "0x" + String(entries.address(bytes, taken), radix: 16))
    }
  }
}
