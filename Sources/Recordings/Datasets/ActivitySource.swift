import Kernels
import Synchronization

/// UCI HAR as samples: windows of 2.56 s of what a smartphone at the waist measured of 30 people and six activities, encoded by
/// ``SensorEncoder`` with one tick of 20 ms per sample of the sensor.
///
/// The data set is cut into windows already, of which each half is shared with the next: split by person or as it does, not by
/// sample. The text is read window by window; of the files only the places of the lines are held in memory. For the layout see
/// ``ActivityFolder``.
/// - Reference: Anguita et al., "A Public Domain Dataset for Human Activity Recognition Using Smartphones", ESANN 2013;
///   doi:10.24432/C54S4K
public final class ActivitySource: SampleSource {
  /// Samples of a window.
  public static let windowLength = ActivityFolder.windowLength
  /// Samples per second of all channels, in Hz.
  public static let sampleRateInHertz = ActivityFolder.sampleRateInHertz
  /// Number of rows, see ``SensorEncoder``, for nine channels.
  public let inputRowCount: Int
  /// Name of each activity.
  public var classNames: [String] { folder.classNames }
  /// Number of windows in both parts.
  public var sampleCount: Int { folder.parts[0].labels.count + folder.parts[1].labels.count }

  private struct State {
    var encoder: SensorEncoder?
    var reconstruction: [ChannelReconstruction]?
    var fingerprint: String?
  }

  private let folder: ActivityFolder
  private let parameters: SensorEncoder.Parameters
  private let state = Mutex(State())

  /// Reads labels and persons, and finds the lines of the signals.
  /// - Parameters:
  ///   - path: The folder `UCI HAR Dataset`.
  ///   - encoder: Settings of the encoding.
  /// - Throws: `RecordingError`: the folder is not laid out as the data set is.
  public init(path: String, encoder: SensorEncoder.Parameters) throws(RecordingError) {
    folder = try ActivityFolder(path: path)
    parameters = encoder
    inputRowCount = encoder.rowCount(channelCount: ActivityFolder.channelNames.count)
  }

  private func place(_ index: Int) -> (part: ActivityFolder.Part, window: Int) {
    let first = folder.parts[0]
    return index < first.labels.count ? (first, index) : (folder.parts[1], index - first.labels.count)
  }

  /// Describes a window; its identifier is its part and its line in the files of that, from 0.
  public func description(ofSample index: Int) -> SampleDescription {
    let (part, window) = place(index)
    return SampleDescription(
      identifier: "\(part.split):\(window)", label: part.labels[window], group: part.subjects[window],
      split: part.split, tickCount: ActivityFolder.windowLength)
  }

  /// Fits standard deviations and level edges on these windows, in three passes.
  public func fit(trainingSamples: [Int]) throws {
    guard !trainingSamples.isEmpty else {
      throw RecordingError.setting(name: "training samples", expected: "at least one", found: "none")
    }
    let samples = trainingSamples.sorted()
    let statistics = try ChannelStatistics.fit(
      channelCount: ActivityFolder.channelNames.count, levelCount: parameters.levelCount
    ) { add throws(RecordingError) in
      for index in samples { try signal(ofSample: index).withUnsafeBufferPointer(add) }
    }
    var reconstruction: [ChannelReconstruction]?
    if let threshold = parameters.reconstructibleThreshold {
      let encoder = SendOnDelta(thresholdInSigmas: threshold, statistics: statistics)
      var error = ReconstructionError(channelCount: statistics.count)
      for index in samples { try signal(ofSample: index).withUnsafeBufferPointer { error.add($0, encodedBy: encoder) } }
      reconstruction = error.report(
        names: ActivityFolder.channelNames, units: ActivityFolder.channelUnits, statistics: statistics)
    }
    state.withLock { state in
      state.encoder = SensorEncoder(parameters, statistics: statistics)
      state.reconstruction = reconstruction
    }
  }

  /// The samples of a window, `[samples × channels]`.
  private func signal(ofSample index: Int) throws(RecordingError) -> [Float] {
    let (part, window) = place(index)
    let width = part.channels.count
    var signal = [Float](repeating: 0, count: ActivityFolder.windowLength * width)
    for (channel, lines) in part.channels.enumerated() {
      let values = try lines.values(line: window, width: ActivityFolder.windowLength)
      for (sample, value) in values.enumerated() { signal[sample * width + channel] = value }
    }
    return signal
  }

  /// The channel of a row and what of it drives the row.
  public func rowName(_ row: Int) -> String { parameters.rowName(row, channels: ActivityFolder.channelNames) }

  /// Reads and encodes one window.
  public func encode(sample index: Int, into raster: inout SpikeRaster) throws {
    guard var encoder = state.withLock({ $0.encoder }) else { throw RecordingError.notFitted }
    let signal = try signal(ofSample: index)
    encoder.begin(sample: index, &raster)
    signal.withUnsafeBufferPointer { encoder.append($0, to: &raster) }
  }

  /// Reconstruction of each channel from its send-on-delta spikes, over the training windows.
  public var encodingReport: EncodingReport? {
    state.withLock { $0.reconstruction }.map { .channels($0) }
  }

  /// SHA-256 over the lines "relative path, SHA-256 of the contents" of all files that are read.
  public var fingerprint: String {
    get throws {
      if let known = state.withLock({ $0.fingerprint }) { return known }
      let digest = try FileDigest.sha256(ofFiles: ActivityFolder.files, in: folder.path)
      state.withLock { $0.fingerprint = digest }
      return digest
    }
  }
}
