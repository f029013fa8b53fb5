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

  /// Ways in which disks and copies spoil a file.
  enum Damage: CaseIterable {
    case oneBit, twoBits, fourBits, cut, zeroedSector, shiftedTail

    func apply(to bytes: inout [UInt8], using generator: inout SplitMix64) {
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      switch self {
      case .oneBit, .twoBits, .fourBits:
        for _ in 0..<(self == .oneBit ? 1 : self == .twoBits ? 2 : 4) {
          let place = Int.random(in: 0..<bytes.count, using: &generator)
          bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        }
      case .cut: bytes.removeSubrange(place...)
      case .zeroedSector:
        for index in place / 512 * 512..<min(place / 512 * 512 + 512, bytes.count) {
          bytes[index] = 0
        }
      case .shiftedTail: bytes.insert(0, at: place)
      }
    }
  }

  /// `make corruption` asks for ten thousand.
  private static let damages =
    ProcessInfo.processInfo.environment["CROSSPOINT_DAMAGES"].flatMap(Int.init) ?? 300

  @Test(.timeLimit(.minutes(60)), arguments: Damage.allCases)
  func damageIsFoundOrHarmless(_ damage: Damage) throws {
    let whole = try bytes(of: sound)
    let checkpoint = Specimen.devices()
    var generator = SplitMix64(state: UInt64(Damage.allCases.firstIndex(of: damage)! + 1))
    var (refused, named) = (0, 0)
    let count = Self.damages / Damage.allCases.count + 1
    for _ in 0..<count {
      var damaged = whole
      damage.apply(to: &damaged, using: &generator)
      try write(damaged, to: path)
      do throws(CheckpointError) {
        #expect(try CheckpointReader.read(path) == checkpoint)
      } catch {
        #expect(error.description.contains(path))
        refused += 1
        if case .damaged(_, let place, _, _) = error, !place.isEmpty { named += 1 }
      }
    }
    print(
      "damage \(damage): \(refused) of \(count) refused, \(named) of them with the place; the others load bit for bit"
    )
    #expect(refused * 2 > count, "\(refused) of \(count) damaged files were refused")
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
    try writeRoot(format: "crosspoint-checkpoint", version: 4, isComplete: true)
    let error = failure { () throws(CheckpointError) in _ = try CheckpointReader.read(path) }
    #expect(error == .newerVersion(file: path, found: 4, known: 3))
    #expect(
      error?.description
        == "\(path) has schema version 4, this program knows versions up to 3; use a newer Crosspoint")
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
