import Kernels
import Synchronization

/// Tasks given as lists of spikes: a folder with a file `*_train.dat` and a file `*_test.dat`.
///
/// One row for each neuron of the files. The label of a sample is asked for from a time on that the file gives; before,
/// the network has to keep what it saw.
public final class SpikeTextSource: SampleSource {
  /// One row for each neuron.
  public let inputRowCount: Int
  /// The labels, from 0.
  public let classNames: [String]
  /// Number of samples in both files.
  public var sampleCount: Int { entries.count }
  /// Nothing is made of the spikes but ticks.
  public var encodingReport: EncodingReport? { nil }

  private struct Entry {
    var file: Int
    var number: Int
    var sample: SpikeTextFile.Sample
  }

  private let files: [SpikeTextFile]
  private let entries: [Entry]
  private let tickInMicroseconds: Int
  private let digest = Mutex<String?>(nil)

  /// Reads through both files and checks them.
  /// - Parameters:
  ///   - path: the folder.
  ///   - tickInMicroseconds: length of a tick in µs.
  /// - Throws: `RecordingError`.
  public init(path: String, tickInMicroseconds: Int64 = 1000) throws(RecordingError) {
    guard 1...1_000_000_000 ~= tickInMicroseconds else {
      throw .setting(name: "tick in µs", expected: "1 to 1000000000", found: "\(tickInMicroseconds)")
    }
    self.tickInMicroseconds = Int(tickInMicroseconds)
    var files: [SpikeTextFile] = []
    for file in try FolderListing.paths(in: path, endingWith: ["_train.dat", "_test.dat"]) {
      files.append(try SpikeTextFile(path: file))
    }
    self.files = files
    entries = files.enumerated().flatMap { index, file in
      file.samples.enumerated().map { Entry(file: index, number: $0, sample: $1) }
    }
    inputRowCount = max(files.map(\.neuronCount).max() ?? 0, 1)
    classNames = (0...(entries.map(\.sample.label).max() ?? 0)).map(String.init)
    if let longest = entries.map(\.sample.duration).max(), longest * 1000 / self.tickInMicroseconds > 10_000_000 {
      throw .setting(
        name: "tick", expected: "at most 10000000 ticks in a sample",
        found: "\(longest * 1000 / self.tickInMicroseconds)")
    }
  }

  /// Describes a sample; its identifier is its part and its number in the file.
  public func description(ofSample index: Int) -> SampleDescription {
    let entry = entries[index]
    let split: DataSplit = entry.file == 0 ? .train : .test
    return SampleDescription(
      identifier: "\(split):\(entry.number)", label: entry.sample.label, group: -1, split: split,
      tickCount: tickCount(entry.sample),
      firstScoredTick: min(tick(entry.sample.scoredFrom), tickCount(entry.sample) - 1))
  }

  private func tick(_ milliseconds: Int) -> Int { milliseconds * 1000 / tickInMicroseconds }

  private func tickCount(_ sample: SpikeTextFile.Sample) -> Int {
    max((sample.duration * 1000 + tickInMicroseconds - 1) / tickInMicroseconds, 1)
  }

  /// Nothing is fitted.
  public func fit(trainingSamples: [Int]) {}

  /// Reads one sample; spikes of a neuron in the same tick are one, and one at the very end belongs to the last tick.
  public func encode(sample index: Int, into raster: inout SpikeRaster) throws {
    let entry = entries[index]
    let ticks = tickCount(entry.sample)
    raster.removeAll(rowCount: inputRowCount)
    var active: [Int] = []
    try files[entry.file].forEachSpike(of: entry.sample) { neuron, milliseconds in
      let tick = min(self.tick(milliseconds), ticks - 1)
      while raster.tickCount < tick {
        raster.appendTick(unordered: active)
        active.removeAll(keepingCapacity: true)
      }
      active.append(neuron)
    }
    while raster.tickCount < ticks {
      raster.appendTick(unordered: active)
      active.removeAll(keepingCapacity: true)
    }
  }

  /// SHA-256 over the lines "part, SHA-256 of the contents" of both files.
  public var fingerprint: String {
    get throws {
      if let known = digest.withLock({ $0 }) { return known }
      let text = try FileDigest.sha256(train: files[0].path, test: files[1].path)
      digest.withLock { $0 = text }
      return text
    }
  }
}
