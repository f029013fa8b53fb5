import Kernels

/// Event recordings in folders as samples: each recording one sample, or each cut into windows.
///
/// A sample begins with the first event of its recording, or with its window, and lasts a fixed number of ticks. Windows with too
/// few events are left out. All windows of a recording are of one group, so that a split by group keeps recordings whole.
public final class EventFolderSource: SampleSource {
  /// How recordings become samples.
  public struct Parameters: Sendable {
    /// Duration of a tick in µs.
    public var tickInMicroseconds: Int64
    /// Ticks of every sample.
    public var tickCount: Int
    /// From the beginning of a window to that of the next, in µs; `nil` for one sample of each recording.
    public var windowStepInMicroseconds: Int64?
    /// Fewest events of a window.
    public var fewestEvents: Int
    /// What is done to events before they become spikes.
    public var preparation: [any EventFilterParameters]
    /// How events become spikes.
    public var encoding: Encoding
    /// How files are read.
    public var reading: EventReadingOptions

    /// Sets all.
    public init(
      tickInMicroseconds: Int64 = 1000, tickCount: Int, windowStepInMicroseconds: Int64? = nil, fewestEvents: Int = 1,
      preparation: [any EventFilterParameters] = [], encoding: Encoding = .binary,
      reading: EventReadingOptions = EventReadingOptions()
    ) {
      self.tickInMicroseconds = tickInMicroseconds
      self.tickCount = tickCount
      self.windowStepInMicroseconds = windowStepInMicroseconds
      self.fewestEvents = fewestEvents
      self.preparation = preparation
      self.encoding = encoding
      self.reading = reading
    }
  }

  /// How events become spikes.
  public enum Encoding: Sendable, Equatable {
    /// A row is active in a tick with an event: ``EventBinning``.
    case binary
    /// A row is driven as the number of events says: ``EventCounts``.
    case counts(fullDrive: Int)
    /// A row is driven as the time since its last event says: ``TimeSurface``.
    case timeSurface(timeConstantInMicroseconds: Int64)

    /// Makes an encoder of samples.
    /// - Throws: `RecordingError.setting`.
    func makeEncoder(_ binning: EventBinning.Parameters) throws(RecordingError) -> any EventEncoder {
      switch self {
      case .binary: EventBinning(binning)
      case .counts(let fullDrive): try EventCounts(.init(binning: binning, fullDrive: fullDrive))
      case .timeSurface(let timeConstant):
        try TimeSurface(.init(binning: binning, timeConstantInMicroseconds: timeConstant))
      }
    }
  }

  /// Size of the camera of all recordings.
  public let sensor: SensorSize
  /// Two rows per pixel of the prepared image.
  public var inputRowCount: Int { binning.rowCount }
  /// Polarities of the pixels of the prepared image.
  public var imageShape: ImageShape? {
    ImageShape(channels: 2, height: binning.sensorHeight, width: binning.sensorWidth, order: .channelsFirst)
  }
  /// Names of folders or files.
  public var classNames: [String] { folder.classNames }
  /// Number of recordings, or of windows of all of them.
  public var sampleCount: Int { samples.count }

  /// One sample.
  private struct Sample: Sendable {
    let entry: Int
    /// Number of the window in the recording.
    let window: Int
  }

  private let folder: ClassFolder
  let parameters: Parameters
  private let reader: EventSampleReader
  var binning: EventBinning.Parameters { reader.binning }
  private let samples: [Sample]
  /// Time of the first event of each recording, in µs.
  private let starts: [Int64]

  /// A damaged time must not make a table as long as it says.
  private static let mostSteps: Int64 = 1 << 24

