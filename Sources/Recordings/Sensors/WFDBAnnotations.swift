/// Labels that people or programs gave to places of a WFDB record, such as the beats of an electrocardiogram.
///
/// - Reference: G. Moody, "WFDB Applications Guide", annot(5), physionet.org/physiotools/wag/annot-5.htm, the MIT format.
public struct WFDBAnnotations: Sendable {
  /// A label.
  public struct Annotation: Sendable, Equatable {
    /// Sample of the record, from 0, or tick where ``WFDBAnnotations/ticksPerSecond`` says so.
    public var sample: Int
    /// Code of its kind, 1 to 49.
    public var code: Int
    /// Letter of its kind, "N" for a normal beat; the code where it has none.
    public var symbol: String
    /// Signal that it belongs to.
    public var channel: Int
    /// Further text.
    public var text: String
  }

  /// The labels, in the order of the file.
  public private(set) var annotations: [Annotation] = []
  /// Ticks in a second that times count, where they do not count samples.
  public private(set) var ticksPerSecond: Double?

  private static let byteLimit = 1 << 30
  private static let symbols: [String] = [
    "", "N", "L", "R", "a", "V", "F", "J", "A", "S", "E", "j", "/", "Q", "~", "", "|", "", "s", "T", "*", "D", "\"",
    "=", "p", "B", "^", "t", "+", "u", "?", "!", "[", "]", "e", "n", "@", "x", "f", "(", ")", "r",
  ]
  private static let noteCode = 22

  /// Reads a file, such as `100.atr`.
  /// - Throws: `RecordingError`: the file cannot be read, or ends before its end mark.
  public init(path: String) throws(RecordingError) {
    let file = try SizedFile(path: path)
    guard file.size <= Self.byteLimit else {
      throw RecordingError.corrupt(
        file: path, byte: 0, expected: "annotations of at most \(Self.byteLimit) bytes", found: "\(file.size)")
    }
    try read(try file.bytes(at: 0, count: file.size, of: "annotations"), path: path)
    takeNotes()
  }

  private mutating func read(_ bytes: [UInt8], path: String) throws(RecordingError) {
    var (at, sample, channel) = (0, 0, 0)
    while true {
      guard at + 2 <= bytes.count else {
        throw RecordingError.truncated(
          file: path, byte: at, expected: "an annotation or the end mark", found: "\(bytes.count - at) bytes")
      }
      let word = bytes.number(at: at, bytes: 2)
      let (code, value) = (word >> 10, word & 1023)
      let entry = at
      at += 2
      switch code {
      case 0 where value == 0: return
      // A kind of 0 moves the time on and labels nothing.
      case 0: sample += value
      case 59:
        guard at + 4 <= bytes.count else {
          throw RecordingError.truncated(
            file: path, byte: entry, expected: "a skip of 4 bytes", found: "\(bytes.count - at)")
        }
        // The upper half comes first.
        let skip = bytes.number(at: at, bytes: 2) << 16 | bytes.number(at: at + 2, bytes: 2)
        sample += Int(Int32(truncatingIfNeeded: skip))
        at += 4
      case 60, 61: break
      case 62:
        channel = value
        if !annotations.isEmpty { annotations[annotations.count - 1].channel = value }
      case 63:
        let padded = value + value % 2
        guard at + padded <= bytes.count else {
          throw RecordingError.truncated(
            file: path, byte: entry, expected: "a text of \(value) bytes", found: "\(bytes.count - at)")
        }
        let text = String(decoding: bytes[at..<at + value].prefix { $0 != 0 }, as: UTF8.self)
        if !annotations.isEmpty { annotations[annotations.count - 1].text = text }
        at += padded
      case 50...58:
        throw RecordingError.corrupt(
          file: path, byte: entry, expected: "a kind of annotation up to 49", found: "\(code)")
      default:
        sample += value
        let symbol = code < Self.symbols.count ? Self.symbols[code] : ""
        annotations.append(
          Annotation(
            sample: sample, code: code, symbol: symbol.isEmpty ? "\(code)" : symbol, channel: channel, text: ""))
      }
    }
  }

  /// Takes out the notes at the beginning that speak about the file.
  private mutating func takeNotes() {
    let mark = "## time resolution: "
    for note in annotations.prefix(while: { $0.code == Self.noteCode }) where note.text.hasPrefix(mark) {
      ticksPerSecond = Double(note.text.dropFirst(mark.count))
    }
    annotations.removeAll { $0.code == Self.noteCode && $0.text.hasPrefix("## ") }
  }
}
