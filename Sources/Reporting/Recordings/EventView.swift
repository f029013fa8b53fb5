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
    /// Events in them.
    public var events: Int
    /// What is wrong with the recording, of which the part before it is shown.
    public var damage: String?
  }

  /// Writes the first frame as PNG.
  /// - Throws: `RecordingError` or `ReportingError`; then there is no file.
  public func writePNG(to path: String) throws -> Outcome {
    let (frame, damage) = try firstFrame()
    let picture = width.map { resized(frame, width: $0) } ?? frame
    try EventPicture(picture).writePNG(to: path)
    return Outcome(output: path, frames: 1, events: frame.eventCount, damage: damage)
  }

  /// Writes all frames as a GIF.
  /// - Parameter playback: Seconds of the recording that a second shows.
  /// - Throws: `RecordingError` or `ReportingError`, for a damaged recording too; then there is no file.
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
    return Outcome(output: path, frames: count, events: frames.eventCount)
  }

  /// The first frame as lines of text, and what is wrong with the recording, if that ended the frame.
  /// - Throws: `RecordingError` or `ReportingError`.
  public func text(isColored: Bool) throws -> (text: String, damage: String?) {
    let (frame, damage) = try firstFrame()
    return (frame.text(columns: width ?? min(frame.width, Self.terminalColumns), isColored: isColored), damage)
  }

  private func firstFrame() throws -> (frame: EventFrame, damage: String?) {
    let opened = try input.open()
    let sensor = try input.sensor(of: opened)
    let frames = try EventFrameReader(
      opened.source, sensor: sensor, frameInMicroseconds: frameInMicroseconds, showing: shown)
    guard let frame = try frames.next() else {
      throw RecordingError.setting(
        name: "events of \(input.path) to show", expected: "at least one; widen --from and --until", found: "none")
    }
    // A frame of all the recording ends with it, one way or the other.
    guard frameInMicroseconds == nil else { return (frame, nil) }
    do throws(RecordingError) {
      _ = try frames.next()
      return (frame, nil)
    } catch {
      return (frame, "\(error)")
    }
  }

  private func resized(_ frame: EventFrame, width: Int) -> EventFrame {
    frame.resized(width: width, height: max(1, (frame.height * width + frame.width / 2) / frame.width))
  }

  /// 1/30 s.
  private static let gifFrame: Int64 = 33_000
  private static let terminalColumns = 80
}
