import HDF5Store
import Kernels
import Synchronization

/// Sequences of ternary spikes with a label for every step: a folder with a file `*train.h5` and a file `*test.h5`.
///
/// | dataset | shape | type | |
/// |---|---|---|---|
/// | `spikes` | sequences × steps × channels | int8 | −1, 0 or 1 |
/// | `labels` | sequences × steps | int8 | class from 0; −1 where a step does not count |
///
/// Each channel has two rows, the first for 1, the second for −1. A step is a tick, whatever its length.
public final class LabelledStepsSource: SampleSource {
  /// Two rows for each channel.
  public let inputRowCount: Int
  /// The labels, from 0.
  public let classNames: [String]
  /// Number of sequences in both files.
  public var sampleCount: Int { labels.count }
  /// Nothing is made of the spikes but ticks.
  public var encodingReport: EncodingReport? { nil }

  private struct Part {
    let path: String
    let file: HDF5File
    let sequences: Int
    let steps: Int
    let channels: Int
  }

  private let parts: [Part]
  /// Most frequent label of each sequence.
  private let labels: [Int]
  private let digest = Mutex<String?>(nil)

  /// Most sequences, steps and channels of a file.
  private static let largestExtent = 10_000_000

  /// Opens both files and looks through the labels.
  /// - Throws: `RecordingError`.
  public init(path: String) throws(RecordingError) {
    var parts: [Part] = []
    for file in try FolderListing.paths(in: path, endingWith: ["train.h5", "test.h5"]) {
      parts.append(try Self.open(file))
    }
    guard parts[0].channels == parts[1].channels else {
      throw .fileFormat(
        file: parts[1].path, part: "spikes", expected: "\(parts[0].channels) channels, as in \(parts[0].path)",
        found: "\(parts[1].channels)")
    }
    self.parts = parts
    inputRowCount = 2 * parts[0].channels
    var labels: [Int] = []
    var largest = 0
    for part in parts {
      for sequence in 0..<part.sequences {
        var counts = [Int](repeating: 0, count: 128)
        for label in try Self.labels(of: part, sequence) where label >= 0 { counts[Int(label)] += 1 }
        let most = counts.indexOfLargest ?? 0
        guard counts[most] > 0 else {
          throw .fileFormat(
            file: part.path, part: "labels[\(sequence)]", expected: "at least one step with a label", found: "none")
        }
        largest = max(largest, counts.lastIndex { $0 > 0 } ?? 0)
        labels.append(most)
      }
    }
    self.labels = labels
    classNames = (0...largest).map(String.init)
  }

  private static func open(_ path: String) throws(RecordingError) -> Part {
    let file: HDF5File
    let spikes: [Int]
    let labels: [Int]
    do {
      file = try HDF5File.open(at: path)
      spikes = try file.shape(of: "spikes")
      labels = try file.shape(of: "labels")
    } catch {
      throw .unreadable(path: path, reason: "\(error)")
    }
    guard spikes.count == 3, spikes.allSatisfy({ 1...largestExtent ~= $0 }), spikes[2] <= 1 << 20 else {
      throw .fileFormat(
        file: path, part: "spikes", expected: "shape [sequences × steps × channels]", found: "shape \(spikes)")
    }
    guard labels == Array(spikes[..<2]) else {
      throw .fileFormat(file: path, part: "labels", expected: "shape \(Array(spikes[..<2]))", found: "shape \(labels)")
    }
    return Part(path: path, file: file, sequences: spikes[0], steps: spikes[1], channels: spikes[2])
  }

  private static func labels(of part: Part, _ sequence: Int) throws(RecordingError) -> [Int8] {
    do {
      return try part.file.read("labels", rows: sequence..<sequence + 1)
    } catch {
      throw .unreadable(path: part.path, reason: "\(error)")
    }
  }

  private func place(_ index: Int) -> (part: Int, sequence: Int) {
    index < parts[0].sequences ? (0, index) : (1, index - parts[0].sequences)
  }

  /// Describes a sequence; its label is its most frequent one, its identifier its part and its number in the file.
  public func description(ofSample index: Int) -> SampleDescription {
    let (part, sequence) = place(index)
    let split: DataSplit = part == 0 ? .train : .test
    return SampleDescription(
      identifier: "\(split):\(sequence)", label: labels[index], group: -1, split: split, tickCount: parts[part].steps)
  }

  /// The label of each step, −1 where it does not count.
  public func tickLabels(ofSample index: Int) throws -> [Int8]? {
    let (part, sequence) = place(index)
    return try Self.labels(of: parts[part], sequence)
  }

  /// Nothing is fitted.
  public func fit(trainingSamples: [Int]) {}

  /// Spikes of a sequence.
  public func encode(sample index: Int, into raster: inout SpikeRaster) throws {
    let (number, sequence) = place(index)
    let part = parts[number]
    let values: [Int8]
    do {
      values = try part.file.read("spikes", rows: sequence..<sequence + 1)
    } catch {
      throw RecordingError.unreadable(path: part.path, reason: "\(error)")
    }
    raster.removeAll(rowCount: inputRowCount)
    for step in 0..<part.steps {
      for channel in 0..<part.channels {
        let value = values[step * part.channels + channel]
        guard value != 0 else { continue }
        guard abs(Int(value)) == 1 else {
          throw RecordingError.fileFormat(
            file: part.path, part: "spikes[\(sequence), \(step), \(channel)]", expected: "-1, 0 or 1", found: "\(value)"
          )
        }
        raster.appendRow(2 * channel + (value > 0 ? 0 : 1))
      }
      raster.endTick()
    }
  }

  /// SHA-256 over the lines "part, SHA-256 of the contents" of both files.
  public var fingerprint: String {
    get throws {
      if let known = digest.withLock({ $0 }) { return known }
      let text = try FileDigest.sha256(train: parts[0].path, test: parts[1].path)
      digest.withLock { $0 = text }
      return text
    }
  }
}
