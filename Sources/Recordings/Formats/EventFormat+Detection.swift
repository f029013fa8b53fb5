extension EventFormat {
  /// Bytes from the beginning of a file that are looked at.
  private static let headSize = 1 << 14

  /// Finds the format of a file from its first bytes, and from the ending of its name where those tell nothing.
  /// - Throws: `RecordingError.unreadable`, and `RecordingError.unsupported` with what was found and what can be read.
  public init(ofFile path: String) throws(RecordingError) {
    let reader = try ByteReader(path: path)
    var head = [UInt8](repeating: 0, count: Self.headSize)
    let count = try head.withUnsafeMutableBufferPointer { bytes throws(RecordingError) in
      try reader.read(into: UnsafeMutableRawBufferPointer(bytes), at: 0)
    }
    try self.init(head: head[..<count], path: path)
  }

  /// Finds the format from the first bytes of a file and its name.
  init(head: ArraySlice<UInt8>, path: String) throws(RecordingError) {
    if let format = Self.signatures.first(where: { head.starts(with: $0.signature) })?.format {
      self = format
      return
    }
    let ending = Self.ending(of: path)
    if head.starts(with: "% ".utf8) {
      self = try Self.ofPropheseeHeader(head, ending: ending, path: path)
      return
    }
    switch ending {
    case "bin": self = .nmnist
    case "csv", "tsv", "txt": self = .csv
    case "npz" where head.starts(with: "PK".utf8): self = .numpy
    case "raw":
      throw Self.unknown(path, "no header that tells the encoding; state it as evt2, evt21 or evt3")
    default: throw Self.unknown(path, Self.describe(head, ending: ending))
    }
  }

  private static let signatures: [(signature: [UInt8], format: EventFormat)] = [
    (EventStreamDecoder.signature, .eventStream),
    (Array("#!AER-DAT4.".utf8), .aedat4), (Array("#!AER-DAT3.1".utf8), .aedat31), (Array("#!AER-DAT2.0".utf8), .aedat2),
    ([0x89] + Array("HDF\r\n".utf8) + [0x1A, 0x0A], .hdf5), ([0x93] + Array("NUMPY".utf8), .numpy),
  ]

  /// Which of the formats of Prophesee has this header.
  private static func ofPropheseeHeader(
    _ head: ArraySlice<UInt8>, ending: String, path: String
  ) throws(RecordingError) -> EventFormat {
    var (isDAT, other): (Bool, String?) = (ending == "dat", nil)
    var rest = head
    while rest.starts(with: "% ".utf8), let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let words = String(decoding: rest[..<end].dropFirst(2), as: UTF8.self).split(whereSeparator: \.isWhitespace)
      rest = rest[(end + 1)...]
      guard let keyword = words.first else { continue }
      let value = words.count > 1 ? words[1] : ""
      switch (keyword, value.prefix { $0 != ";" }) {
      case ("evt", "2.0"), ("format", "EVT2"): return .evt2
      case ("evt", "2.1"), ("format", "EVT21"): return .evt21
      case ("evt", "3.0"), ("format", "EVT3"): return .evt3
      case ("evt", let name), ("format", let name): other = "\(keyword) '\(name)'"
      case ("Version", _): isDAT = true
      default: continue
      }
    }
    if let other { throw unknown(path, "a Prophesee recording of the \(other)") }
    guard isDAT else {
      throw unknown(path, "a Prophesee header that does not tell the encoding; state it as evt2, evt21 or evt3")
    }
    return .dat
  }

  private static func ending(of path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: ".") else { return "" }
    return name[name.index(after: dot)...].lowercased()
  }

  private static func unknown(_ path: String, _ found: String) -> RecordingError {
    .unsupported(
      file: path, byte: 0,
      expected: "an event recording (\(EventFormat.allCases.map(\.title).joined(separator: ", ")))",
      found: found)
  }

  /// What a file looks like that is no recording.
  private static func describe(_ head: ArraySlice<UInt8>, ending: String) -> String {
    guard !head.isEmpty else { return "an empty file" }
    let known: [(signature: [UInt8], name: String)] = [
      (Array("#!AER-DAT".utf8), "AEDAT of another version"),
      ([0x89] + Array("PNG".utf8), "a PNG picture"), (Array("PK".utf8), "a ZIP archive"),
      ([0x1F, 0x8B], "a gzip file"),
      (Array("MATLAB".utf8), "a MATLAB file"), (Array("#ROSBAG".utf8), "a ROS bag"),
      (Array("RIFF".utf8), "a RIFF file"),
    ]
    if let name = known.first(where: { head.starts(with: $0.signature) })?.name { return name }
    let bytes = head.prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
    return "a file that begins with the bytes \(bytes)" + (ending.isEmpty ? "" : " and ends in '.\(ending)'")
  }
}