  /// Lists the folder; recordings that are cut into windows are read through once.
  /// - Throws: `RecordingError`.
  public init(path: String, parameters: Parameters) throws(RecordingError) {
    self.parameters = parameters
    folder = try ClassFolder(path: path, endings: EventFormat.endings, kind: "event recordings")
    let first = "\(path)/\(folder.entries[0].path)"
    guard let sensor = try EventRecording.open(path: first, options: parameters.reading).sensor else {
      throw .setting(
        name: "size of the sensor", expected: "WIDTHxHEIGHT, since \(first) does not state it", found: "none")
    }
    self.sensor = sensor
    let binning = try EventSampleReader.binning(of: sensor, parameters)
    var samples: [Sample] = []
    var starts: [Int64] = []
    for (index, entry) in folder.entries.enumerated() {
      guard let step = parameters.windowStepInMicroseconds else {
        samples.append(Sample(entry: index, window: 0))
        continue
      }
      let survey = try Self.windows(
        of: "\(path)/\(entry.path)", reading: parameters.reading, step: step, length: binning.durationInMicroseconds,
        fewest: parameters.fewestEvents)
      samples += survey.windows.map { Sample(entry: index, window: $0) }
      starts.append(survey.start)
    }
    guard !samples.isEmpty else {
      throw .folderLayout(
        path: path, expected: "a window of \(binning.durationInMicroseconds) µs with \(parameters.fewestEvents) events",
        found: "none in \(folder.entries.count) recordings", advice: "shorten the windows or ask for fewer events")
    }
    (self.samples, self.starts) = (samples, starts)
    // A recording that is one sample is read once in an epoch.
    reader = try EventSampleReader(
      folder: path, files: folder.entries.map(\.path), sampleCount: samples.count, sensor: sensor,
      parameters: parameters, mostOpen: parameters.windowStepInMicroseconds == nil ? 0 : 16)
  }

  /// Windows of a recording with enough events that end before it does, and the time of its first event.
  private static func windows(
    of path: String, reading: EventReadingOptions, step: Int64, length: Int64, fewest: Int
  ) throws(RecordingError) -> (windows: [Int], start: Int64) {
    let source = try EventRecording.open(path: path, options: reading)
    var batch = EventBatch(capacity: 1 << 14)
    var (start, last): (Int64?, Int64) = (nil, 0)
    // Events in each step of the time line; a window is a number of them where steps divide windows, else it is at least these.
    var counts: [Int] = []
    while try source.next(into: &batch) {
      let times = batch.timestampsInMicroseconds
      let zero = start ?? times[0]
      (start, last) = (zero, times[times.count - 1])
      guard (last - zero) / step < mostSteps else {
        throw .setting(
          name: "step of windows in µs", expected: "less than \(mostSteps) steps in \(path)", found: "\(step)")
      }
      let steps = Int((last - zero) / step) + 1
      if steps > counts.count { counts += [Int](repeating: 0, count: steps - counts.count) }
      for time in times { counts[Int((time - zero) / step)] += 1 }
    }
    guard let start else { return ([], 0) }
    let whole = last - start < length ? 1 : Int((last - start - length) / step) + 1
    let steps = max(Int((length + step - 1) / step), 1)
    let windows = (0..<whole).filter { counts[$0..<min($0 + steps, counts.count)].reduce(0, +) >= max(fewest, 1) }
    return (windows, start)
  }

  /// Describes a sample; its identifier is its path inside the folder, and the number of its window.
  public func description(ofSample index: Int) -> SampleDescription {
    let sample = samples[index]
    let entry = folder.entries[sample.entry]
    let isCut = parameters.windowStepInMicroseconds != nil
    return SampleDescription(
      identifier: isCut ? "\(entry.path):\(sample.window)" : entry.path, label: entry.label, group: sample.entry,
      split: entry.split, tickCount: binning.tickCount)
  }

  /// Nothing is fitted.
  public func fit(trainingSamples: [Int]) {}

  /// Decodes, prepares and encodes one sample.
  public func encode(sample index: Int, into raster: inout SpikeRaster) throws {
    let sample = samples[index]
    let length = binning.durationInMicroseconds
    try reader.encode(sample: index, of: sample.entry, into: &raster) {
      [starts, parameters] source throws(RecordingError) in
      let windows = try EventWindows(
        startInMicroseconds: starts.isEmpty ? source.firstTime() : starts[sample.entry], lengthInMicroseconds: length,
        stepInMicroseconds: parameters.windowStepInMicroseconds)
      return windows.times(ofWindow: sample.window)
    }
  }

  /// Counts over the samples encoded so far.
  public var encodingReport: EncodingReport? { reader.report }

  /// SHA-256 over the lines "relative path, SHA-256 of the contents" of every file, in order.
  public var fingerprint: String {
    get throws { try reader.fingerprint() }
  }
}
