import Recordings

/// Pictures of a recording: a PNG, an animated GIF, or text for a terminal.
public struct EventView: Sendable {
  /// What is shown.
  public var input: EventInput
  /// Duration of a frame in µs; `nil` for one frame of all.
  public var frameInMicroseconds: Int64?
  /// Pixels in a row, or characters in a line; `nil` for those of the camera.
  public var width: Int?
  /// Which events are shown.
  public var shown: ShownPolarity

  /// Sets all.
  public init(
    input: EventInput, frameInMicroseconds: Int64? = nil, width: Int? = nil, shown: ShownPolarity = .both
  ) {
    (self.input, self.frameInMicroseconds, self.width, self.shown) = (input, frameInMicroseconds, width, shown)
  }

  /// A picture that was written.
  public struct Outcome: Encodable, Sendable {
    /// The file.
    public var output: String
    /// Frames in it.
    public var frames: Int
    /// Events in the first frame.
    public var firstFrameEvents: Int
  }

  /// Writes the first frame as PNG.
  /// - Throws: `RecordingError` or `ReportingError`; then there is no file. A damaged recording is shown up to the damage
  ///   where that is behind the frame.
  public func writePNG(to path: String) throws -> Outcome {
    let frame = try firstFrame()
    let picture = width.map { resized(frame, width: $0) } ?? frame
    try EventPicture(picture).writePNG(to: path)
    return Outcome(output: path, frames: 1, firstFrameEvents: frame.eventCount)
  }

  /// Writes all frames as a GIF.
  /// - Parameter playback: Seconds of the recording that a second shows.
  /// - Throws: `RecordingError` or `ReportingError`; then there is no file.
  public func writeGIF(to path: String, playback: Double = 1) throws -> Outcome {
    let frame = frameInMicroseconds ?? Self.gifFrame
    let opened = try input.open()
    let sensor = try input.sensor(of: opened)
    let frames = try EventFrameReader(
      opened.source, sensor: sensor, frameInMicroseconds: frame, showing: shown)
    // Viewers slow down what is faster than 1/50 s.
    let hundredths = max(2, min(Int((Double(frame) / 10_000 / playback).rounded()), 65_535))
    let count = try EventAnimation.writeGIF(
      frames, sensor: sensor, to: path, settings: .init(width: width, hundredthsPerFrame: hundredths))
    return Outcome(output: path, frames: count, firstFrameEvents: 0)
  }

  /// The first frame as lines of text.
  /// - Throws: `RecordingError` or `ReportingError`.
  public func text(isColored: Bool) throws -> String {
    let frame = try firstFrame()
    return frame.text(columns: width ?? min(frame.width, Self.terminalColumns), isColored: isColored)
  }

  private func firstFrame() throws -> EventFrame {
    let opened = try input.open()
    let sensor = try input.sensor(of: opened)
    let frames = try EventFrameReader(
      opened.source, sensor: sensor, frameInMicroseconds: frameInMicroseconds, showing: shown)
    guard let frame = try frames.next() else {
      throw RecordingError.setting(
        name: "events of \(input.path) to show", expected: "at least one; widen --from and --until", found: "none")
    }
    return frame
  }

  private func resized(_ frame: EventFrame, width: Int) -> EventFrame {
    frame.resized(width: width, height: max(1, (frame.height * width + frame.width / 2) / frame.width))
  }

  /// 1/30 s.
  private static let gifFrame: Int64 = 33_000
  private static let terminalColumns = 80
}
