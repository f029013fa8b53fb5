import Checkpoints
import Foundation
import Testing

/// `Fixtures/schema-1.h5` is what Crosspoint 0.1.0 wrote: 20 samples of a watch learned by 4 hidden neurons.
@Suite struct OlderVersionTests {
  let path: String

  init() throws {
    path = try #require(Bundle.module.path(forResource: "schema-1", ofType: "h5", inDirectory: "Fixtures"))
  }

  @Test func aRunDoesNotGoOnFromVersion1() throws {
    let error = failure { () throws(CheckpointError) in _ = try CheckpointReader.read(path) }
    #expect(error == .olderVersion(file: path, found: 1, known: 3, writtenBy: "crosspoint 0.1.0"))
    #expect(
      error?.description
        == "\(path) has schema version 1 of crosspoint 0.1.0, which drew the noise of writes differently from version 3: "
        + "a run that goes on from it would not be the same run; resume it with crosspoint 0.1.0, or begin anew")
  }

  @Test func version1IsStillShown() throws {
    let summary = try CheckpointSummary(ofFile: path)
    #expect(summary.schemaVersion == 1)
    #expect(summary.writtenBy == "crosspoint 0.1.0")
    #expect((summary.position.samplesSeen, summary.position.pass, summary.position.isTesting) == (20, 0, false))
    #expect(summary.layers.map(\.name) == ["hidden1", "readout"])
    #expect(summary.layers.map(\.columns) == [4, 7])
    #expect(summary.layers.allSatisfy { $0.refreshPulses == 0 && $0.verifyReads == 0 && $0.stateUnit == "S" })
    let range = try #require(summary.layers[0].conductanceRange)
    #expect(range.lowerBound > 0.5e-6 && range.upperBound < 15e-6)
  }

  /// `Fixtures/schema-2.h5` is 20 samples of a watch learned by 4 hidden neurons whose devices live for 3 cycles.
  @Test func aRunGoesOnFromVersion2() throws {
    let path = try #require(Bundle.module.path(forResource: "schema-2", ofType: "h5", inDirectory: "Fixtures"))
    #expect(try CheckpointSummary(ofFile: path).schemaVersion == 2)
    #expect(CheckpointVerification(ofFile: path).problem == nil)
    let checkpoint = try CheckpointReader.read(path)
    #expect(checkpoint.position.samplesSeen == 20 && checkpoint.position.isComplete)
    let array = checkpoint.network.layers[0].array
    #expect(array.conductances.map(\.count) == [240, 240] && array.setPulses.joined().reduce(0, +) == 8)
    #expect(array.resetPulses.joined().reduce(0, +) == 8 && !array.wear.isEmpty)
    // What it becomes is a sound file of this version, with the same state.
    let folder = try TemporaryFolder()
    try CheckpointWriter.write(checkpoint, to: folder.file("x.h5"))
    #expect(try CheckpointReader.read(folder.file("x.h5")) == checkpoint)
    #expect(try CheckpointSummary(ofFile: folder.file("x.h5")).schemaVersion == 3)
  }

  @Test func damageToVersion1IsFoundFirst() throws {
    let folder = try TemporaryFolder()
    let copy = folder.file("x.h5")
    var contents = try bytes(of: path)
    let pulses = try #require(contents.indices.last { contents[$0...].starts(with: "set_pulses".utf8) })
    contents[pulses] ^= 1
    try write(contents, to: copy)
    guard case .damaged = failure({ () throws(CheckpointError) in _ = try CheckpointReader.read(copy) }) else {
      Issue.record("damage was not found")
      return
    }
  }

  /// A folder that holds nothing else says so instead of beginning anew.
  @Test func theStoreNamesWhatItCannotContinue() throws {
    let folder = try TemporaryFolder()
    let copy = folder.file("checkpoint-000000000020-pass00-train-00020.h5")
    try FileManager.default.copyItem(atPath: path, toPath: copy)
    guard
      case .noneValid(folder.path, let skipped) = failure({ () throws(CheckpointError) in
        _ = try CheckpointStore(folder: folder.path).newestValid()
      })
    else {
      Issue.record("a run could go on from an older version")
      return
    }
    #expect(skipped.count == 1 && skipped[0].path == copy)
  }
}
