/// Reads the signals of a WFDB record, the form that PhysioNet's recordings of hearts and other organs have.
///
/// Samples are in the unit that the header states, mV where it states none; those marked as missing are NaN. Signal formats
/// 16, 24, 32, 80 and 212.
/// - Reference: G. Moody, "WFDB Applications Guide", signal(5), physionet.org/physiotools/wag/signal-5.htm
public enum WFDBRecord {
  /// Opens a record.
  /// - Parameter path: The header, with or without its ending `.hea`; the files it names are in the same folder.
  /// - Throws: `RecordingError`: a file cannot be read, or the header asks for what is not read here.
  public static func open(path: String) throws(RecordingError) -> SampledSignal {
    let header = try WFDBHeader(path: path)
    var groups: [WFDBSignalFile] = []
    var at = 0
    while at < header.signals.count {
      let end = header.signals[at...].firstIndex { $0.file != header.signals[at].file } ?? header.signals.count
      groups.append(try WFDBSignalFile(header: header, signals: at..<end))
      at = end
    }
    let count = header.sampleCount ?? groups.map(\.sampleCount).min() ?? 0
    let channels = header.signals.enumerated().map {
      SampledSignal.Channel(
        name: $0.element.name.isEmpty ? "signal \($0.offset)" : $0.element.name, unit: $0.element.unit)
    }
    var next = 0
    return try SampledSignal(
      channels: channels, sampleRateInHertz: header.sampleRateInHertz, sampleCount: count
    ) { limit throws(RecordingError) in
      let there = groups.map(\.sampleCount).min() ?? 0
      let end = min(next + limit, count, there)
      guard end > next else {
        guard next < count, let short = groups.first(where: { $0.sampleCount == there }) else { return [] }
        throw short.truncated(expected: count)
      }
      var values = [Float](repeating: 0, count: (end - next) * channels.count)
      for group in groups { try group.read(next..<end, into: &values, width: channels.count) }
      next = end
      return values
    }
  }
}

/// One file with the samples of neighbouring signals, frame by frame.
struct WFDBSignalFile {
  /// Whole frames in the file.
  let sampleCount: Int
  private let file: SizedFile
  private let format: Int
  private let start: Int
  private let firstChannel: Int
  private let signals: [WFDBHeader.Signal]

  init(header: WFDBHeader, signals range: Range<Int>) throws(RecordingError) {
    signals = Array(header.signals[range])
    firstChannel = range.lowerBound
    (format, start) = (signals[0].format, signals[0].byteOffset)
    let folder = header.path.lastIndex(of: "/").map { String(header.path[...$0]) } ?? ""
    file = try SizedFile(path: folder + signals[0].file)
    guard signals.allSatisfy({ [format] in $0.format == format }) else {
      throw RecordingError.corrupt(
        file: header.path, byte: 0, expected: "one format for all signals in \(signals[0].file)", found: "several")
    }
    let bytes = max(0, file.size - start)
    // In format 212 two samples share three bytes, and a last one takes two.
    let samples = format == 212 ? bytes / 3 * 2 + (bytes % 3 == 2 ? 1 : 0) : bytes / Self.bytes(format)
    sampleCount = samples / signals.count
  }

  /// The error where the header promises more samples.
  func truncated(expected: Int) -> RecordingError {
    .truncated(
      file: file.path, byte: start + offset(ofSample: sampleCount * signals.count),
      expected: "\(expected) samples of each signal",
      found: "\(sampleCount)")
  }

  /// Reads frames into the columns of this file, `[samples × width]`.
  func read(_ frames: Range<Int>, into values: inout [Float], width: Int) throws(RecordingError) {
    let samples = frames.lowerBound * signals.count..<frames.upperBound * signals.count
    // A pair of format 212 is read from its beginning.
    let first = format == 212 ? samples.lowerBound / 2 * 2 : samples.lowerBound
    let from = offset(ofSample: first)
    let last = samples.upperBound - 1
    let end = format == 212 ? last / 2 * 3 + (last % 2 == 0 ? 2 : 3) : offset(ofSample: samples.upperBound)
    let bytes = try file.bytes(at: start + from, count: end - from, of: "samples")
    for frame in 0..<frames.count {
      for (index, signal) in signals.enumerated() {
        let sample = samples.lowerBound + frame * signals.count + index
        let step = step(bytes, sample - first)
        let isMissing = step == Self.missing(format)
        values[frame * width + firstChannel + index] =
          isMissing ? .nan : Float(Double(step - signal.baseline) / signal.gain)
      }
    }
  }

  /// The byte at which a sample, or the pair that it begins, lies.
  private func offset(ofSample sample: Int) -> Int {
    format == 212 ? sample / 2 * 3 + (sample % 2) * 2 : sample * Self.bytes(format)
  }

  private func step(_ bytes: [UInt8], _ sample: Int) -> Int {
    switch format {
    case 80: return Int(bytes[sample]) - 128
    case 16: return Int(Int16(truncatingIfNeeded: bytes.number(at: sample * 2, bytes: 2)))
    case 24: return Int((Int32(truncatingIfNeeded: bytes.number(at: sample * 3, bytes: 3)) << 8) >> 8)
    case 32: return Int(Int32(truncatingIfNeeded: bytes.number(at: sample * 4, bytes: 4)))
    default:
      // The middle byte holds the upper four bits of both: the lower half those of the first.
      let at = sample / 2 * 3
      let high = Int(bytes[at + 1])
      let twelve = sample % 2 == 0 ? Int(bytes[at]) | (high & 15) << 8 : Int(bytes[at + 2]) | (high >> 4) << 8
      return twelve >= 2048 ? twelve - 4096 : twelve
    }
  }

  private static func bytes(_ format: Int) -> Int {
    switch format {
    case 80: 1
    case 24: 3
    case 32: 4
    default: 2
    }
  }

  /// The step that stands for no sample.
  private static func missing(_ format: Int) -> Int {
    switch format {
    case 80: -128
    case 212: -2048
    case 24: -(1 << 23)
    case 32: -(1 << 31)
    default: -(1 << 15)
    }
  }
}
