import Recordings

/// Frames of a recording as an animated GIF that repeats.
public enum EventAnimation {
  /// How frames are shown.
  public struct Settings: Sendable, Equatable {
    /// Events of a pixel from which on its colour is the darkest.
    public var saturation: Int
    /// Pixels in a row of the animation; rows keep the proportions.
    public var width: Int?
    /// How long a frame stays, in 1/100 s.
    public var hundredthsPerFrame: Int
    /// Frames after which the animation ends.
    public var mostFrames: Int

    /// Sets all; the times suit what viewers show without delay.
    public init(saturation: Int = 3, width: Int? = nil, hundredthsPerFrame: Int = 4, mostFrames: Int = 500) {
      (self.saturation, self.width) = (saturation, width)
      (self.hundredthsPerFrame, self.mostFrames) = (hundredthsPerFrame, mostFrames)
    }
  }

  /// Writes the frames that a reader delivers, one at a time; the file appears once it is whole.
  /// - Returns: How many frames.
  /// - Throws: `ReportingError.tooManyPixels` for sides beyond those of a GIF; `RecordingError` of the source or
  ///   `RecordingError.unwritable`, and then there is no file.
  /// - Precondition: All settings are positive.
  @discardableResult
  public static func writeGIF(
    _ frames: EventFrameReader, sensor: SensorSize, to path: String, settings: Settings = Settings()
  ) throws -> Int {
    let width = settings.width ?? sensor.width
    let height = max(1, (sensor.height * width + sensor.width / 2) / sensor.width)
    guard width <= GIFEncoder.mostPixels, height <= GIFEncoder.mostPixels, width * height <= EventFrame.mostPixels
    else {
      throw ReportingError.tooManyPixels(width: width, height: height, most: EventFrame.mostPixels)
    }
    let encoder = GIFEncoder(width: width, height: height, palette: EventPicture.palette)
    let output = try StreamedFile(path: path)
    try output.write(encoder.header)
    var count = 0
    while count < settings.mostFrames, let frame = try frames.next() {
      let shown = width == sensor.width ? frame : frame.resized(width: width, height: height)
      let picture = EventPicture(shown, saturation: settings.saturation)
      try output.write(
        encoder.picture(picture.indices, hundredths: min(settings.hundredthsPerFrame, GIFEncoder.mostPixels)))
      count += 1
    }
    try output.write(GIFEncoder.trailer)
    try output.publish()
    return count
  }
}
