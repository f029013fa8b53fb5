/// Reads sound from WAV files: PCM of 8, 16, 24 or 32 bits and floating point of 32 or 64 bits, of any number of channels.
///
/// Samples are in parts of full scale: −1 to 1.
/// - Reference: IBM and Microsoft, "Multimedia Programming Interface and Data Specifications 1.0", 1991; Microsoft,
///   "WAVEFORMATEXTENSIBLE structure"; EBU Tech 3306 for files above 4 GiB (RF64).
public enum WAVFile {
  /// What the chunk `fmt ` says.
  private struct Format {
    var channels: Int
    var rate: Int
    var bits: Int
    var isFloat: Bool
    var frameBytes: Int { channels * bits / 8 }
  }

  /// Opens a file.
  /// - Throws: `RecordingError`: the file cannot be read, or is no such WAV file.
  public static func open(path: String) throws(RecordingError) -> SampledSignal {
    let file = try SizedFile(path: path)
    let (format, data) = try layout(of: file)
    let names = format.channels == 1 ? ["mono"] : format.channels == 2 ? ["left", "right"] : nil
    let channels = (0..<format.channels).map {
      SampledSignal.Channel(name: names?[$0] ?? "channel \($0 + 1)", unit: "1")
    }
    let frames = data.count / format.frameBytes
    var next = 0
    return try SampledSignal(channels: channels, sampleRateInHertz: Double(format.rate), sampleCount: frames) {
      count throws(RecordingError) in
      let there = (min(data.upperBound, file.size) - data.lowerBound) / format.frameBytes
      let count = min(count, there - next)
      guard count > 0 else {
        guard next < frames || data.count % format.frameBytes != 0 else { return [] }
        throw RecordingError.truncated(
          file: path, byte: data.lowerBound + next * format.frameBytes, expected: "\(frames) samples of each channel",
          found: "\(next)")
      }
      let bytes = try file.bytes(
        at: data.lowerBound + next * format.frameBytes, count: count * format.frameBytes, of: "samples")
      next += count
      return samples(bytes, format)
    }
  }

  private static func layout(of file: SizedFile) throws(RecordingError) -> (Format, data: Range<Int>) {
    func refuse(_ byte: Int, _ expected: String, _ found: String) -> RecordingError {
      .corrupt(file: file.path, byte: byte, expected: expected, found: found)
    }
    let head = try file.bytes(at: 0, count: 12, of: "the head of a WAV file")
    let isLarge = head.starts(with: Array("RF64".utf8))
    guard isLarge || head.starts(with: Array("RIFF".utf8)), head[8...].elementsEqual("WAVE".utf8) else {
      throw refuse(
        0, "RIFF … WAVE, the head of a WAV file", "'\(String(decoding: head.map { $0 & 0x7F }, as: UTF8.self))'")
    }
    var (format, largeSize, at) = (Format?.none, Int?.none, 12)
    while true {
      let chunk = try file.bytes(at: at, count: 8, of: "the head of a chunk")
      let size = chunk.number(at: 4, bytes: 4)
      switch String(decoding: chunk[..<4], as: UTF8.self) {
      case "ds64" where isLarge:
        largeSize = try file.bytes(at: at + 8, count: 24, of: "chunk 'ds64'").number(at: 8, bytes: 8)
      case "fmt ":
        format = try Self.format(file.bytes(at: at + 8, count: min(size, 40), of: "chunk 'fmt '"), file, at: at)
      case "data":
        guard let format else { throw refuse(at, "chunk 'fmt ' before 'data'", "none") }
        // Programs that write to a pipe cannot come back to fill the size in.
        let isOpen = size == 0xFFFF_FFFF || (size == 0 && file.size > at + 8)
        let count = isOpen ? largeSize ?? max(0, file.size - at - 8) / format.frameBytes * format.frameBytes : size
        guard count >= 0, count < 1 << 56 else { throw refuse(at, "the size of chunk 'data'", "\(count)") }
        return (format, at + 8..<at + 8 + count)
      default: break
      }
      // Chunks begin at even bytes.
      at += 8 + size + size % 2
    }
  }

  private static func format(_ chunk: [UInt8], _ file: SizedFile, at byte: Int) throws(RecordingError) -> Format {
    func refuse(_ expected: String, _ found: String) -> RecordingError {
      .corrupt(file: file.path, byte: byte, expected: expected, found: found)
    }
    guard chunk.count >= 16 else { throw refuse("chunk 'fmt ' of at least 16 bytes", "\(chunk.count)") }
    var tag = chunk.number(at: 0, bytes: 2)
    // An extensible format says what it is at the beginning of a longer number.
    if tag == 0xFFFE, chunk.count >= 26 { tag = chunk.number(at: 24, bytes: 2) }
    let format = Format(
      channels: chunk.number(at: 2, bytes: 2), rate: chunk.number(at: 4, bytes: 4),
      bits: chunk.number(at: 14, bytes: 2),
      isFloat: tag == 3)
    guard tag == 1 && [8, 16, 24, 32].contains(format.bits) || tag == 3 && [32, 64].contains(format.bits) else {
      throw refuse("PCM of 8, 16, 24 or 32 bits or floating point of 32 or 64", "format \(tag) of \(format.bits) bits")
    }
    guard 1...SampledSignal.channelLimit ~= format.channels, format.rate > 0 else {
      throw refuse("1 to \(SampledSignal.channelLimit) channels at a rate", "\(format.channels) at \(format.rate) Hz")
    }
    let frameBytes = chunk.number(at: 12, bytes: 2)
    guard frameBytes == format.frameBytes else {
      throw refuse("\(format.frameBytes) bytes for a sample of each channel", "\(frameBytes)")
    }
    return format
  }

  private static func samples(_ bytes: [UInt8], _ format: Format) -> [Float] {
    let width = format.bits / 8
    return bytes.withUnsafeBytes { bytes in
      (0..<bytes.count / width).map { index in
        let at = index * width
        switch (format.isFloat, width) {
        case (true, 4): return Float(bitPattern: bytes.loadUnaligned(fromByteOffset: at, as: UInt32.self))
        case (true, _): return Float(Double(bitPattern: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)))
        case (_, 1): return (Float(bytes[at]) - 128) / 128
        case (_, 2): return Float(bytes.loadUnaligned(fromByteOffset: at, as: Int16.self)) / 32_768
        case (_, 3):
          let high = Int32(Int8(bitPattern: bytes[at + 2])) << 16
          return Float(high | Int32(bytes[at + 1]) << 8 | Int32(bytes[at])) / 8_388_608
        default: return Float(bytes.loadUnaligned(fromByteOffset: at, as: Int32.self)) / 2_147_483_648
        }
      }
    }
  }
}
