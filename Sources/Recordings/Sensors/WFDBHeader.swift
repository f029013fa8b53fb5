/// The header of a WFDB record: what its signals are and where they lie.
///
/// - Reference: G. Moody, "WFDB Applications Guide", header(5), physionet.org/physiotools/wag/header-5.htm
struct WFDBHeader {
  /// A signal.
  struct Signal {
    var file: String
    var format: Int
    /// Bytes of the file before the samples.
    var byteOffset: Int
    /// Steps of the converter in one physical unit.
    var gain: Double
    /// Step that stands for zero.
    var baseline: Int
    var unit: String
    var name: String
  }

  let path: String
  var sampleRateInHertz = 250.0
  /// Samples of each signal; `nil` where the header does not say.
  var sampleCount: Int?
  var signals: [Signal] = []

  private static let byteLimit = 1 << 20
  private static let defaultGain = 200.0

  /// Reads the header `path`, or `path.hea`.
  init(path: String) throws(RecordingError) {
    let path = path.hasSuffix(".hea") ? path : path + ".hea"
    self.path = path
    let file = try SizedFile(path: path)
    guard file.size <= Self.byteLimit else {
      throw RecordingError.corrupt(
        file: path, byte: 0, expected: "a header of at most \(Self.byteLimit) bytes", found: "\(file.size)")
    }
    var lines = TextLineReader(file: file)
    var signalCount: Int?
    while let line = try lines.next(), signals.count < signalCount ?? 1 {
      let text = String(decoding: line, as: UTF8.self)
      let fields = text.split(whereSeparator: \.isWhitespace).map(String.init)
      guard let first = fields.first, !first.hasPrefix("#") else { continue }
      do {
        if signalCount == nil {
          signalCount = try takeRecord(fields)
        } else {
          signals.append(try Self.signal(fields, text))
        }
      } catch {
        throw RecordingError.corrupt(
          file: path, byte: lines.lineOffset, expected: error.expected,
          found: "line \(lines.lineNumber): '\(text.prefix(80))'")
      }
    }
    guard let signalCount, signals.count == signalCount else {
      throw RecordingError.truncated(
        file: path, byte: file.size, expected: "\(signalCount ?? 1) signals", found: "\(signals.count)")
    }
  }

  /// What a line should have been.
  private struct Flaw: Error {
    var expected: String
  }

  private mutating func takeRecord(_ fields: [String]) throws(Flaw) -> Int {
    guard !fields[0].contains("/") else {
      throw Flaw(expected: "a record of one segment; convert its segments one by one")
    }
    guard fields.count > 1, let count = Int(fields[1]), 1...SampledSignal.channelLimit ~= count else {
      throw Flaw(expected: "the record line: name, number of signals, rate, number of samples")
    }
    if fields.count > 2 {
      let rate = fields[2].split(whereSeparator: { "/(".contains($0) }).first.flatMap { Double($0) }
      guard let rate, rate.isFinite, rate > 0 else { throw Flaw(expected: "a positive rate in Hz") }
      sampleRateInHertz = rate
    }
    if fields.count > 3 {
      guard let samples = Int(fields[3]), 0..<(1 << 50) ~= samples else { throw Flaw(expected: "a number of samples") }
      sampleCount = samples > 0 ? samples : nil
    }
    return count
  }

  private static func signal(_ fields: [String], _ line: String) throws(Flaw) -> Signal {
    guard fields.count > 1, !fields[0].contains("/"), fields[0] != "-", fields[0] != "~" else {
      throw Flaw(expected: "a signal line: name of a file beside the header, format, gain")
    }
    var signal = Signal(
      file: fields[0], format: 0, byteOffset: 0, gain: defaultGain, baseline: 0, unit: "mV", name: "")
    try takeFormat(fields[1], &signal)
    let zero = fields.count > 4 ? Int(fields[4]) : 0
    guard let zero, abs(zero) < 1 << 40 else { throw Flaw(expected: "the zero of the converter") }
    signal.baseline = zero
    if fields.count > 2 { try takeGain(fields[2], &signal) }
    // The description is the rest of the line, blanks included.
    let rest = line.split(maxSplits: 8, whereSeparator: \.isWhitespace)
    signal.name = rest.count > 8 ? String(rest[8]) : ""
    return signal
  }

  /// Reads "212", "16+24" and the like.
  private static func takeFormat(_ text: String, _ signal: inout Signal) throws(Flaw) {
    let digits = text.prefix { $0.isNumber }
    guard let format = Int(digits), [16, 80, 212, 24, 32].contains(format) else {
      throw Flaw(expected: "a signal in format 16, 24, 32, 80 or 212")
    }
    signal.format = format
    let rest = text.dropFirst(digits.count)
    guard !rest.isEmpty else { return }
    let parts = rest.split(separator: "+", omittingEmptySubsequences: false)
    guard parts.count <= 2, ["", "x1", ":0", "x1:0"].contains(String(parts[0])) else {
      throw Flaw(expected: "a signal of one sample a frame and without skew")
    }
    guard parts.count == 2 else { return }
    guard let offset = Int(parts[1]), 0..<(1 << 50) ~= offset else { throw Flaw(expected: "a byte offset after '+'") }
    signal.byteOffset = offset
  }

  /// Reads "200", "200(1024)/mV" and the like.
  private static func takeGain(_ text: String, _ signal: inout Signal) throws(Flaw) {
    let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
    let numbers = parts.first?.split(whereSeparator: { "()".contains($0) }) ?? []
    guard let first = numbers.first, let gain = Double(first), gain.isFinite else {
      throw Flaw(expected: "a gain such as 200(1024)/mV")
    }
    if gain != 0 { signal.gain = gain }
    if numbers.count > 1 {
      guard let baseline = Int(numbers[1]), abs(baseline) < 1 << 40 else {
        throw Flaw(expected: "a baseline in parentheses")
      }
      signal.baseline = baseline
    }
    if parts.count > 1 { signal.unit = parts[1] }
  }
}
