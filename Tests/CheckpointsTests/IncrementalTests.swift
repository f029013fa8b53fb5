import Checkpoints
import Foundation
import HDF5Store
import Testing

@Suite struct IncrementalTests {
  let folder = try! TemporaryFolder()

  /// A checkpoint a few samples later: some devices of two rows were written.
  private func later(_ checkpoint: Checkpoint, samples: UInt64) -> Checkpoint {
    var later = checkpoint
    later.position.samplesSeen += samples
    later.position.sampleInPhase += Int(samples)
    for column in 0..<70 {
      later.network.layers[0].array.conductances[1][140 * 70 + column] = 1e-6
      later.network.layers[0].array.wear[0][3 * 70 + column] += Double(samples)
      later.network.layers[0].array.setPulses[1][149 * 70 + column] = UInt32(samples)
    }
    return later
  }

  private func size(_ path: String) throws -> Int { try bytes(of: path).count }

  @Test func onlyWhatChangedIsWrittenAndTheWholeIsRead() throws {
    let store = CheckpointStore(folder: folder.path)
    let full = try store.save(Specimen.large(), keep: 1)
    let base = try #require(full.base)
    for samples in 1...3 {
      let changed = later(Specimen.large(), samples: UInt64(samples))
      let saved = try store.save(changed, keep: 1, base: base)
      #expect(saved.base == nil)
      #expect(try CheckpointSummary(ofFile: saved.path).baseName == (full.path as NSString).lastPathComponent)
      #expect(try size(saved.path) * 4 < size(full.path))
      #expect(try store.newestValid()?.checkpoint == changed)
      #expect(try store.paths() == [full.path, saved.path], "the base stays, the one between goes")
      #expect(CheckpointVerification(ofFile: saved.path).isSound)
    }
    #expect(try CheckpointSummary(ofFile: full.path).baseName == nil)
    // The next full one needs neither.
    try store.save(later(Specimen.large(), samples: 4), keep: 1)
    #expect(try store.paths().count == 1)
  }

  @Test(.enabled(if: Python.hasH5py, "python3 with h5py is not installed"))
  func h5pyReadsEverythingInFullAndIncrementalFiles() throws {
    let store = CheckpointStore(folder: folder.path)
    let full = try store.save(Specimen.large(), keep: 1)
    let saved = try store.save(later(Specimen.large(), samples: 1), keep: 1, base: full.base)
    for path in [full.path, saved.path] {
      let count = try Python.run(
        """
        import h5py, sys
        read = []
        h5py.File(sys.argv[1], "r").visititems(
          lambda name, item: read.append(item[()]) if isinstance(item, h5py.Dataset) else None)
        print(len(read))
        """, [path])
      #expect((Int(count.split(separator: "\n").first ?? "") ?? 0) > 10, "\(count)")
    }
  }

  @Test func nothingChangedIsReadToo() throws {
    let store = CheckpointStore(folder: folder.path)
    let base = try store.save(Specimen.large(), keep: 1).base
    var same = Specimen.large()
    same.position.samplesSeen += 1
    let saved = try store.save(same, keep: 1, base: base)
    #expect(try CheckpointReader.read(saved.path) == same)
  }

  @Test func arraysOfOtherShapesAreWrittenWhole() throws {
    let store = CheckpointStore(folder: folder.path)
    let base = try store.save(Specimen.large(), keep: 1).base
    var other = later(Specimen.large(), samples: 2)
    other.network.layers[0].eligibility = []
    other.network.layers[1].pendingChanges = []
    #expect(try CheckpointReader.read(try store.save(other, keep: 1, base: base).path) == other)
  }

