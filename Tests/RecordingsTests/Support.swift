import Foundation
import HDF5Store
import Kernels
import Recordings
import Testing

/// Folders the tests read and write.
enum Place {
  static let packageRoot = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Real recordings beside the project: `CROSSPOINT_DATA`, else `../shared/data`.
  static let data: String =
    ProcessInfo.processInfo.environment["CROSSPOINT_DATA"]
    ?? packageRoot.appendingPathComponent("../shared/data").standardizedFileURL.path

  static let watchExercises = packageRoot.appendingPathComponent("streams/watch-exercises.h5").path
  static let nmnist = data + "/n-mnist"
  static let cues = data + "/cue-accumulation"
  static let malformed = data + "/formats/malformed"

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: path)
  }
}

/// A folder that lives as long as the test.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "recordings-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Writes a file, with the folders above it, and gives its path.
  @discardableResult
  func write(_ bytes: [UInt8], to name: String) throws -> String {
    let target = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(
      at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: target)
    return target.path
  }
}

/// An event as the tests write it.
struct TestEvent: Equatable {
  var x: UInt16
  var y: UInt16
  var polarity: UInt8
  var timestamp: Int64

  /// The five bytes of the N-MNIST layout.
  var bytes: [UInt8] {
    [
      UInt8(x), UInt8(y), polarity << 7 | UInt8(timestamp >> 16), UInt8(timestamp >> 8 & 255), UInt8(timestamp & 255),
    ]
  }

  /// Events with a fixed pattern of places and rising times.
  static func pattern(count: Int, step: Int64 = 137) -> [TestEvent] {
    (0..<count).map { index in
      let x = UInt16(index * 7 % 34)
      let y = UInt16(index * 11 % 34)
      let polarity: UInt8 = index * 5 % 3 == 1 ? 1 : 0
      return TestEvent(x: x, y: y, polarity: polarity, timestamp: Int64(index) * step)
    }
  }
}

extension EventBatch {
  var events: [TestEvent] {
    (0..<count).map {
      TestEvent(x: x[$0], y: y[$0], polarity: polarities[$0], timestamp: timestampsInMicroseconds[$0])
    }
  }
}

/// What a test writes as a sensor recording; every field may be made wrong.
struct SensorRecordingDraft {
  var format = "crosspoint-sensor-recording"
  var formatVersion: Int64 = 1
  var channelNames = ["a", "b"]
  var channelUnits = ["g", "rad/s"]
  var classNames = ["rest", "move"]
  var sampleRate = 50.0
  /// `[samples × columns]`.
  var samples: [Float] = (0..<80).map { Float($0) }
  var columns = 2
  var starts: [Int64] = [0, 20]
  var lengths: [Int64] = [20, 20]
  var labels: [Int64] = [0, 1]
  var subjects: [Int64]? = [3, 4]
  var splits: [Int64]?

  @discardableResult
  func write(in folder: TemporaryFolder, name: String = "draft.h5") throws -> String {
    let path = folder.path + "/" + name
    let file = try HDF5File.create(at: path)
    try file.setAttribute("format", to: .text(format), of: "/")
    try file.setAttribute("format_version", to: .number(formatVersion), of: "/")
    try file.write(channelNames, to: "channels/name", description: "names")
    try file.write(channelUnits, to: "channels/unit", description: "units")
    try file.write(classNames, to: "classes/name", description: "classes")
    try file.write(sampleRate, to: "sample_rate", units: "Hz", description: "rate")
    try file.write(
      samples, shape: [samples.count / columns, columns], to: "samples", units: "1", description: "samples")
    let lists: [(String, [Int64]?)] = [
      ("start", starts), ("length", lengths), ("label", labels), ("subject", subjects), ("split", splits),
    ]
    for (list, values) in lists {
      guard let values else { continue }
      try file.write(values, shape: [values.count], to: "recordings/" + list, units: "1", description: list)
    }
    try file.close()
    return path
  }
}

/// A source without files: sample i has one spike at row i mod 8 in each of `i mod 5 + 1` ticks.
final class SyntheticSource: SampleSource {
  let inputRowCount = 8
  let classNames = ["even", "odd", "third"]
  let descriptions: [SampleDescription]
  let failingSamples: Set<Int>
  let fingerprint = "synthetic"
  let encodingReport: EncodingReport? = nil

  init(_ descriptions: [SampleDescription], failingSamples: Set<Int> = []) {
    self.descriptions = descriptions
    self.failingSamples = failingSamples
  }

  /// Samples of several people, labels unevenly mixed.
  convenience init(count: Int, groupCount: Int, failingSamples: Set<Int> = []) {
    self.init(
      (0..<count).map {
        SampleDescription(
          identifier: "s\($0)", label: $0 * $0 % 3, group: 100 + $0 * 7 % groupCount,
          split: $0 % 4 == 0 ? .test : .train, tickCount: $0 % 5 + 1)
      }, failingSamples: failingSamples)
  }

  var sampleCount: Int { descriptions.count }
  func description(ofSample index: Int) -> SampleDescription { descriptions[index] }
  func fit(trainingSamples: [Int]) {}

  func encode(sample index: Int, into raster: inout SpikeRaster) throws {
    guard !failingSamples.contains(index) else {
      throw RecordingError.unreadable(path: "sample \(index)", reason: "made to fail")
    }
    raster.removeAll(rowCount: inputRowCount)
    for _ in 0..<descriptions[index].tickCount {
      raster.appendRow(index % inputRowCount)
      raster.endTick()
    }
  }
}

/// The error a call throws, as `RecordingError`.
func recordingError(_ body: () throws -> Void) -> RecordingError? {
  do {
    try body()
    return nil
  } catch {
    return error as? RecordingError
  }
}
