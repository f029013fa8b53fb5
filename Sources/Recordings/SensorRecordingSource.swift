import Kernels
import Synchronization

/// Windows of sensor recordings as samples, encoded by ``SensorEncoder`` with one tick per sample of the sensor.
///
/// A window has the label and the person of its recording, and its encoding starts anew at its first sample, so windows
/// do not depend on each other. Windows may overlap: then split them by person, since a window on one side of a split by
/// sample may share most of its signal with one on the other side.
public final class SensorRecordingSource: SampleSource {
  /// The file the windows come from.
  public let file: SensorRecordingFile
  /// Number of rows, see ``SensorEncoder``.
  public let inputRowCount: Int
  /// Name of each label.
  public var classNames: [String] { file.classNames }
  /// Number of windows.
  public var sampleCount: Int { windows.count }

  private struct State {
    var encoder: SensorEncoder?
    var reconstruction: [ChannelReconstruction]?
    var fingerprint: String?
  }

  private let windows: RecordingWindows
  private let parameters: SensorEncoder.Parameters
  private let state = Mutex(State())

  /// Samples read at a time while fitting.
  private static let chunkLength = 4096

  /// Opens a file and lays out the windows; no sample is read.
  /// - Parameters:
  ///   - path: A sensor recording, see ``SensorRecordingFile``.
  ///   - windowLength: Samples of a window, which is also its number of ticks.
  ///   - windowStep: Samples from the start of a window to the start of the next.
  ///   - encoder: Settings of the encoding.
  /// - Throws: `RecordingError`.
  public init(
    path: String, windowLength: Int, windowStep: Int, encoder: SensorEncoder.Parameters
  ) throws(RecordingError) {
    for (name, value) in [("window length", windowLength), ("window step", windowStep)] {
      guard (1...1_000_000).contains(value) else {
        throw RecordingError.setting(name: "\(name) in samples", expected: "1 to 1000000", found: "\(value)")
      }
    }
    file = try SensorRecordingFile(path: path)
    windows = RecordingWindows(
      recordingLengths: file.recordings.map(\.length), length: windowLength, step: windowStep)
    guard windows.count > 0 else {
      let longest = file.recordings.map(\.length).max() ?? 0
      throw RecordingError.setting(
        name: "window length in samples", expected: "at most \(longest), the longest recording of \(path)",
        found: "\(windowLength)")
    }
    parameters = encoder
    inputRowCount = encoder.rowCount(channelCount: file.channelCount)
  }

  /// Describes a window; its identifier is the index of the recording and the first sample in it.
  public func description(ofSample index: Int) -> SampleDescription {
    let window = windows[index]
    let recording = file.recordings[window.recording]
    return SampleDescription(
      identifier: "\(window.recording):\(window.samples.lowerBound)", label: recording.label,
      group: recording.subject, split: recording.split, tickCount: windows.length)
  }

  /// Fits standard deviations and level edges on the parts of the recordings these windows cover, in three passes.
  public func fit(trainingSamples: [Int]) throws {
    guard !trainingSamples.isEmpty else {
      throw RecordingError.setting(name: "training samples", expected: "at least one", found: "none")
    }
    let parts = windows.coveredParts(of: trainingSamples)
    let statistics = try ChannelStatistics.fit(channelCount: file.channelCount, levelCount: parameters.levelCount) {
      add throws(RecordingError) in try forEachChunk(of: parts, add)
    }
    let reconstruction = try reconstruction(of: trainingSamples, statistics: statistics)
    state.withLock { state in
      state.encoder = SensorEncoder(parameters, statistics: statistics)
      state.reconstruction = reconstruction
    }
  }

  /// The channel of a row and what of it drives the row.
  public func rowName(_ row: Int) -> String { parameters.rowName(row, channels: file.channelNames) }

  /// Reads and encodes one window.
  public func encode(sample index: Int, into raster: inout SpikeRaster) throws {
    guard var encoder = state.withLock({ $0.encoder }) else { throw RecordingError.notFitted }
    let window = windows[index]
    var values: [Float] = []
    try file.read(recording: window.recording, samples: window.samples, into: &values)
    encoder.begin(sample: index, &raster)
    values.withUnsafeBufferPointer { encoder.append($0, to: &raster) }
  }

  /// Reconstruction of each channel from its send-on-delta spikes, over the training windows.
  public var encodingReport: EncodingReport? {
    state.withLock { $0.reconstruction }.map { .channels($0) }
  }

  /// SHA-256 of the file.
  public var fingerprint: String {
    get throws {
      if let known = state.withLock({ $0.fingerprint }) { return known }
      let digest = try FileDigest.sha256(ofFile: file.path)
      state.withLock { $0.fingerprint = digest }
      return digest
    }
  }

  private func reconstruction(
    of trainingSamples: [Int], statistics: [ChannelStatistics]
  ) throws(RecordingError) -> [ChannelReconstruction]? {
    guard let threshold = parameters.reconstructibleThreshold else { return nil }
    let encoder = SendOnDelta(thresholdInSigmas: threshold, statistics: statistics)
    var error = ReconstructionError(channelCount: file.channelCount)
    var values: [Float] = []
    for index in trainingSamples.sorted() {
      let window = windows[index]
      try file.read(recording: window.recording, samples: window.samples, into: &values)
      values.withUnsafeBufferPointer { error.add($0, encodedBy: encoder) }
    }
    return error.report(names: file.channelNames, units: file.channelUnits, statistics: statistics)
  }

  private func forEachChunk(
    of parts: [RecordingWindows.Window], _ body: (UnsafeBufferPointer<Float>) -> Void
  ) throws(RecordingError) {
    var values: [Float] = []
    for part in parts {
      for start in stride(from: part.samples.lowerBound, to: part.samples.upperBound, by: Self.chunkLength) {
        let end = min(start + Self.chunkLength, part.samples.upperBound)
        try file.read(recording: part.recording, samples: start..<end, into: &values)
        values.withUnsafeBufferPointer(body)
      }
    }
  }
}
