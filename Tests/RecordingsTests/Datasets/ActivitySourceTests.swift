import Foundation
import Kernels
import Recordings
import Testing

/// UCI HAR in its official layout.
@Suite struct ActivitySourceTests {
  private static let signals = ["body_acc", "body_gyro", "total_acc"]
  private static let counts = ["train": 6, "test": 3]

  /// Sample s of channel c in window w: a wave of its own, test windows on a level that no training window has.
  private static func value(_ part: String, _ window: Int, _ channel: Int, _ sample: Int) -> Float {
    Float(
      (sin(Double(sample) / Double(3 + channel)) * Double(window + 1) + (part == "test" ? 100 : 0)) * 1e-3)
  }

  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(lines: ["1 WALKING", "2 WALKING_UPSTAIRS", "3 SITTING"], to: "activity_labels.txt")
    for (part, count) in Self.counts {
      try folder.write(lines: (0..<count).map { "\($0 % 3 + 1)" }, to: "\(part)/y_\(part).txt")
      try folder.write(
        lines: (0..<count).map { "\($0 / 2 + (part == "test" ? 20 : 1))" }, to: "\(part)/subject_\(part).txt")
      for (place, signal) in Self.signals.enumerated() {
        for (axis, name) in ["x", "y", "z"].enumerated() {
          try folder.write(
            lines: (0..<count).map { window in
              (0..<128).map { sample in
                // As the data set has it: sixteen characters, an exponent of three digits.
                let text = String(format: "%.7e", Self.value(part, window, 3 * place + axis, sample))
                let marks = text.split(separator: "e")
                let power = Int(marks[1]) ?? 0
                return "  \(marks[0])e\(power < 0 ? "-" : "+")\(String(format: "%03d", abs(power)))"
              }.joined()
            }, to: "\(part)/Inertial Signals/\(signal)_\(name)_\(part).txt")
        }
      }
    }
    return folder
  }

  private func source(_ folder: TemporaryFolder) throws -> ActivitySource {
    try ActivitySource(path: folder.path, encoder: .init(deltaThresholdInSigmas: 0.2, levelCount: 4))
  }

  @Test func windowsAreSamples() throws {
    let folder = try folder()
    let source = try source(folder)
    #expect(source.sampleCount == 9 && source.inputRowCount == 9 * 6)
    #expect(source.classNames == ["WALKING", "WALKING_UPSTAIRS", "SITTING"])
    let described = (0..<9).map(source.description(ofSample:))
    #expect(described.map(\.label) == [0, 1, 2, 0, 1, 2, 0, 1, 2])
    #expect(described.map(\.group) == [1, 1, 2, 2, 3, 3, 20, 20, 21])
    #expect(described.map(\.split) == [DataSplit](repeating: .train, count: 6) + [.test, .test, .test])
    #expect(described[6].identifier == "test:0" && described.allSatisfy { $0.tickCount == 128 })
    #expect(recordingError { _ = try source.raster(0) } == .notFitted)
    #expect(source.encodingReport == nil)
  }

  @Test func spikesAreThoseOfTheEncoder() throws {
    let folder = try folder()
    let source = try source(folder)
    try source.fit(trainingSamples: [4, 0, 2])
    // The same windows as a sensor recording, written apart from the text.
    var draft = SensorRecordingDraft()
    draft.channelNames = (0..<9).map { "c\($0)" }
    draft.channelUnits = [String](repeating: "1", count: 9)
    draft.columns = 9
    draft.samples = []
    for window in 0..<9 {
      let (part, number) = window < 6 ? ("train", window) : ("test", window - 6)
      for sample in 0..<128 {
        for channel in 0..<9 {
          let value = Double(Self.value(part, number, channel, sample))
          draft.samples.append(Float(Double(String(format: "%.7e", value)) ?? .nan))
        }
      }
    }
    (draft.starts, draft.lengths) = ((0..<9).map { Int64($0) * 128 }, [Int64](repeating: 128, count: 9))
    (draft.labels, draft.subjects) = ([Int64](repeating: 0, count: 9), [Int64](repeating: 0, count: 9))
    let reference = try SensorRecordingSource(
      path: draft.write(in: folder), windowLength: 128, windowStep: 128,
      encoder: .init(deltaThresholdInSigmas: 0.2, levelCount: 4))
    try reference.fit(trainingSamples: [0, 2, 4])
    for index in 0..<9 {
      let raster = try source.raster(index)
      #expect(try raster == reference.raster(index), "\(index)")
      #expect(raster.tickCount == 128 && raster.spikeCount >= 9 * 128)
    }
    guard case .channels(let channels) = source.encodingReport else {
      Issue.record("no report")
      return
    }
    #expect(channels.count == 9 && channels[3].name == "body_gyro_x" && channels[3].unit == "rad/s")
  }

  @Test(arguments: [
    "activity_labels.txt", "test/y_test.txt", "train/subject_train.txt",
    "train/Inertial Signals/total_acc_z_train.txt",
  ])
  func aMissingFileSaysWhereToGetIt(name: String) throws {
    let folder = try folder()
    try folder.remove(name)
    let error = recordingError { _ = try source(folder) }
    #expect(error?.description.contains("\(name): expected a file of UCI HAR, found no such file") == true)
    #expect(error?.description.contains("archive.ics.uci.edu/dataset/240") == true)
    #expect(recordingError { _ = try ActivitySource(path: "/no", encoder: .init()) } != nil)
  }

  @Test(arguments: [
    ("activity_labels.txt", ["1 A", "3 B"], "line 2"), ("activity_labels.txt", [""], "at least one activity"),
    ("test/y_test.txt", ["1", "4", "1"], "an activity from 1 to 3"),
    ("test/y_test.txt", ["1", "2"], "2 lines in each file"),
    ("train/subject_train.txt", ["1", "-2"], "a person"),
    ("train/Inertial Signals/body_acc_y_train.txt", ["1 2"], "1 in"),
  ])
  func aWrongFileIsNamed(name: String, lines: [String], part: String) throws {
    let folder = try folder()
    try folder.write(lines: lines, to: name)
    let error = recordingError { _ = try source(folder) }
    #expect(error?.description.contains(part) == true, "\(String(describing: error))")
  }

  @Test(arguments: [
    ("1", "128 numbers, found line 2: 1"), ("x", "finite numbers"), ("nan", "finite"), ("1e99", "finite"),
  ])
  func aWrongWindowIsNamed(field: String, part: String) throws {
    let folder = try folder()
    let whole = Array(repeating: "0.5", count: 128).joined(separator: " ")
    try folder.write(
      lines: [whole, field] + [String](repeating: whole, count: 4), to: "train/Inertial Signals/body_acc_y_train.txt")
    let source = try source(folder)
    try source.fit(trainingSamples: [0])
    #expect(try source.raster(0).tickCount == 128)
    let error = recordingError { _ = try source.raster(1) }
    #expect(error?.description.contains(part) == true, "\(String(describing: error))")
  }

  @Test func theFingerprintFollowsTheFiles() throws {
    let folder = try folder()
    let before = try source(folder).fingerprint
    #expect(try source(folder).fingerprint == before && before.utf8.count == 64)
    try folder.write(lines: ["3", "3", "3"], to: "test/y_test.txt")
    #expect(try source(folder).fingerprint != before)
  }
}
