import Kernels
import Synchronization

/// N-MNIST as samples: one recording of a digit each, binned into ticks.
///
/// The recordings are real: a few last longer than the default 310 ticks of 1 ms, and their last events are dropped and
/// counted. Every sample belongs to the part of the data set its folder names; the people who wrote the digits are not
/// told, so `group` is −1.
public final class NMNISTSource: SampleSource {
  /// The camera: the part of it that saw the digits, 34 × 34 pixels.
  public let sensor: SensorSize
  /// Two rows per pixel of the 34 × 34 sensor; see ``EventBinning`` for their order.
  public var inputRowCount: Int { binning.rowCount }
  /// Polarities of the pixels.
  public var imageShape: ImageShape? {
    ImageShape(
      channels: 2, height: binning.sensorHeight, width: binning.sensorWidth, order: .channelsFirst)
  }
  /// The digits.
  public let classNames = (0..<NMNISTFolder.classCount).map(String.init)
  /// Number of recordings in both parts.
  public var sampleCount: Int { folder.entries.count }

  private struct State {
    var counts = EventEncodingCounts()
    var isCounted: [Bool]
    var fingerprint: String?
  }

  private let folder: NMNISTFolder
  let binning: EventBinning.Parameters
  private let order: TimestampOrder
  private let state: Mutex<State>

  /// Lists the folder; no recording is read.
  /// - Parameters:
  ///   - path: The folder that contains `Train` and `Test`.
  ///   - tickInMicroseconds: Duration of a tick in µs.
  ///   - tickCount: Ticks of every sample.
  ///   - order: What to do with times that go back.
  /// - Throws: `RecordingError`: the folder is not laid out as N-MNIST is, or a setting is out of range.
  public init(
    path: String, tickInMicroseconds: Int64 = 1000, tickCount: Int = 310, order: TimestampOrder = .clamp
  ) throws(RecordingError) {
    sensor = try SensorSize(width: NMNISTDecoder.sensorSize, height: NMNISTDecoder.sensorSize)
    binning = try EventBinning.Parameters(
      sensorWidth: NMNISTDecoder.sensorSize, sensorHeight: NMNISTDecoder.sensorSize,
      tickInMicroseconds: tickInMicroseconds, tickCount: tickCount)
    folder = try NMNISTFolder(path: path)
    self.order = order
    state = Mutex(State(isCounted: [Bool](repeating: false, count: folder.entries.count)))
  }

  /// Describes a sample; its identifier is its path inside the folder.
  public func description(ofSample index: Int) -> SampleDescription {
    let entry = folder.entries[index]
    return SampleDescription(
      identifier: folder.relativePath(of: entry), label: Int(entry.digit), group: -1, split: entry.split,
      tickCount: binning.tickCount)
  }

  /// Nothing is fitted: binning has no statistics.
  public func fit(trainingSamples: [Int]) {}

  /// Decodes and bins one recording.
  public func encode(sample index: Int, into raster: inout SpikeRaster) throws {
    let path = path(ofSample: index)
    let file = try EventFile(path: path, decoder: NMNISTDecoder(file: path), order: order)
    var batch = EventBatch()
    var encoder = EventBinning(binning)
    var eventCount = 0
    encoder.begin(&raster)
    while try file.next(into: &batch) {
      encoder.append(batch, to: &raster)
      eventCount += batch.count
    }
    encoder.finish(&raster)
    guard eventCount > 0 else {
      throw RecordingError.truncated(
        file: path, byte: 0, expected: "at least one event", found: "an empty file")
    }
    count(
      sample: index, events: eventCount, spikes: raster.spikeCount, dropped: encoder.droppedEventCount,
      clamped: file.timestampCounts.clamped)
  }

  /// Counts over the samples encoded so far.
  public var encodingReport: EncodingReport? {
    let counts = state.withLock { $0.counts }
    return counts.samples == 0 ? nil : .events(counts)
  }

  /// SHA-256 over the lines "relative path, SHA-256 of the contents" of every file, in order.
  public var fingerprint: String {
    get throws {
      if let known = state.withLock({ $0.fingerprint }) { return known }
      let digest = try FileDigest.sha256(ofFiles: folder.entries.map(folder.relativePath(of:)), in: folder.path)
      state.withLock { $0.fingerprint = digest }
      return digest
    }
  }

  private func path(ofSample index: Int) -> String {
    "\(folder.path)/\(folder.relativePath(of: folder.entries[index]))"
  }

  private func count(sample index: Int, events: Int, spikes: Int, dropped: Int, clamped: Int) {
    state.withLock { state in
      guard !state.isCounted[index] else { return }
      state.isCounted[index] = true
      state.counts.samples += 1
      state.counts.events += events
      state.counts.spikes += spikes
      state.counts.dropped += dropped
      state.counts.clamped += clamped
    }
  }
}