  @Test func aBaseThatIsMissingDamagedOrAnotherIsNamed() throws {
    let store = CheckpointStore(folder: folder.path)
    let full = try store.save(Specimen.large(), keep: 1)
    let saved = try store.save(later(Specimen.large(), samples: 1), keep: 1, base: full.base)
    let sound = try bytes(of: full.path)
    try FileManager.default.removeItem(atPath: full.path)
    guard
      case .cannotRead(full.path, _) = failure({ () throws(CheckpointError) in
        _ = try CheckpointReader.read(saved.path)
      })
    else {
      Issue.record("a missing base was not named")
      return
    }
    // Another state at the same position.
    var other = Specimen.large()
    other.network.layers[0].array.wear[0][0] += 1
    try CheckpointWriter.write(other, to: full.path)
    guard
      case .damaged(full.path, "manifest", _, _) = failure({ () throws(CheckpointError) in
        _ = try CheckpointReader.read(saved.path)
      })
    else {
      Issue.record("another base was not noticed")
      return
    }
    let wear = Specimen.large().network.layers[0].array.wear[1].withUnsafeBytes { Array($0) }
    let start = try #require(sound.indices.first { sound[$0] == wear[0] && sound[$0...].starts(with: wear) })
    var damaged = sound
    damaged[start + 5] ^= 4
    try write(damaged, to: full.path)
    guard
      case .damaged(full.path, "network/layers/hidden1/wear", _, _) = failure({ () throws(CheckpointError) in
        _ = try CheckpointReader.read(saved.path)
      })
    else {
      Issue.record("damage of the base was not found")
      return
    }
    try write(sound, to: full.path)
    #expect(try CheckpointReader.read(saved.path) == later(Specimen.large(), samples: 1))
  }

  @Test(.timeLimit(.minutes(10))) func damageToAnIncrementalFileIsFoundOrHarmless() throws {
    let store = CheckpointStore(folder: folder.path)
    let base = try store.save(Specimen.large(), keep: 1).base
    let expected = later(Specimen.large(), samples: 1)
    let path = try store.save(expected, keep: 1, base: base).path
    let whole = try bytes(of: path)
    var generator = SplitMix64(state: 5)
    var refused = 0
    for _ in 0..<100 {
      var damaged = whole
      damaged[Int.random(in: 0..<whole.count, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      try write(damaged, to: path)
      do throws(CheckpointError) {
        #expect(try CheckpointReader.read(path) == expected)
      } catch {
        refused += 1
      }
    }
    #expect(refused > 50)
  }

  @Test(arguments: [1, 9]) func compressedArraysAreReadAsTheyWere(level: Int) throws {
    var checkpoint = Specimen.large()
    for plane in 0..<2 {
      for index in 0..<150 * 70 { checkpoint.network.layers[0].array.wear[plane][index] = Double(index / 3000) }
    }
    let paths = ["plain.h5", "small.h5"].map(folder.file)
    try CheckpointWriter.write(checkpoint, to: paths[0])
    try CheckpointWriter.write(checkpoint, to: paths[1], deflateLevel: level)
    #expect(try size(paths[1]) < size(paths[0]))
    #expect(try CheckpointReader.read(paths[1]) == checkpoint)
    let wear: [Double] = try HDF5File.open(at: paths[1]).read("network/layers/hidden1/wear")
    #expect(wear == Array(checkpoint.network.layers[0].array.wear.joined()))
  }

  @Test func oneOfEachHourAndTheBestStay() throws {
    let store = CheckpointStore(folder: folder.path)
    let retention = CheckpointRetention(newest: 2, interval: 3600, keepsBest: true)
    let accuracies = [0.5, 0.8, 0.7, 0.8, 0.6, 0.75]
    for pass in 1...6 {
      for sample in [0, 5] {
        var checkpoint = Specimen.training(seen: UInt64(pass * 10 + sample), pass: pass, sample: sample)
        checkpoint.position.testAccuracies = Array(accuracies.prefix(pass))
        checkpoint.position.wallSeconds = Double(pass) * 1000 + Double(sample)
        try store.save(checkpoint, keep: retention)
      }
    }
    // Of 1000 to 3599 s, of 3600 to 7199 s, the first best of pass 2, and the two newest.
    let kept = try store.paths().map { try CheckpointReader.read($0).position.samplesSeen }
    #expect(kept == [10, 20, 40, 60, 65])
  }
}
