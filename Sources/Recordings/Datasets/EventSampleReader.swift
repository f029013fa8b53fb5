import Kernels
import Synchronization

/// What sources of samples from event recordings share: it opens recordings, prepares and encodes pieces of them, and counts.
///
/// Recordings of which many samples are read stay open, so that a seek finds the places that are known. Samples may be
/// encoded from any thread.
final class EventSampleReader: Sendable {
  /// Prepared image and ticks of every sample.
  let binning: EventBinning.Parameters

  /// An open recording; whoever uses it takes it out of the list first, so that one thread at a time has it.
  private struct Held: @unchecked Sendable {
    let file: Int
    let source: any SeekableEventSource
  }

  private let folder: String
  private let files: [String]
  private let sensor: SensorSize
  private let parameters: EventFolderSource.Parameters
  private let mostOpen: Int
  private let counts: SampleCounts
  /// Recordings that are open, with places to come back to; the last used last.
  private let open = Mutex<[Held]>([])

  /// Checks the settings; no recording is read.
  /// - Parameters:
  ///   - folder: The folder of the recordings.
  ///   - files: Their paths in it.
  ///   - sampleCount: Number of samples that are read from them.
  ///   - sensor: Size of the camera of all.
  ///   - parameters: How recordings become samples.
  ///   - mostOpen: Most recordings that stay open; 0 where each is read for one sample only.
  /// - Throws: `RecordingError.setting`.
  init(
    folder: String, files: [String], sampleCount: Int, sensor: SensorSize, parameters: EventFolderSource.Parameters,
    mostOpen: Int
  ) throws(RecordingError) {
    binning = try Self.binning(of: sensor, parameters)
    _ = try parameters.encoding.makeEncoder(binning)
    (self.folder, self.files, self.sensor) = (folder, files, sensor)
    (self.parameters, self.mostOpen) = (parameters, mostOpen)
    counts = SampleCounts(sampleCount: sampleCount)
  }

  /// Prepared image and ticks of samples from a camera.
  static func binning(
    of sensor: SensorSize, _ parameters: EventFolderSource.Parameters
  ) throws(RecordingError) -> EventBinning.Parameters {
    let image = try EventPreparation(of: sensor, parameters.preparation).outputSensor
    return try EventBinning.Parameters(
      sensorWidth: image.width, sensorHeight: image.height, tickInMicroseconds: parameters.tickInMicroseconds,
      tickCount: parameters.tickCount)
  }

  /// Encodes the events of a span of time.
  /// - Parameters:
  ///   - sample: Number of the sample, under which it is counted once.
  ///   - file: Number of its recording.
  ///   - raster: Where the ticks go.
  ///   - times: Gives the span in µs; the sample begins with it.
  func encode(
    sample: Int, of file: Int, into raster: inout SpikeRaster,
    times: (any SeekableEventSource) throws(RecordingError) -> Range<Int64>
  ) throws(RecordingError) {
    try encode(sample, file, with: parameters.encoding.makeEncoder(binning), into: &raster, times)
  }

  private func encode(
    _ sample: Int, _ file: Int, with encoder: some EventEncoder, into raster: inout SpikeRaster,
    _ times: (any SeekableEventSource) throws(RecordingError) -> Range<Int64>
  ) throws(RecordingError) {
    let source = try take(file)
    let prepared = try source.prepared(
      by: EventPreparation(of: sensor, parameters.preparation), warmUpInMicroseconds: 0)
    var encoder = encoder
    let times = try times(source)
    let events = try prepared.encode(times, with: &encoder, into: &raster)
    let clamped = source.timestampCounts.clamped
    if events == 0 { try checkRecording(of: file, source, reaches: times.lowerBound) }
    putBack(source, file)
    // Counts of a recording that is read piece by piece begin anew with every seek.
    counts.add(
      sample, events: events, spikes: raster.spikeCount, dropped: encoder.droppedEventCount,
      clamped: mostOpen == 0 ? clamped : 0)
  }

  /// Refuses a recording that ends before a sample begins: a sample without events would pass for a quiet one.
  private func checkRecording(
    of file: Int, _ source: any SeekableEventSource, reaches time: Int64
  ) throws(RecordingError) {
    var batch = EventBatch(capacity: 1)
    try source.seek(toMicroseconds: time)
    guard try source.next(into: &batch) else {
      throw .fileFormat(
        file: path(file), part: "events", expected: "at least one from \(time) µs on",
        found: "the end of the recording before; copy or download it again")
    }
  }

  private func path(_ file: Int) -> String { "\(folder)/\(files[file])" }

  /// An open recording that no other thread has.
  private func take(_ file: Int) throws(RecordingError) -> any SeekableEventSource {
    let held = open.withLock { open -> Held? in open.firstIndex { $0.file == file }.map { open.remove(at: $0) } }
    if let held { return held.source }
    let source = try EventRecording.open(path: path(file), options: parameters.reading)
    if let found = source.sensor, found != sensor {
      throw .fileFormat(file: path(file), part: "sensor", expected: "\(sensor), as in \(path(0))", found: "\(found)")
    }
    guard let seekable = source as? any SeekableEventSource else {
      throw .setting(
        name: "order of times", expected: "clamp or reject for samples of \(path(file))", found: "reorder")
    }
    return seekable
  }

  private func putBack(_ source: any SeekableEventSource, _ file: Int) {
    guard mostOpen > 0 else { return }
    let held = Held(file: file, source: source)
    open.withLock { open in
      open.append(held)
      if open.count > mostOpen { open.removeFirst() }
    }
  }

  /// Counts over the samples encoded so far.
  var report: EncodingReport? { counts.report }

  /// SHA-256 over the lines "relative path, SHA-256 of the contents" of every recording, in order, and of other files behind them.
  func fingerprint(with others: [String] = []) throws(RecordingError) -> String {
    try counts.fingerprint { () throws(RecordingError) in try FileDigest.sha256(ofFiles: files + others, in: folder) }
  }
}

extension SeekableEventSource {
  /// Time of the first event in µs; 0 where there is none.
  func firstTime() throws(RecordingError) -> Int64 {
    var batch = EventBatch(capacity: 1)
    try seek(toMicroseconds: .min)
    return try next(into: &batch) ? batch.timestampsInMicroseconds[0] : 0
  }
}
