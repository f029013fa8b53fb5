import Foundation
import Recordings
import Testing

@Suite struct SensorRecordingFileTests {
  @Test func aWrittenFileIsReadBack() throws {
    let folder = try TemporaryFolder()
    var draft = SensorRecordingDraft()
    draft.splits = [0, 1]
    let file = try SensorRecordingFile(path: draft.write(in: folder))
    #expect(file.channelNames == ["a", "b"])
    #expect(file.channelUnits == ["g", "rad/s"])
    #expect(file.classNames == ["rest", "move"])
    #expect(file.sampleRateInHertz == 50)
    #expect(file.recordings.map(\.subject) == [3, 4])
    #expect(file.recordings.map(\.split) == [.train, .test])
    var values: [Float] = []
    try file.read(recording: 1, samples: 2..<4, into: &values)
    #expect(values == [44, 45, 46, 47])
    try file.read(recording: 1, samples: 20..<20, into: &values)
    #expect(values.isEmpty)
  }

  /// A change that makes a draft wrong, and the part an error must name.
  struct Damage: Sendable {
    let part: String
    let change: @Sendable (inout SensorRecordingDraft) -> Void

    init(_ part: String, _ change: @escaping @Sendable (inout SensorRecordingDraft) -> Void) {
      self.part = part
      self.change = change
    }
  }

  static let damages: [Damage] = [
    Damage("attribute 'format'") { $0.format = "something-else" },
    Damage("attribute 'format_version'") { $0.formatVersion = 2 },
    Damage("classes/name") { $0.classNames = [] },
    Damage("channels/unit") { $0.channelUnits = ["g"] },
    Damage("sample_rate") { $0.sampleRate = .nan },
    Damage("sample_rate") { $0.sampleRate = 0 },
    Damage("samples") { $0.columns = 4 },
    Damage("recordings/start[1]") { $0.starts[1] = -1 },
    Damage("recordings/start[1]") { $0.starts[1] = .max },
    Damage("recordings/length[0]") { $0.lengths[0] = -5 },
    Damage("recordings/length[1]") { $0.lengths[1] = 21 },
    Damage("recordings/length[1]") { $0.lengths[1] = .max },
    Damage("recordings/length") { $0.lengths = [1] },
    Damage("recordings/label[0]") { $0.labels[0] = 2 },
    Damage("recordings/subject[0]") { $0.subjects = [-1, 0] },
    Damage("recordings/split[0]") { $0.splits = [7, 0] },
    Damage("recordings/start") { ($0.starts, $0.lengths, $0.labels, $0.subjects) = ([], [], [], nil) },
  ]

  @Test(arguments: damages)
  func aWrongHeaderIsRefusedAndNamed(damage: Damage) throws {
    let folder = try TemporaryFolder()
    var draft = SensorRecordingDraft()
    damage.change(&draft)
    let path = try draft.write(in: folder)
    let error = recordingError { _ = try SensorRecordingFile(path: path) }
    guard case .fileFormat(let file, let place, _, _) = error else {
      Issue.record("unexpected \(String(describing: error))")
      return
    }
    #expect(file == path)
    #expect(place == damage.part)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func aValueThatIsNoNumberIsNamedByRecordingSampleAndChannel(value: Float) throws {
    let folder = try TemporaryFolder()
    var draft = SensorRecordingDraft()
    draft.samples[(20 + 7) * 2 + 1] = value
    let path = try draft.write(in: folder)
    let file = try SensorRecordingFile(path: path)
    var values: [Float] = []
    try file.read(recording: 1, samples: 0..<7, into: &values)
    let error = recordingError { try file.read(recording: 1, samples: 5..<20, into: &values) }
    #expect(
      error == .invalidSample(file: path, recording: 1, sample: 7, channel: "b", found: "\(value)"))
  }

  @Test func aFileThatIsNoHDF5IsRefused() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(Array("not HDF5".utf8), to: "a.h5")
    guard case .unreadable = recordingError({ _ = try SensorRecordingFile(path: path) }) else {
      Issue.record("was not refused")
      return
    }
  }

  @Test func theBundledStreamIsWhatTheManifestSays() throws {
    let file = try SensorRecordingFile(path: Place.watchExercises)
    #expect(file.recordings.count == 140)
    #expect(file.channelNames.count == 6)
    #expect(file.sampleRateInHertz == 50)
    #expect(Set(file.recordings.map(\.subject)) == Set(1...10))
    #expect((0..<7).allSatisfy { label in file.recordings.filter { $0.label == label }.count == 20 })

    let source = try SensorRecordingSource(
      path: Place.watchExercises, windowLength: 200, windowStep: 100, encoder: .init())
    let manifest = try String(
      contentsOf: Place.packageRoot.appendingPathComponent("streams/manifest.json"), encoding: .utf8)
    #expect(manifest.contains("\"sha256\": \"\(try source.fingerprint)\""))
  }
}
