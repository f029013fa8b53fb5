/// Width and height of an event camera in pixels.
public struct SensorSize: Sendable, Equatable, CustomStringConvertible {
  /// Pixels in a row, 1 to 65 536.
  public let width: Int
  /// Pixels in a column, 1 to 65 536.
  public let height: Int

  /// Checks and sets both.
  /// - Throws: `RecordingError.setting`.
  public init(width: Int, height: Int) throws(RecordingError) {
    guard (1...65_536).contains(width), (1...65_536).contains(height) else {
      throw RecordingError.setting(
        name: "size of the sensor in pixels", expected: "WIDTHxHEIGHT, each 1 to 65536", found: "\(width)x\(height)")
    }
    self.width = width
    self.height = height
  }

  /// Reads "640x480".
  /// - Throws: `RecordingError.setting`.
  public init(_ text: String) throws(RecordingError) {
    let parts = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let width = parts[0], let height = parts[1] else {
      throw RecordingError.setting(
        name: "size of the sensor in pixels", expected: "WIDTHxHEIGHT such as 640x480", found: "'\(text)'")
    }
    try self.init(width: width, height: height)
  }

  /// "640x480".
  public var description: String { "\(width)x\(height)" }
}
