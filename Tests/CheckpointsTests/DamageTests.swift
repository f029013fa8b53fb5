import Checkpoints
import Foundation
import HDF5Store
import Testing

@Suite struct DamageTests {
  let folder: TemporaryFolder
  let sound: String
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    sound = folder.file("sound.h5")
    path = folder.file("x.h5")
    try CheckpointWriter.write(Specimen.devices(), to: sound)
  }

  @Test func aCutFileIsRefused() throws {
    let whole = try bytes(of: sound)
    for length in Array(0..<100) + Array(stride(from: 100, to: whole.count, by: 211)) + [whole.count - 1] {
      try write(whole.prefix(length), to: path)
      let error = failure { () throws(CheckpointError) in _ = try CheckpointReader.read(path) }
      switch error {
      case .notCheckpoint(path, "an empty file") where length == 0: break
      case .damaged(path, _, _, "\(length)"): break
      default: Issue.record("cut to \(length) bytes: \(error.map(\.description) ?? "loaded")")
      }
    }
  }

  @Test(.timeLimit(.minutes(20)), arguments: [1, 2, 4])
  func flippedBitsAreFoundOrHarmless(flips: Int) throws {
    let whole = try bytes(of: sound)
    let checkpoint = Specimen.devices()
    var generator = SplitMix64(state: UInt64(flips))
    var refused = 0
    for _ in 0..<100 {
      var damaged = whole
      for _ in 0..<flips {
        damaged[Int.random(in: 0..<whole.count, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      }
      try write(damaged, to: path)
      do throws(CheckpointError) {
        #expect(try CheckpointReader.read(path) == checkpoint)
      } catch {
        #expect(error.description.contains(path))
        refused += 1
      }
    }
    #expect(refused > 50, "\(refused) of 100 damaged files were refused")
  }

  @Test func everyByteOfTheValuesIsCovered() throws {
    let whole = try bytes(of: sound)
    let wear = Specimen.devices().network.layers[0].array.wear[1].withUnsafeBytes { Array($0) }
    let start = try #require(whole.indices.first { whole[$0...].starts(with: wear) })
    for offset in [0, wear.count / 2, wear.count - 1] {
      var damaged = whole
      damaged[start + offset] ^= 1
      try write(damaged, to: path)
      let error = failure { () throws(CheckpointError) in _ = try CheckpointReader.read(path) }
      guard case .damaged(path, "network/layers/hidden1/wear", _, _) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }

  @Test func otherFilesAreNamedAsSuch() throws {
    try write("time,accuracy\n1,0.5\n".utf8, to: path)
    #expect(
      failure { () throws(CheckpointError) in _ = try CheckpointReader.read(path) }
        == .notCheckpoint(file: path, found: "74 69 6D 65 2C 61 63 63"))
    let foreign = try HDF5File.create(at: path)
    try foreign.write([1.0, 2.0], shape: [2], to: "x", units: "1", description: "x")
    try foreign.close()
    #expect(
      failure { () throws(CheckpointError) in _ = try CheckpointReader.read(path) }
        == .notCheckpoint(file: path, found: "an HDF5 file without a format"))
    guard case .cannotRead = failure({ () throws(CheckpointError) in _ = try CheckpointReader.read(folder.path) }),
      case .cannotRead = failure({ () throws(CheckpointError) in _ = try CheckpointReader.read(folder.file("none")) })
    else {
      Issue.record("a folder or a missing file was not refused")
      return
    }
  }

  @Test func aLaterVersionSaysWhichOneIsKnown() throws {
    try writeRoot(format: "crosspoint-checkpoint", version: 3, isComplete: true)
    let error = failure { () throws(CheckpointError) in _ = try CheckpointReader.read(path) }
    #expect(error == .newerVersion(file: path, found: 3, known: 2))
    #expect(
      error?.description
        == "\(path) has schema version 3, this program knows versions up to 2; use a newer Crosspoint")
  }

  @Test func anUnfinishedFileSaysSo() throws {
    try writeRoot(format: "crosspoint-checkpoint", version: 1, isComplete: false)
    #expect(failure { () throws(CheckpointError) in _ = try CheckpointReader.read(path) } == .incomplete(file: path))
    try writeRoot(format: "something-else", version: 1, isComplete: true)
    #expect(
      failure { () throws(CheckpointError) in _ = try CheckpointReader.read(path) }
        == .notCheckpoint(file: path, found: "format 'something-else'"))
  }

  private func writeRoot(format: String, version: UInt64, isComplete: Bool) throws {
    let file = try HDF5File.create(at: path)
    try file.setAttribute("format", to: .text(format))
    try file.setAttribute("schema_version", to: .number(version))
    if isComplete { try file.setAttribute("complete", to: .number(UInt64(1))) }
    try file.close()
  }
}
