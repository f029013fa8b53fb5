import Quantities
import Recordings

/// Times as users write them, with their unit.
public enum TimeText {
  /// Reads a time such as "33ms", in µs, 0 or more.
  /// - Parameter option: What it is the value of, for errors.
  /// - Throws: `RecordingError.setting`.
  public static func microseconds(_ text: String, of option: String) throws(RecordingError) -> Int64 {
    let seconds: Double
    do {
      seconds = try QuantityText.parse(text, as: .time)
    } catch {
      throw .setting(name: option, expected: "a time with its unit such as 33ms", found: "'\(text)'")
    }
    guard seconds >= 0, seconds <= 1e9 else {
      throw .setting(name: option, expected: "a time of 0 s to 1e9 s", found: "'\(text)'")
    }
    return Int64((seconds * 1e6).rounded())
  }

  /// Reads a time in µs that is at least 1.
  /// - Throws: `RecordingError.setting`.
  public static func positive(_ text: String, of option: String) throws(RecordingError) -> Int64 {
    let time = try microseconds(text, of: option)
    guard time > 0 else { throw .setting(name: option, expected: "a time of at least 1us", found: "'\(text)'") }
    return time
  }

  /// "11.727457 s", from µs.
  static func seconds(_ microseconds: Int64) -> String {
    let digits = String(microseconds.magnitude % 1_000_000)
    let fraction = String(repeating: "0", count: 6 - digits.count) + digits
    return "\(microseconds < 0 ? "-" : "")\(microseconds.magnitude / 1_000_000).\(fraction) s"
  }
}
