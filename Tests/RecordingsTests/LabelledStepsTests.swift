import Foundation
import HDF5Store
import Kernels
import Recordings
import Testing

@Suite("Spikes with a label for every step")
struct LabelledStepsTests {
  private let folder = try! TemporaryFolder()

  /// Two sequences of three steps of two channels for learning, one for the test.
  private func write(
    _ name: String, spikes: [Int8], labels: [Int8], shape: [Int], labelShape: [Int]? = nil, without: String = ""
  ) throws {
    try FileManager.default.createDirectory(atPath: folder.path + "/set", withIntermediateDirectories: true)
    let path = folder.path + "/set/" + name
    try? FileManager.default.removeItem(atPath: path)
    let file = try HDF5File.create(at: path)
    if without != "spikes" { try file.write(spikes, shape: shape, to: "spikes", units: "1", description: "spikes") }
    if without != "labels" {
      try file.write(
        labels, shape: labelShape ?? Array(shape[..<2]), to: "labels", units: "1", description: "labels")
    }
    try file.close()
  }

  private func writeBoth() throws {
    try write(
      "a-train.h5", spikes: [1, 0, 0, -1, 1, 1, 0, 0, 0, 0, -1, 0], labels: [-1, 2, 2, 0, 1, -1], shape: [2, 3, 2])
    try write("a-test.h5", spikes: [0, 1, 0, 0], labels: [0, 0], shape: [1, 2, 2])
  }

  private func source() throws -> LabelledStepsSource { try LabelledStepsSource(path: folder.path + "/set") }

  @Test func sequencesAreWhatTheFilesSay() throws {
    try writeBoth()
    let source = try source()
    #expect(source.sampleCount == 3 && source.inputRowCount == 4 && source.classNames == ["0", "1", "2"])
    let descriptions = (0..<3).map { source.description(ofSample: $0) }
    #expect(descriptions.map(\.label) == [2, 0, 0] && descriptions.map(\.tickCount) == [3, 3, 2])
    #expect(descriptions.map(\.split) == [.train, .train, .test])
    #expect(try (0..<3).map { try source.tickLabels(ofSample: $0) } == [[-1, 2, 2], [0, 1, -1], [0, 0]])
    var raster = SpikeRaster(rowCount: 0)
    try source.encode(sample: 0, into: &raster)
    #expect((0..<3).map { Array(raster.activeRows(at: $0)) } == [[0], [3], [0, 2]])
    try source.encode(sample: 1, into: &raster)
    #expect((0..<3).map { Array(raster.activeRows(at: $0)) } == [[], [], [1]])
    try source.encode(sample: 2, into: &raster)
    #expect((0..<2).map { Array(raster.activeRows(at: $0)) } == [[2], []] && raster.rowCount == 4)
    let first = try source.fingerprint
    try write("a-test.h5", spikes: [0, 1, 0, 1], labels: [0, 0], shape: [1, 2, 2])
    #expect(try self.source().fingerprint != first)
  }

  @Test func filesThatAreNotOfTheFormatAreRefusedWithTheirPlace() throws {
    let refusal = { (part: String) in
      let error = #expect(throws: RecordingError.self) { _ = try source() }
      #expect("\(error!)".contains(part), "\(error!)")
    }
    #expect(throws: RecordingError.self) { _ = try source() }
    try writeBoth()
    try write("b-test.h5", spikes: [0], labels: [0], shape: [1, 1, 1])
    refusal("test.h5")
    try FileManager.default.removeItem(atPath: folder.path + "/set/b-test.h5")
    try write("a-test.h5", spikes: [0, 0], labels: [0, 0], shape: [1, 2, 1])
    refusal("2 channels")
    try write("a-test.h5", spikes: [0, 0, 0, 0], labels: [0], shape: [1, 2, 2], labelShape: [1])
    refusal("labels")
    try write("a-test.h5", spikes: [0, 0, 0, 0], labels: [0, 0], shape: [4], labelShape: [1, 2])
    refusal("sequences")
    try write("a-test.h5", spikes: [0, 0, 0, 0], labels: [-1, -1], shape: [1, 2, 2])
    refusal("labels[0]")
    for missing in ["spikes", "labels"] {
      try write("a-test.h5", spikes: [0, 0, 0, 0], labels: [0, 0], shape: [1, 2, 2], without: missing)
      refusal(missing)
    }
    try write("a-test.h5", spikes: [0, 7, 0, 0], labels: [0, 0], shape: [1, 2, 2])
    var raster = SpikeRaster(rowCount: 0)
    let opened = try source()
    let error = #expect(throws: RecordingError.self) { try opened.encode(sample: 2, into: &raster) }
    #expect("\(error!)".contains("spikes[0, 0, 1]") && "\(error!)".contains("7"))
    let path = folder.path + "/set/a-train.h5"
    let whole = try Data(contentsOf: URL(filePath: path))
    for length in [0, 100, whole.count / 2, whole.count - 1] {
      try whole.prefix(length).write(to: URL(filePath: path))
      #expect(throws: RecordingError.self) { _ = try source() }
    }
  }
}
