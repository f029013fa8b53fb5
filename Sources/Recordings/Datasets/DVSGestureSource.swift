import Kernels

/// DVS128 Gesture as samples: gestures of 29 people before a camera of 128 × 128 pixels, in several lightings.
///
/// A sample begins with a labelled gesture and lasts a fixed number of ticks; or gestures are cut into windows at equal steps, of
/// which those are taken that end within the gesture, at least one. Events after the gesture belong to no sample. The group of
/// a sample is its user, its part that of its trial. For the layout see ``DVSGestureFolder``.
/// - Reference: Amir et al., "A Low Power, Fully Event-Based Gesture Recognition System", CVPR 2017, doi:10.1109/CVPR.2017.781
public final class DVSGestureSource: SampleSource {
  /// Two rows per pixel of the prepared image.
  public var inputRowCount: Int { reader.binning.rowCount }
  /// Polarities of the pixels of the prepared image.
  public var imageShape: ImageShape? {
    ImageShape(
      channels: 2, height: reader.binning.sensorHeight, width: reader.binning.sensorWidth, order: .channelsFirst)
  }
  /// Names of the gestures.
  public var classNames: [String] { folder.classNames }
  /// Number of gestures, or of windows of all of them.
  public var sampleCount: Int { samples.count }
  /// Size of the camera.
  public let sensor: SensorSize

  /// One sample.
  private struct Sample: Sendable {
    let gesture: Int
    /// Number of the window in the gesture.
    let window: Int
  }

  let parameters: EventFolderSource.Parameters
  let reader: EventSampleReader
  private let folder: DVSGestureFolder
  private let samples: [Sample]
  private let stepInMicroseconds: Int64?

  /// All trials of the data set may stay open: places in them are found again without reading all before.
  private static let mostOpen = 128
  private static let cameraSize = 128
  /// Most samples of a folder.
  private static let mostSamples = 1 << 28

  /// Reads lists and labels; no recording is opened.
  /// - Parameters:
  ///   - path: The folder of the trials, `DvsGesture` as unpacked.
  ///   - parameters: How gestures become samples. `fewestEvents` is of no account: windows are of labelled gestures.
  /// - Throws: `RecordingError`: the folder is not laid out as the data set is, or a setting is out of range.
  public init(path: String, parameters: EventFolderSource.Parameters) throws(RecordingError) {
    folder = try DVSGestureFolder(path: path)
    var parameters = parameters
    let camera = try SensorSize(width: Self.cameraSize, height: Self.cameraSize)
    sensor = parameters.reading.sensor ?? camera
    parameters.reading.sensor = sensor
    self.parameters = parameters
    stepInMicroseconds = parameters.windowStepInMicroseconds
    let length = try EventSampleReader.binning(of: sensor, parameters).durationInMicroseconds
    var samples: [Sample] = []
    for (index, gesture) in folder.gestures.enumerated() {
      var count = 1
      if let step = stepInMicroseconds {
        let windows = try EventWindows(
          startInMicroseconds: gesture.times.lowerBound, lengthInMicroseconds: length, stepInMicroseconds: step)
        count = max(windows.count(endingBy: gesture.times.upperBound), 1)
      }
      guard count <= Self.mostSamples - samples.count else {
        throw .setting(
          name: "step of windows in µs", expected: "at most \(Self.mostSamples) windows", found: "more of \(path)")
      }
      samples += (0..<count).map { Sample(gesture: index, window: $0) }
    }
    self.samples = samples
    reader = try EventSampleReader(
      folder: path, files: folder.trials.map { "\($0.name).aedat" }, sampleCount: samples.count, sensor: sensor,
      parameters: parameters, mostOpen: Self.mostOpen)
  }

  /// Describes a sample; its identifier is the name of the trial, the number of the gesture in it, and that of the window.
  public func description(ofSample index: Int) -> SampleDescription {
    let sample = samples[index]
    let gesture = folder.gestures[sample.gesture]
    let trial = folder.trials[gesture.trial]
    let name = "\(trial.name):\(gesture.number)"
    return SampleDescription(
      identifier: stepInMicroseconds == nil ? name : "\(name):\(sample.window)", label: gesture.label,
      group: trial.user, split: trial.split, tickCount: reader.binning.tickCount)
  }

  /// Nothing is fitted.
  public func fit(trainingSamples: [Int]) {}

  /// Decodes, prepares and encodes one sample.
  public func encode(sample index: Int, into raster: inout SpikeRaster) throws {
    let sample = samples[index]
    let gesture = folder.gestures[sample.gesture]
    let start = gesture.times.lowerBound + Int64(sample.window) * (stepInMicroseconds ?? 0)
    let end = min(start + reader.binning.durationInMicroseconds, gesture.times.upperBound)
    try reader.encode(sample: index, of: gesture.trial, into: &raster) { _ in start..<end }
  }

  /// Counts over the samples encoded so far.
  public var encodingReport: EncodingReport? { reader.report }

  /// SHA-256 over the lines "name, SHA-256 of the contents" of the recordings, then of the files of labels.
  public var fingerprint: String {
    get throws { try reader.fingerprint(with: folder.labelFiles) }
  }
}
